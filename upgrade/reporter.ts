import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Clock, systemClock } from '../contract/clock.ts';
import type { Supervisor, WorkCheck, WorkFigures, WorkLog } from '../contract/supervisor.ts';
import { type Sign, trialVariable, type UpgradeState, upgradeFolderVariable } from '../contract/upgrade.ts';
import { firstFailure } from '../systemd/watchdog.ts';
import { systemDisk } from './disk.ts';
import { UpgradeFolder } from './folder.ts';
import { baselineOf } from './gate.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ReporterOptions = {
  folder: UpgradeFolder;
  onTrial: boolean;
  clock: Clock;
  /** Of this process, bytes. */
  rss(): number;
  /** Asks this process to end, as systemd would. */
  end(): void;
  /** The process that started this one is there no more. */
  isOrphan(): boolean;
};

/** The reporter of a program that was run by way of `jari-service` or `jari upgrade run`; undefined of any other. */
export function reporterIn(env: Env): Supervisor | undefined {
  const path = env[upgradeFolderVariable];
  if (path === undefined || path === '') return undefined;
  const parent = process.ppid;
  const onTrial = env[trialVariable] !== undefined;
  return reporter({
    folder: new UpgradeFolder(join(path, '..'), systemDisk),
    onTrial,
    clock: systemClock,
    rss: () => process.memoryUsage.rss(),
    end: () => void process.kill(process.pid, 'SIGTERM'),
    isOrphan: () => onTrial && process.ppid !== parent,
  });
}

/** Between two looks whether an upgrade has begun; each costs one question to the file system. */
const lookEveryMs = 5000;
/** A look at the work may cost a commit, so it is as rare as the watchdog's: four until a fault counts. */
const looksPerFault = 4;

/**
 * The program's part in an upgrade. The version that runs measures itself when one is asked for, and then ends, so that it is
 * started again by way of the trial. A version on trial gives signs of life. Otherwise it does nothing and writes nothing.
 */
export function reporter(options: ReporterOptions): Supervisor {
  const ended = new AbortController();
  return {
    started(checks, log, figures) {
      void run({ ...options, checks, log, figures, ended: ended.signal }).catch((error: unknown) =>
        log.warn({ why: String(error) }, 'upgrade-reporter-ended'),
      );
    },
    stopping: () => ended.abort(),
  };
}

type Running = ReporterOptions & {
  checks: readonly WorkCheck[];
  log: WorkLog;
  figures(): WorkFigures;
  ended: AbortSignal;
};

async function run(running: Running): Promise<void> {
  const { clock, folder, onTrial, ended } = running;
  let signs: Sign[] = [];
  let looking: ReturnType<typeof lookAtWork> | undefined;
  const stopLooking = () => {
    looking?.close();
    looking = undefined;
    signs = [];
  };
  let everyMs = lookEveryMs;
  while (!ended.aborted) {
    const state = stateOf(folder);
    everyMs = state?.limits.signEveryMs ?? lookEveryMs;
    if (running.isOrphan()) running.end();
    if (state === null || (state.phase !== 'measuring' && !onTrial)) stopLooking();
    else {
      looking ??= lookAtWork(running, state.limits.badForMs / looksPerFault);
      const sign = signOf(running, looking.failing());
      // A program goes on from its own trial as it is, for months perhaps, until it is the one before the next.
      if (state.phase !== 'measuring') writeSign(folder, sign);
      else {
        signs = [...signs, sign];
        if (measured(running, state, signs)) return;
      }
    }
    await clock.sleep(everyMs, ended);
  }
  stopLooking();
}

function stateOf(folder: UpgradeFolder): UpgradeState | null {
  const read = folder.state();
  return read.kind === 'there' ? read.state : null;
}

function signOf({ clock, rss, figures }: Running, failing: string | null): Sign {
  return {
    ...{ v: 1, pid: process.pid, mono: clock.monotonic(), failing, rss: rss() },
    ...figures(),
  };
}

/** For a reader beside us, and worth nothing after a power cut: so it is not synced. */
function writeSign(folder: UpgradeFolder, sign: Sign): void {
  const file = join(folder.path, 'sign.json');
  writeFileSync(`${file}.new`, JSON.stringify(sign), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Whether it has measured itself for long enough; it ends then. */
function measured({ folder, log, end }: Running, state: UpgradeState, signs: readonly Sign[]): boolean {
  const [first, last] = [signs.at(0), signs.at(-1)];
  if (first === undefined || last === undefined || last.mono - first.mono < state.limits.measureMs) return false;
  const baseline = baselineOf(signs);
  log.info({ to: state.to.version, baseline }, 'upgrade-measured');
  folder.write({ ...state, phase: 'staged', baseline });
  end();
  return true;
}

/** Looks at all kinds of work in rounds, and remembers what the last round found. */
function lookAtWork(
  { checks, clock, ended }: Running,
  workEveryMs: number,
): { failing(): string | null; close(): void } {
  const closed = new AbortController();
  const over = AbortSignal.any([ended, closed.signal]);
  const delay = loopDelay();
  let failing: string | null = null;
  const look = async () => {
    while (!over.aborted) {
      await clock.sleep(workEveryMs, over);
      if (over.aborted) break;
      failing = await firstFailure({ checks, clock, everyMs: workEveryMs, longestDelayMs: delay.longestMs }, over);
    }
  };
  void look();
  return {
    failing: () => failing,
    close() {
      closed.abort();
      delay.close();
    },
  };
}

/** Wakes twice a second; a delay shorter than that is nobody's concern here. */
const resolutionMs = 500;

function loopDelay(): { longestMs(): number; close(): void } {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  return {
    longestMs() {
      const ms = delays.count === 0 ? 0 : delays.max / 1e6 - resolutionMs;
      delays.reset();
      return Math.max(0, ms);
    },
    close: () => void delays.disable(),
  };
}
