import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { apartAtStart } from '../../config/apart/apart.ts';
import { formatProblem } from '../../config/files/problem.ts';
import type { Site } from '../../config/site.ts';
import { type Clock, systemClock, type Timer } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { PresentWork } from '../../contract/present-work.ts';
import type { Supervisor } from '../../contract/supervisor.ts';
import { diskFull } from '../../disk/probe.ts';
import type { Endpoint } from '../addresses.ts';
import type { Lifetimes } from '../ca/lifetimes.ts';
import { chosenSites, giveUp } from '../configuration/chosen-sites.ts';
import { type Lock, waitForLock } from '../data-folder/lock.ts';
import { defaultDataFolder, openDataFolder, writePrivateFile } from '../data-folder/private-files.ts';
import { Gateway, type GatewayOptions } from '../gateway.ts';
import { trialIn } from '../ingest/trial.ts';
import type { ListenerName } from '../listen-error.ts';
import { type Log, openLog } from '../log.ts';
import type { Limits } from '../mqtt/broker.ts';
import { usable } from './change.ts';
import { firstStart } from './first-start.ts';
import { endOnDiskFailure, endOnRoom, gatewayFolder, noteIfDisk } from './gateway-folder.ts';

export type GatewayCommand = {
  /** Site files. Where to listen is read from the first. */
  sites: readonly string[];
  /** ./run/gateway */
  data?: string;
  /** Instead of the site file's; 0 takes any free port. */
  mqttPort?: number;
  httpPort?: number;
  mqttsPort?: number;
  httpsPort?: number;
  /** Of certificates; shorter ones for tests. */
  lifetimes?: Lifetimes;
  /** Hear that it works. */
  supervisors?: readonly Supervisor[];
  /** Only for programs that start it from code. */
  limits?: Partial<Limits>;
};

/** An account command holds the folder for less than this. */
const lockWaitMs = 1000;
const stopWithinMs = 4500;

/**
 * `jari gateway`: runs until SIGINT or SIGTERM and stops cleanly within 5 s; a second signal ends it at once. While it
 * runs, listening.json in the data folder says where.
 * @throws InputError before anything listens, when a site file, the folder or a port cannot be used
 */
export async function runGateway(options: GatewayCommand): Promise<void> {
  const log = openLog({ process: 'gateway' });
  const sites = loadSites(options.sites, log);
  const [first] = sites;
  if (first === undefined) throw new InputError(['gateway: no site file; give at least one with --site FILE']);
  // What is wrong with it is said before anything is opened.
  listenersOf(first, options);
  // What this process writes is nobody else's, wherever the folder is.
  process.umask(0o077);
  const given = resolve(options.data ?? defaultDataFolder);
  const { dir: chosen, problem: diskProblem } = gatewayFolder(given);
  if (diskProblem !== null)
    log.error({ dir: given, problem: diskProblem, mend: mendDisk(diskProblem) }, 'disk-failing');
  const dir = openDataFolder(chosen);
  const lock = await lockFolder(dir, systemClock);
  // One that was killed leaves it behind.
  rmSync(listeningFile(dir), { force: true });
  const signal = stopSignal(log);
  const disk = { diskProblem, onDiskFailure: endOnDiskFailure(given, log) };
  endOnRoom({ dir: given, problem: diskProblem }, { clock: systemClock, log });
  const run = { sites, given, dir, log, options, signal, disk, present: new PresentWork(options.supervisors) };
  try {
    // A site file that is taken, or taken back, begins the work again; the records on disk say with which.
    while (await runOnce(run));
  } finally {
    signal.forget();
    lock.release();
  }
}

type Run = {
  /** The site files that were given, loaded. */
  readonly sites: readonly Site[];
  /** The data folder that was given; `dir` may stand in for it. */
  readonly given: string;
  readonly dir: string;
  readonly log: Log;
  readonly options: GatewayCommand;
  readonly signal: ReturnType<typeof stopSignal>;
  readonly disk: Pick<GatewayOptions, 'diskProblem' | 'onDiskFailure'>;
  readonly present: PresentWork;
};

/** One run of the gateway. True when it is to begin again, false when it was asked to end. */
async function runOnce(run: Run): Promise<boolean> {
  const { dir, log, signal, present } = run;
  const restart = Promise.withResolvers<true>();
  const started = await startChosen(run, () => restart.resolve(true));
  if (started === null) return true;
  const { gateway, listeners, sites } = started;
  try {
    const listening = listeningOf(gateway, listeners);
    writePrivateFile(listeningFile(dir), `${JSON.stringify({ ...listening, pid: process.pid })}\n`);
    const ports = Object.fromEntries(Object.entries(listening).map(([name, { port }]) => [name, port]));
    log.info({ sites: sites.map((site) => site.id), dir, ...ports }, 'gateway-started');
    present.works(gateway, log);
    firstStart({ accounts: gateway.accounts, pages: gateway.pages, terminal: process.stderr, log });
    return await Promise.race([signal.came.then(() => false), restart.promise]);
  } finally {
    if (signal.hasCome()) present.stopping();
    await stop(gateway, dir, log);
  }
}

