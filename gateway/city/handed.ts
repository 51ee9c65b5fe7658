import { addRange, hasNumber, type Ranges } from '../store/ranges.ts';

/** What was agreed of a source whose items are numbered without gaps. Pure. */
export type Handed = {
  /** Everything up to here is agreed and may be forgotten. */
  readonly mark: number;
  /** Agreed beyond that: newer ones overtake older ones. */
  readonly above: Ranges;
};

/** With more numbers agreed. */
export function agreed({ mark, above }: Handed, numbers: readonly number[]): Handed {
  let ranges = above;
  for (const number of numbers) if (number > mark) ranges = addRange(ranges, number, number);
  return settled(mark, ranges);
}

/** With everything up to a number given up. */
export function givenUp({ mark, above }: Handed, upTo: number): Handed {
  return settled(
    Math.max(mark, upTo),
    above.flatMap(([from, to]) => (to <= upTo ? [] : [[Math.max(from, upTo + 1), to] as const])),
  );
}

function settled(mark: number, ranges: Ranges): Handed {
  const [first, ...rest] = ranges;
  return first !== undefined && first[0] <= mark + 1 ? { mark: first[1], above: rest } : { mark, above: ranges };
}

export function isAgreed({ mark, above }: Handed, number: number): boolean {
  return number <= mark || hasNumber(above, number);
}

/** How many up to `last` are not agreed. */
export function waiting({ mark, above }: Handed, last: number): number {
  return above.reduce((left, [from, to]) => left - (to - from + 1), Math.max(0, last - mark));
}
