import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ReservationBody } from '../../../contract/http/reservations.ts';
import type { Failed } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import type { LotItem } from '../../gateway/items.ts';
import { useResource } from '../../gateway/resource.ts';
import { failedText } from '../../text/problems.ts';
import { publicWords } from '../../text/public.ts';
import { reservationStateText } from '../../text/reservations.ts';
import { language, pick, speaker, title } from '../../ui/language.ts';
import { At, timeAt } from '../../ui/time.tsx';
import { siteZone } from '../../ui/zone.ts';
import { wonText } from './won.ts';

const tell = speaker(publicWords);
const refreshMs = 15_000;
const zoneEveryMs = 3_600_000;

/** A reservation by its own key, which stands in the fragment of the address and goes out in a header alone. */
export function MyReservation({ id }: { id: string }) {
  const token = useRef(location.hash.slice(1));
  const failed = useSignal<Failed | null>(null);
  const isAsking = useSignal(false);
  const isForgotten = useSignal(false);
  const headers = { 'reservation-token': token.current };
  const path = `/api/v1/reservations/${encodeURIComponent(id)}`;
  const { now, refresh } = useResource<ReservationBody>(
    token.current === '' ? null : path,
    () => ask<ReservationBody>('GET', path, undefined, headers),
    refreshMs,
  );
  title.value = tell('reservation');
  useZoneOf(now.state === 'there' ? now.body : null);
  useEffect(() => {
    // A session that is gone is no matter here; the key is what counts.
    token.current = location.hash.slice(1);
  }, []);

  async function send(method: 'POST' | 'DELETE', to: string): Promise<void> {
    const answer = await ask<unknown>(method, to, method === 'POST' ? {} : undefined, headers);
    failed.value = answer.ok ? null : answer;
    isAsking.value = false;
    await refresh();
  }

  async function forget(): Promise<void> {
    const answer = await ask<unknown>('DELETE', `${path}/record`, undefined, headers);
    failed.value = answer.ok ? null : answer;
    isAsking.value = false;
    isForgotten.value = answer.ok;
  }

  if (isForgotten.value) return <Words words={tell('forgotten')} />;
  if (token.current === '') return <Words words={tell('noToken')} />;
  if (now.state === 'loading') return <Words words={tell('loading')} />;
  if (now.state === 'not-offered' || now.state === 'forbidden') return <Words words={tell('noReservation')} />;
  if (now.state !== 'there') return <Words words={tell('failed')} />;
  const { body } = now;
  const isOpen = ['requested', 'held', 'confirmed'].includes(body.state);
  const isOver =
    ['completed', 'cancelled', 'expired', 'paid-late'].includes(body.state) ||
    (body.state === 'conflicted' && body.alternative === null);
  return (
    <div class="public">
      <section class="card">
        <h1>{tell('reservation')}</h1>
        <p class="big word" data-state={body.state}>
          {reservationStateText(body.state, language.value)}
        </p>
        <dl class="facts-list">
          <dt>{tell('space')}</dt>
          <dd>
            {body.lot} · <strong>{body.space}</strong>
          </dd>
          <dt>{tell('time')}</dt>
          <dd>
            <At at={body.start} /> – <At at={body.end} />
          </dd>
          <dt>{tell('price')}</dt>
          <dd>{wonText(body.due ?? body.amount)}</dd>
        </dl>
        {body.alternative !== null && (
          <>
            <p class="old">
              {tell('alternative', { space: body.alternative.space, time: timeAt(body.alternative.until) })}
            </p>
            <button type="button" class="main" data-do="move" onClick={() => void send('POST', `${path}/alternative`)}>
              {tell('takeAlternative', { space: body.alternative.space })}
            </button>
          </>
        )}
        {failed.value !== null && (
          <p role="alert" class="old">
            {failedText(failed.value, language.value)}
          </p>
        )}
        {isOpen && (
          <Asked
            {...{ name: 'cancel', isAsking, words: tell('cancel'), question: tell('cancelAsk') }}
            onSure={() => void send('DELETE', path)}
          />
        )}
        {isOver && (
          <Asked
            {...{ name: 'forget', isAsking, words: tell('forget'), question: tell('forgetAsk') }}
            onSure={() => void forget()}
          />
        )}
      </section>
      <section class="card">
        <h2>{tell('history')}</h2>
        <ol class="transitions">
          {body.happenings.toReversed().map((happening) => (
            <li key={`${happening.at} ${happening.to}`}>
              <At at={happening.at} /> {pick(happening.text)}
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

/** Its times are told by the clock of its lot. */
function useZoneOf(reservation: Pick<ReservationBody, 'site' | 'lot'> | null): void {
  const path = reservation && `/api/v1/lots/${reservation.lot}?site=${reservation.site}`;
  const { now } = useResource<LotItem>(path, () => ask<LotItem>('GET', path ?? ''), zoneEveryMs);
  const timezone = now.state === 'there' ? now.body.timezone : null;
  useEffect(() => {
    if (timezone !== null) siteZone.value = timezone;
  }, [timezone]);
}

function Words({ words }: { words: string }) {
  return (
    <section class="card letter">
      <h1>{tell('reservation')}</h1>
      <p>{words}</p>
    </section>
  );
}

/** A button that asks once more, since what it does cannot be undone. */
function Asked(props: {
  name: string;
  isAsking: Signal<boolean>;
  words: string;
  question: string;
  onSure: () => void;
}) {
  const { name, isAsking, words, question, onSure } = props;
  const ask = (is: boolean) => () => {
    isAsking.value = is;
  };
  if (!isAsking.value) {
    return (
      <button type="button" data-do={name} onClick={ask(true)}>
        {words}
      </button>
    );
  }
  return (
    <div class="ask">
      <p>{question}</p>
      <p class="buttons">
        <button type="button" class="main" data-do={`${name}-send`} onClick={onSure}>
          {words}
        </button>
        <button type="button" onClick={ask(false)}>
          {tell('keep')}
        </button>
      </p>
    </div>
  );
}
