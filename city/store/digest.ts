import { crc32 } from 'node:zlib';
import type { CityColumn, CityMessage } from '../../contract/city.ts';
import { digestEnd, digestStart, digestWord } from '../../contract/digest.ts';

/**
 * Tells a second copy from another message of the same identity. A digest is kept for as long as its message, so how it is made
 * is part of what is stored: above 2³² as here, below it the CRC of the message's JSON, as workers before made it, which costs
 * twenty times as much.
 */
export function digestOf({ device, at, points }: CityMessage): number {
  let hash = ofText(digestStart, device);
  hash = at === null ? digestWord(hash, 6) : ofNumber(hash, at);
  for (const point in points) {
    const column = points[point as keyof typeof points];
    if (column !== undefined) hash = ofColumn(ofText(hash, point), column);
  }
  return 2 ** 32 + digestEnd(hash);
}

/**
 * Older programs take a message that came again for another one where its digest is not of their form. So where they were before
 * this one, this one writes theirs for the first day: workers are replaced one by one.
 */
export const digestsOf = (areOfBefore: boolean) => (areOfBefore ? jsonDigestOf : digestOf);

/** Whether the message is the one that `digest` was made of. */
export function isDigestOf(digest: number, message: CityMessage): boolean {
  return digest === (digest < 2 ** 32 ? jsonDigestOf(message) : digestOf(message));
}

export function jsonDigestOf({ device, at, points }: CityMessage): number {
  return crc32(JSON.stringify([device, at, points]));
}

function ofColumn(from: number, { dt, v, q, late }: CityColumn): number {
  let hash = digestWord(from, v.length * 2 + (late === true ? 1 : 0));
  for (const each of dt) hash = ofNumber(hash, each);
  for (const value of v) {
    if (typeof value === 'number') hash = ofNumber(hash, value);
    else if (typeof value === 'string') hash = ofText(digestWord(hash, 1), value);
    else hash = digestWord(hash, value === null ? 2 : value ? 3 : 4);
  }
  if (q !== undefined) for (const fault of q) hash = fault === null ? digestWord(hash, 5) : ofText(hash, fault);
  return hash;
}

const number = new Float64Array(1);
const words = new Int32Array(number.buffer);

function ofNumber(state: number, value: number): number {
  number[0] = value;
  return digestWord(digestWord(state, words[0] ?? 0), words[1] ?? 0);
}

function ofText(from: number, text: string): number {
  let state = digestWord(from, text.length);
  for (let i = 0; i < text.length; i++) state = digestWord(state, text.charCodeAt(i));
  return state;
}
