import type { Clock } from '../contract/clock.ts';
import type { UpgradeFailure } from '../contract/reasons/upgrade.ts';
import type { Reads, UpgradeOutcome, UpgradeState } from '../contract/upgrade.ts';
import { type Database, putBack, takeSnapshot } from './databases.ts';
import { removeFile } from './disk.ts';
import type { UpgradeFolder } from './folder.ts';
import { Gate } from './gate.ts';
import { detailOf, UpgradeError } from './upgrade-error.ts';

/** A program that was started. */
export type Child = {
  readonly pid: number;
  /** How it ended, as a person would say it: `exit code 1`, `signal SIGKILL`. Never rejects. */
  readonly ended: Promise<{ code: number; how: string }>;
  /** Asks it to end. */
  stop(): void;
  kill(): void;
};

export type SuperviseOptions = {
  folder: UpgradeFolder;
  databases: readonly Database[];
  clock: Clock;
  log(event: string, fields: object): void;
  /** The installed program, which runs where nothing was ever committed. */
  base: string;
  /** What this program reads; where the state itself cannot be read. */
  reads: Reads;
  /** @param trial what the program before reads; null when the program is not on trial */
  start(dir: string, trial: Reads | null): Child;
  /** The first file of an installed program that is not as it was signed. */
  damageOf(dir: string): string | null;
  /** Long work goes on; systemd is to wait. */
  working?(): void;
  /** Aborts when this process was asked to end. */
  stopped: AbortSignal;
};

const stopWithinMs = 15_000;
const restartAfterMs = 2000;

/**
 * Runs the program of a data folder through an upgrade: whatever step a kill or a power cut left it at, it goes on from
 * there or goes back. What is about to be done is on the disk before it is done, and every step may be done twice.
 * @returns the exit code of the program that it ran last
 */
export async function supervise(options: SuperviseOptions): Promise<number> {
  const { folder, log, stopped } = options;
  for (;;) {
    const read = folder.state();
    if (read.kind === 'damaged') recover(options);
    const state = read.kind === 'there' ? read.state : null;
    if (state === null || state.phase === 'measuring') {
      const code = await runToEnd(options, state?.from.dir ?? folder.current() ?? options.base);
      const after = folder.state();
      // The program before has measured itself and has ended for the trial.
      if (stopped.aborted || after.kind !== 'there' || after.state.phase === 'measuring') return code;
      continue;
    }
    log('upgrade-step', { phase: state.phase, to: state.to.version });
    if (state.phase === 'staged') folder.write({ ...state, phase: 'snapshot' });
    else if (state.phase === 'snapshot') snapshot(options, state);
    else if (state.phase === 'committing') commit(options, state);
    else if (state.phase === 'returning') goBack(options, state);
    else {
      const code = await trial(options, state);
      if (code !== null) return code;
    }
    if (stopped.aborted) return 0;
  }
}

async function runToEnd({ start, clock, stopped }: SuperviseOptions, dir: string): Promise<number> {
  const child = start(dir, null);
  return untilEnded(child, { clock, stopped });
}

/** Hands a stop on to the child. */
async function untilEnded(child: Child, options: Pick<SuperviseOptions, 'clock' | 'stopped'>): Promise<number> {
  const { clock, stopped } = options;
  const over = new AbortController();
  const ended = child.ended.then(({ code }) => {
    over.abort();
    return code;
  });
  await Promise.race([ended, aborted(AbortSignal.any([stopped, over.signal]))]);
  if (!over.signal.aborted) await end(child, clock);
  return ended;
}

