import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command, missing, type Need, root } from '../needs.ts';

/**
 * The Debian package in a Debian 12 of its own: a folder made by debootstrap (kept in ~/.cache/jari-package), entered by chroot.
 * systemd does not run there; its units are verified. Minutes: `npm run package:test`.
 */
const superuser: Need = { name: 'root (for chroot)', there: () => process.getuid?.() === 0 };
const cannot = missing(command('debootstrap'), command('dpkg-deb'), command('systemd-analyze'), superuser);

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'jari-package');
const debian = join(cache, 'debian-12.tar');
const box = join(cache, `box-${process.pid}`);
const longMs = 900_000;

const run = (program: string, args: readonly string[]): string =>
  execFileSync(program, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64e6 });
/** A box has nothing of the environment of who tests. */
const environment = ['/usr/bin/env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C'];
const inBox = (...args: string[]): string => run('chroot', [box, ...environment, ...args]);
const isThere = (path: string): boolean => existsSync(join(box, path));
/** Every path of the box beside those where dpkg and the name service write of their own accord. */
const files = (): string[] =>
  run('find', [box, '-xdev', '-not', '-path', `${box}/proc/*`, '-printf', '/%P\n'])
    .split('\n')
    .filter((path) => !/^\/(var\/lib\/dpkg|var\/log|var\/cache\/(ldconfig|apt)|run|tmp|proc)(\/|$)/.test(path))
    .filter((path) => !/^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-?$|^\/etc\/\.pwd\.lock$/.test(path))
    .toSorted();

/** The package as `npm run package` makes it, put into the box. */
function build(version: string): { file: string; hash: string } {
  run(process.execPath, [join(root, 'deploy/package/build.ts'), '--arch', 'amd64', '--version', version]);
  const file = join(root, 'dist', `jari_${version}_amd64.deb`);
  return { file, hash: createHash('sha256').update(readFileSync(file)).digest('hex') };
}

function install(file: string): void {
  copyFileSync(file, join(box, 'tmp/jari.deb'));
  inBox('dpkg', '-i', '/tmp/jari.deb');
}

describe.skipIf(cannot)('the Debian package', { timeout: longMs }, () => {
  let before: string[] = [];

  beforeAll(() => {
    if (!existsSync(debian)) {
      mkdirSync(cache, { recursive: true });
      const fresh = `${debian}.d`;
      rmSync(fresh, { recursive: true, force: true });
      run('debootstrap', ['--variant=minbase', '--include=adduser,systemd,libstdc++6', 'bookworm', fresh]);
      run('tar', ['-C', fresh, '-cf', `${debian}.new`, '.']);
      rmSync(fresh, { recursive: true });
      renameSync(`${debian}.new`, debian);
    }
    mkdirSync(box);
    run('tar', ['-C', box, '-xpf', debian]);
    run('mount', ['-t', 'proc', 'proc', join(box, 'proc')]);
    before = files();
  }, longMs);

  afterAll(() => {
    run('umount', [join(box, 'proc')]);
    rmSync(box, { recursive: true, force: true });
  });

  test('is made twice with the same bytes', () => {
    const first = build('0.1.0');
    expect(build('0.1.0').hash).toBe(first.hash);
  });

  test('installs: its user, its folders, its command; nothing is enabled', () => {
    install(join(root, 'dist/jari_0.1.0_amd64.deb'));
    expect(inBox('jari', '--version').trim()).toBe('0.1.0');
    expect(inBox('id', '-nG', 'jari').trim().split(' ')).toEqual(expect.arrayContaining(['jari', 'dialout']));
    expect(inBox('stat', '-c', '%U:%G %a', '/var/lib/jari', '/etc/jari').trim().split('\n')).toEqual([
      'jari:jari 700',
      'root:jari 750',
    ]);
    expect(isThere('etc/systemd/system/multi-user.target.wants/jari-gateway.service')).toBe(false);
  });

  test('has units that systemd understands', () => {
    const units = join(box, 'usr/lib/systemd/system');
    copyFileSync(join(units, 'jari-edge@.service'), join(units, 'jari-edge@cabinet-b1.service'));
    const said = ['jari-gateway.service', 'jari-edge@cabinet-b1.service'].map((unit) =>
      inBox('systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', `/usr/lib/systemd/system/${unit}`),
    );
    rmSync(join(units, 'jari-edge@cabinet-b1.service'));
    expect(said.join('')).toBe('');
  });

  test('runs as its user: the gateway of the demo site starts and answers', async () => {
    const site = '/usr/lib/jari/app/config/sites/demo.yaml';
    inBox('jari', 'check', site);
    copyFileSync(join(box, site), join(box, 'etc/jari/site.yaml'));
    const args = ['gateway', '--site', '/etc/jari/site.yaml', '--data', '/var/lib/jari/gateway'];
    const ports = ['--mqtt-port', '0', '--http-port', '0'];
    const asJari = ['--userspec=jari:jari', box, ...environment, '/usr/bin/jari', ...args, ...ports];
    const gateway = spawn('chroot', asJari, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      let port = 0;
      for await (const line of createInterface({ input: gateway.stdout })) {
        port = /"gateway-started"/.test(line) ? (JSON.parse(line) as { http: number }).http : 0;
        if (port > 0) break;
      }
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect(await page.text()).toContain('<html');
      expect(page.status).toBe(200);
    } finally {
      gateway.kill();
    }
    expect(isThere('var/lib/jari/gateway/gateway.db')).toBe(true);
  });

  test('upgrades: what was configured and recorded stays', () => {
    writeFileSync(join(box, 'var/lib/jari/gateway/kept'), 'readings');
    install(build('0.1.1').file);
    expect(inBox('dpkg', '-s', 'jari')).toContain('Version: 0.1.1\n');
    expect(isThere('var/lib/jari/gateway/kept')).toBe(true);
    expect(statSync(join(box, 'etc/jari/site.yaml')).size).toBeGreaterThan(1000);
  });

  test('is removed without what was configured and recorded, and purged with it, leaving nothing', () => {
    inBox('dpkg', '-r', 'jari');
    expect(isThere('usr/lib/jari')).toBe(false);
    expect(isThere('usr/bin/jari')).toBe(false);
    expect(isThere('var/lib/jari/gateway/kept')).toBe(true);
    expect(isThere('etc/jari/site.yaml')).toBe(true);
    install(join(root, 'dist/jari_0.1.1_amd64.deb'));
    inBox('dpkg', '-P', 'jari');
    expect(files().filter((path) => !before.includes(path))).toEqual([]);
    expect(() => inBox('id', 'jari')).toThrow();
  });
});
