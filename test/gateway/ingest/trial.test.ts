import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trialIn } from '../../../gateway/ingest/trial.ts';
import { keptMessages } from '../../../gateway/ingest/trial-messages.ts';
import { ownReader } from '../../../gateway/store/reader.ts';
import { tempDir } from '../../temp.ts';
import { Core, readings, status } from '../core.ts';

const one = (value: unknown) => ({ p_0: { v: [value] } });
/** The version before could read this database, or could not. */
const [readable, unreadable] = [ownReader, ownReader - 1];

/** Whether a descriptor of this process leads to the file, or led there until it was removed. */
function isOf(fd: string, file: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith(file);
  } catch {
    return false;
  }
}

function trialAt(dir: string, reads: number | null) {
  return { file: join(dir, 'trial-messages'), reads };
}

describe('a gateway on trial', () => {
  test('keeps what it acknowledges where the version before could not read its database, and that one takes it in once', () => {
    const dir = tempDir();
    const core = new Core({ trial: trialAt(dir, unreadable) });
    core.online();
    const answers = core.take(readings(core, { seq: 1, points: one(1) }), readings(core, { seq: 2, points: one(2) }));
    expect(answers).toEqual([null, null]);
    const kept = keptMessages(join(dir, 'trial-messages'));
    expect(kept.map(({ topic }) => topic.kind)).toEqual(['readings', 'readings']);
    // A power cut in the middle of a line: that message was not acknowledged.
    appendFileSync(join(dir, 'trial-messages'), '{"topic":"jari/v1');
    core.close();

    // The snapshot: a database that knows nothing of it.
    const before = new Core({ trial: trialAt(dir, null) });
    expect(before.read('tilt-se/p_0').map((item) => item.value)).toEqual([1, 2]);
    expect(existsSync(join(dir, 'trial-messages'))).toBe(false);
    before.online();
    // The agent sends once more what it had no acknowledgement for.
    expect(
      before.take(readings(before, { seq: 2, points: one(2) }), readings(before, { seq: 3, points: one(3) })),
    ).toEqual([null, null]);
    expect(before.read('tilt-se/p_0').map((item) => item.value)).toEqual([1, 2, 3]);
  });

  test('keeps nothing any more from its commit on, which removes what it kept', () => {
    const dir = tempDir();
    const core = new Core({ trial: trialAt(dir, unreadable) });
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    const open = () => readdirSync('/proc/self/fd').filter((fd) => isOf(fd, join(dir, 'trial-messages'))).length;
    expect(open()).toBe(1);
    rmSync(join(dir, 'trial-messages'));
    expect(core.take(readings(core, { seq: 2, points: one(2) }))).toEqual([null]);
    expect(core.take(readings(core, { seq: 3, points: one(3) }))).toEqual([null]);
    expect(open()).toBe(0);
    expect(existsSync(join(dir, 'trial-messages'))).toBe(false);
  });

  test('that went back works although what was kept cannot be read, and leaves it for the next start', () => {
    const dir = tempDir();
    // A folder in its place answers EISDIR, whoever asks.
    mkdirSync(join(dir, 'trial-messages'));
    const core = new Core({ trial: trialAt(dir, null) });
    core.online();
    expect(core.take(readings(core, { seq: 1, points: one(1) }))).toEqual([null]);
    expect(existsSync(join(dir, 'trial-messages'))).toBe(true);
  });

  test('keeps nothing beside a database that the version before still reads', () => {
    const dir = tempDir();
    const core = new Core({ trial: trialAt(dir, readable) });
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    expect(existsSync(join(dir, 'trial-messages'))).toBe(false);
  });

  test('acknowledges nothing that it cannot keep', () => {
    const dir = join(tempDir(), 'is-not-there');
    const core = new Core({ trial: trialAt(dir, unreadable) });
    const [error] = core.take(status({ epoch: 'e1', start: 1 }));
    expect(error?.message).toMatch(/ENOENT/);
    expect(core.ingest.isFailing()).toBe(true);
  });

  test('writes each message before it is acknowledged, in a form that any version reads', () => {
    const dir = tempDir();
    const core = new Core({ trial: trialAt(dir, unreadable) });
    core.online();
    core.take(readings(core, { seq: 1, points: one(1) }));
    const [line = ''] = readFileSync(join(dir, 'trial-messages'), 'utf8').trim().split('\n');
    expect(Object.keys(JSON.parse(line) as object)).toEqual(['topic', 'at', 'payload']);
  });
});

test.each([
  [{}, undefined],
  [{ JARI_UPGRADE_DIR: '' }, undefined],
  [{ JARI_UPGRADE_DIR: '/d/upgrade' }, { file: '/d/upgrade/trial-messages', reads: null }],
  [
    { JARI_UPGRADE_DIR: '/d/upgrade', JARI_TRIAL_READS: '1000' },
    { file: '/d/upgrade/trial-messages', reads: 1000 },
  ],
])('what an upgrade says in the environment: %o', (env, trial) => {
  expect(trialIn(env)).toEqual(trial);
});
