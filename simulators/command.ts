import { formatProblem, loadSite } from '../config/load-site.ts';
import { devicesOf, type Site } from '../config/site.ts';
import { systemClock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import { VirtualField } from './field.ts';
import type { LineAddress } from './line.ts';
import { scenarioFile } from './scenario/find.ts';
import { loadScenario } from './scenario/load.ts';
import type { Scenario } from './scenario/scenario.ts';
import { timeOfDayText } from './scenario/wall-time.ts';
import { stepText } from './scenario/words.ts';
import { stopSignal } from './stop-signal.ts';
import type { Creep } from './world/creep.ts';

export type SimulateOptions = {
  site: string;
  dir: string;
  /** Same seed, same values at the same time; the scenario's own, else 1, by default. */
  seed?: number;
  /** Simulated seconds per second; 1 by default. */
  speed?: number;
  /** A name in `config/sites/scenarios/`, or a path. */
  scenario?: string;
  /** A corner that has been leaning slowly since then: `tilt-ne@2026-10-25T00:00:00Z`. */
  creep?: string;
  /** Prints `ports.json`, then each step of the scenario, as one line of JSON each instead of lines for people. */
  json?: boolean;
};

/** `jari simulate`: the field of a site on virtual lines, until SIGINT or SIGTERM. @throws InputError */
export async function runSimulate(options: SimulateOptions): Promise<void> {
  const { seed, speed = 1, json = false } = options;
  checkOptions(options);
  const stopped = stopSignal();
  const site = readSite(options.site);
  const scenario = options.scenario === undefined ? undefined : readScenario(options.scenario, site);
  const say = (text: string) => process.stdout.write(`${text}\n`);
  /** Steps at the very beginning are told once the lines are up, behind the ports. */
  const early: string[] = [];
  let tell = (text: string): unknown => early.push(text);
  const field = await VirtualField.open({
    site,
    dir: options.dir,
    clock: systemClock,
    speed,
    ...(seed === undefined ? {} : { seed }),
    ...(scenario === undefined ? {} : { scenario }),
    ...(options.creep === undefined ? {} : { creep: readCreep(options.creep, site) }),
    onStep: (step) => tell(json ? JSON.stringify({ step }) : stepText(step)),
    warn: (text) => process.stderr.write(`${text}\n`),
  });
  say(json ? JSON.stringify(field.ports) : announcement(site, field, scenario));
  for (const text of early) say(text);
  tell = say;
  await stopped;
  await field.close();
}

function checkOptions({ seed = 1, speed = 1 }: SimulateOptions): void {
  const problems: string[] = [];
  if (!Number.isSafeInteger(seed) || seed < 0) problems.push(`--seed ${seed}: give a whole number from 0`);
  if (!Number.isFinite(speed) || speed <= 0) problems.push(`--speed ${speed}: give a number above 0`);
  if (problems.length > 0) throw new InputError(problems);
}

/** `device@time`. @throws InputError */
function readCreep(text: string, site: Site): Creep {
  const [device = '', time = ''] = text.split('@');
  const since = Date.parse(time);
  const devices: readonly string[] = site.agents.flatMap((agent) => devicesOf(agent).map((one) => one.device.id));
  if (!devices.includes(device)) throw new InputError([`--creep ${text}: ${site.id} has no device "${device}"`]);
  if (Number.isNaN(since))
    throw new InputError([`--creep ${text}: "${time}" is no time; write tilt-ne@2026-10-25T00:00:00Z`]);
  return { device, since };
}

function readSite(file: string): Site {
  const loaded = loadSite(file);
  if (!loaded.ok) throw new InputError(loaded.problems.map(formatProblem));
  return loaded.site;
}

function readScenario(nameOrPath: string, site: Site): Scenario {
  const loaded = loadScenario(scenarioFile(nameOrPath), site);
  if (!loaded.ok) throw new InputError(loaded.problems.map(formatProblem));
  return loaded.scenario;
}

function announcement(site: Site, field: VirtualField, scenario: Scenario | undefined): string {
  const lines = Object.entries(field.ports.buses).map(([name, address]) => `  ${name}  ${written(address)}`);
  const day = scenario === undefined ? '' : `, playing ${scenario.title.en} from ${timeOfDayText(scenario.beginsMs)}`;
  return [`${site.id}: ${lines.length} virtual lines are up${day} (Ctrl-C ends them)`, ...lines].join('\n');
}

function written(address: LineAddress): string {
  return 'host' in address ? `${address.host}:${address.port}` : address.port;
}
