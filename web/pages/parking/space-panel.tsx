import { useSignal } from '@preact/signals';
import { parkingReasonText } from '../../../contract/words/parking.ts';
import type { Failed } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import type { SpaceItem } from '../../gateway/items.ts';
import { linkState, modelFor, now, refreshLive } from '../../gateway/live.ts';
import { end, personNow } from '../../gateway/session.ts';
import { parkingWords, spaceStateWords } from '../../text/parking.ts';
import { failedText } from '../../text/problems.ts';
import { ChoiceField, Form, type FormValues, type Outcome, TextField } from '../../ui/form.tsx';
import { language, pick, speaker } from '../../ui/language.ts';
import { fromLocal, toLocal } from '../../ui/local-time.ts';
import { addressHere } from '../../ui/router.ts';
import { useComesIntoSight } from '../../ui/sight.ts';
import { Age, Since, timeAt } from '../../ui/time.tsx';
import { zone } from '../../ui/zone.ts';
import { typeText } from './lot-tile.tsx';
import { mayOverride, stateSeen } from './view.ts';

const tell = speaker(parkingWords);
const hourMs = 3_600_000;

/** One space: what is said of it, why, since when; and for who runs the lot, a word above the sensor's. */
export function SpacePanel({ of }: { of: string }) {
  const panel = useComesIntoSight<HTMLElement>(of);
  const { spaces } = modelFor(`space:${of}`);
  const space = spaces.state === 'there' ? spaces.items.get(of) : undefined;
  if (space === undefined) return <p class="hint">{tell('noSpaces')}</p>;
  const state = stateSeen(space, linkState.value);
  const { reason } = space;
  return (
    <section ref={panel} class="space-panel card in-sight" aria-labelledby="space-title">
      <p class="back">
        <a class="button" href={addressHere({ space: null })}>
          {tell('close')}
        </a>
      </p>
      <h2 id="space-title">{space.name ? pick(space.name) : space.space}</h2>
      <p>{typeText(space.type)}</p>
      <p class="space-state" data-state={state}>
        <span class="space-mark" data-space={state} aria-hidden="true" />{' '}
        <strong>{pick(spaceStateWords[state])}</strong>
      </p>
      <p>
        <Since at={space.since} /> {space.since !== null && <Age at={space.since} />}
      </p>
      {reason && state !== 'free' && (
        <p class="why">
          {pick(parkingReasonText(reason))}
          {space.until && <> · {tell('until', { time: timeAt(space.until) })}</>}
        </p>
      )}
      {space.sensed !== undefined && (
        <p class="hint">
          {tell('sensed')}: {pick(spaceStateWords[space.sensed])}
          {space.healthy !== undefined && ` · ${tell(space.healthy ? 'sensorBelieved' : 'sensorDoubted')}`}
        </p>
      )}
      {mayOverride(personNow()?.role) && <Override space={space} />}
    </section>
  );
}

function Override({ space }: { space: SpaceItem }) {
  const path = `/api/v1/lots/${space.lot}/spaces/${space.space}/override?site=${space.site}`;
  const failed = useSignal<Failed | null>(null);
  const isOverridden = space.reason?.code === 'override';

  async function send(values: FormValues): Promise<Outcome> {
    const [state, reason, until] = [
      values.text('override-state'),
      values.text('override-reason').trim(),
      fromLocal(values.text('override-until'), zone.value),
    ];
    if (reason === '') return { say: () => tell('reasonMissing'), at: 'override-reason' };
    if (until === null) return { say: () => tell('untilMissing'), at: 'override-until' };
    if (until <= now()) return { say: () => tell('untilPast'), at: 'override-until' };
    const answer = await ask('POST', path, { state, reason, until: new Date(until).toISOString() });
    if (answer.ok) refreshLive();
    return answer.ok ? null : signedOut(answer);
  }

  async function endOverride(): Promise<void> {
    const answer = await ask('DELETE', path);
    failed.value = answer.ok ? null : answer;
    if (answer.ok) refreshLive();
    else signedOut(answer);
  }

  if (isOverridden) {
    return (
      <>
        <button type="button" data-do="end-override" onClick={() => void endOverride()}>
          {tell('overrideEnd')}
        </button>
        {failed.value !== null && <p role="alert">{failedText(failed.value, language.value)}</p>}
      </>
    );
  }
  async function seeEmpty(): Promise<void> {
    const answer = await ask('POST', path.replace('/override?', '/empty?'), { reason: tell('seenEmptyReason') });
    failed.value = answer.ok ? null : answer;
    if (answer.ok) refreshLive();
    else signedOut(answer);
  }

  const choices = (['closed', 'free', 'occupied'] as const).map((state) => ({
    value: state,
    words: pick(spaceStateWords[state]),
  }));
  return (
    <>
      {space.state !== 'free' && space.state !== 'closed' && (
        <button type="button" data-do="seen-empty" onClick={() => void seeEmpty()}>
          {tell('seenEmpty')}
        </button>
      )}
      {failed.value !== null && <p role="alert">{failedText(failed.value, language.value)}</p>}
      <details class="override" open>
        <summary class="button">{tell('override')}</summary>
        <Form id="override" submit={tell('override')} send={send}>
          <ChoiceField id="override-state" label={tell('overrideState')} choices={choices} chosen="closed" />
          <TextField
            id="override-until"
            label={tell('overrideUntil')}
            type="datetime-local"
            defaultValue={toLocal(now() + 2 * hourMs, zone.value)}
          />
          <TextField id="override-reason" label={tell('overrideReason')} maxLength={200} />
        </Form>
      </details>
    </>
  );
}

function signedOut(failed: Failed): Outcome {
  if (failed.why === 'signed-out') end('sessionEnded');
  return failed;
}
