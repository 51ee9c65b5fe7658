import type { CheckReason } from '../contract/words/check/check.ts';
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

export type RawProblem = { readonly path: readonly PropertyKey[]; readonly reason: CheckReason };

/** A point with these keys as its type gives raw values, and what of them can never be one. */
export function withRawKeys<P extends RawKeys>(form: RawForm, point: P): { point: P; problems: RawProblem[] } {
  const problems: RawProblem[] = [];
  const say = (path: readonly PropertyKey[], reason: CheckReason) => problems.push({ path, reason });
  const sentinels = point.sentinels.map((written, i) =>
    sentinelOf(form, point, written, (m) => say(['sentinels', i], m)),
  );
  const rawValid = rangeOf(form, point.rawValid, (reason) => say(['rawValid'], reason));
  const words = wordsOf(form, point.enum, (key, reason) => say(key === null ? ['enum'] : ['enum', key], reason));
  return { point: { ...point, sentinels, rawValid, enum: words }, problems };
}

/** Names of bits that the value does not have. */
export function bitNameProblems(form: RawForm, names: Readonly<Record<string, string>> | null): RawProblem[] {
  if (names === null) return [];
  if (form.kind !== 'whole') return [{ path: ['bits'], reason: { code: 'bits-of-no-number' } }];
  return Object.keys(names)
    .filter((bit) => Number(bit) >= form.bits)
    .map((bit) => ({
      path: ['bits', bit],
      reason: { code: 'no-such-bit', bits: form.bits, bit },
    }));
}

function sentinelOf(
  form: RawForm,
  { scale, offset }: RawKeys,
  written: number,
  say: (reason: CheckReason) => void,
): number {
  const meant = rawMeant(form, written);
  if (meant.ok) return meant.raw;
  // It stands as these bits, since no number of its own tells it from 0.
  if (form.kind === 'whole' && meant.problem.code === 'sign-bit-of-zero') return 2 ** (form.bits - 1);
  const unscaled = Number(((written - offset) / scale).toPrecision(12));
  const guess = unscaled !== written && rawMeant(form, unscaled).ok;
  say(guess ? { ...meant.problem, guess: unscaled } : meant.problem);
  return written;
}

type Range = RawKeys['rawValid'];

function rangeOf(form: RawForm, range: Range, say: (reason: CheckReason) => void): Range {
  if (range === null) return null;
  if (form.kind === 'yes-no' || form.kind === 'text') {
    say({ code: 'no-raw-range', isText: form.kind === 'text' });
    return range;
  }
  const ends = range.map((end) => (Number.isInteger(end) ? rawMeant(form, end) : withinLimits(form, end)));
  const [low, high] = ends;
  if (low?.ok && high?.ok && low.raw < high.raw) return [low.raw, high.raw];
  const wrong = ends.find((end) => !end.ok);
  if (wrong?.ok === false) say(wrong.problem);
  else if (low?.ok && high?.ok) say({ code: 'raw-range-turned', first: low.raw, last: high.raw });
  return range;
}

function withinLimits(form: RawForm, end: number): ReturnType<typeof rawMeant> {
  const [least, most] = rawLimits(form) ?? [-Infinity, Infinity];
  return end >= least && end <= most
    ? { ok: true, raw: end }
    : { ok: false, problem: { code: 'outside-raw-limits', written: end, least, most } };
}

function wordsOf(
  form: RawForm,
  words: RawKeys['enum'],
  say: (key: string | null, reason: CheckReason) => void,
): RawKeys['enum'] {
  if (words === null) return null;
  if (form.kind === 'text') {
    say(null, { code: 'text-says-itself' });
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
    if (first > last) say(key, { code: 'raw-key-turned', first, last });
    const before = inOrder[i - 1];
    if (before !== undefined && first <= before.last)
      say(key, { code: 'raw-value-has-word', raw: first, key: before.key });
  }
  return Object.fromEntries(
    meant.map(({ key, word, first, last, isGood }) => [isGood ? keyOf(first, last) : key, word]),
  );
}

function keyOf(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`;
}
