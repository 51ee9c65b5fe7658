import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity } from 'age-encryption';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../../contract/input-error.ts';
import { BackupError } from '../../../gateway/backup/backup-error.ts';
import { copyName, labelName } from '../../../gateway/backup/manifest.ts';
import { checkLabel, type OpenOptions, restore } from '../../../gateway/backup/restore.ts';
import { type Made, makeBackup } from '../../../gateway/backup/run.ts';
import { runBackupVerify } from '../../../gateway/cli/backup/copies.ts';
import { ownReader } from '../../../gateway/store/reader.ts';
import { openStoredHistory } from '../../../gateway/store/stored-history.ts';
import { tempDir } from '../../temp.ts';
import { ref } from '../core.ts';
import { type BackupWorld, backupWorld, runOptions, take } from './backup-world.ts';

const point = 'climate-1/temperature';

async function made(world: BackupWorld, more: Parameters<typeof runOptions>[1] = {}): Promise<Made> {
  const result = await makeBackup(runOptions(world, more));
  if (!result.ok) throw new Error(JSON.stringify(result.reason));
  return result.made;
}

async function problemOf(work: Promise<unknown>): Promise<{ code: string; from?: number; to?: number }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof BackupError) return error.reason;
    throw error;
  }
  return { code: 'none' };
}

