import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { UpgradeRefusal } from '../../contract/reasons/upgrade.ts';
import type { OpenedRelease } from '../../upgrade/opened-release.ts';
import { compareVersions, publicKeyOf, readManifest } from '../../upgrade/release.ts';
import { UpgradeError } from '../../upgrade/upgrade-error.ts';
import { PowerCut } from './model-disk.ts';
import { base, data, keys, quick, releaseOf, releases, World } from './world.ts';

async function refusalOf(work: () => Promise<unknown>): Promise<UpgradeRefusal | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof UpgradeError) return error.reason as UpgradeRefusal;
    throw error;
  }
}

const other = generateKeyPairSync('ed25519');
const files = { jari: '#!/bin/sh', 'app/jari.js': '2.0.0', 'bin/node': 'ELF' };

describe('a release is refused, and nothing is changed,', () => {
  test.each<[string, OpenedRelease, Partial<Parameters<World['try']>[1]>, Partial<UpgradeRefusal>]>([
    [
      'with a changed file',
      releaseOf('2.0.0', { files: { ...files, 'bin/node': 'EVL' } }),
      {},
      { code: 'file-changed', path: 'bin/node' },
    ],
    [
      'with a longer file',
      releaseOf('2.0.0', { files: { ...files, 'bin/node': 'ELFELF' } }),
      {},
      { code: 'file-changed', path: 'bin/node' },
    ],
    [
      'without one of its files',
      releaseOf('2.0.0', { files: { jari: '#!/bin/sh', 'app/jari.js': '2.0.0' } }),
      {},
      { code: 'file-missing', path: 'bin/node' },
    ],
    ['that is not signed', releaseOf('2.0.0', { signature: '' }), {}, { code: 'signature-wrong' }],
    ['that somebody else signed', releaseOf('2.0.0'), { key: other.publicKey }, { code: 'signature-wrong' }],
    [
      'for another machine',
      releaseOf('2.0.0', { manifest: { machine: 'linux-arm64' } }),
      {},
      { code: 'wrong-machine', machine: 'linux-arm64' },
    ],
    ['that runs already', releaseOf('1.0.0'), {}, { code: 'already-runs', version: '1.0.0' }],
    [
      'older than what runs',
      releaseOf('0.9.0', { manifest: { reads: { gateway: 1, outbox: 1 } } }),
      {},
      { code: 'older-version' },
    ],
    [
      'older than the database',
      releaseOf('2.0.0', { manifest: { reads: { gateway: 0, outbox: 1 } } }),
      {},
      { code: 'older-than-database', database: '1.0.0' },
    ],
    [
      'that names a file outside its folder',
      releaseOf('2.0.0', { manifest: { files: { '../jari': { sha256: '0'.repeat(64), size: 1, runs: true } } } }),
      {},
      { code: 'not-a-release' },
    ],
    ['without a program', releaseOf('2.0.0', { manifest: { files: {} } }), {}, { code: 'not-a-release' }],
  ])('%s', async (_name, release, change, reason) => {
    const world = new World();
    expect(await refusalOf(() => world.try(release, change))).toMatchObject(reason);
    expect(world.disk.names(releases)).toEqual([]);
    expect(world.folder.state()).toEqual({ kind: 'none' });
  });

  test('without room for it and a copy of the database', async () => {
    const world = new World();
    world.disk.free = 1e6;
    expect(await refusalOf(() => world.try(releaseOf('2.0.0')))).toMatchObject({ code: 'no-room', freeBytes: 1e6 });
  });

  test('while another is under way', async () => {
    const world = new World();
    await world.try(releaseOf('2.0.0'));
    expect(await refusalOf(() => world.try(releaseOf('3.0.0')))).toEqual({
      code: 'upgrade-under-way',
      version: '2.0.0',
    });
  });
});

test('what is not on the signed list is not unpacked', async () => {
  const world = new World();
  await world.try(releaseOf('2.0.0', { files: { ...files, '../../etc/passwd': 'root', extra: 'x' } }));
  expect(world.disk.names(`${releases}/2.0.0`).toSorted()).toEqual([
    'app',
    'bin',
    'jari',
    'release.json',
    'release.sig',
  ]);
  expect(world.disk.exists('/etc/passwd')).toBe(false);
});

test('a release that is there already is checked again, and put there again where it was damaged', async () => {
  const world = new World();
  await world.try(releaseOf('2.0.0'));
  world.folder.clear();
  world.disk.put(`${releases}/2.0.0/bin/node`, 'rot');
  await world.try(releaseOf('2.0.0'));
  expect(world.disk.text(`${releases}/2.0.0/bin/node`)).toBe('ELF');
});

test('a power cut while it is unpacked changes nothing that runs, and it can be tried again', async () => {
  const whole = new World();
  await whole.try(releaseOf('2.0.0'));
  for (let cutAt = 0; cutAt < whole.disk.steps; cutAt++) {
    const world = new World();
    world.disk.cutAt = cutAt;
    await expect(world.try(releaseOf('2.0.0'), { limits: quick })).rejects.toThrow();
    world.disk.reboot(() => 0.5);
    expect(world.chosen(), `step ${cutAt}`).toBe(base.dir);
    expect(world.database()).toEqual({ schema: 1, rows: ['first'] });
    if (world.folder.state().kind === 'none') await world.try(releaseOf('2.0.0'), { limits: quick });
    await world.run(6000);
    expect(world.folder.last()?.outcome, `step ${cutAt}`).toBe('committed');
  }
  expect(PowerCut.name).toBe('PowerCut');
  expect(whole.disk.exists(`${data}/upgrade/state.json`)).toBe(true);
});

test.each([
  ['0.1.0', '0.2.0', -1],
  ['0.10.0', '0.9.9', 1],
  ['1.0.0', '1.0.0', 0],
  ['1.0.0-rc.1', '1.0.0', -1],
])('%s against %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

test('a private key is refused by name, since it would lie on every box', () => {
  const pem = keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  expect(() => publicKeyOf(pem, 'release.pub')).toThrow('key-private');
  expect(publicKeyOf(keys.publicKey.export({ format: 'pem', type: 'spki' }).toString(), 'release.pub')).toBeDefined();
});

test('a key that is none is refused, and a manifest that was changed by a byte', () => {
  expect(() => publicKeyOf('no key', 'release.pub')).toThrow('key-unusable');
  const release = releaseOf('2.0.0');
  const text = Buffer.from(release.text.replace('2.0.0', '2.0.1'));
  const signed = { text, signature: release.signature, key: keys.publicKey, file: 'given' };
  expect(() => readManifest(signed)).toThrow(UpgradeError);
});
