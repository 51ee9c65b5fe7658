import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { DiskRoom } from '../../../gateway/store/disk-room.ts';

const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });

function room() {
  const clock = new SimClock();
  let free = 0;
  const it = new DiskRoom({ dir: '/nowhere', clock, free: () => free });
  const leave = (bytes: number) => {
    free = bytes;
  };
  return { clock, it, leave };
}

test('a disk that is full for a moment is waited for, and one that stays full is said so', async () => {
  const { clock, it } = room();
  expect(it.failed(full)).toBeUndefined();
  await clock.advance(4900);
  expect(it.failed(full)).toBeUndefined();
  await clock.advance(200);
  expect(it.failed(full)).toBe('SQLITE_FULL');
});

test('a commit that finds a place in the log is no room, and one with room on the disk is', async () => {
  const { clock, it, leave } = room();
  it.failed(full);
  await clock.advance(3000);
  it.succeeded();
  await clock.advance(3000);
  expect(it.failed(full)).toBe('SQLITE_FULL');
  leave(50_000_000);
  it.succeeded();
  expect(it.failed(full)).toBeUndefined();
});

test('another failure says nothing of the room', async () => {
  const { clock, it } = room();
  it.failed(full);
  await clock.advance(10_000);
  expect(it.failed(Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_WRITE' }))).toBeUndefined();
});
