import type { Test } from './limit.ts';

type Word = number | boolean | string;

/**
 * Good values of a point that change nothing of what a rule remembers or says, as long as its state is what it is: those of
 * `type`, a number between `low` and `high` without the ends, and none of `except`. Who feeds a rule may leave such
 * readings out, in whatever order they came.
 */
export type Calm = {
  readonly type: 'number' | 'boolean' | 'string';
  readonly low: number;
  readonly high: number;
  readonly except: readonly Word[];
};

export function anyOf(type: Calm['type']): Calm {
  return { type, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, except: [] };
}

/** Values that are calm for both; null when there are none of a common type. */
export function calmForBoth(one: Calm, other: Calm): Calm | null {
  if (one.type !== other.type) return null;
  const low = Math.max(one.low, other.low);
  const high = Math.min(one.high, other.high);
  return low < high ? { type: one.type, low, high, except: [...one.except, ...other.except] } : null;
}

/** Values of a type that lie past none of these tests, when none was passed. `bySize`: tests are of the value without its sign. */
export function calmUnder(tests: readonly Test[], type: Calm['type'], bySize: boolean): Calm | null {
  let calm: Calm | null = anyOf(type);
  for (const test of tests) {
    const own = calmOf(test, type, bySize);
    calm = calm === null || own === null ? null : calmForBoth(calm, own);
  }
  return calm;
}

/** The number next to 0: between its negative and 1 lie 0 and the fractions. */
const least = Number.MIN_VALUE;

function calmOf(test: Test, type: Calm['type'], bySize: boolean): Calm | null {
  const all = anyOf(type);
  if (test.op === 'is') {
    const opposite = test.values.flatMap((value) => (typeof value === 'number' ? [-value] : []));
    return { ...all, except: bySize ? [...test.values, ...opposite] : test.values };
  }
  if (type !== 'number') return all;
  if (test.op === 'bits') return { ...all, low: -least, high: 2 ** Math.min(...test.bits) };
  if (test.op === 'above') return { ...all, low: bySize ? -test.limit : all.low, high: test.limit };
  return bySize ? null : { ...all, low: test.limit };
}

/** Whether a good value is one of them. */
export function isCalm({ type, low, high, except }: Calm, value: Word): boolean {
  if (typeof value !== type) return false;
  if (typeof value === 'number' && !(low < value && value < high)) return false;
  return except.length === 0 || !except.includes(value);
}
