import { publicWords } from '../../text/public.ts';
import { language, speaker } from '../../ui/language.ts';

const tell = speaker(publicWords);

/** A price in whole won; nought is said in words, because a 0 may be taken for a price that is missing. */
export function wonText(amount: number): string {
  return amount === 0 ? tell('free0') : tell('won', { amount: amount.toLocaleString(language.value) });
}
