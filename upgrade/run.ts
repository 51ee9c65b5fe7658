import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { systemClock } from '../contract/clock.ts';
import { type Reads, trialVariable, upgradeFolderVariable } from '../contract/upgrade.ts';
import { notify } from '../systemd/notify.ts';
import type { Database } from './databases.ts';
import { systemDisk } from './disk.ts';
import { UpgradeFolder } from './folder.ts';
import { firstDamage } from './install.ts';
import { manifestName, parseManifest } from './release.ts';
import { type Child, supervise } from './supervise.ts';

export type RunOptions = {
  data: string;
  /** Folder of the installed program. */
  program: string;
  /** Of the program, as in `gateway --site FILE --data DIR`. */
  args: readonly string[];
  reads: Reads;
  databases: readonly Database[];
};

/**
 * `jari upgrade run`: runs a program through an upgrade of its data folder, in place of systemd's own child.
 * @returns the exit code of what it ran last
 */
export async function runSupervised({ data, program, args, reads, databases }: RunOptions): Promise<number> {
  const folder = new UpgradeFolder(data, systemDisk);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  try {
    return await supervise({
      ...{ folder, databases, clock: systemClock, base: program, reads, stopped: stop.signal },
      log: (event, fields) =>
        process.stdout.write(`${JSON.stringify({ time: Date.now(), process: 'upgrade', ...fields, msg: event })}\n`),
      start: (dir, trial) => start({ dir, args, trial, folder }),
      damageOf,
      ...(process.env.NOTIFY_SOCKET === undefined ? {} : { working: tellSystemd }),
    });
  } finally {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
  }
}

type Start = { dir: string; args: readonly string[]; trial: Reads | null; folder: UpgradeFolder };

function start({ dir, args, trial, folder }: Start): Child {
  // systemd expects the watchdog to be fed by the process that it started, which is this one; the child is to feed it.
  const { WATCHDOG_PID: _, [trialVariable]: __, ...env } = process.env;
  const child = spawn(join(dir, 'jari'), [...args], {
    stdio: 'inherit',
    env: {
      ...env,
      [upgradeFolderVariable]: folder.path,
      ...(trial === null ? {} : { [trialVariable]: String(trial.gateway) }),
    },
  });
  const ended = new Promise<{ code: number; how: string }>((resolve) => {
    child.once('error', (error) => resolve({ code: 1, how: error.message.slice(0, 200) }));
    child.once('exit', (code, signal) =>
      resolve({ code: code ?? 1, how: signal === null ? `exit code ${code}` : `signal ${signal}` }),
    );
  });
  return {
    pid: child.pid ?? -1,
    ended,
    stop: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The installed program has no list: dpkg knows its files. */
function damageOf(dir: string): string | null {
  const text = systemDisk.read(join(dir, manifestName));
  if (text === null) return systemDisk.exists(join(dir, 'jari')) ? null : 'jari';
  const manifest = parseManifest(text);
  return manifest === null ? manifestName : firstDamage(systemDisk, dir, manifest);
}

const longWorkUs = 600_000_000;

/**
 * A copy of a large database takes longer than a start may. Where the program before had fed the watchdog already, the copy may
 * be cut off once, and is then made in a start of its own, in which the watchdog does not wait.
 */
function tellSystemd(): void {
  notify([`EXTEND_TIMEOUT_USEC=${longWorkUs}`, 'WATCHDOG=1'], () => undefined);
}
