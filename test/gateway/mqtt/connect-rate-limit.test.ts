import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectRateLimit } from '../../../gateway/mqtt/connect-rate-limit.ts';

const account = (n: number) => `agent-${n}`;

describe('ConnectRateLimit', () => {
  test('lets twenty in at once, and the next twenty a second later', () => {
    const limit = new ConnectRateLimit();
    const ask = (count: number, now: number) =>
      Array.from({ length: count }, (_, n) => limit.ask(account(now + n), now)).filter((each) => each === 'yes');
    expect(ask(200, 0)).toHaveLength(20);
    expect(ask(200, 1000)).toHaveLength(0);
    expect(ask(200, 1101)).toHaveLength(20);
  });

  test('lets no more than twenty in within any second, however they come', () => {
    const gaps = fc.array(fc.oneof(fc.nat(20), fc.nat(400), fc.constant(0)), { minLength: 50, maxLength: 400 });
    fc.assert(
      fc.property(gaps, (all) => {
        const limit = new ConnectRateLimit();
        let now = 0;
        const allowed: number[] = [];
        for (const [n, gap] of all.entries()) {
          now += gap;
          if (limit.ask(account(n), now) === 'yes') allowed.push(now);
        }
        for (const at of allowed) {
          expect(allowed.filter((each) => each >= at && each <= at + 1000).length).toBeLessThanOrEqual(20);
        }
      }),
    );
  });

  test('lets one account in ten times in a row, then once a second, and others meanwhile', () => {
    const limit = new ConnectRateLimit();
    const came = (now: number) => limit.ask('box', now);
    expect(Array(11).fill(0).map(came)).toEqual([...Array(10).fill('yes'), 'account']);
    expect(limit.ask('other', 0)).toBe('yes');
    expect([999, 1000, 1001, 1999, 2000].map(came)).toEqual(['account', 'yes', 'account', 'account', 'yes']);
  });

  test('an account that is deferred in a loop takes nothing from the others', () => {
    const limit = new ConnectRateLimit();
    for (let n = 0; n < 1000; n++) limit.ask('loop', 0);
    const others = Array.from({ length: 10 }, (_, n) => limit.ask(account(n), 0));
    expect(others.every((each) => each === 'yes')).toBe(true);
  });

  test('an account that is deferred because all sign-ins of the moment are taken spends nothing of its own', () => {
    const limit = new ConnectRateLimit();
    for (let n = 0; n < 20; n++) limit.ask(account(n), 0);
    for (let n = 0; n < 50; n++) expect(limit.ask('box', 0)).toBe('broker');
    expect(Array.from({ length: 10 }, () => limit.ask('box', 2000))).toEqual(Array(10).fill('yes'));
  });

  test('more than three takeovers of one name in a minute are a storm, of several names not', () => {
    const limit = new ConnectRateLimit();
    expect([0, 1, 2].map((now) => limit.tookOver('box', now))).toEqual([false, false, false]);
    expect(limit.tookOver('other', 3)).toBe(false);
    expect(limit.tookOver('box', 60_000)).toBe(true);
    expect(limit.tookOver('box', 130_000)).toBe(false);
  });
});
