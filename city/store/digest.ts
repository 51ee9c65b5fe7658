import { crc32 } from 'node:zlib';
import type { CityColumn, CityMessage } from '../../contract/city.ts';

/**
 * Tells a second copy from another message of the same identity. A digest is kept for as long as its message, so how it is made
 * is part of what is stored: above 2³² as here, below it the CRC of the message's JSON, as workers before made it, which costs
 * twenty times as much.
 */
export function digestOf({ device, at, points }: CityMessage): number {
  let hash = ofText(0, device);
  hash = at === null ? ofWord(hash, 6) : ofNumber(hash, at);
  for (const point in points) {
    const column = points[point as keyof typeof points];
    if (column !== undefined) hash = ofColumn(ofText(hash, point), column);
  }
  return 2 ** 32 + (finished(hash) >>> 0);
}

/** Whether the message is the one that `digest` was made of. */
export function isDigestOf(digest: number, message: CityMessage): boolean {
  return digest === (digest < 2 ** 32 ? jsonDigestOf(message) : digestOf(message));
}

export function jsonDigestOf({ device, at, points }: CityMessage): number {
  return crc32(JSON.stringify([device, at, points]));
}

function ofColumn(from: number, { dt, v, q, late }: CityColumn): number {
  let hash = ofWord(from, v.length * 2 + (late === true ? 1 : 0));
  for (const each of dt) hash = ofNumber(hash, each);
  for (const value of v) {
    if (typeof value === 'number') hash = ofNumber(hash, value);
    else if (typeof value === 'string') hash = ofText(ofWord(hash, 1), value);
    else hash = ofWord(hash, value === null ? 2 : value ? 3 : 4);
  }
  if (q !== undefined) for (const fault of q) hash = fault === null ? ofWord(hash, 5) : ofText(hash, fault);
  return hash;
}

const number = new Float64Array(1);
const words = new Int32Array(number.buffer);

function ofNumber(hash: number, value: number): number {
  number[0] = value;
  return ofWord(ofWord(hash, words[0] ?? 0), words[1] ?? 0);
}

function ofText(from: number, text: string): number {
  let hash = ofWord(from, text.length);
  for (let i = 0; i < text.length; i++) hash = ofWord(hash, text.charCodeAt(i));
  return hash;
}

/** One round of MurmurHash3 (32 bits). */
function ofWord(hash: number, word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51);
  const next = hash ^ Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0;
}

function finished(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}
