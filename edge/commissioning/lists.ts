import type { CommissioningReason } from '../../contract/words/commissioning.ts';

/** What a person types as a list: `1-10,80`, `9600,19200`. Pure. */

type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: CommissioningReason };

/** Whole numbers and spans of them, each once, in the order given. */
export function numbersIn(
  text: string,
  of: { option: string; least: number; most: number; example: string },
): Parsed<readonly number[]> {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last = first] = /^\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || from > to || from < of.least || to > of.most)
      return { ok: false, reason: { code: 'list-form', option: of.option, given: text, example: of.example } };
    for (let number = from; number <= to; number++) found.add(number);
  }
  return { ok: true, value: [...found] };
}

/** Words of a closed list. */
export function wordsIn<T extends string>(
  text: string,
  of: { option: string; words: readonly T[] },
): Parsed<readonly T[]> {
  const given = text.split(',').map((word) => word.trim());
  const known = given.flatMap((word) => of.words.find((one) => one === word) ?? []);
  if (known.length === given.length) return { ok: true, value: [...new Set(known)] };
  return {
    ok: false,
    reason: { code: 'list-form', option: of.option, given: text, example: of.words.join(',') },
  };
}

/** `host`, `host:port` or `[::1]:port`. */
export function hostIn(text: string, option: string): Parsed<{ host: string; port: number }> {
  const [, bracketed, plain, port = '502'] = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s/]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) >= 1 && Number(port) <= 65_535)
    return { ok: true, value: { host, port: Number(port) } };
  return { ok: false, reason: { code: 'list-form', option, given: text, example: '192.168.0.20:502' } };
}
