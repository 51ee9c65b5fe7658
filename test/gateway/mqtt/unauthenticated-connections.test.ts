import { describe, expect, test } from 'vitest';
import { ConnectionLimiter } from '../../../gateway/mqtt/unauthenticated-connections.ts';

describe('ConnectionLimiter', () => {
  /** A limiter that records the connections that were dropped. */
  function limiterOf(failures = 5) {
    const limiter = new ConnectionLimiter({ total: 4, perAddress: 2, failures, failureEveryMs: 100 });
    const evicted: string[] = [];
    const acquire = (who: string, now: number, address = who) => limiter.acquire(address, now, () => evicted.push(who));
    return { limiter, evicted, acquire };
  }

  test('limits the connections of one address; others find room', () => {
    const { acquire, evicted } = limiterOf();
    acquire('a1', 0, 'a');
    acquire('a2', 0, 'a');
    expect(acquire('a3', 999, 'a')).toBe('full');
    expect(acquire('b1', 999, 'b')).toBeTypeOf('object');
    expect(evicted).toEqual([]);
  });

  test('drops the oldest of an address, once it has waited a second, for a new one', () => {
    const { acquire, evicted, limiter } = limiterOf();
    acquire('a1', 0, 'a');
    acquire('a2', 500, 'a');
    expect(acquire('a3', 1000, 'a')).toBeTypeOf('object');
    expect(acquire('a4', 1000, 'a')).toBe('full');
    expect(evicted).toEqual(['a1']);
    expect(limiter.size).toBe(2);
  });

  test('drops the oldest of all for a new one when it is full', () => {
    const { acquire, evicted, limiter } = limiterOf();
    for (const [n, who] of ['a', 'b', 'c', 'd'].entries()) acquire(who, n);
    expect(acquire('e', 900)).toBe('full');
    expect(acquire('e', 1000)).toBeTypeOf('object');
    expect(evicted).toEqual(['a']);
    expect(limiter.size).toBe(4);
  });

  test('has room again as soon as one has signed in or closed', () => {
    const { acquire } = limiterOf();
    const [one, two] = [acquire('a1', 0, 'a'), acquire('a2', 0, 'a')];
    if (typeof one === 'string' || typeof two === 'string') throw new Error('no room');
    one.authenticated();
    expect(acquire('a3', 0, 'a')).toBeTypeOf('object');
    two.closed(0);
    expect(acquire('a4', 0, 'a')).toBeTypeOf('object');
  });

  test('counts connections that close without signing in as failures of their address, and forgives with time', () => {
    const { acquire } = limiterOf(3);
    const fail = (now: number, address: string) => {
      const slot = acquire(address, now);
      if (typeof slot === 'string') return slot;
      slot.closed(now);
      return 'allowed';
    };
    expect([0, 0, 0, 0].map((now) => fail(now, 'a'))).toEqual(['allowed', 'allowed', 'allowed', 'too-many-failures']);
    expect(fail(0, 'b')).toBe('allowed');
    expect([99, 100, 101].map((now) => fail(now, 'a'))).toEqual(['too-many-failures', 'allowed', 'too-many-failures']);
  });

  test('counts connections that are opened at once against the failures too', () => {
    const limiter = new ConnectionLimiter({ total: 50, perAddress: 50, failures: 10, failureEveryMs: 100 });
    let allowed = 0;
    for (let now = 0; now <= 2000; now += 100) {
      const together = Array.from({ length: 30 }, () => limiter.acquire('a', now, () => {}));
      for (const slot of together) {
        if (typeof slot === 'string') continue;
        allowed++;
        slot.closed(now);
      }
    }
    // Those opened before any had failed, and one per 100 ms.
    expect(allowed).toBeLessThanOrEqual(30 + 20);
    expect(allowed).toBeGreaterThanOrEqual(30 + 10);
  });

  test('counts no failure for one that signed in, or was told to retry later', () => {
    const { acquire } = limiterOf();
    for (let n = 0; n < 20; n++) {
      const slot = acquire('a', 0);
      if (typeof slot === 'string') throw new Error(slot);
      if (n % 2 === 0) slot.authenticated();
      else slot.deferred();
      slot.closed(0);
    }
    expect(acquire('a', 0)).toBeTypeOf('object');
  });

  test('remembers a thousand addresses at most', () => {
    const { limiter } = limiterOf();
    for (let n = 0; n < 5000; n++) {
      const slot = limiter.acquire(`10.0.${n >> 8}.${n & 255}`, n, () => {});
      if (typeof slot !== 'string') slot.closed(n);
    }
    expect(limiter.size).toBe(0);
    expect(limiter.remembered).toBeLessThanOrEqual(1000);
  });
});
