import { createHash, generateKeyPairSync } from 'node:crypto';
import { SimClock } from '../../contract/sim-clock.ts';
import type { InstalledProgram, Limits, Sign, UpgradeState } from '../../contract/upgrade.ts';
import type { Database } from '../../upgrade/databases.ts';
import { UpgradeFolder } from '../../upgrade/folder.ts';
import { baselineOf } from '../../upgrade/gate.ts';
import { usualLimits } from '../../upgrade/limits.ts';
import type { OpenedRelease } from '../../upgrade/opened-release.ts';
import { type Manifest, manifestText, signatureOf } from '../../upgrade/release.ts';
import { type Child, supervise } from '../../upgrade/supervise.ts';
import { tryRelease } from '../../upgrade/try.ts';
import { ModelDisk, PowerCut } from './model-disk.ts';

export const keys = generateKeyPairSync('ed25519');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export const data = '/data';
export const releases = '/releases';
export const base: InstalledProgram = { version: '1.0.0', dir: '/installed', reads: { gateway: 1, outbox: 1 } };

/** The usual limits, sixty times faster, so that a trial is 10 s. */
export const fast: Limits = Object.fromEntries(
  Object.entries(usualLimits).map(([name, value]) => [
    name,
    /Ms$/.test(name) && name !== 'lookEveryMs' ? value / 60 : name === 'lookEveryMs' ? 250 : value,
  ]),
) as Limits;

/** Faster still, for what is tried at every step. */
export const quick: Limits = { ...fast, measureMs: 500, commitAfterMs: 2000, decideWithinMs: 2500, windowMs: 1000 };

/** What a program on trial says of itself; null: nothing. `at`: ms since it was started. */
export type Behaviour = {
  /** Schema of the database that it leaves. */
  schema?: number;
  sign?(at: number, usual: Sign): Sign | null;
  /** Ends by itself then. */
  endsAt?: number;
  pollsPerMinute?: number;
};

const contents = { jari: '#!/bin/sh', 'app/jari.js': 'new', 'bin/node': 'ELF' };

export function releaseOf(
  version: string,
  change: { manifest?: Partial<Manifest>; files?: Record<string, string>; signature?: string } = {},
): OpenedRelease & { text: string } {
  const files: Record<string, string> = { ...contents, 'app/jari.js': version };
  const manifest: Manifest = {
    ...{ v: 1, name: 'jari', version, machine: 'linux-x64', reads: { gateway: 2, outbox: 1 } },
    files: Object.fromEntries(
      Object.entries(files).map(([path, text]) => [
        path,
        { sha256: sha256(text), size: text.length, runs: path !== 'app/jari.js' },
      ]),
    ),
    ...change.manifest,
  };
  const text = manifestText(manifest);
  return {
    text,
    manifest: Buffer.from(text),
    signature: change.signature ?? signatureOf(text, keys.privateKey),
    async *parts() {
      for (const [path, body] of Object.entries(change.files ?? files)) {
        yield { kind: 'file', path, size: body.length };
        yield { kind: 'bytes', bytes: Buffer.from(body) };
      }
    },
    close() {},
  };
}

/** A database is a line of JSON: its schema, and the rows that were acknowledged. */
export type Rows = { schema: number; rows: string[] };

/** A box with one data folder, on which programs are started, killed and cut off. */
export class World {
  readonly disk = new ModelDisk();
  readonly folder = new UpgradeFolder(data, this.disk);
  readonly behaviours: Record<string, Behaviour>;
  readonly databases: readonly Database[];
  readonly events: string[] = [];
  clock = new SimClock();
  #started = 0;
  #rows = 0;
  /** Raised by a power cut: nothing that ran before goes on. */
  #boot = 0;

  constructor(behaviours: Record<string, Behaviour> = {}) {
    this.behaviours = behaviours;
    this.disk.put(`${base.dir}/jari`, '#!/bin/sh');
    this.disk.put(`${data}/gateway.db`, JSON.stringify({ schema: 1, rows: ['first'] }));
    this.disk.makeFolder(releases);
    this.disk.settle();
    this.databases = [
      {
        kind: 'gateway',
        file: 'gateway.db',
        needed: (path) => (JSON.parse(this.disk.text(path) ?? '') as Rows).schema,
        settle: () => {},
      },
    ];
  }

  database(): Rows {
    return JSON.parse(this.disk.text(`${data}/gateway.db`) ?? 'null') as Rows;
  }

