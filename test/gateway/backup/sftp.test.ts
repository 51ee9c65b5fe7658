import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { BackupError } from '../../../gateway/backup/backup-error.ts';
import { labelName } from '../../../gateway/backup/manifest.ts';
import { restore } from '../../../gateway/backup/restore.ts';
import { makeBackup, mediumOf, type RunResult } from '../../../gateway/backup/run.ts';
import { ownReader } from '../../../gateway/store/reader.ts';
import { command, missing } from '../../needs.ts';
import { tempDir } from '../../temp.ts';
import { type BackupWorld, backupWorld, runOptions } from './backup-world.ts';
import { SftpServer, sshd } from './sftp-server.ts';

/** By a real sshd and the sftp program of this machine, with a key. */
const without = missing(sshd, command('sftp'), command('ssh-keygen'));

type Night = { world: BackupWorld; server: SftpServer; copy(): Promise<RunResult> };

async function night(): Promise<Night> {
  const world = await backupWorld();
  const server = new SftpServer();
  await server.listen();
  let now = world.core.clock.now();
  const copy = () => {
    now += 24 * 3_600_000;
    return makeBackup(
      runOptions(world, { now, drill: true, config: { ...runOptions(world).config, to: server.to() } }),
    );
  };
  return { world, server, copy };
}

const nameOf = (result: RunResult) => (result.ok ? result.made.name : JSON.stringify(result.reason));

async function brought({ world, server }: Night, name: string): Promise<() => Promise<string>> {
  const scratch = tempDir();
  const { file } = await mediumOf(server.to(), { dir: world.core.dir, scratch }).fetch(name);
  const into = join(scratch, 'into');
  return async () => {
    try {
      await restore({ file, identities: [world.identity], site: 'saesol', reader: ownReader }, into);
      return readFileSync(join(into, 'session.key'), 'utf8');
    } catch (error) {
      if (!(error instanceof BackupError) || existsSync(into)) throw error;
      return error.reason.code;
    }
  };
}

test.skipIf(without)('a server takes a copy and gives it back; one changed byte there is named', async () => {
  const all = await night();
  const result = await all.copy();
  const name = nameOf(result);
  expect(readdirSync(all.server.folder).toSorted()).toEqual([labelName(name), name].toSorted());
  expect(result.ok && result.made.drill).toMatchObject({ ok: true });
  expect(await (await brought(all, name))()).toBe('a key');

  const there = join(all.server.folder, name);
  const bytes = readFileSync(there);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(there, bytes);
  expect(await (await brought(all, name))()).toBe('backup-changed');
});

test.skipIf(without)(
  'a server that is away, is another one, or refuses says so; nothing is left on its way',
  async () => {
    const { world, server, copy } = await night();
    await server.die();
    expect(await copy()).toMatchObject({ ok: false, reason: { code: 'server-unreachable', host: '127.0.0.1' } });

    server.makeKey('host');
    await server.start();
    expect(await copy()).toEqual({ ok: false, reason: { code: 'host-key-unknown', host: '127.0.0.1' } });

    server.knowHost();
    const known = server.to();
    const elsewhere = { ...runOptions(world).config, to: { ...known, folder: join(server.folder, 'gone') } };
    const missed = await makeBackup(runOptions(world, { config: elsewhere }));
    expect(missed).toMatchObject({
      ok: false,
      reason: { code: 'medium-missing', place: `127.0.0.1:${elsewhere.to.folder}` },
    });

    const stranger = tempDir();
    writeFileSync(join(stranger, 'key'), 'no key', { mode: 0o600 });
    const as = { ...runOptions(world).config, to: { ...known, keyFile: join(stranger, 'key') } };
    const refused = await makeBackup(runOptions(world, { config: as }));
    expect(refused).toEqual({ ok: false, reason: { code: 'sign-in-refused', host: '127.0.0.1' } });

    expect(readdirSync(server.folder)).toEqual([]);
    expect(existsSync(join(world.core.dir, 'backup.tmp'))).toBe(false);
    expect(await copy()).toMatchObject({ ok: true });
  },
);

test.skipIf(without)('a server that dies in mid-copy has no copy of that night, and keeps that of before', async () => {
  const all = await night();
  const { server, copy } = all;
  const first = nameOf(await copy());
  const size = statSync(join(server.folder, first)).size;

  const stopped = server.stopAfter(size / 2);
  const second = copy();
  await stopped;
  const begun = () => readdirSync(server.folder).filter((name) => name.endsWith('.part'));
  for (let tries = 0; tries < 200 && begun().length === 0; tries++) await pause(10);
  await server.die();
  expect(await second).toMatchObject({ ok: false, reason: { code: 'server-unreachable' } });
  expect(begun()).toHaveLength(1);

  await server.start();
  expect(await (await brought(all, first))()).toBe('a key');
  const third = nameOf(await copy());
  expect(await (await brought(all, third))()).toBe('a key');
  // What the dead one left is gone, or years of such nights would fill the server.
  const whole = [first, third].flatMap((name) => [name, labelName(name)]);
  expect(readdirSync(server.folder).toSorted()).toEqual(whole.toSorted());
});