/** Null when it does not start with a site file that is being tried: the next start is without it. */
async function startChosen(
  { sites: given, given: folder, dir, log, options, disk }: Run,
  onRestart: () => void,
): Promise<{ gateway: Gateway; listeners: Listeners; sites: readonly Site[] } | null> {
  const sites = chosenSites(given, dir, log);
  const [first] = sites;
  if (first === undefined) throw new InputError(['gateway: no site file; give at least one with --site FILE']);
  const { lifetimes, limits } = options;
  const more = { ...(lifetimes === undefined ? {} : { lifetimes }), ...(limits === undefined ? {} : { limits }) };
  const files = new Map(given.map(({ id, file }) => [id, file]));
  try {
    const listeners = listenersOf(first, options);
    const where = { sites, given: files, dir, clock: systemClock, log, onRestart, trial: trialIn(process.env) };
    return { gateway: await startGateway({ ...where, ...disk, ...listeners, ...more }), listeners, sites };
  } catch (error) {
    const isDisk = noteIfDisk(folder, error);
    const detail = error instanceof Error ? error.message : String(error);
    if (!isDisk && giveUp(given, dir, detail, log)) return null;
    throw error;
  }
}

/** Every site file's problems at once, and no two of one id. @throws InputError */
export function loadSites(files: readonly string[], log: Pick<Log, 'warn'>): Site[] {
  const problems: string[] = [];
  const sites = new Map<string, Site>();
  for (const file of files) {
    const loaded = apartAtStart('load', file);
    if (!loaded.ok) {
      problems.push(...loaded.problems.map(formatProblem));
      continue;
    }
    const { site } = loaded;
    const other = sites.get(site.id);
    if (other !== undefined) problems.push(`${site.file}: site ${site.id} is also in ${other.file}; give one of them`);
    sites.set(site.id, site);
    for (const warning of loaded.warnings) log.warn({ why: formatProblem(warning) }, 'site-file-warning');
  }
  if (problems.length > 0) throw new InputError(problems);
  return [...sites.values()];
}

type Listeners = Required<Pick<GatewayOptions, ListenerName>>;

/** Where to listen: as the first site file says, and the ports that were asked for instead. */
function listenersOf({ file, gateway }: Site, options: GatewayCommand): Listeners {
  const { mqtt, http } = gateway;
  const { mqttsPort, httpsPort } = options;
  const lacks = (option: string, place: string) =>
    new InputError([`${option}: ${file} asks for no TLS there; add tls: {} to ${place}`]);
  if (mqtt.tls === null && mqttsPort !== undefined) throw lacks(`--mqtts-port ${mqttsPort}`, 'gateway.mqtt');
  if (http.tls === null && httpsPort !== undefined) throw lacks(`--https-port ${httpsPort}`, 'gateway.http');
  return {
    mqtt: endpoint('mqtt', mqtt, options.mqttPort),
    http: endpoint('http', http, options.httpPort),
    mqtts: mqtt.tls === null ? null : endpoint('mqtts', mqtt.tls, mqttsPort),
    https: http.tls === null ? null : endpoint('https', http.tls, httpsPort),
  };
}

function endpoint<T extends Endpoint>(what: ListenerName, configured: T, asked: number | undefined): T {
  if (asked === undefined) return configured;
  if (Number.isInteger(asked) && asked >= 0 && asked <= 65_535) return { ...configured, port: asked };
  throw new InputError([`--${what}-port ${asked}: is no port; give 0 (any) to 65535`]);
}

async function lockFolder(dir: string, clock: Clock): Promise<Lock> {
  const attempt = await waitForLock(dir, clock, lockWaitMs);
  if (attempt.ok) return attempt.lock;
  const who = attempt.pid === null ? 'another process' : `process ${attempt.pid}`;
  throw new InputError([`data folder ${dir}: ${who} runs a gateway on it; stop that one, or give another --data`]);
}

function mendDisk(problem: string): string {
  return problem === diskFull
    ? 'the gateway works in memory; remove other files from its disk, and it goes back by itself'
    : 'the gateway works in memory; replace its card, then start it again';
}

async function startGateway(options: Parameters<typeof Gateway.start>[0]): Promise<Gateway> {
  try {
    return await Gateway.start(options);
  } catch (error) {
    return usable(() => {
      throw error;
    });
  }
}

const listeningFile = (dir: string) => join(dir, 'listening.json');

/** What there is: host and port of each listener by name. */
function listeningOf(gateway: Gateway, at: Listeners): Record<string, { host: string; port: number }> {
  const { mqttPort, httpPort, mqttsPort, httpsPort } = gateway;
  return {
    mqtt: { host: at.mqtt.bind, port: mqttPort },
    http: { host: at.http.bind, port: httpPort },
    ...(at.mqtts === null || mqttsPort === null ? {} : { mqtts: { host: at.mqtts.bind, port: mqttsPort } }),
    ...(at.https === null || httpsPort === null ? {} : { https: { host: at.https.bind, port: httpsPort } }),
  };
}

async function stop(gateway: Gateway, dir: string, log: Log): Promise<void> {
  log.info({}, 'gateway-stopping');
  const deadline = stopDeadline(log);
  rmSync(listeningFile(dir), { force: true });
  await gateway.close();
  deadline.cancel();
  log.info({}, 'gateway-stopped');
}

function stopDeadline(log: Log): Timer {
  return systemClock.after(stopWithinMs, () => {
    log.error({ afterMs: stopWithinMs }, 'gateway-stop-timed-out');
    process.exit(1);
  });
}

/** From the first signal on the process has `stopWithinMs` to be gone, whatever stage of its start it was in. */
function stopSignal(log: Log): { came: Promise<void>; hasCome(): boolean; forget(): void } {
  let came = false;
  let deadline: Timer | undefined;
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  const take = (signal: NodeJS.Signals) => {
    if (came) {
      log.warn({ signal }, 'gateway-ended-at-once');
      process.exit(1);
    }
    came = true;
    deadline = stopDeadline(log);
    resolve();
  };
  process.on('SIGINT', take).on('SIGTERM', take);
  return {
    came: promise,
    hasCome: () => came,
    forget: () => {
      deadline?.cancel();
      process.off('SIGINT', take).off('SIGTERM', take);
    },
  };
}
