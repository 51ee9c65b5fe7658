import { useSignal } from '@preact/signals';
import type { Quote } from '../../../contract/http/reservations.ts';
import { ask } from '../../gateway/api.ts';
import type { LotItem } from '../../gateway/items.ts';
import { publicWords } from '../../text/public.ts';
import { Form, type FormValues, type Outcome } from '../../ui/form.tsx';
import { pick, speaker } from '../../ui/language.ts';
import { spanOf, TimesFields } from './times-fields.tsx';
import { wonText } from './won.ts';

const tell = speaker(publicWords);

/** A time of one's own, and what it costs line by line: the same sum that a bill is made with. */
export function PriceForm({ lot }: { lot: LotItem }) {
  const quote = useSignal<Quote | null>(null);

  async function look(values: FormValues): Promise<Outcome> {
    const read = spanOf(values, 'price', lot.timezone);
    if ('wrong' in read) return read.wrong;
    const { from, to } = read.span;
    const answer = await ask<Quote>('GET', `/api/v1/lots/${lot.lot}/quote?site=${lot.site}&from=${from}&to=${to}`);
    if (!answer.ok) return answer;
    quote.value = answer.body;
    return null;
  }

  return (
    <section class="card" aria-labelledby="price-title">
      <h2 id="price-title">{tell('price')}</h2>
      <Form id="price" submit={tell('seePrice')} send={look}>
        <TimesFields form="price" lot={lot} />
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
