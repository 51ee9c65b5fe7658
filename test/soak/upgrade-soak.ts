import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Limits, UpgradeOutcome } from '../../contract/upgrade.ts';
import { gatewayDatabase } from '../../gateway/store/upgrade-database.ts';
import { systemDisk } from '../../upgrade/disk.ts';
import { UpgradeFolder } from '../../upgrade/folder.ts';
import { usualLimits } from '../../upgrade/limits.ts';
import { openRelease } from '../../upgrade/opened-release.ts';
import { manifestName, manifestText, signatureName, signatureOf } from '../../upgrade/release.ts';
import { tryRelease } from '../../upgrade/try.ts';
import { root } from '../needs.ts';

const keys = generateKeyPairSync('ed25519');
const [oldVersion, newVersion] = ['0.1.0', '0.2.0'];
const reads = (version: string) => ({ gateway: Number(version.split('.')[1]) * 1000, outbox: 1 });

/** Minutes become seconds; memory stays what it is. A program of Node needs some seconds to start on a busy machine. */
export function scaled(by: number): Limits {
  const times = Object.entries(usualLimits).map(([name, value]) => [name, /Ms$/.test(name) ? value / by : value]);
  return { ...(Object.fromEntries(times) as Limits), startWithinMs: 60_000, silentMs: 20_000, lookEveryMs: 100 };
}

/** A box with one service, whose programs are `upgrade-child.ts`, behind the launcher that is shipped. */
export class Box {
  readonly data: string;
  readonly folder: UpgradeFolder;
  readonly #dir: string;
  #service: ChildProcess | undefined;

  constructor(dir: string, fault: string) {
    this.#dir = dir;
    rmSync(dir, { recursive: true, force: true });
    this.data = join(dir, 'data');
    mkdirSync(this.data, { recursive: true });
    this.folder = new UpgradeFolder(this.data, systemDisk);
    this.#program(join(dir, 'installed'), oldVersion, '');
    this.#program(join(dir, 'release'), newVersion, fault);
    this.#sign(join(dir, 'release'));
  }

  /** Asks for the trial. */
  async try(limits: Limits): Promise<void> {
    const opened = await openRelease(join(this.#dir, 'release'), async function* () {});
    await tryRelease({
      ...{ folder: this.folder, databases: [gatewayDatabase], opened, file: 'release', key: keys.publicKey },
      ...{ releases: join(this.#dir, 'releases'), machine: 'linux-x64', limits, now: Date.now() },
      own: { version: oldVersion, dir: join(this.#dir, 'installed'), reads: reads(oldVersion) },
      versionOf: String,
    });
  }

  /** As systemd does, in a process group of its own. */
  start(): void {
    const args = [this.data, 'gateway'];
    const launcher = join(this.#dir, 'installed/jari-service');
    this.#service = spawn(launcher, args, { detached: true, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** Whether it has ended by itself since the start. */
  get isOver(): boolean {
    const service = this.#service;
    return service === undefined || service.exitCode !== null || service.signalCode !== null;
  }

  /** SIGKILL of the launcher and of all that it started, at once. */
  async kill(): Promise<void> {
    const service = this.#service;
    if (service?.pid === undefined || this.isOver) return;
    const ended = new Promise((resolve) => service.once('exit', resolve));
    process.kill(-service.pid, 'SIGKILL');
    await ended;
  }

  /** How often a program has come up with its database open, and of which version the last was. */
  ups(): readonly string[] {
    const file = join(this.data, 'up');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  outcome(): UpgradeOutcome | null {
    return this.folder.state().kind === 'none' ? this.folder.last() : null;
  }

  /** Rows that were acknowledged by the version before and are not in the database, nor in the one that was set aside. */
  lost(): number {
    const acknowledged = readFileSync(join(this.data, 'acknowledged'), 'utf8').trim().split('\n');
    const here = rowsIn(join(this.data, 'gateway.db'));
    const aside = rowsIn(join(this.folder.setAsideAt(newVersion), 'gateway.db'));
    return acknowledged.filter((line) => !here.has(line) && !(line.startsWith(newVersion) && aside.has(line))).length;
  }

  #program(dir: string, version: string, fault: string): void {
    mkdirSync(join(dir, 'app'), { recursive: true });
    const child = join(root, 'test/soak/upgrade-child.ts');
    writeFileSync(
      join(dir, 'jari'),
      `#!/bin/sh
# ${version}
here=$(dirname "$(readlink -f "$0")")
export NODE_COMPILE_CACHE=/tmp/jari-soak-compile-cache
if [ "$1" = upgrade ]; then exec ${process.execPath} ${join(root, 'jari.ts')} "$@"; fi
exec ${process.execPath} ${child} ${version} ${this.data} "$here"
`,
    );
    copyFileSync(join(root, 'deploy/package/service.sh'), join(dir, 'jari-service'));
    writeFileSync(join(dir, 'fault'), fault);
    for (const name of ['jari', 'jari-service']) chmodSync(join(dir, name), 0o755);
  }

  #sign(dir: string): void {
    const files = Object.fromEntries(
      ['jari', 'jari-service', 'fault'].map((path) => {
        const bytes = readFileSync(join(dir, path));
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        return [path, { sha256, size: bytes.length, runs: path !== 'fault' }];
      }),
    );
    const text = manifestText({
      ...{ v: 1, name: 'jari', version: newVersion, machine: 'linux-x64', reads: reads(newVersion), files },
    });
    writeFileSync(join(dir, manifestName), text);
    writeFileSync(join(dir, signatureName), signatureOf(text, keys.privateKey));
  }
}

/** `VERSION ID` of each row; none where there is no such file. */
function rowsIn(file: string): ReadonlySet<string> {
  if (!existsSync(file)) return new Set();
  const db = new Sqlite(file);
  try {
    const found = db.prepare<[], { id: number; version: string }>('SELECT id, version FROM soak').all();
    return new Set(found.map(({ id, version }) => `${version} ${id}`));
  } finally {
    db.close();
  }
}

export async function until(what: string, holds: () => boolean, withinMs: number): Promise<number> {
  const begun = performance.now();
  while (!holds()) {
    if (performance.now() - begun > withinMs) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - begun;
}