  try(release: OpenedRelease, change: Partial<Parameters<typeof tryRelease>[0]> = {}): Promise<UpgradeState> {
    return tryRelease({
      ...{ folder: this.folder, databases: this.databases, opened: release, file: 'given', key: keys.publicKey },
      ...{ releases, own: base, machine: 'linux-x64', limits: fast, now: 0, versionOf: (reads) => `${reads}.0.0` },
      ...change,
    });
  }

  /** Which program's own code would be started now, as `jari-service` decides. */
  chosen(): string {
    return this.folder.current() ?? base.dir;
  }

  /**
   * Switches the box on for that long, or until the service ends; starts it again when it ends by itself.
   * @returns whether the power failed
   */
  async run(forMs: number, stop = new AbortController()): Promise<boolean> {
    const boot = ++this.#boot;
    this.clock = new SimClock();
    let over: 'ended' | 'cut' | undefined;
    const serve = () =>
      supervise(this.#options(stop.signal)).then(
        () => {
          over ??= 'ended';
        },
        (error: unknown) => {
          if (!(error instanceof PowerCut)) throw error;
          over = 'cut';
        },
      );
    let serving = serve();
    for (let at = 0; at < forMs && !stop.signal.aborted; at += 250) {
      try {
        await this.clock.advance(250);
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        over = 'cut';
      }
      if (over === 'cut') {
        this.#boot++;
        return true;
      }
      if (over === 'ended') {
        over = undefined;
        serving = serve();
      }
    }
    if (boot === this.#boot && !stop.signal.aborted) this.#boot++; // a kill: nothing is said or done any more
    if (stop.signal.aborted) {
      await this.clock.advance(20_000);
      await serving;
    }
    return false;
  }

  #options(stopped: AbortSignal): Parameters<typeof supervise>[0] {
    const { folder, databases, clock } = this;
    return {
      ...{ folder, databases, clock, base: base.dir, reads: base.reads, stopped },
      log: (event, fields) => this.events.push(`${event} ${JSON.stringify(fields)}`),
      start: (dir, trial) => this.#start(dir, trial !== null),
      damageOf: (dir) => (this.disk.text(`${dir}/app/jari.js`) === null ? 'app/jari.js' : null),
    };
  }

  #start(dir: string, onTrial: boolean): Child {
    const { clock, folder, disk } = this;
    const boot = this.#boot;
    const version = dir === base.dir ? base.version : (dir.split('/').at(-1) ?? '');
    const {
      schema = 1,
      endsAt,
      sign = (_at: number, usual: Sign): Sign | null => usual,
      pollsPerMinute = 6000,
    } = this.behaviours[version] ?? {};
    const pid = ++this.#started;
    const from = clock.monotonic();
    const ended = Promise.withResolvers<{ code: number; how: string }>();
    let isOver = false;
    const end = (code: number, how: string) => {
      isOver = true;
      ended.resolve({ code, how });
    };
    const found = this.database();
    this.events.push(`start ${version}${onTrial ? ' on trial' : ''}`);
    if (found.schema > Math.max(schema, base.reads.gateway)) end(1, 'exit code 1');
    else this.#write({ ...found, schema: Math.max(found.schema, schema) });
    const signs: Sign[] = [];
    const tick = () => {
      if (isOver || boot !== this.#boot) return;
      const at = clock.monotonic() - from;
      if (endsAt !== undefined && at >= endsAt) {
        end(134, 'signal SIGABRT');
        return;
      }
      const now = this.database();
      this.#write({ ...now, rows: [...now.rows, `${version}-${++this.#rows}`] });
      const usual: Sign = {
        ...{ v: 1, pid, mono: at, failing: null, done: (at / 60_000) * pollsPerMinute, sources: 3, refused: 0 },
        ...{ chain: { standing: 'ok', broken: [] }, rss: 100e6 },
      };
      const said = sign(at, usual);
      const read = folder.state();
      const phase = read.kind === 'there' ? read.state.phase : null;
      if (onTrial && said !== null) disk.put(`${folder.path}/sign.json`, JSON.stringify(said));
      if (phase === 'measuring' && read.kind === 'there') {
        signs.push(usual);
        if (at >= read.state.limits.measureMs) {
          folder.write({ ...read.state, phase: 'staged', baseline: baselineOf(signs) });
          end(0, 'exit code 0');
          return;
        }
      }
      clock.after(250, tick);
    };
    clock.after(250, tick);
    return {
      pid,
      ended: ended.promise,
      stop: () => end(0, 'exit code 0'),
      kill: () => end(137, 'signal SIGKILL'),
    };
  }

  /** A commit of the database, which is on the disk when it returns. */
  #write(rows: Rows): void {
    this.disk.put(`${data}/gateway.db`, JSON.stringify(rows));
    this.disk.keep(`${data}/gateway.db`);
  }
}
