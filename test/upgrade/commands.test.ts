import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { afterEach, describe, expect, test } from 'vitest';
import type { UpgradeRefusal } from '../../contract/reasons/upgrade.ts';
import { makeRelease } from '../../deploy/package/release.ts';
import { OutboxStore } from '../../edge/outbox/store.ts';
import { outboxDatabase } from '../../edge/outbox/upgrade-database.ts';
import { untar } from '../../gateway/backup/tar.ts';
import { openDatabase } from '../../gateway/store/database.ts';
import { ownReader, versionOf } from '../../gateway/store/reader.ts';
import { gatewayDatabase } from '../../gateway/store/upgrade-database.ts';
import { addUpgradeCommands } from '../../upgrade/commands.ts';
import { systemDisk } from '../../upgrade/disk.ts';
import { runBack, runCommit } from '../../upgrade/end-commands.ts';
import { folderOf } from '../../upgrade/installed.ts';
import { runStatus } from '../../upgrade/status.ts';
import { runTry } from '../../upgrade/try-command.ts';
import { UpgradeError } from '../../upgrade/upgrade-error.ts';
import { tempDir } from '../temp.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const machine = `${process.platform}-${process.arch}`;
const reads = { gateway: ownReader, outbox: 1 };
const parts = { databases: [gatewayDatabase, outboxDatabase], untar, version: '0.1.0', reads, versionOf };
const language = 'en' as const;

/** A data folder, an installed program, and a release of 0.2.0 as one file. */
async function box() {
  const dir = tempDir();
  const [data, program, folder] = ['data', 'installed', 'release'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [data, program, join(folder, 'app')]) mkdirSync(each, { recursive: true });
  for (const each of [program, folder]) {
    writeFileSync(join(each, 'jari'), '#!/bin/sh\n');
    chmodSync(join(each, 'jari'), 0o755);
  }
  writeFileSync(join(folder, 'app/jari.js'), 'x'.repeat(300_000));
  const [key, signing] = [join(dir, 'release.pub'), privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()];
  writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }));
  const file = await makeRelease({ folder, version: '0.2.0', machine, reads, key: signing, to: dir });
  return { data, program, folder, file, key, of: { data, program, key, parts, language } };
}

async function reasonOf(work: () => unknown): Promise<UpgradeRefusal | null> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UpgradeError) return error.reason;
    throw error;
  }
  return null;
}

const refusal = async (work: () => unknown): Promise<string> => (await reasonOf(work))?.code ?? 'none';

const servers: Server[] = [];
async function closeServers(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await promisify(server.close.bind(server))();
  }
}
afterEach(closeServers);

