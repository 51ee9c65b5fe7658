import { describe, expect, test } from 'vitest';
import type { UpgradeFailure } from '../../contract/reasons/upgrade.ts';
import type { Sign } from '../../contract/upgrade.ts';
import { randomOf } from './random.ts';
import { type Behaviour, base, fast, quick, releaseOf, releases, World } from './world.ts';

const next = `${releases}/2.0.0`;
const wholeMs = 18_000;
async function upgraded(behaviour: Behaviour): Promise<World> {
  const world = new World({ '2.0.0': behaviour });
  await world.try(releaseOf('2.0.0'));
  await world.run(wholeMs);
  return world;
}

describe('an upgrade', () => {
  test('measures what runs, tries the new version for ten minutes, and commits it', async () => {
    const world = await upgraded({});
    expect(world.folder.current()).toBe(next);
    expect(world.folder.state()).toEqual({ kind: 'none' });
    expect(world.folder.last()).toMatchObject({ outcome: 'committed', reason: null, setAside: null });
    const starts = world.events.filter((event) => event.startsWith('start'));
    expect(starts).toEqual(['start 1.0.0', 'start 2.0.0 on trial']);
    expect(world.database().rows).toContain('first');
  });

  test('commits where no network is there at all', async () => {
    const alone = await upgraded({
      sign: (_at, usual) => ({ ...usual, sources: 0, done: 0, chain: { standing: 'broken', broken: ['agent'] } }),
    });
    expect(alone.folder.last()).toMatchObject({ outcome: 'committed' });
  });

  const failing = (change: (at: number, usual: Sign) => Partial<Sign>): Behaviour => ({
    sign: (at, usual) => ({ ...usual, ...change(at, usual) }),
  });
  test.each<[string, Behaviour, Partial<UpgradeFailure>]>([
    ['polls a third less', { pollsPerMinute: 4200 }, { code: 'polls-fell', before: 6000, now: 4200 }],
    [
      'breaks the alert chain',
      failing((at) => ({ chain: at > 3000 ? { standing: 'broken', broken: ['rule'] } : null })),
      { code: 'chain-broken', hops: ['rule'] },
    ],
    [
      'never proves the alert chain',
      failing(() => ({ chain: { standing: 'unproven', broken: [] } })),
      { code: 'chain-unproven' },
    ],
    ['leaks', failing((at) => ({ rss: 100e6 + at * 10_000 })), { code: 'memory-grew' }],
    ['ends at its start', { endsAt: 0, sign: () => null }, { code: 'crashed', times: 3, detail: 'signal SIGABRT' }],
    ['ends after it worked', { endsAt: 4000 }, { code: 'crashed', times: 1, detail: 'signal SIGABRT' }],
    ['never comes up', { sign: () => null }, { code: 'not-started' }],
    ['stands still', { sign: (at, usual) => (at > 3000 ? null : usual) }, { code: 'silent' }],
    [
      'cannot write',
      failing(() => ({ failing: 'store: SQLITE_IOERR_WRITE' })),
      { code: 'work-failing', work: 'store', detail: 'SQLITE_IOERR_WRITE' },
    ],
    [
      'holds up its loop',
      failing(() => ({ failing: 'loop: held up for 6 s' })),
      { code: 'work-failing', work: 'loop' },
    ],
    ['turns agents away', failing(() => ({ sources: 1, refused: 9 })), { code: 'agents-refused', before: 3, now: 1 }],
  ])('goes back by itself within twelve minutes from one that %s', async (_name, behaviour, reason) => {
    const world = new World({ '2.0.0': behaviour });
    await world.try(releaseOf('2.0.0'));
    await world.run(fast.measureMs + 500);
    await world.run(12_000);
    expect(world.folder.last()).toMatchObject({ outcome: 'went-back', reason });
    expect(world.folder.current()).toBeNull();
    expect(world.events.at(-1)).toBe('start 1.0.0');
  });

  test('overlooks a fault that passes', async () => {
    const world = await upgraded({
      sign: (at, usual) => ({ ...usual, failing: at > 3000 && at < 3500 ? 'broker: takes no connection' : null }),
    });
    expect(world.folder.last()).toMatchObject({ outcome: 'committed' });
  });

  test('keeps the database of a version that only added to it, with all that was written meanwhile', async () => {
    const world = await upgraded({ schema: 1, endsAt: 4000 });
    expect(world.folder.last()).toMatchObject({ outcome: 'went-back', setAside: null });
    expect(world.database().rows.some((row) => row.startsWith('2.0.0'))).toBe(true);
  });

  test('puts the snapshot back where the version before could not read it any more, and sets the other aside', async () => {
    const world = await upgraded({ schema: 2, endsAt: 4000 });
    const { setAside } = world.folder.last() ?? {};
    expect(setAside).toBe(`${world.folder.path}/set-aside/2.0.0`);
    expect(world.disk.text(`${setAside}/gateway.db`)).toContain('2.0.0-');
    expect(world.database().schema).toBe(1);
    // All that the version before had acknowledged, and what it has since.
    const own = world.database().rows.filter((row) => row.startsWith('1.0.0'));
    expect(own.length).toBeGreaterThan(fast.measureMs / 250);
  });

  test('is not begun where the database could not be copied, and says why', async () => {
    const world = new World();
    await world.try(releaseOf('2.0.0'));
    world.disk.free = 1000;
    await world.run(wholeMs);
    expect(world.folder.last()).toMatchObject({ outcome: 'went-back', reason: { code: 'no-room' } });
    expect(world.events.join()).not.toContain('2.0.0 on trial');
  });

  test('goes back from a release that was damaged on the disk', async () => {
    const world = new World();
    await world.try(releaseOf('2.0.0'));
    world.disk.remove(`${next}/app/jari.js`);
    await world.run(wholeMs);
    expect(world.folder.last()).toMatchObject({ reason: { code: 'release-damaged', path: 'app/jari.js' } });
  });

  test.each([
    ['commit', 'committed', null],
    ['back', 'went-back', { code: 'asked' }],
  ] as const)('is ended at once by who asks to %s', async (word, outcome, reason) => {
    const world = new World();
    await world.try(releaseOf('2.0.0'));
    await world.run(fast.measureMs + 1000);
    world.folder.ask(word);
    await world.run(1000);
    expect(world.folder.last()).toMatchObject({ outcome, reason });
    expect(world.folder.asked()).toBeNull();
  });

  test('begins its trial again after a stop, which counts for nothing, and goes back after more than five kills', async () => {
    const world = new World();
    await world.try(releaseOf('2.0.0'));
    await world.run(fast.measureMs + 1000);
    for (const _ of [1, 2, 3]) {
      const stop = new AbortController();
      setImmediate(() => stop.abort());
      await world.run(1000, stop);
    }
    const stopped = world.folder.state();
    expect(stopped).toMatchObject({
      kind: 'there',
      state: { phase: 'trial', interruptions: 1, trialAt: expect.any(Number) },
    });
    for (const _ of [1, 2, 3, 4, 5, 6]) await world.run(1000);
    expect(world.folder.last()).toMatchObject({ outcome: 'went-back', reason: { code: 'interrupted', times: 6 } });
  });

  test('runs what it can read where the state itself was damaged', async () => {
    const world = new World({ '2.0.0': { schema: 2 } });
    await world.try(releaseOf('2.0.0'));
    await world.run(fast.measureMs + 2000);
    expect(world.database().schema).toBe(2);
    world.disk.put(`${world.folder.path}/state.json`, '{"v":1');
    await world.run(1000);
    expect(world.folder.state()).toEqual({ kind: 'none' });
    expect(world.events.at(-1)).toBe('start 1.0.0');
    expect(world.database().schema).toBe(1);
  });

  test('keeps the new version where the snapshot that the old one needs was damaged: one that runs is better than none', async () => {
    const world = new World({ '2.0.0': { schema: 2, endsAt: 4000 } });
    await world.try(releaseOf('2.0.0'));
    await world.run(fast.measureMs + 1000);
    world.disk.put(`${world.folder.snapshot}/gateway.db`, '{"schema":1,"rows":[]}');
    await world.run(5000);
    expect(world.folder.last()).toMatchObject({ outcome: 'committed', reason: { code: 'crashed' } });
    expect(world.folder.current()).toBe(next);
  });
});

