import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Offers, ReservationMade } from '../../../contract/http/reservations.ts';
import type { Failed } from '../../gateway/answer.ts';
import { ask } from '../../gateway/api.ts';
import type { LotItem } from '../../gateway/items.ts';
import { failedText } from '../../text/problems.ts';
import { publicWords } from '../../text/public.ts';
import { Form, type FormValues, type Outcome } from '../../ui/form.tsx';
import { language, speaker } from '../../ui/language.ts';
import { address } from '../../ui/router.ts';
import { typeText } from '../parking/lot-tile.tsx';
import { spanOf, TimesFields } from './times-fields.tsx';
import { wonText } from './won.ts';

const tell = speaker(publicWords);
const shown = 20;

/** A time, what is free for it, and one of that. What is listed confirms, if nothing changes before. */
export function ReserveForm({ lot }: { lot: LotItem }) {
  const offers = useSignal<Offers | null>(null);
  const made = useSignal<ReservationMade | null>(null);
  const failed = useSignal<Failed | null>(null);
  /** The same for every try of one reservation: an answer that was lost makes no second one. */
  const key = useRef(newKey());

  async function look(values: FormValues): Promise<Outcome> {
    const read = spanOf(values, 'reserve', lot.timezone);
    if ('wrong' in read) return read.wrong;
    const { from, to } = read.span;
    const answer = await ask<Offers>(
      'GET',
      `/api/v1/lots/${lot.lot}/availability?site=${lot.site}&from=${from}&to=${to}`,
    );
    if (!answer.ok) return answer;
    offers.value = answer.body;
    return null;
  }

  async function take(offer: Offers['items'][number]): Promise<void> {
    const body = { site: offer.site, lot: offer.lot, space: offer.space, start: offer.from, end: offer.to };
    const answer = await ask<ReservationMade>('POST', '/api/v1/reservations', body, { 'idempotency-key': key.current });
    failed.value = answer.ok ? null : answer;
    if (!answer.ok) return;
    key.current = newKey();
    made.value = answer.body;
  }

  if (made.value !== null) return <Made made={made.value} />;
  return (
    <section class="card" aria-labelledby="reserve-title">
      <h2 id="reserve-title">{tell('reserve')}</h2>
      <Form id="reserve" submit={tell('check')} send={look}>
        <TimesFields form="reserve" lot={lot} />
      </Form>
      {failed.value !== null && (
        <p role="alert" class="old">
          {failedText(failed.value, language.value)}
        </p>
      )}
      {offers.value !== null && offers.value.items.length === 0 && <p role="status">{tell('none')}</p>}
      {offers.value !== null && (
        <ul class="offers">
          {offers.value.items.slice(0, shown).map((offer) => (
            <li key={offer.space}>
              <button type="button" data-space-id={offer.space} onClick={() => void take(offer)}>
                {tell('choose', { space: offer.space, price: wonText(offer.amount) })}
                {offer.type !== 'general' && ` · ${typeText(offer.type)}`}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Made({ made }: { made: ReservationMade }) {
  const path = `${address(`/public/reservations/${made.id}`)}#${made.token}`;
  return (
    <section class="card made-reservation" role="status">
      <h2>{tell('made')}</h2>
      <p>{tell('keepLink')}</p>
      <p class="keep-link">{new URL(path, location.origin).href}</p>
      <a class="button main" id="to-reservation" href={path}>
        {tell('toReservation')}
      </a>
    </section>
  );
}

/** Random, and made without what browsers keep for encrypted pages alone. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
