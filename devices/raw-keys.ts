import { rawRangeOf } from './meaning.ts';
import { type RawForm, rawLimits, rawMeant } from './raw.ts';

/** The keys of a point that are compared with its raw value. */
export type RawKeys = {
  readonly scale: number;
  readonly offset: number;
  readonly sentinels: readonly number[];
  readonly rawValid: readonly [number, number] | null;
  readonly enum: Readonly<Record<string, string>> | null;
};

export type RawProblem = { readonly path: readonly PropertyKey[]; readonly message: string };

/** A point with these keys as its type gives raw values, and what of them can never be one. */
export function withRawKeys<P extends RawKeys>(form: RawForm, point: P): { point: P; problems: RawProblem[] } {
  const problems: RawProblem[] = [];
  const say = (path: readonly PropertyKey[], message: string) => problems.push({ path, message });
  const sentinels = point.sentinels.map((written, i) =>
    sentinelOf(form, point, written, (m) => say(['sentinels', i], m)),
  );
  const rawValid = rangeOf(form, point.rawValid, (message) => say(['rawValid'], message));
  const words = wordsOf(form, point.enum, (key, message) => say(key === null ? ['enum'] : ['enum', key], message));
  return { point: { ...point, sentinels, rawValid, enum: words }, problems };
}

/** Names of bits that the value does not have. */
export function bitNameProblems(form: RawForm, names: Readonly<Record<string, string>> | null): RawProblem[] {
  if (names === null) return [];
  if (form.kind !== 'whole') return [{ path: ['bits'], message: 'only a whole number has bits to name; remove it' }];
  return Object.keys(names)
    .filter((bit) => Number(bit) >= form.bits)
    .map((bit) => ({
      path: ['bits', bit],
      message: `the value has ${form.bits} bits, 0–${form.bits - 1}, and no ${bit}`,
    }));
}

function sentinelOf(
  form: RawForm,
  { scale, offset }: RawKeys,
  written: number,
  say: (message: string) => void,
): number {
  const meant = rawMeant(form, written);
  if (meant.ok) return meant.raw;
  const unscaled = Number(((written - offset) / scale).toPrecision(12));
  const guess = unscaled !== written && rawMeant(form, unscaled).ok;
  say(guess ? `${meant.problem}; did you mean ${unscaled}?` : meant.problem);
  return written;
}

type Range = RawKeys['rawValid'];

function rangeOf(form: RawForm, range: Range, say: (message: string) => void): Range {
  if (range === null) return null;
  if (form.kind === 'yes-no' || form.kind === 'text') {
    say(`a ${form.kind === 'text' ? 'text' : 'bit'} has no range of raw values; remove it`);
    return range;
  }
  const ends = range.map((end) => (Number.isInteger(end) ? rawMeant(form, end) : withinLimits(form, end)));
  const [low, high] = ends;
  if (low?.ok && high?.ok && low.raw < high.raw) return [low.raw, high.raw];
  const wrong = ends.find((end) => !end.ok);
  if (wrong?.ok === false) say(wrong.problem);
  else if (low?.ok && high?.ok) say(`as raw values these are ${low.raw} and ${high.raw}; the lower end comes first`);
  return range;
}

function withinLimits(form: RawForm, end: number): ReturnType<typeof rawMeant> {
  const [least, most] = rawLimits(form) ?? [-Infinity, Infinity];
  return end >= least && end <= most
    ? { ok: true, raw: end }
    : { ok: false, problem: `${end} lies outside ${least}–${most}` };
}

function wordsOf(
  form: RawForm,
  words: RawKeys['enum'],
  say: (key: string | null, message: string) => void,
): RawKeys['enum'] {
  if (words === null) return null;
  if (form.kind === 'text') {
    say(null, 'a text says its own words; remove it');
    return words;
  }
  const meant = Object.entries(words).map(([key, word]) => {
    const ends = rawRangeOf(key).map((end) => rawMeant(form, end));
    const wrong = ends.find((end) => !end.ok);
    if (wrong?.ok === false) say(key, wrong.problem);
    const [first, last] = ends.map((end) => (end.ok ? end.raw : 0));
    return { key, word, first: first ?? 0, last: last ?? 0, isGood: wrong === undefined };
  });
  const inOrder = meant.filter(({ isGood }) => isGood).toSorted((a, b) => a.first - b.first);
  for (const [i, { key, first, last }] of inOrder.entries()) {
    if (first > last) say(key, `as raw values this is ${first} to ${last}; the lower end comes first`);
    const before = inOrder[i - 1];
    if (before !== undefined && first <= before.last)
      say(key, `the raw value ${first} has the word of ${before.key} already`);
  }
  return Object.fromEntries(
    meant.map(({ key, word, first, last, isGood }) => [isGood ? keyOf(first, last) : key, word]),
  );
}

function keyOf(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`;
}
