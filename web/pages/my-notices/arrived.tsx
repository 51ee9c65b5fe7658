import { useSignal } from '@preact/signals';
import type { OwnReachTest } from '../../../contract/http/notices.ts';
import type { Failed } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import { useResource } from '../../gateway/resource.ts';
import { channelWords, deliveryWords } from '../../text/alerts.ts';
import { myNoticesWords } from '../../text/my-notices.ts';
import { failedText } from '../../text/problems.ts';
import { language, pick, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { address } from '../../ui/router.ts';
import { StateMark } from '../../ui/state-mark.tsx';

const tell = speaker(myNoticesWords);
const refreshMs = 2000;

type Channel = OwnReachTest['channels'][number];

/** The second screen: whether the test arrived, by each channel, and what to try where it did not. */
export function Arrived({ onAgain, onBack }: { onAgain(): Promise<void>; onBack(): void }) {
  const test = useResource<OwnReachTest>(
    'own test',
    () => ask<OwnReachTest>('GET', '/api/v1/contacts/test'),
    refreshMs,
  );
  if (test.now.state !== 'there') return <NotThere state={test.now.state} />;
  const { channels } = test.now.body;
  const isDone = channels.length > 0 && channels.every(({ arrivedAt }) => arrivedAt !== null);
  return (
    <section class="card" aria-labelledby="arrived-title">
      <h1 id="arrived-title">{tell('arrivedAsk')}</h1>
      <p>{tell(isDone ? 'allDone' : 'sent')}</p>
      <ul class="own-contacts">
        {channels.map((channel) => (
          <Line key={channel.delivery} of={channel} refresh={test.refresh} />
        ))}
      </ul>
      <span class="buttons">
        {isDone ? (
          <a class="button main" id="finish" href={address('/')}>
            {tell('finish')}
          </a>
        ) : (
          <button type="button" onClick={() => void onAgain().then(test.refresh)}>
            {tell('again')}
          </button>
        )}
        <button type="button" onClick={onBack}>
          {tell('back')}
        </button>
      </span>
    </section>
  );
}

function Line({ of, refresh }: { of: Channel; refresh(): Promise<void> }) {
  const saidNo = useSignal(false);
  const failed = useSignal<Failed | null>(null);
  const { delivery, channel, address: where, state, arrivedAt } = of;

  async function answer(arrived: boolean): Promise<void> {
    const sent = await ask<OwnReachTest>('POST', '/api/v1/contacts/test/answer', { delivery, arrived });
    failed.value = sent.ok ? null : sent;
    saidNo.value = sent.ok && !arrived;
    await refresh();
  }

  return (
    <li class="arrived-line" data-channel={channel}>
      <span>
        <strong>{channel === 'push' ? tell('thisDevice') : where}</strong>{' '}
        <span class="hint">{pick(channelWords[channel])}</span>
        <br />
        <StateMark tone={arrivedAt === null ? 'unknown' : 'normal'}>
          {arrivedAt === null ? pick(deliveryWords[state]) : tell('arrived')}
        </StateMark>
      </span>
      {arrivedAt === null && (
        <span class="buttons">
          <button type="button" class="main" data-do="yes" onClick={() => void answer(true)}>
            {tell('yes')}
          </button>
          <button type="button" data-do="no" aria-pressed={saidNo.value} onClick={() => void answer(false)}>
            {tell('no')}
          </button>
        </span>
      )}
      {arrivedAt === null && saidNo.value && <p role="status">{adviceOf(channel)}</p>}
      {failed.value !== null && (
        <p role="alert" class="reach-trouble">
          {failedText(failed.value, language.value)}
        </p>
      )}
    </li>
  );
}

function adviceOf(channel: Channel['channel']): string {
  if (channel === 'push') return tell('tryPush');
  return tell(channel === 'sms' ? 'trySms' : 'tryEmail');
}
