import { ByteReader, ByteWriter } from './bytes.ts';

/** Ranges of whole numbers, both ends included, rising, never touching one another. */
export type Ranges = readonly (readonly [from: number, to: number])[];

/** The ranges with one more laid over them. */
export function addRange(ranges: Ranges, from: number, to: number): Ranges {
  const last = ranges.at(-1);
  // The next message of an epoch, by far the most frequent.
  if (last !== undefined && from === last[1] + 1) return [...ranges.slice(0, -1), [last[0], to]];
  const before = ranges.filter((range) => range[1] < from - 1);
  const after = ranges.slice(before.length).filter((range) => range[0] > to + 1);
  const touched = ranges.slice(before.length, ranges.length - after.length);
  const low = Math.min(from, touched[0]?.[0] ?? from);
  const high = Math.max(to, touched.at(-1)?.[1] ?? to);
  return [...before, [low, high], ...after];
}

export function hasNumber(ranges: Ranges, number: number): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined || number < range[0]) high = middle - 1;
    else if (number > range[1]) low = middle + 1;
    else return true;
  }
  return false;
}

/** How many numbers from 1 to the highest one are in neither. */
export function countHoles(received: Ranges, lost: Ranges): number {
  const both = lost.reduce((ranges, [from, to]) => addRange(ranges, from, to), received);
  const highest = both.at(-1)?.[1] ?? 0;
  return both.reduce((holes, [from, to]) => holes - (to - from + 1), highest);
}

export function encodeRanges(ranges: Ranges): Buffer {
  const writer = new ByteWriter();
  let end = 0;
  for (const [from, to] of ranges) {
    writer.varint(from - end);
    writer.varint(to - from);
    end = to;
  }
  return writer.copy();
}

export function decodeRanges(bytes: Uint8Array): Ranges {
  const reader = new ByteReader(bytes);
  const ranges: (readonly [number, number])[] = [];
  let end = 0;
  while (!reader.done) {
    const from = end + reader.varint();
    end = from + reader.varint();
    ranges.push([from, end]);
  }
  return ranges;
}
