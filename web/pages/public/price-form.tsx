import { useSignal } from '@preact/signals';
import type { Quote } from '../../../contract/http/reservations.ts';
import { ask } from '../../gateway/api.ts';
import type { LotItem } from '../../gateway/items.ts';
import { now as clockNow } from '../../gateway/live.ts';
import { publicWords } from '../../text/public.ts';
import { Form, type FormValues, type Outcome, TextField } from '../../ui/form.tsx';
import { pick, speaker } from '../../ui/language.ts';
import { fromLocal, toLocal } from '../../ui/local-time.ts';
import { wonText } from './won.ts';

const tell = speaker(publicWords);
const hourMs = 3_600_000;

/** A time of one's own, and what it costs line by line: the same sum that a bill is made with. */
export function PriceForm({ lot }: { lot: LotItem }) {
  const quote = useSignal<Quote | null>(null);
  const start = Math.ceil(clockNow() / hourMs) * hourMs;

  async function look(values: FormValues): Promise<Outcome> {
    const [from, to] = timesOf(values, 'price', lot.timezone);
    if (from === null) return { say: () => tell('timeMissing'), at: 'price-from' };
    if (to === null) return { say: () => tell('timeMissing'), at: 'price-to' };
    if (to <= from) return { say: () => tell('timesWrong'), at: 'price-to' };
    const [begins, ends] = [new Date(from).toISOString(), new Date(to).toISOString()];
    const answer = await ask<Quote>('GET', `/api/v1/lots/${lot.lot}/quote?site=${lot.site}&from=${begins}&to=${ends}`);
    if (!answer.ok) return answer;
    quote.value = answer.body;
    return null;
  }

  return (
    <section class="card" aria-labelledby="price-title">
      <h2 id="price-title">{tell('price')}</h2>
      <Form id="price" submit={tell('seePrice')} send={look}>
        <TextField
          id="price-from"
          label={tell('from')}
          type="datetime-local"
          defaultValue={toLocal(start, lot.timezone)}
        />
        <TextField
          id="price-to"
          label={tell('to')}
          type="datetime-local"
          defaultValue={toLocal(start + 2 * hourMs, lot.timezone)}
        />
      </Form>
      {quote.value !== null && (
        <div role="status" class="quote">
          <p class="price">
            <strong>{wonText(quote.value.amount)}</strong>
          </p>
          <ul>
            {quote.value.lines.map((line) => (
              <li key={`${line.reason.code} ${line.minutes} ${line.amount} ${line.text.en}`}>
                {pick(line.text)}: {wonText(line.amount)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** The two times of a form, by the clock of the lot; null for what is no time. */
export function timesOf(values: FormValues, form: string, zone: string): readonly [number | null, number | null] {
  return [fromLocal(values.text(`${form}-from`), zone), fromLocal(values.text(`${form}-to`), zone)];
}
