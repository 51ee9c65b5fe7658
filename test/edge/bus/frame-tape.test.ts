import { expect, test } from 'vitest';
import { FrameTape } from '../../../edge/bus/frame-tape.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

test('what is received belongs to the unit asked last, in one piece, whatever the wire does with its buffer', () => {
  const tape = new FrameTape('rtu');
  // As a serial port hands it out: `slice` of a Buffer is a view.
  const buffer = Buffer.from([9, 9]);
  tape.received(buffer, 1);
  tape.sent(1, bytes(1, 3), 2);
  tape.received(buffer, 3);
  buffer.fill(0);
  tape.received(bytes(7), 4);
  tape.sent(2, bytes(2, 3), 5);
  expect(tape.framesOf(1).map(({ at, dir, bytes: seen }) => [at, dir, ...seen])).toEqual([
    [2, 'tx', 1, 3],
    [3, 'rx', 9, 9, 7],
  ]);
  expect(tape.framesOf(2)).toHaveLength(1);
  expect(tape.framesOf(3)).toEqual([]);
});

test('keeps sixteen frames of a unit and 512 bytes of each, however much comes', () => {
  const tape = new FrameTape('tcp');
  for (let at = 0; at < 100; at++) {
    tape.sent(1, bytes(at), at);
    for (let piece = 0; piece < 5; piece++) tape.received(new Uint8Array(300), at);
  }
  const frames = tape.framesOf(1);
  expect([frames.length, frames[0]?.at, frames.at(-1)?.bytes.length]).toEqual([16, 92, 512]);
});

test('frames of one length keep their own bytes and times when the newest take the place of the oldest', () => {
  const tape = new FrameTape('tcp');
  const wire = new Uint8Array(8);
  for (let i = 0; i < 40; i++) {
    tape.sent(1, Uint8Array.of(i), i);
    wire.fill(i);
    tape.frame(1, wire, i, 2, 6);
  }
  const kept = tape.framesOf(1);
  expect(kept.map(({ at }) => at)).toEqual(Array.from({ length: 16 }, (_, i) => 32 + (i >> 1)));
  expect(
    kept.every(({ at, dir, bytes }) => bytes.length === (dir === 'tx' ? 1 : 4) && bytes.every((byte) => byte === at)),
  ).toBe(true);
});
