import { rmSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { BackupFailure, DrillFailure } from '../../contract/reasons/backup.ts';
import { each } from '../each.ts';
import type { Log } from '../log.ts';
import type { Database } from '../store/database.ts';
import { BackupTable, type Run } from './backup-table.ts';
import { isDue } from './due.ts';
import { gatewayFiles } from './gateway-files.ts';
import { codeDigest, newCode } from './replace-code.ts';
import type { RunOptions, RunResult } from './run.ts';

export type BackupOptions = {
  sites: readonly Site[];
  dir: string;
  db: Database;
  clock: Clock;
  log: Log;
  jari: string;
  /** All that people have to be told, as it is now. */
  tell?: (troubles: readonly BackupTrouble[]) => void;
  /** How the copy is made; in a thread of its own. */
  run?: (options: RunOptions, stop: AbortSignal) => Promise<RunResult>;
};

/** How copies and drills stand. Times are epoch ms. */
export type BackupStanding = {
  /** off: the site file asks for none. waiting: the first one is still to come, and is not late. */
  readonly state: 'off' | 'waiting' | 'ok' | 'failed' | 'overdue';
  readonly running: boolean;
  readonly last: Run | null;
  readonly lastGood: Run | null;
  readonly drill: {
    readonly state: 'off' | 'waiting' | 'ok' | 'failed' | 'overdue';
    readonly last: Run | null;
    readonly lastGood: Run | null;
  };
  readonly troubles: readonly BackupTrouble[];
};

/** What people are told of. `days`: whole days without a good one, null where there was none yet. */
export type BackupTrouble =
  | { readonly code: 'backup-failed'; readonly cause: BackupFailure['code'] }
  | { readonly code: 'backup-overdue'; readonly hours: number }
  | { readonly code: 'drill-failed'; readonly cause: DrillFailure['code'] }
  | { readonly code: 'drill-overdue'; readonly days: number }
  | { readonly code: 'outputs-off' };

const lookEveryMs = 5 * 60_000;
/** After a copy that failed the next is tried after this, not a day later: a disk was pulled, a server was down. */
const retryMs = 3_600_000;
const dayMs = 24 * 3_600_000;

/** Makes the nightly copy, has it proven every week, and says when either is missing. */
export class BackupService {
  readonly #options: BackupOptions;
  readonly #table: BackupTable;
  readonly #startedWall: number;
  readonly #startedMono: number;
  #running: Promise<RunResult> | null = null;
  readonly #stop = new AbortController();
  #outputsOff: boolean;
  #end = () => {};

  constructor(options: BackupOptions) {
    this.#options = options;
    this.#table = new BackupTable(options.db);
    this.#startedWall = options.clock.now();
    this.#startedMono = options.clock.monotonic();
    this.#outputsOff = this.#table.areOutputsOff;
    // One that was cut off left it behind.
    rmSync(join(options.dir, 'backup.tmp'), { recursive: true, force: true });
  }

  start(): void {
    const { clock } = this.#options;
    this.#table.identity();
    // What stood before may be over, or no longer be asked for.
    this.#tell();
    if (this.#config === null) return;
    this.#end = each(clock, lookEveryMs, () => {
      this.look();
      this.#tell();
    });
  }

  async close(): Promise<void> {
    this.#end();
    this.#stop.abort();
    await this.#running?.catch(() => undefined);
  }

  /** Nobody has said yet that this box, which took another's place, may switch things. */
  get areOutputsOff(): boolean {
    return this.#outputsOff;
  }

  /** A person has looked. @returns whether they were off. Use {@link turnOutputsOn}, which leaves it in the audit. */
  outputsOn(): boolean {
    const was = this.#outputsOff;
    this.#table.outputsOn();
    this.#outputsOff = false;
    this.#tell();
    return was;
  }

  /** A code by which a new box may take this one's place, once. @returns it, and until when it is good (epoch ms) */
  makeCode(lifeMs: number): { code: string; expires: number } {
    const code = newCode();
    const expires = this.#options.clock.now() + lifeMs;
    this.#table.addCode(codeDigest(code), expires);
    return { code, expires };
  }

  get identity(): { id: string; epoch: number } {
    return this.#table.identity();
  }

  /** Begins a copy where one is due. */
  look(): void {
    const config = this.#config;
    const [site] = this.#options.sites;
    if (config === null || site === undefined || this.#running !== null) return;
    const now = this.#options.clock.now();
    const last = this.#table.last('backup');
    const again = last !== null && !last.ok && (last.reason?.code === 'interrupted' || now - last.at >= retryMs);
    if (again || isDue(now, last?.at ?? this.#startedWall, config.atMinute, site.timezone)) {
      this.now().catch((error) => this.#options.log.error({ error: String(error) }, 'backup-not-recorded'));
    }
  }

  /** Makes a copy now; the one that is being made where there is one. */
  now(): Promise<RunResult> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  standing(): BackupStanding {
    const config = this.#config;
    const [last, lastGood] = [this.#table.last('backup'), this.#table.last('backup', true)];
    const [drill, drillGood] = [this.#table.last('drill'), this.#table.last('drill', true)];
    const running = this.#running !== null;
    if (config === null) {
      const off = { state: 'off', last: drill, lastGood: drillGood } as const;
      return { state: 'off', running, last, lastGood, drill: off, troubles: [] };
    }
    const without = this.#without(lastGood);
    const drillWithout = this.#without(drillGood);
    const drillMostMs = config.drillEveryMs + config.overdueMs;
    const states = {
      backup: stateOf({ last, lastGood, isOverdue: without > config.overdueMs }),
      drill: stateOf({ last: drill, lastGood: drillGood, isOverdue: drillWithout > drillMostMs }),
    };
    const troubles: BackupTrouble[] = [];
    if (last?.ok === false) troubles.push({ code: 'backup-failed', cause: failureOf(last) });
    if (without > config.overdueMs) {
      troubles.push({ code: 'backup-overdue', hours: Math.floor(without / 3_600_000) });
    }
    if (drill?.ok === false) troubles.push({ code: 'drill-failed', cause: drill.reason?.code ?? 'copy-failed' });
    if (drillWithout > drillMostMs) troubles.push({ code: 'drill-overdue', days: Math.floor(drillWithout / dayMs) });
    return {
      ...{ state: states.backup, running, last, lastGood, troubles },
      drill: { state: states.drill, last: drill, lastGood: drillGood },
    };
  }

  #tell(): void {
    const { tell, log } = this.#options;
    try {
      const off: BackupTrouble[] = this.#outputsOff ? [{ code: 'outputs-off' }] : [];
      tell?.([...this.standing().troubles, ...off]);
    } catch (error) {
      log.error({ error: String(error) }, 'backup-troubles-not-told');
    }
  }

  get #config() {
    return this.#options.sites[0]?.backup ?? null;
  }

  /** For how long there was no good one, ms. A clock that was set back does not make it younger than this process knows. */
  #without(lastGood: Run | null): number {
    const { clock } = this.#options;
    const running = clock.monotonic() - this.#startedMono;
    if (lastGood === null) return running;
    const age = clock.now() - lastGood.at;
    return age < -dayMs ? running : Math.max(0, age);
  }

  async #run(): Promise<RunResult> {
    const { sites, dir, clock, log, jari, run = inThread } = this.#options;
    const config = this.#config;
    if (config === null) throw new Error('the site file asks for no backup');
    const at = clock.now();
    const drilled = this.#table.last('drill', true);
    const drill = drilled === null || Math.abs(at - drilled.at) >= config.drillEveryMs - dayMs / 2;
    log.info({ drill }, 'backup-began');
    const what: RunOptions = {
      ...{ dir, jari, drill, now: at, files: gatewayFiles(dir, sites), sites: sites.map(({ id }) => id) },
      config: { to: config.to, recipients: config.recipients, keep: config.keep },
      gateway: this.#table.identity().id,
    };
    const result = await run(what, this.#stop.signal);
    this.#record(at, result);
    this.#tell();
    return result;
  }

  #record(at: number, result: RunResult): void {
    const { log } = this.#options;
    if (!result.ok) {
      const { reason } = result;
      this.#table.add({ kind: 'backup', at, ok: false, name: null, reason, figures: {} });
      log.error({ reason }, 'backup-failed');
      return;
    }
    const { name, bytes, tookMs, files, rows, drill } = result.made;
    this.#table.add({ kind: 'backup', at, ok: true, name, reason: null, figures: { bytes, tookMs, files, rows } });
    log.info({ name, bytes, tookMs }, 'backup-made');
    if (drill === null) return;
    if (drill.ok) {
      const { ok: _ok, ...figures } = drill;
      this.#table.add({ kind: 'drill', at, ok: true, name, reason: null, figures });
      log.info(figures, 'drill-passed');
    } else {
      this.#table.add({ kind: 'drill', at, ok: false, name, reason: drill.reason, figures: {} });
      log.error({ reason: drill.reason }, 'drill-failed');
    }
  }
}

function stateOf(of: {
  last: Run | null;
  lastGood: Run | null;
  isOverdue: boolean;
}): 'waiting' | 'ok' | 'failed' | 'overdue' {
  if (of.isOverdue) return 'overdue';
  if (of.last?.ok === false) return 'failed';
  return of.lastGood === null ? 'waiting' : 'ok';
}

function failureOf({ reason }: Run): BackupFailure['code'] {
  return (reason?.code ?? 'copy-failed') as BackupFailure['code'];
}

/** A copy takes seconds of CPU and minutes of a card; in its own thread it holds nothing up but for a turn at the disk. */
function inThread(options: RunOptions, stop: AbortSignal): Promise<RunResult> {
  const cache = getCompileCacheDir();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: options,
    execArgv: [],
    ...(cache === undefined ? {} : { env: { ...process.env, NODE_COMPILE_CACHE: cache } }),
  });
  stop.addEventListener('abort', () => void worker.terminate(), { once: true });
  const interrupted: RunResult = { ok: false, reason: { code: 'interrupted' } };
  return new Promise((resolve) => {
    worker.on('message', resolve);
    worker.on('error', (error) =>
      resolve({ ok: false, reason: { code: 'copy-failed', detail: error.message.slice(0, 300) } }),
    );
    worker.on('exit', () => resolve(interrupted));
  });
}