async function end(child: Child, clock: Clock): Promise<void> {
  const over = new AbortController();
  void child.ended.then(() => over.abort());
  child.stop();
  await clock.sleep(stopWithinMs, over.signal);
  if (!over.signal.aborted) child.kill();
  await child.ended;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function snapshot({ folder, databases, working }: SuperviseOptions, state: UpgradeState): void {
  try {
    working?.();
    removeFile(folder.disk, folder.trialMessages);
    takeSnapshot(folder, databases);
    folder.write({ ...state, phase: 'trial' });
  } catch (error) {
    folder.write({ ...state, phase: 'returning', reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): UpgradeFailure {
  if (error instanceof UpgradeError && error.reason.code === 'no-room') return error.reason;
  return { code: 'snapshot-failed', detail: detailOf(error) };
}

/** Null: the next step is on the disk. A number: the program ended, or was ended, after it was committed or by a stop. */
async function trial(options: SuperviseOptions, begun: UpgradeState): Promise<number | null> {
  const { folder, clock, log, start, stopped } = options;
  // Counted before it begins, so that what takes the whole box down is counted as well.
  let state: UpgradeState = { ...begun, interruptions: begun.interruptions + 1, trialAt: options.clock.now() };
  folder.write(state);
  const { limits } = state;
  const returning = (reason: UpgradeFailure) => folder.write({ ...state, phase: 'returning', reason });
  if (begun.interruptions > limits.interruptions) {
    returning({ code: 'interrupted', times: begun.interruptions });
    return null;
  }
  options.working?.();
  const path = options.damageOf(state.to.dir);
  if (path !== null) {
    returning({ code: 'release-damaged', path });
    return null;
  }
  const since = clock.monotonic();
  for (;;) {
    folder.forgetSign();
    const child = start(state.to.dir, state.from.reads);
    const gate = new Gate({ limits, before: state.baseline, since });
    const outcome = await watch({ ...options, child, gate, lookEveryMs: limits.lookEveryMs });
    log('upgrade-trial', { to: state.to.version, ...outcome });
    if (outcome.kind === 'stopped') {
      // That the operator stopped the service says nothing of the program.
      folder.write({ ...state, interruptions: begun.interruptions });
      await end(child, clock);
      return 0;
    }
    if (outcome.kind === 'commit') {
      state = { ...state, phase: 'committing' };
      folder.write(state);
      commit(options, state);
      return untilEnded(child, options);
    }
    if (outcome.kind === 'back') {
      returning(outcome.reason);
      await end(child, clock);
      return null;
    }
    const crashes = state.crashes + 1;
    state = { ...state, crashes };
    // One that worked and then ended by itself has no second chance: it would end again after it was committed.
    if (gate.wasUp || crashes >= limits.crashes) {
      returning({ code: 'crashed', times: crashes, detail: outcome.how });
      return null;
    }
    folder.write(state);
    await clock.sleep(restartAfterMs, stopped);
    if (stopped.aborted) return 0;
  }
}

type Watched =
  | { kind: 'commit' }
  | { kind: 'back'; reason: UpgradeFailure }
  | { kind: 'ended'; how: string }
  | { kind: 'stopped' };

type Watching = SuperviseOptions & { child: Child; gate: Gate; lookEveryMs: number };

async function watch({ folder, clock, child, gate, lookEveryMs, stopped }: Watching): Promise<Watched> {
  let how: string | undefined;
  const woken = new AbortController();
  void child.ended.then((ended) => {
    how = ended.how;
    woken.abort();
  });
  const wake = AbortSignal.any([woken.signal, stopped]);
  for (;;) {
    await clock.sleep(lookEveryMs, wake);
    if (stopped.aborted) return { kind: 'stopped' };
    if (how !== undefined) return { kind: 'ended', how };
    const now = clock.monotonic();
    const sign = folder.sign();
    if (sign?.pid === child.pid) gate.take(sign, now);
    const asked = folder.asked();
    if (asked === 'commit') return { kind: 'commit' };
    if (asked === 'back') return { kind: 'back', reason: { code: 'asked' } };
    const verdict = gate.look(now);
    if (verdict.kind !== 'wait') return verdict;
  }
}

/** `current` leads to the new program from the rename on; all else is tidying. */
function commit({ folder, clock }: SuperviseOptions, state: UpgradeState): void {
  folder.setCurrent(state.to.dir);
  folder.writeLast({ ...ended(state, clock.now()), outcome: 'committed', setAside: null });
  removeFile(folder.disk, folder.snapshot);
  removeFile(folder.disk, folder.trialMessages);
  folder.clear();
}

function goBack(options: SuperviseOptions, state: UpgradeState): void {
  const { folder, databases, clock, working, log } = options;
  const { from, to, reason } = state;
  working?.();
  let setAside: string | null;
  try {
    setAside = putBack(folder, databases, { reads: from.reads, trial: to.version });
  } catch (error) {
    // The program before could read nothing here, and the new one still can: a faulty program is better than none.
    log('upgrade-cannot-go-back', { why: detailOf(error) });
    folder.setCurrent(to.dir);
    folder.writeLast({ ...ended(state, clock.now()), outcome: 'committed', setAside: null });
    folder.clear();
    return;
  }
  folder.writeLast({ ...ended(state, clock.now()), outcome: 'went-back', reason, setAside });
  // With the database that stayed there is nothing to be taken in again.
  if (setAside === null) removeFile(folder.disk, folder.trialMessages);
  removeFile(folder.disk, folder.snapshot);
  folder.clear();
}

function ended({ from, to, reason }: UpgradeState, at: number): Omit<UpgradeOutcome, 'outcome' | 'setAside'> {
  return { v: 1, from, to, at, reason };
}

/** The program before is to find what it can read, whatever became of the file that says how far it had come. */
function recover({ folder, databases, reads, log }: SuperviseOptions): void {
  log('upgrade-state-damaged', { folder: folder.path });
  putBack(folder, databases, { reads, trial: 'damaged' });
  removeFile(folder.disk, folder.snapshot);
  folder.clear();
}
