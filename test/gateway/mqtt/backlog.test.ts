import { expect, test } from 'vitest';
import { allBacklogs, Backlog, isTooFarBehind } from '../../../gateway/mqtt/backlog.ts';

const most = 25_600;

test.each([
  { bytes: 25_600, memory: 90_000, all: { sum: 90_000, most: 90_000 }, isCut: false, because: 'one may have so much' },
  { bytes: 25_601, memory: 90_000, all: { sum: 90_000, most: 90_000 }, isCut: true, because: 'one may not have more' },
  { bytes: 200, memory: 5001, all: { sum: 102_400, most: 10_000 }, isCut: false, because: 'all may have four times' },
  { bytes: 200, memory: 5001, all: { sum: 102_401, most: 10_000 }, isCut: true, because: 'and not more' },
  { bytes: 200, memory: 5000, all: { sum: 102_401, most: 10_000 }, isCut: false, because: 'another has twice as much' },
  { bytes: 50, memory: 100, all: { sum: 999_999, most: 100 }, isCut: false, because: 'next to nothing waits for it' },
])('$bytes bytes that take $memory of $all: cut off $isCut, since $because', ({ bytes, memory, all, isCut }) => {
  expect(isTooFarBehind({ bytes, memory }, () => all, most)).toBe(isCut);
});

test('the others are not looked at for who reads', () => {
  const all = () => {
    throw new Error('asked');
  };
  expect(isTooFarBehind({ bytes: 100, memory: 100 }, all, most)).toBe(false);
});

test('pieces count as long as anything waits', () => {
  const socket = {
    writableLength: 0,
    write(chunk: Uint8Array) {
      socket.writableLength += chunk.length;
      return true;
    },
  };
  const backlog = new Backlog(socket);
  const write = (bytes: number) => socket.write(new Uint8Array(bytes));
  for (let n = 1; n <= 3; n++) {
    write(10);
    expect(backlog.bytes).toBe(n * 150);
  }
  socket.writableLength = 5;
  write(10);
  expect(backlog.bytes).toBe(15 + 4 * 140);
  socket.writableLength = 0;
  expect(backlog.bytes).toBe(0);
  write(10);
  expect(allBacklogs([backlog, { bytes: 30 }])).toEqual({ sum: 180, most: 150 });
});
