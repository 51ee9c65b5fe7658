import { useSignal } from '@preact/signals';
import type { BuildingAlert } from '../../../contract/http/alerts.ts';
import type { AnswerKind, OwnAnswer, OwnCall } from '../../../contract/http/answers.ts';
import { ask } from '../../gateway/api.ts';
import type { OwnSaid } from '../../gateway/items.ts';
import { useResource } from '../../gateway/resource.ts';
import { residentWords } from '../../text/resident.ts';
import { speaker } from '../../ui/language.ts';
import { timeAt } from '../../ui/time.tsx';

const tell = speaker(residentWords);
const refreshMs = 15_000;

/** What one has said oneself; the gateway's word for it, so that a page that is opened again still shows it. */
export function useOwnSaid() {
  return useResource<OwnSaid>('own answers', () => ask<OwnSaid>('GET', '/api/v1/answers'), refreshMs);
}

type Own = ReturnType<typeof useOwnSaid>;

/** Staff say nothing here. What one said before may be unknown for now: that keeps nobody from calling for help. */
function isForThem({ now: { state } }: Own): boolean {
  return state !== 'forbidden' && state !== 'not-offered';
}

/** Safe, or in need of help. The one that was sent stays pressed, and may be changed. */
export function Answers({ alert, own }: { alert: BuildingAlert; own: Own }) {
  const failed = useSignal(false);
  const sending = useSignal<AnswerKind | null>(null);
  const sentNow = useSignal<OwnAnswer | null>(null);
  const said =
    own.now.state === 'there' ? (own.now.body.answers.find((one) => one.alert === alert.alert) ?? null) : sentNow.value;

  async function answer(what: AnswerKind): Promise<void> {
    sending.value = what;
    const path = `/api/v1/alerts/${encodeURIComponent(alert.alert)}/answer?site=${alert.site}`;
    const sent = await ask<OwnAnswer>('PUT', path, { answer: what });
    failed.value = !sent.ok;
    if (sent.ok) sentNow.value = sent.body;
    await own.refresh();
    sending.value = null;
  }

  if (!isForThem(own)) return null;
  return (
    <div class="answers">
      <AnswerButton what="safe" said={said} sending={sending.value} onSay={answer} />
      <AnswerButton what="need-help" said={said} sending={sending.value} onSay={answer} />
      <p role="alert">
        {failed.value && tell('notSent')}
        {!failed.value && said !== null && tell('answered', { answer: wordsOf(said.answer), time: timeAt(said.at) })}
      </p>
    </div>
  );
}

function AnswerButton(of: {
  what: AnswerKind;
  said: OwnAnswer | null;
  sending: AnswerKind | null;
  onSay: (what: AnswerKind) => Promise<void>;
}) {
  const { what, said, sending, onSay } = of;
  return (
    <button
      type="button"
      data-do={what}
      aria-pressed={said?.answer === what}
      aria-busy={sending === what}
      onClick={() => void onSay(what)}
    >
      {wordsOf(what)}
    </button>
  );
}

function wordsOf(answer: AnswerKind): string {
  return tell(answer === 'safe' ? 'safe' : 'needHelp');
}

/** A call for help, at any time. It is not behind a question in an emergency, and behind one tap otherwise. */
export function CallForHelp({ site, building, own }: { site: string; building: string; own: Own }) {
  const failed = useSignal(false);
  const where = useSignal('');
  const sentNow = useSignal<OwnCall | null>(null);
  const call =
    own.now.state === 'there'
      ? (own.now.body.calls.find((one) => one.site === site && one.building === building) ?? null)
      : sentNow.value;

  async function press(): Promise<void> {
    const text = where.value.trim();
    const body = { site, building, ...(text === '' ? {} : { text }) };
    const sent = await ask<OwnCall>('POST', '/api/v1/sos', body);
    failed.value = !sent.ok;
    if (sent.ok) sentNow.value = sent.body;
    await own.refresh();
  }

  if (!isForThem(own)) return null;
  return (
    <details class="sos" open={call !== null || failed.value}>
      <summary>{tell('sosAsk')}</summary>
      <label>
        {tell('sosWhere')}
        <input
          type="text"
          maxLength={200}
          value={where.value}
          onInput={(event) => {
            where.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="button" data-do="sos" onClick={() => void press()}>
        {tell(call === null ? 'sos' : 'sosAgain')}
      </button>
      <p role="alert">
        {failed.value && tell('notSent')}
        {!failed.value && call !== null && tell('sosSent', { time: timeAt(call.since) })}
      </p>
    </details>
  );
}