test('a copy is the gateway at one instant, while it goes on committing, and comes back whole', async () => {
  const world = await backupWorld();
  const before = world.core.read(point);
  const copying = made(world);
  for (let seq = 141; seq <= 160; seq++) {
    take(world.core, seq);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { name, rows } = await copying;
  expect(rows).toBeGreaterThan(50);
  const into = join(tempDir(), 'back');
  const file = join(world.medium, name);
  const manifest = await restore({ file, identities: [world.identity], site: 'saesol', reader: ownReader }, into);
  expect(manifest.sites).toEqual(['saesol']);
  expect(readFileSync(join(into, 'session.key'), 'utf8')).toBe('a key');
  expect(existsSync(join(into, 'config/saesol/site.yaml'))).toBe(true);
  expect(statSync(join(into, 'session.key')).mode & 0o077).toBe(0);
  const stored = openStoredHistory(into);
  const range = { from: 0, to: Date.UTC(2100, 0, 1), limit: 2000, cursor: null };
  const { items } = stored.history.readings({ ...range, site: world.site.id, point: ref(point) });
  stored.close();
  expect(items.slice(0, before.length)).toEqual(before);
  expect(existsSync(join(world.core.dir, 'backup.tmp'))).toBe(false);
});

test('a drill restores the very copy that was written, plays its last hour again and compares', async () => {
  const world = await backupWorld();
  const { drill } = await made(world, { drill: true });
  expect(drill?.ok === false ? drill.reason : null).toBeNull();
  // Two readings every half minute of an hour, and one more that came late.
  if (drill?.ok === true) expect(drill.readings).toBeGreaterThan(240);
});

test('only so many copies are kept, with their labels, and no other file is touched', async () => {
  const world = await backupWorld();
  writeFileSync(join(world.medium, 'holiday.jpg'), 'mine');
  // A power cut in mid-copy leaves the part that was written.
  for (const cut of ['saesol', 'other']) writeFileSync(join(world.medium, `.${copyName(cut, 0)}.part`), 'half');
  const names = Array.from({ length: 4 }, (_, day) => copyName('saesol', Date.UTC(2026, 0, day + 1)));
  for (const name of [...names, copyName('other', 0)]) writeFileSync(join(world.medium, name), 'old');
  const config = { ...runOptions(world).config, keep: 2 };
  const { name } = await made(world, { config });
  const left = readdirSync(world.medium).toSorted();
  const others = ['holiday.jpg', copyName('other', 0), `.${copyName('other', 0)}.part`];
  expect(left).toEqual([...others, names[3], name, labelName(name)].toSorted());
});

test.each([
  ['medium-missing', { folder: '/nowhere/at/all', sameMedium: false }],
  ['same-medium', { folder: null, sameMedium: false }],
])('a second medium that is not there is %s, and nothing is written', async (code, { folder, sameMedium }) => {
  const world = await backupWorld();
  const to = { kind: 'folder' as const, folder: folder ?? world.medium, sameMedium };
  const result = await makeBackup(runOptions(world, { config: { ...runOptions(world).config, to } }));
  expect(result).toMatchObject({ ok: false, reason: { code } });
  expect(readdirSync(world.medium)).toEqual([]);
});

test('a copy that is not as it was written, or not meant, is named by what is wrong and never restored', async () => {
  const world = await backupWorld();
  const dir = tempDir();
  const { name } = await made(world);
  const good = join(dir, name);
  const into = join(dir, 'into');
  copyFileSync(join(world.medium, name), good);
  copyFileSync(join(world.medium, labelName(name)), labelName(good));
  const bytes = readFileSync(good);
  const options = (file: string, more: Partial<OpenOptions> = {}): OpenOptions => ({
    ...{ file, identities: [world.identity], site: null, reader: ownReader },
    ...more,
  });

  const file = join(dir, 'jari-x.tar.age');
  const changes = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean());
  const change = fc.asyncProperty(changes, async ([at, by, hasLabel]) => {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ by;
    writeFileSync(file, changed);
    rmSync(labelName(file), { force: true });
    if (hasLabel) copyFileSync(labelName(good), labelName(file));
    const reason = await problemOf(restore(options(file), into));
    expect(existsSync(into)).toBe(false);
    // In the few hundred bytes of its head only the label tells a change from a wrong key.
    if (!hasLabel && at < 400) expect(['wrong-key', 'backup-changed', 'not-a-backup']).toContain(reason.code);
    else {
      const { code, from = -1, to = -1 } = reason;
      expect([code, at >= from && at < to ? 'named' : [at, from, to]]).toEqual(['backup-changed', 'named']);
    }
  });
  await fc.assert(change, { numRuns: 12 });
  rmSync(labelName(file), { force: true });

  for (const keep of [1, 500, 70_000, bytes.length - 70_000, bytes.length - 1]) {
    copyFileSync(good, file);
    truncateSync(file, keep);
    const { code } = await problemOf(restore(options(file), into));
    // Without the list at its beginning nobody knows how long it was; the label does.
    expect(keep < 66_000 ? ['not-a-backup', 'backup-changed', 'wrong-key'] : ['backup-truncated']).toContain(code);
    copyFileSync(labelName(good), labelName(file));
    expect(await problemOf(checkLabel(file))).toMatchObject({ code: 'backup-truncated', haveBytes: keep });
    rmSync(labelName(file));
    await expect(runBackupVerify({ file })).rejects.toThrow(InputError);
  }
  expect((await runBackupVerify({ file: good })).json).toMatchObject({ compared: true, opened: false });

  const photo = join(dir, 'photo.jpg');
  writeFileSync(photo, 'x'.repeat(5000));
  const notMeant: [string, OpenOptions][] = [
    ['wrong-key', options(good, { identities: [await generateX25519Identity()] })],
    ['foreign-site', options(good, { site: 'hannuri' })],
    ['newer-schema', options(good, { reader: ownReader - 1 })],
    ['not-a-backup', options(photo)],
    ['backup-not-there', options(join(dir, 'gone.tar.age'))],
  ];
  for (const [code, of] of notMeant) expect(await problemOf(restore(of, into))).toMatchObject({ code });
  expect(existsSync(into)).toBe(false);

  mkdirSync(into);
  writeFileSync(join(into, 'gateway.db'), 'mine');
  expect(await problemOf(restore(options(good), into))).toEqual({ code: 'place-taken', place: into });
  expect(readFileSync(join(into, 'gateway.db'), 'utf8')).toBe('mine');
});
