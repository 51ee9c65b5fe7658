import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredLatest } from '../../../gateway/store/latest.ts';
import { tempDir } from '../../temp.ts';
import { agentId, Core, readings, siteId } from '../core.ts';

const value = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(-0, null));
const column = fc
  .array(fc.tuple(value, fc.constantFrom(null, null, 'noisy' as const), fc.integer({ min: -3000, max: 3000 })), {
    minLength: 1,
    maxLength: 3,
  })
  .chain((rows) =>
    fc.record({
      dt: fc.constant(rows.map(([, , dt]) => dt)),
      v: fc.constant(rows.map(([v]) => v)),
      q: fc.constant(rows.map(([, q]) => q)),
    }),
  );
const step = fc.record({
  of: fc.array(fc.record({ points: fc.dictionary(fc.constantFrom('p_0', 'p_1'), column), isLate: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  }),
  ends: fc.constantFrom('kept', 'kept', 'kept', 'failed', 'sealed', 'begun again'),
});

describe('last values, written behind the log', () => {
  test('are after a kill at any commit those that the gateway held', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const core = new Core();
        let [epoch, start, seq] = ['e1', 1, 0];
        core.online(epoch, start);
        for (const { of, ends } of steps) {
          if (ends === 'begun again') {
            start++;
            epoch = `e${start}`;
            core.online(epoch, start);
          }
          const messages = of.map(({ points, isLate }) =>
            readings(core, { seq: ++seq, epoch: isLate ? 'e0' : epoch, start: isLate ? 1 : start, points }),
          );
          core.take(...messages);
          if (ends === 'failed') expect(() => core.store.commit(refused(core))).toThrow('refused');
          if (ends === 'sealed') core.store.sealer.sealAll();
          expect(afterKill(core)).toEqual(held(core));
        }
        core.close();
      }),
      { numRuns: 60 },
    );
  });

  test('are in their table once in 25 readings, and in the log until then', () => {
    const core = new Core();
    core.online();
    const rows = () => core.store.db.prepare('SELECT count(*), max(seq) FROM latest').raw().get();
    for (let seq = 1; seq <= 25; seq++) core.take(readings(core, { seq, points: { p_0: { v: [seq] } } }));
    expect(rows()).toEqual([0, null]);
    core.take(readings(core, { seq: 26, points: { p_0: { v: [26] } } }));
    expect(rows()).toEqual([1, 25]);
    expect(core.store.latest.upTo()).toBe(core.store.messages.last - 1);
  });

  test('keep their messages in the log until they are written, however often it is sealed', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: { p_0: { v: [7] } } }));
    core.store.sealer.sealAll();
    expect(core.store.db.prepare('SELECT count(*) FROM log').pluck().get()).toBe(1);
    expect(afterKill(core)).toEqual(held(core));
  });

  test('are all in their table once the gateway has closed', () => {
    const core = new Core();
    core.online();
    core.take(readings(core, { seq: 1, points: { p_0: { v: [7] }, p_1: { v: [8] } } }));
    const before = held(core);
    core.close();
    const again = new Core({ dir: core.dir });
    expect(again.store.db.prepare('SELECT count(*) FROM latest').pluck().get()).toBe(2);
    expect(held(again)).toEqual(before);
  });
});

/** Reaches its end, and fails there. */
function refused(core: Core): () => void {
  return () => {
    core.store.latest.note(1, { ...nothing, value: 99 });
    throw new Error('refused');
  };
}

const nothing: StoredLatest = {
  ...{ epoch: 1, seq: 1, at: null, time: 'none', receivedAt: 1 },
  ...{ value: null, fault: null, lastGood: null },
};

type Held = Record<string, StoredLatest | null>;

/** What the gateway holds of each point, without what a restart forgets. */
function held(core: Core): Held {
  const devices = [...(core.fleet.agent(siteId, agentId)?.devices.values() ?? [])];
  return Object.fromEntries(
    devices.flatMap(({ points }) =>
      [...points.values()].map((point) => {
        const { mono: _mono, ...stored } = point.held ?? { ...nothing, mono: 0 };
        return [point.ref, point.held === null ? null : stored];
      }),
    ),
  );
}

/** What another gateway would hold that began on the files as they are on disk now. */
function afterKill(core: Core): Held {
  const dir = tempDir();
  for (const name of readdirSync(core.dir))
    if (!name.endsWith('-shm')) copyFileSync(join(core.dir, name), join(dir, name));
  const copy = new Core({ dir, clock: core.clock });
  const found = held(copy);
  copy.close();
  return found;
}