/** The URL of a release that is sent like this. */
async function served(send: (answer: ServerResponse) => void): Promise<string> {
  const server = createServer((_asked, answer) => send(answer));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jari.tar.gz`;
}

describe('jari upgrade', () => {
  test.each(['file', 'folder'] as const)(
    'takes a release as a %s, and puts it beside what is installed',
    async (kind) => {
      const { data, of, ...release } = await box();
      const { json } = await runTry({ ...of, release: release[kind] });
      const dir = join(data, 'upgrade/releases/0.2.0');
      expect(json).toEqual({ ok: true, from: '0.1.0', to: '0.2.0', dir });
      expect(readFileSync(join(dir, 'app/jari.js'), 'utf8')).toHaveLength(300_000);
      expect(statSync(join(dir, 'jari')).mode & 0o777).toBe(0o755);
      expect(runStatus({ data, language, now: Date.now() }).text).toMatch(
        /^0\.1\.0 → 0\.2\.0: the version that runs is being measured/,
      );
      expect(await refusal(() => runTry({ ...of, release: release.file }))).toBe('upgrade-under-way');
      const own = folderOf(data);
      const asked = own.state();
      if (asked.kind !== 'there') throw new Error('no upgrade is under way');
      own.write({ ...asked.state, phase: 'trial', trialAt: 60_000 });
      expect(runStatus({ data, language, now: 4 * 60_000 }).text).toContain('3 min of the trial are over');
      own.write(asked.state);
      runBack(of);
      expect(runStatus({ data, language: 'ko', now: Date.now() }).text).toBe('진행 중인 업그레이드 없음');
    },
  );

  test('refuses a file that was cut off, one that is none, and one that is not there, and leaves nothing', async () => {
    const { data, file, of } = await box();
    truncateSync(file, statSync(file).size - 100);
    expect(await refusal(() => runTry({ ...of, release: file }))).toBe('not-a-release');
    writeFileSync(file, 'no archive');
    expect(await refusal(() => runTry({ ...of, release: file }))).toBe('not-a-release');
    expect(await refusal(() => runTry({ ...of, release: `${file}.x` }))).toBe('release-not-there');
    expect(await refusal(() => runTry({ ...of, release: file, key: '/nowhere/release.pub' }))).toBe('no-key');
    expect(systemDisk.names(join(data, 'upgrade/releases'))).toEqual([]);
  });

  test('takes a release from a URL, and leaves nothing of the download', async () => {
    const { data, file, of } = await box();
    const url = await served((answer) => answer.end(readFileSync(file)));
    const download = { folder: tempDir(), longest: 1e6 };
    const { json } = await runTry({ ...of, release: url, download });
    expect(json).toMatchObject({ ok: true, from: '0.1.0', to: '0.2.0' });
    expect(systemDisk.names(join(data, 'upgrade/releases'))).toEqual(['0.2.0']);
    expect(systemDisk.names(download.folder)).toEqual([]);
  });

  const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/jari\.tar\.gz$/);
  test.each<[string, (answer: ServerResponse, bytes: Buffer) => void, object]>([
    [
      'of which a file is other than it was signed',
      (answer, bytes) => {
        // Longer than a run of one letter in a signature may be.
        const other = gunzipSync(bytes).toString('latin1').replace('x'.repeat(200), 'x'.repeat(199).concat('y'));
        answer.end(gzipSync(Buffer.from(other, 'latin1')));
      },
      { code: 'file-changed', file: url, path: 'app/jari.js' },
    ],
    [
      'that is cut in the middle',
      (answer, bytes) => {
        answer.writeHead(200, { 'content-length': bytes.length });
        answer.write(bytes.subarray(0, bytes.length / 2), () => answer.destroy());
      },
      { code: 'download-failed', url, detail: expect.stringMatching(/closed|terminated/) },
    ],
    [
      'that is cut in the middle, which nobody can tell from its end',
      (answer, bytes) => {
        answer.useChunkedEncodingByDefault = false;
        answer.end(bytes.subarray(0, bytes.length / 2));
      },
      { code: 'not-a-release', file: url },
    ],
    [
      'that does not end',
      (answer) => {
        const more = () => answer.write(Buffer.alloc(65_536), more);
        more();
      },
      { code: 'download-failed', url, detail: 'more than 1000000 bytes' },
    ],
    ['that is not there', (answer) => answer.writeHead(404).end(), { code: 'download-failed', detail: 'status 404' }],
  ])('refuses a download %s, and leaves nothing', async (_name, send, reason) => {
    const { data, file, of } = await box();
    const bytes = readFileSync(file);
    const release = await served((answer) => send(answer, bytes));
    const download = { folder: tempDir(), longest: 1e6 };
    expect(await reasonOf(() => runTry({ ...of, release, download }))).toMatchObject(reason);
    expect([download.folder, join(data, 'upgrade/releases')].flatMap((each) => systemDisk.names(each))).toEqual([]);
  });

  test('refuses a URL where no network is, and says what the network said', async () => {
    const { of } = await box();
    const release = await served(() => {});
    await closeServers();
    expect(await reasonOf(() => runTry({ ...of, release }))).toEqual({
      code: 'download-failed',
      url: release,
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('commits and goes back where there is something to commit and to go back to', async () => {
    const { data, program, folder, of } = await box();
    expect(await refusal(() => runCommit(of))).toBe('no-upgrade');
    expect(await refusal(() => runBack(of))).toBe('nothing-to-go-back-to');
    const own = folderOf(data);
    const [from, to] = [
      { version: '0.1.0', dir: program, reads },
      { version: '0.2.0', dir: folder, reads },
    ];
    own.setCurrent(folder);
    own.writeLast({ v: 1, outcome: 'committed', from, to, at: 0, reason: null, setAside: null });
    expect(own.current()).toBe(folder);
    runBack(of);
    expect(own.current()).toBeNull();
    expect(runStatus({ data, language, now: 0 }).text).toMatch(
      /went back from 0\.2\.0 to 0\.1\.0\.\nAn operator asked for it\.$/,
    );
  });

  test('does not go back to a version that could not read the database any more', async () => {
    const { data, program, folder, of } = await box();
    openDatabase(data).close();
    const own = folderOf(data);
    own.setCurrent(folder);
    const [from, to] = [
      { version: '0.0.9', dir: program, reads: { gateway: ownReader - 1, outbox: 1 } },
      { version: '0.1.0', dir: folder, reads },
    ];
    own.writeLast({ v: 1, outcome: 'committed', from, to, at: 0, reason: null, setAside: null });
    expect(await refusal(() => runBack(of))).toBe('older-than-database');
    expect(own.current()).toBe(folder);
  });
});

test('databases say what a program must be able to read, open or closed, and are one file once they are settled', () => {
  const dir = tempDir();
  const db = openDatabase(dir);
  expect(gatewayDatabase.needed(join(dir, 'gateway.db'))).toBe(ownReader);
  db.close();
  const store = new OutboxStore({ dir });
  expect(outboxDatabase.needed(join(dir, 'outbox.db'))).toBe(1);
  store.close();
  for (const { file, settle } of [gatewayDatabase, outboxDatabase]) {
    settle(join(dir, file));
    expect(existsSync(join(dir, `${file}-wal`))).toBe(false);
  }
});

test.each(['status', 'commit', 'back', 'try x.tar.gz'])(
  'jari upgrade %s of a folder that is not there says so, and makes none',
  async (command) => {
    const data = join(tempDir(), 'mistyped');
    const program = new Command();
    const printed: string[] = [];
    addUpgradeCommands(
      program,
      ({ text }) => printed.push(text),
      async () => parts,
    );
    const done = program.parseAsync(['upgrade', ...command.split(' '), '--data', data], { from: 'user' });
    await expect(done).rejects.toThrow(/mistyped: (there is no such folder|없는 폴더입니다)/);
    expect([printed, existsSync(data)]).toEqual([[], false]);
  },
);
