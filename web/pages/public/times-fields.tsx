import type { LotItem } from '../../gateway/items.ts';
import { now as clockNow } from '../../gateway/live.ts';
import { publicWords } from '../../text/public.ts';
import { type FormValues, type Outcome, TextField } from '../../ui/form.tsx';
import { speaker } from '../../ui/language.ts';
import { fromLocal, toLocal } from '../../ui/local-time.ts';

const tell = speaker(publicWords);
const hourMs = 3_600_000;

type Span = { readonly from: string; readonly to: string };

/** When one comes and leaves, by the clock of the lot: the next two whole hours until something else is put in. */
export function TimesFields({ form, lot }: { form: string; lot: LotItem }) {
  const start = Math.ceil(clockNow() / hourMs) * hourMs;
  const field = (name: 'from' | 'to', at: number) => (
    <TextField
      id={`${form}-${name}`}
      label={tell(name)}
      type="datetime-local"
      defaultValue={toLocal(at, lot.timezone)}
    />
  );
  return (
    <>
      {field('from', start)}
      {field('to', start + 2 * hourMs)}
    </>
  );
}

/** What stands in the fields, as instants; else what is wrong about it, for the form to say. */
export function spanOf(values: FormValues, form: string, zone: string): { span: Span } | { wrong: Outcome } {
  const read = (name: 'from' | 'to') => fromLocal(values.text(`${form}-${name}`), zone);
  const [from, to] = [read('from'), read('to')];
  if (from === null) return { wrong: { say: () => tell('timeMissing'), at: `${form}-from` } };
  if (to === null) return { wrong: { say: () => tell('timeMissing'), at: `${form}-to` } };
  if (to <= from) return { wrong: { say: () => tell('timesWrong'), at: `${form}-to` } };
  return { span: { from: new Date(from).toISOString(), to: new Date(to).toISOString() } };
}
