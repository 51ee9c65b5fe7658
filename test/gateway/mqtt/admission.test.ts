import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Admission } from '../../../gateway/mqtt/admission.ts';
import { Strangers } from '../../../gateway/mqtt/strangers.ts';

const account = (n: number) => `agent-${n}`;

describe('admission', () => {
  test('lets twenty in at once, and the next twenty a second later', () => {
    const admission = new Admission();
    const ask = (count: number, now: number) =>
      Array.from({ length: count }, (_, n) => admission.ask(account(now + n), now)).filter((each) => each === 'yes');
    expect(ask(200, 0)).toHaveLength(20);
    expect(ask(200, 1000)).toHaveLength(0);
    expect(ask(200, 1101)).toHaveLength(20);
  });

  test('lets no more than twenty in within any second, however they come', () => {
    const gaps = fc.array(fc.oneof(fc.nat(20), fc.nat(400), fc.constant(0)), { minLength: 50, maxLength: 400 });
    fc.assert(
      fc.property(gaps, (all) => {
        const admission = new Admission();
        let now = 0;
        const admitted: number[] = [];
        for (const [n, gap] of all.entries()) {
          now += gap;
          if (admission.ask(account(n), now) === 'yes') admitted.push(now);
        }
        for (const at of admitted) {
          expect(admitted.filter((each) => each >= at && each <= at + 1000).length).toBeLessThanOrEqual(20);
        }
      }),
    );
  });

  test('lets one account in ten times in a row, then once a second, and others meanwhile', () => {
    const admission = new Admission();
    const came = (now: number) => admission.ask('box', now);
    expect(Array(11).fill(0).map(came)).toEqual([...Array(10).fill('yes'), 'account']);
    expect(admission.ask('other', 0)).toBe('yes');
    expect([999, 1000, 1001, 1999, 2000].map(came)).toEqual(['account', 'yes', 'account', 'account', 'yes']);
  });

  test('an account that is held back in a loop takes no place from the others', () => {
    const admission = new Admission();
    for (let n = 0; n < 1000; n++) admission.ask('loop', 0);
    const others = Array.from({ length: 10 }, (_, n) => admission.ask(account(n), 0));
    expect(others.every((each) => each === 'yes')).toBe(true);
  });

  test('who is held back because all places are taken spends nothing of its own', () => {
    const admission = new Admission();
    for (let n = 0; n < 20; n++) admission.ask(account(n), 0);
    for (let n = 0; n < 50; n++) expect(admission.ask('box', 0)).toBe('broker');
    expect(Array.from({ length: 10 }, () => admission.ask('box', 2000))).toEqual(Array(10).fill('yes'));
  });

  test('more than three takeovers of one name in a minute are a storm, of several names not', () => {
    const admission = new Admission();
    expect([0, 1, 2].map((now) => admission.tookOver('box', now))).toEqual([false, false, false]);
    expect(admission.tookOver('other', 3)).toBe(false);
    expect(admission.tookOver('box', 60_000)).toBe(true);
    expect(admission.tookOver('box', 130_000)).toBe(false);
  });
});

describe('strangers at the door', () => {
  /** A door that tells who was turned out. */
  function door(failures = 5) {
    const strangers = new Strangers({ total: 4, perAddress: 2, failures, failureEveryMs: 100 });
    const turnedOut: string[] = [];
    const arrive = (who: string, now: number, address = who) =>
      strangers.arrive(address, now, () => turnedOut.push(who));
    return { strangers, turnedOut, arrive };
  }

  test('of one address are as many as it may have; others find room', () => {
    const { arrive, turnedOut } = door();
    arrive('a1', 0, 'a');
    arrive('a2', 0, 'a');
    expect(arrive('a3', 999, 'a')).toBe('crowd');
    expect(arrive('b1', 999, 'b')).toBeTypeOf('object');
    expect(turnedOut).toEqual([]);
  });

  test('who has stood there for a second goes when a newcomer of its address finds no room', () => {
    const { arrive, turnedOut, strangers } = door();
    arrive('a1', 0, 'a');
    arrive('a2', 500, 'a');
    expect(arrive('a3', 1000, 'a')).toBeTypeOf('object');
    expect(arrive('a4', 1000, 'a')).toBe('crowd');
    expect(turnedOut).toEqual(['a1']);
    expect(strangers.size).toBe(2);
  });

  test('who has stood there longest of all goes when the door is full', () => {
    const { arrive, turnedOut, strangers } = door();
    for (const [n, who] of ['a', 'b', 'c', 'd'].entries()) arrive(who, n);
    expect(arrive('e', 900)).toBe('crowd');
    expect(arrive('e', 1000)).toBeTypeOf('object');
    expect(turnedOut).toEqual(['a']);
    expect(strangers.size).toBe(4);
  });

  test('leave room as soon as they have signed in or gone', () => {
    const { arrive } = door();
    const [one, two] = [arrive('a1', 0, 'a'), arrive('a2', 0, 'a')];
    if (typeof one === 'string' || typeof two === 'string') throw new Error('no room');
    one.signedIn();
    expect(arrive('a3', 0, 'a')).toBeTypeOf('object');
    two.gone(0);
    expect(arrive('a4', 0, 'a')).toBeTypeOf('object');
  });

  test('who go without signing in use up what their address has, and time gives it back', () => {
    const { arrive } = door(3);
    const fail = (now: number, address: string) => {
      const place = arrive(address, now);
      if (typeof place === 'string') return place;
      place.gone(now);
      return 'looked at';
    };
    expect([0, 0, 0, 0].map((now) => fail(now, 'a'))).toEqual(['looked at', 'looked at', 'looked at', 'failures']);
    expect(fail(0, 'b')).toBe('looked at');
    expect([99, 100, 101].map((now) => fail(now, 'a'))).toEqual(['failures', 'looked at', 'failures']);
  });

  test('cannot come at once to get around the count of failures', () => {
    const strangers = new Strangers({ total: 50, perAddress: 50, failures: 10, failureEveryMs: 100 });
    let looked = 0;
    for (let now = 0; now <= 2000; now += 100) {
      const together = Array.from({ length: 30 }, () => strangers.arrive('a', now, () => {}));
      for (const place of together) {
        if (typeof place === 'string') continue;
        looked++;
        place.gone(now);
      }
    }
    // Those that came before any had failed, and one each 100 ms.
    expect(looked).toBeLessThanOrEqual(30 + 20);
    expect(looked).toBeGreaterThanOrEqual(30 + 10);
  });

  test('who signed in, or was told to come later, has not failed when it goes', () => {
    const { arrive } = door();
    for (let n = 0; n < 20; n++) {
      const place = arrive('a', 0);
      if (typeof place === 'string') throw new Error(place);
      if (n % 2 === 0) place.signedIn();
      else place.heldBack();
      place.gone(0);
    }
    expect(arrive('a', 0)).toBeTypeOf('object');
  });

  test('of ever new addresses are forgotten but for a thousand', () => {
    const { strangers } = door();
    for (let n = 0; n < 5000; n++) {
      const place = strangers.arrive(`10.0.${n >> 8}.${n & 255}`, n, () => {});
      if (typeof place !== 'string') place.gone(n);
    }
    expect(strangers.size).toBe(0);
    expect(strangers.remembered).toBeLessThanOrEqual(1000);
  });
});