describe('a power cut at any step of an upgrade', () => {
  test.each<[string, Behaviour, 'committed' | 'went-back']>([
    ['that commits', { schema: 2 }, 'committed'],
    ['that goes back', { schema: 2, endsAt: 1000 }, 'went-back'],
  ])(
    '%s leaves the old version or the new one with a database that it reads, and it ends as it would have',
    async (_name, behaviour, outcome) => {
      const cutMs = 6000;
      const begin = async () => {
        const world = new World({ '2.0.0': behaviour });
        await world.try(releaseOf('2.0.0'), { limits: quick });
        world.disk.settle();
        return world;
      };
      const whole = await begin();
      const first = whole.disk.steps;
      await whole.run(cutMs);
      const { steps } = whole.disk;
      expect(steps - first).toBeGreaterThan(40);
      for (let cutAt = first; cutAt < steps; cutAt++) {
        const world = await begin();
        world.disk.cutAt = cutAt;
        expect(await world.run(cutMs)).toBe(true);
        world.disk.reboot(randomOf(cutAt));
        expect(world.disk.exists(`${world.chosen()}/jari`), `step ${cutAt}`).toBe(true);
        expect(await world.run(cutMs)).toBe(false);
        expect(world.folder.last()?.outcome, `step ${cutAt}`).toBe(outcome);
        expect(world.folder.state().kind).toBe('none');
        expect(world.chosen()).toBe(outcome === 'committed' ? next : base.dir);
        const { schema, rows } = world.database();
        expect(schema, `step ${cutAt}`).toBe(outcome === 'committed' ? 2 : 1);
        expect(rows[0]).toBe('first');
        expect(rows.at(-1)).toMatch(outcome === 'committed' ? /^2/ : /^1/);
      }
    },
  );
});
