import type { Value } from '../contract/reading.ts';
import { decodePoint, meantOfRange } from './decode.ts';
import { encodeWords } from './encode.ts';
import { bad, type Meant } from './meaning.ts';
import type { ReadRequest, WriteRequest } from './modbus/pdu.ts';
import { type ReadRange, readOf } from './plan.ts';
import { type PointProfile, registersOf } from './profile.ts';
import { wordsInOrder } from './words.ts';

/** How a value gets into a point: what to read first, what to write, and how to read it back. */
export type WritePlan = {
  /** A point that is a part of a register: the register is read first, so that its other bits stay. Null for a whole one. */
  readonly before: ReadRequest | null;
  /** @param current the registers' words, where `before` asked for them */
  request(current: readonly number[]): WriteRequest;
  readonly readBack: ReadRequest;
  /** What reads back when it was taken: the value as the point can hold it, rounded to its steps. */
  readonly expected: Value;
  /** What the device says after it: words of registers, or one bit. */
  decode(reply: { kind: 'words'; words: readonly number[] } | { kind: 'bits'; bits: readonly boolean[] }): Meant;
};

/**
 * Plans a write, or says in one line why the point cannot take this value.
 * @param range the read that the point comes out of, where its device has more of it than the point itself: what it is valid
 * while stands in the same reply, and a block is read as a whole
 */
export function planWrite(
  point: PointProfile,
  value: number | boolean | string,
  range?: Pick<ReadRange, 'fn' | 'address' | 'count' | 'points'>,
): { ok: true; plan: WritePlan } | { ok: false; problem: string } {
  const encoded = encodeWords(point, value);
  if (!encoded.ok) return encoded;
  const { words } = encoded;
  const expected = decodePoint(point, words).value;
  const plan = point.table === 'coil' ? coilPlan(point, words, expected) : registerPlan(point, words, expected);
  return { ok: true, plan: range === undefined ? plan : readBy(plan, point, range) };
}

/** The same plan, with this range for its reads. */
function readBy(
  plan: WritePlan,
  point: PointProfile,
  range: Pick<ReadRange, 'fn' | 'address' | 'count' | 'points'>,
): WritePlan {
  const read = readOf(range);
  return {
    ...plan,
    before: plan.before && read,
    request: (current) => plan.request(current.slice(point.address - range.address)),
    readBack: read,
    decode: (reply) =>
      meantOfRange(range, reply)[range.points.findIndex(({ profile }) => profile === point)] ?? bad('bad-frame'),
  };
}

function coilPlan(point: PointProfile, words: readonly number[], expected: Value): WritePlan {
  const { address } = point;
  const on = words[0] === 1;
  return {
    before: null,
    request: () =>
      point.writeWith === 15 ? { kind: 'write', fn: 15, address, bits: [on] } : { kind: 'write', fn: 5, address, on },
    expected,
    readBack: { kind: 'read', fn: 1, address, count: 1 },
    decode: (reply) => decodePoint(point, reply.kind === 'bits' ? reply.bits.slice(0, 1).map(Number) : []),
  };
}

function registerPlan(point: PointProfile, words: readonly number[], expected: Value): WritePlan {
  const { address } = point;
  const count = registersOf(point);
  const read: ReadRequest = { kind: 'read', fn: 3, address, count };
  const own = ownBits(point);
  const request = (current: readonly number[]): WriteRequest => {
    const whole = own === null ? words : words.map((word, i) => ((current[i] ?? 0) & ~(own[i] ?? 0)) | word);
    // Of two registers, the one in which the point's bits do not stand is left alone.
    const from = own === null ? 0 : own.findIndex((bits) => bits !== 0);
    const changed = own === null ? whole : whole.slice(from, own.findLastIndex((bits) => bits !== 0) + 1);
    const fn = point.writeWith ?? (changed.length === 1 ? 6 : 16);
    const at = address + from;
    const [word = 0] = changed;
    return fn === 6
      ? { kind: 'write', fn: 6, address: at, word }
      : { kind: 'write', fn: 16, address: at, words: changed };
  };
  return {
    before: own === null ? null : read,
    request,
    expected,
    readBack: read,
    decode: (reply) => decodePoint(point, reply.kind === 'words' ? reply.words : []),
  };
}

/** The bits of each register, as on the wire, that are the point's; null when all of it is. */
function ownBits(point: PointProfile): readonly number[] | null {
  const { type, bit, mask, order } = point;
  if (type !== 'bit' && mask === undefined) return null;
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, type === 'bit' ? 2 ** (bit ?? 0) : (mask ?? 0));
  return wordsInOrder(new Uint8Array(view.buffer).slice(4 - 2 * registersOf(point)), order);
}
