import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../temp.ts';
import { Core, readings, status } from '../core.ts';

/** Some about the border of two blocks of digests. */
const seq = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 250, max: 262 }));
const what = fc.constantFrom(
  'reading',
  'reading',
  'reading',
  'nothing',
  'unknown point',
  'unknown device',
  'malformed',
);
const sent = fc.record({ seq, what, epoch: fc.constantFrom('e1', 'e1', 'e2'), value: fc.integer() });
const step = fc.record({
  of: fc.array(sent, { minLength: 1, maxLength: 20 }),
  ends: fc.constantFrom('kept', 'kept', 'kept', 'failed', 'sealed', 'gave up', 'much of another'),
});
type Sent = Omit<typeof sent extends fc.Arbitrary<infer T> ? T : never, 'epoch'> & { epoch: string };

describe('what has come, written behind the log', () => {
  test('is after a kill at any commit what the gateway knew: nothing is new twice, nothing that never came is known', {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
        const core = new Core();
        core.online();
        const came = new Map<string, Sent>();
        const lost = { e1: new Set<number>(), e2: new Set<number>() };
        let other = 0;
        for (const { of, ends } of steps) {
          if (ends === 'failed') {
            expect(failing(core, of).every((answer) => answer !== null)).toBe(true);
          } else {
            core.take(...of.map((one) => message(core, one)));
            for (const one of of) if (!came.has(keyOf(one))) came.set(keyOf(one), one);
          }
          if (ends === 'sealed') core.store.sealer.sealAll();
          // So much that what is behind for longest is written with one of the next commits.
          if (ends === 'much of another') {
            const much = Array.from(
              { length: 245 },
              () => ({ seq: ++other, what: 'reading', epoch: 'e9', value: 1 }) as const,
            );
            core.take(...much.map((one) => message(core, one)));
          }
          if (ends === 'gave up') {
            core.take(status({ lost: [{ epoch: 'e2', from: 5, to: 9, why: 'thinned' }] }));
            for (let n = 5; n <= 9; n++) lost.e2.add(n);
          }
          const missing = holes(came, 'e1', lost.e1) + holes(came, 'e2', lost.e2);
          expect(core.counts()).toMatchObject({ missing });
          const copy = afterKill(core);
          const { duplicates, conflicts, ...before } = copy.counts();
          expect(before).toMatchObject({ missing });
          copy.take(...[...came.values()].map((one) => message(core, one)));
          expect(copy.counts()).toEqual({ ...before, duplicates: duplicates + came.size, conflicts });
          const others = [...came.values()].filter((one) => one.what !== 'malformed').map(otherwise);
          copy.take(...others.map((one) => message(core, one)));
          expect(copy.counts()).toMatchObject({ conflicts: conflicts + others.length });
          copy.close();
        }
        core.close();
      }),
      { numRuns: 60 },
    );
  });

  test('is in its table once in 256 messages, and in the log until then, however often that is sealed', () => {
    const core = new Core();
    core.online();
    const table = () => core.store.db.prepare('SELECT missing, length(received) FROM epochs').raw().get();
    for (let n = 1; n <= 256; n++) core.take(message(core, { seq: n, what: 'reading', epoch: 'e1', value: n }));
    core.store.sealer.sealAll();
    expect(table()).toEqual([0, 0]);
    expect(core.store.db.prepare('SELECT count(*) FROM log').pluck().get()).toBe(256);
    core.take(message(core, { seq: 257, what: 'reading', epoch: 'e1', value: 257 }));
    // One range, from 1 to 257.
    expect(table()).toEqual([0, 3]);
    expect(core.store.epochs.upTo()).toBe(Number.POSITIVE_INFINITY);
  });

  test('is in its table at once where the log does not tell it', () => {
    const core = new Core();
    core.online();
    for (const [n, kind] of (['nothing', 'unknown point', 'unknown device', 'malformed'] as const).entries()) {
      core.take(message(core, { seq: n + 1, what: kind, epoch: 'e1', value: 1 }));
      expect(core.store.epochs.upTo()).toBe(Number.POSITIVE_INFINITY);
    }
  });

  test('is all in its table once the gateway has closed', () => {
    const core = new Core();
    core.online();
    core.take(message(core, { seq: 7, what: 'reading', epoch: 'e1', value: 7 }));
    core.close();
    const again = new Core({ dir: core.dir });
    expect(again.store.db.prepare('SELECT missing FROM epochs').pluck().get()).toBe(6);
    expect(again.store.db.prepare('SELECT count(*) FROM digests').pluck().get()).toBe(1);
  });

  test('is remembered of more epochs than are kept in memory', () => {
    const core = new Core();
    core.online();
    const all = Array.from({ length: 600 }, (_, n) => ({ seq: 1, what: 'reading', epoch: `e${n}`, value: n }) as const);
    for (const one of all) {
      core.take(message(core, one));
      if (one.value === 300) core.store.commit(() => core.store.epochs.writeAll());
    }
    core.take(...all.map((one) => message(core, one)));
    expect(core.counts()).toMatchObject({ duplicates: 600, conflicts: 0 });
    core.take(...all.map((one) => message(core, otherwise(one))));
    expect(core.counts()).toMatchObject({ duplicates: 600, conflicts: 600 });
  });
});

const at = Date.UTC(2026, 10, 30);

function message(core: Core, { seq, what, epoch, value }: Sent) {
  const column = { v: [value] };
  const points = { reading: { p_0: column }, nothing: {}, 'unknown point': { other: column } };
  const more = { seq, epoch, at: at + (what === 'nothing' ? value : 0) };
  switch (what) {
    case 'unknown device':
      return readings(core, { ...more, device: 'ghost', points: points.reading });
    case 'malformed': {
      const { topic, body } = readings(core, { ...more, points: {} });
      return { topic, body: { ...body, points: 'none' } };
    }
    default:
      return readings(core, { ...more, points: points[what] });
  }
}

const keyOf = ({ epoch, seq }: Pick<Sent, 'epoch' | 'seq'>) => `${epoch} ${seq}`;
const otherwise = (one: Sent): Sent => ({ ...one, value: one.value + 1 });

function holes(came: ReadonlyMap<string, unknown>, epoch: 'e1' | 'e2', lost: ReadonlySet<number>): number {
  const known = Array.from({ length: 300 }, (_, n) => n + 1).filter(
    (n) => lost.has(n) || came.has(keyOf({ epoch, seq: n })),
  );
  return Math.max(0, ...known) - known.length;
}

/** Sends them into a commit for which the disk has no room at its end. */
function failing(core: Core, of: readonly Sent[]): (Error | null)[] {
  const { write } = core.store.sealer;
  core.store.sealer.write = () => {
    throw Object.assign(new Error('the disk is full'), { code: 'SQLITE_FULL' });
  };
  const answers = core.take(...of.map((one) => message(core, one)));
  core.store.sealer.write = write;
  return answers;
}

/** Another gateway that begins on the files as they are on disk now. */
function afterKill(core: Core): Core {
  const dir = tempDir();
  for (const name of readdirSync(core.dir))
    if (!name.endsWith('-shm')) copyFileSync(join(core.dir, name), join(dir, name));
  return new Core({ dir, clock: core.clock });
}
