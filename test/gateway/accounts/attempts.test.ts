import { describe, expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Attempts } from '../../../gateway/accounts/attempts.ts';
import { networkOf } from '../../../gateway/accounts/network.ts';
import { here } from './fakes.ts';

const minute = 60_000;
const haeun = { name: 'haeun', address: here };

function opened() {
  const clock = new SimClock();
  const attempts = new Attempts(clock);
  const fail = (times: number, attempt = haeun) =>
    Array.from({ length: times }, () => attempts.failed(attempt)).findLast(() => true) ?? 0;
  return { clock, attempts, fail };
}

describe('failures of one name from one address', () => {
  test('lock from the fifth on, for 1, 2, 4, 8 and then 15 minutes', async () => {
    const { clock, attempts, fail } = opened();
    expect(fail(4)).toBe(0);
    expect(attempts.waitMs(haeun)).toBe(0);
    const locks: number[] = [];
    expect(fail(1)).toBe(minute);
    for (let i = 0; i < 6; i++) {
      locks.push(attempts.waitMs(haeun) / minute);
      await clock.advance(attempts.waitMs(haeun));
      expect(attempts.waitMs(haeun)).toBe(0);
      fail(5);
    }
    expect(locks).toEqual([1, 2, 4, 8, 15, 15]);
  });

  test('lock to the millisecond, by a clock that no one sets', async () => {
    const { clock, attempts, fail } = opened();
    fail(5);
    clock.stepWall(24 * 60 * minute);
    expect(attempts.waitMs(haeun)).toBe(minute);
    await clock.advance(minute - 1);
    expect(attempts.waitMs(haeun)).toBe(1);
    await clock.advance(1);
    expect(attempts.waitMs(haeun)).toBe(0);
  });

  test('lock neither another name from there nor this one from elsewhere', () => {
    const { attempts, fail } = opened();
    fail(5);
    expect(attempts.waitMs({ ...haeun, name: 'kim' })).toBe(0);
    expect(attempts.waitMs({ ...haeun, address: '192.0.2.2' })).toBe(0);
  });

  test('are over after the right password, and after an hour without one', async () => {
    const { clock, attempts, fail } = opened();
    fail(4);
    attempts.succeeded(haeun);
    expect(fail(4)).toBe(0);
    await clock.advance(60 * minute + 1);
    expect(fail(4)).toBe(0);
    expect(fail(1)).toBe(minute);
  });

  test('are forgiven with all others of that name when the password is reset, and no others', () => {
    const { attempts, fail } = opened();
    const other = { ...haeun, name: 'haeun-2' };
    fail(5);
    fail(5, other);
    attempts.forgive('haeun');
    expect(attempts.waitMs(haeun)).toBe(0);
    expect(attempts.waitMs(other)).toBe(minute);
  });
});

test('fifty failures of one name from many addresses lock it everywhere', () => {
  const { attempts } = opened();
  for (let i = 0; i < 49; i++) expect(attempts.failed({ ...haeun, address: `198.51.100.${i}` })).toBe(0);
  expect(attempts.failed({ ...haeun, address: '198.51.100.49' })).toBe(minute);
  expect(attempts.waitMs({ ...haeun, address: '203.0.113.1' })).toBe(minute);
});

test('fifty failures of many names from one address lock it for every name', () => {
  const { attempts } = opened();
  for (let i = 0; i < 49; i++) expect(attempts.failed({ ...haeun, name: `n${i}` })).toBe(0);
  expect(attempts.failed({ ...haeun, name: 'n49' })).toBe(minute);
  expect(attempts.waitMs({ ...haeun, name: 'new' })).toBe(minute);
});

test('a host that takes a new address of its own network for each guess is one address', () => {
  const { attempts } = opened();
  for (let i = 0; i < 5; i++) attempts.failed({ ...haeun, address: `2001:db8:1:2:${i}::1` });
  expect(attempts.waitMs({ ...haeun, address: '2001:db8:1:2:ffff:ffff:ffff:ffff' })).toBe(minute);
  expect(attempts.waitMs({ ...haeun, address: '2001:db8:1:3::1' })).toBe(0);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['2001:0DB8:0001:0002:0003:0004:0005:0006', '2001:db8:1:2::/64'],
  ['2001:db8::1:2:3:4', '2001:db8:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4::/64'],
  ['::ffff:999.0.0.1', '::ffff:999.0.0.1'],
  ['', ''],
])('the network of %j is %j', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('a flood of names takes no memory beyond its bound, and frees nobody who is locked', () => {
  const { attempts, fail } = opened();
  fail(5);
  for (let i = 0; i < 20_000; i++) attempts.failed({ name: `n${i}`, address: `2001:db8:${i.toString(16)}::1` });
  expect(attempts.size).toBeLessThanOrEqual(10_000);
  expect(attempts.waitMs(haeun)).toBe(minute);
});
