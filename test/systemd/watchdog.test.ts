import { describe, expect, test } from 'vitest';
import { SimClock } from '../../contract/sim-clock.ts';
import type { WorkCheck } from '../../contract/supervisor.ts';
import { busWork, outboxWork } from '../../edge/work.ts';
import { storeWork } from '../../gateway/store/store-work.ts';
import { watch } from '../../systemd/watchdog.ts';

const everyMs = 15_000;

/** One round after the other; `said` holds each feeding as `fed`, and what is told of. */
function watched(checks: readonly WorkCheck[]) {
  const clock = new SimClock();
  const said: (string | null)[] = [];
  const delay = { ms: 0 };
  const log = { info: () => {}, warn: () => {} };
  const end = watch({
    ...{ clock, log, checks, everyMs },
    longestDelayMs: () => delay.ms,
    feed: () => said.push('fed'),
    tell: (why) => said.push(why),
  });
  return { clock, said, delay, end };
}

const check = (look: WorkCheck['look']): WorkCheck => ({ name: 'work', look });

describe('the watchdog', () => {
  test('is fed once a round while every kind of work goes on, and no longer once it ends', async () => {
    const { clock, said, end } = watched([check(async () => null), check(async () => null)]);
    await clock.advance(3 * everyMs);
    expect(said).toEqual(['fed', 'fed', 'fed']);
    end();
    await clock.advance(3 * everyMs);
    expect(said).toHaveLength(3);
    expect(clock.pending()).toBe(0);
  });

  test.each<[name: string, look: WorkCheck['look'], why: string]>([
    ['says that it was not done', async () => 'nothing ended', 'work: nothing ended'],
    ['fails', () => Promise.reject(new Error('disk I/O error')), 'work: disk I/O error'],
    ['never answers', () => new Promise(() => {}), 'work: does not end'],
  ])('is not fed while one kind of work %s, and says why once', async (_name, look, why) => {
    const { clock, said, end } = watched([check(async () => null), check(look)]);
    await clock.advance(5 * everyMs);
    expect(said).toEqual([why]);
    end();
  });

  test('is not fed while the event loop is held up, and is again afterwards', async () => {
    const { clock, said, delay, end } = watched([check(async () => null)]);
    delay.ms = 6000;
    await clock.advance(2 * everyMs);
    expect(said).toEqual(['loop: held up for 6 s']);
    delay.ms = 100;
    await clock.advance(everyMs);
    expect(said).toEqual(['loop: held up for 6 s', 'fed', null]);
    end();
  });
});

describe('the work of an agent', () => {
  test('is done when every bus has ended a turn since the last look', async () => {
    const turns = new Map([
      ['rs485-1', 5],
      ['lora', 9],
    ]);
    const { look } = busWork(() => new Map(turns));
    expect(await look()).toBeNull();
    turns.set('rs485-1', 6).set('lora', 10);
    expect(await look()).toBeNull();
    turns.set('rs485-1', 7);
    expect(await look()).toBe('lora: no poll ended');
  });

  test('is not done when the outbox does not answer', async () => {
    expect(await outboxWork({ page: async () => [] }).look()).toBeNull();
    await expect(outboxWork({ page: () => Promise.reject(new Error('outbox worker ended')) }).look()).rejects.toThrow();
  });
});

describe('the work of a store', () => {
  const storeThat = (touch: () => void) => ({ commits: 0, touch });
  const sqliteError = (code: string) => Object.assign(new Error(code), { code });

  test('is a commit of its own only where nothing else was committed', async () => {
    let touched = 0;
    const store = storeThat(() => {
      touched++;
      store.commits++;
    });
    const { look } = storeWork(store);
    store.commits = 7;
    expect(await look()).toBeNull();
    expect(touched).toBe(0);
    expect(await look()).toBeNull();
    expect(touched).toBe(1);
    expect(await look()).toBeNull();
    expect(touched).toBe(2);
  });

  test.each([
    ['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_FSYNC'],
    ['SQLITE_READONLY', 'SQLITE_READONLY'],
    // A start makes no room.
    ['SQLITE_FULL', null],
  ])('that answers %s is %s', async (code, said) => {
    const { look } = storeWork(
      storeThat(() => {
        throw sqliteError(code);
      }),
    );
    expect(await look()).toBe(said);
  });
});
