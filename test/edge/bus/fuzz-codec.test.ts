import { expect, test } from 'vitest';
import {
  encodePdu,
  type ModbusRequest,
  parseReplyPdu,
  type Reply,
  replyPduLength,
} from '../../../devices/modbus/pdu.ts';
import { findRtuReply, frameRtu, requestRtuLength } from '../../../devices/modbus/rtu.ts';
import { frameTcp, takeTcpFrames } from '../../../devices/modbus/tcp.ts';
import { type Dice, diceOf, eachSeed, fuzz, hex, mutated } from './fuzz-frames.ts';

/** The codecs against random and mutated frames, judged by a second, slow reading of the same bytes. */

const each = Math.ceil(fuzz.frames / 2);

test('a reply on a line is found only where a whole frame of this very request stands', {
  timeout: fuzz.timeoutMs,
}, async () => {
  let found = 0;
  await eachSeed(each, (seed) => {
    const dice = diceOf(seed);
    const request = requestBy(dice);
    const unit = dice.between(1, 255);
    const buffer = bufferBy(dice, frameRtu(unit, replyBy(dice, request)));
    const where = findRtuReply(buffer, unit, request);
    if (where === undefined) return;
    found++;
    const frame = buffer.slice(where.start, where.end);
    if (frame.length !== where.end - where.start) throw new Error(`outside the buffer: ${hex(buffer)}`);
    if (slowCrc(frame) !== 0 || frame[0] !== unit) throw new Error(`no frame of unit ${unit}: ${hex(frame)}`);
    judge(request, where.reply, frame.slice(1, -2));
  });
  expect(found).toBeGreaterThan(each / 10 - 1);
});

test('frames are taken off a stream in order, and nothing of it is lost or made up', {
  timeout: fuzz.timeoutMs,
}, async () => {
  let taken = 0;
  await eachSeed(each, (seed) => {
    const dice = diceOf(seed);
    const frames = Array.from({ length: dice.between(1, 3) }, () => {
      const request = requestBy(dice);
      return frameTcp(dice.below(0x10000), dice.below(256), replyBy(dice, request));
    });
    const buffer = bufferBy(dice, Uint8Array.from(frames.flatMap((frame) => [...frame])));
    const result = takeTcpFrames(buffer);
    if (result.kind === 'broken') {
      const { field, got } = result.why;
      const isRight = field === 'protocol' ? got === 0 : got >= 2 && got <= 254;
      if (isRight) throw new Error(`broken for nothing, ${field} ${got}: ${hex(buffer)}`);
      return;
    }
    taken += result.frames.length;
    const again = result.frames.flatMap(({ transaction, unit, pdu }) => [...frameTcp(transaction, unit, pdu)]);
    const whole = Uint8Array.from([...again, ...result.rest]);
    if (hex(whole) !== hex(buffer) || result.rest.length > 259) throw new Error(`${hex(buffer)} became ${hex(whole)}`);
  });
  expect(taken).toBeGreaterThan(each / 10 - 1);
});

test('a PDU is an answer only with the count, or the echo, of the request', { timeout: fuzz.timeoutMs }, async () => {
  await eachSeed(each, (seed) => {
    const dice = diceOf(seed);
    const request = requestBy(dice);
    const pdu = bufferBy(dice, replyBy(dice, request));
    const reply = parseReplyPdu(request, pdu);
    if (reply !== undefined) judge(request, reply, pdu);
  });
});

test('the length of a request is told between 4 and 256, or not at all', { timeout: fuzz.timeoutMs }, async () => {
  await eachSeed(each, (seed) => {
    const dice = diceOf(seed);
    const frame = frameRtu(dice.below(256), encodePdu(requestBy(dice)));
    if (requestRtuLength(frame) !== frame.length) throw new Error(`not its own length: ${hex(frame)}`);
    const bytes = bufferBy(dice, frame);
    const length = requestRtuLength(bytes);
    const isSane = length === undefined || length === 'unknown' || (length >= 4 && length <= 256);
    if (!isSane) throw new Error(`${length} bytes: ${hex(bytes)}`);
  });
});

/** A third as it is, a third mutated, the rest noise around or instead of it. */
function bufferBy(dice: Dice, frame: Uint8Array): Uint8Array {
  const noise = () => dice.bytes(dice.below(40));
  switch (dice.below(5)) {
    case 0:
      return frame;
    case 1:
    case 2:
      return mutated(frame, dice);
    case 3:
      return Uint8Array.from([...noise(), ...frame, ...noise()]);
    default:
      return dice.bytes(dice.below(300));
  }
}

function requestBy(dice: Dice): ModbusRequest {
  const address = dice.below(60_000);
  const fn = dice.of([1, 2, 3, 4, 5, 6, 15, 16] as const);
  if (fn === 5) return { kind: 'write', fn, address, on: dice.chance(0.5) };
  if (fn === 6) return { kind: 'write', fn, address, word: dice.below(0x10000) };
  const few = dice.between(1, 12);
  if (fn === 15) return { kind: 'write', fn, address, bits: Array.from({ length: few }, () => dice.chance(0.5)) };
  if (fn === 16) return { kind: 'write', fn, address, words: Array.from({ length: few }, () => dice.below(0x10000)) };
  const most = fn <= 2 ? 2000 : 125;
  return { kind: 'read', fn, address, count: dice.chance(0.8) ? few : dice.between(1, most) };
}

function replyBy(dice: Dice, request: ModbusRequest): Uint8Array {
  if (dice.chance(0.1)) return Uint8Array.of(request.fn | 0x80, dice.below(256));
  if (request.kind === 'write') return encodePdu(request).slice(0, 5);
  const bytes = replyPduLength(request) - 2;
  return Uint8Array.from([request.fn, bytes, ...dice.bytes(bytes)]);
}

/** Whether the reply says what stands in the PDU, read once more from the protocol's tables. */
function judge(request: ModbusRequest, reply: Reply, pdu: Uint8Array): void {
  const wrong = new Error(`${JSON.stringify(reply)} from ${hex(pdu)} for ${JSON.stringify(request)}`);
  if (reply.kind === 'exception') {
    if (pdu.length !== 2 || pdu[0] !== request.fn + 128 || pdu[1] !== reply.code) throw wrong;
  } else if (request.kind === 'write') {
    if (reply.kind !== 'written' || hex(pdu) !== hex(encodePdu(request).slice(0, 5))) throw wrong;
  } else {
    const isBits = request.fn <= 2;
    const bytes = isBits ? (request.count + 7) >> 3 : request.count * 2;
    if (pdu.length !== bytes + 2 || pdu[0] !== request.fn || pdu[1] !== bytes) throw wrong;
    const want = Array.from({ length: request.count }, (_, i) => {
      const at = isBits ? 2 + Math.floor(i / 8) : 2 + 2 * i;
      return isBits ? ((pdu[at] ?? 0) & (2 ** (i % 8))) > 0 : (pdu[at] ?? 0) * 256 + (pdu[at + 1] ?? 0);
    });
    const got = reply.kind === 'words' ? reply.words : reply.kind === 'bits' ? reply.bits : [];
    if (JSON.stringify(got) !== JSON.stringify(want)) throw wrong;
  }
}

/** CRC-16 bit by bit, over a frame with its own CRC: 0 when it is right. */
function slowCrc(frame: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of frame) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
