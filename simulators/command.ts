import { formatProblem, loadSite } from '../config/load.ts';
import type { Site } from '../config/site.ts';
import { systemClock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import { VirtualField } from './field.ts';
import type { LineAddress } from './line.ts';
import { stopSignal } from './stop-signal.ts';

export type SimulateOptions = {
  site: string;
  dir: string;
  /** Same seed, same values at the same time; 1 by default. */
  seed?: number;
  /** Simulated seconds per second; 1 by default. */
  speed?: number;
  scenario?: string;
  /** Prints `ports.json` instead of lines for people. */
  json?: boolean;
};

/** `jari simulate`: the field of a site on virtual lines, until SIGINT or SIGTERM. @throws InputError */
export async function runSimulate(options: SimulateOptions): Promise<void> {
  const { seed = 1, speed = 1, json = false } = options;
  checkOptions(options);
  const stopped = stopSignal();
  const site = readSite(options.site);
  const warn = (text: string) => process.stderr.write(`${text}\n`);
  const field = await VirtualField.open({ site, dir: options.dir, clock: systemClock, seed, speed, warn });
  process.stdout.write(json ? `${JSON.stringify(field.ports)}\n` : announcement(site, field));
  await stopped;
  await field.close();
}

function checkOptions({ seed = 1, speed = 1, scenario }: SimulateOptions): void {
  const problems: string[] = [];
  if (!Number.isSafeInteger(seed) || seed < 0) problems.push(`--seed ${seed}: give a whole number from 0`);
  if (!Number.isFinite(speed) || speed <= 0) problems.push(`--speed ${speed}: give a number above 0`);
  if (scenario !== undefined) {
    problems.push(`--scenario ${scenario}: there is none yet, they come with step 2; leave it out for a quiet day`);
  }
  if (problems.length > 0) throw new InputError(problems);
}

function readSite(file: string): Site {
  const loaded = loadSite(file);
  if (!loaded.ok) throw new InputError(loaded.problems.map(formatProblem));
  return loaded.site;
}

function announcement(site: Site, field: VirtualField): string {
  const lines = Object.entries(field.ports.buses).map(([name, address]) => `  ${name}  ${written(address)}`);
  return [`${site.id}: ${lines.length} virtual lines are up (Ctrl-C ends them)`, ...lines, ''].join('\n');
}

function written(address: LineAddress): string {
  return 'host' in address ? `${address.host}:${address.port}` : address.port;
}
