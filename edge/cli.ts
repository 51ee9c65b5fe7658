import { accessSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { formatProblem, loadSite } from '../config/load-site.ts';
import type { AgentConfig, Site } from '../config/site.ts';
import { isPlainOverNetwork, plainUplinkProblem, uplinkUrlProblem } from '../config/uplink-url.ts';
import { systemClock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import type { Supervisor } from '../contract/supervisor.ts';
import { checkText } from '../contract/words/check/check.ts';
import { copyFiles } from '../disk/copy-files.ts';
import { noteFailure } from '../disk/failures.ts';
import { type WorkingFolder, workingFolder } from '../disk/working-folder.ts';
import { Agent } from './agent.ts';
import { lockFolder } from './box/lock.ts';
import { onVirtualLines } from './box/ports-file.ts';
import { boxFileOf, type SimulatedBox, watchVirtualBox } from './box/virtual-box.ts';
import { Identity } from './identity/identity.ts';
import { readUplinkFiles, type UplinkFiles } from './identity/uplink-files.ts';
import { openLog } from './log.ts';
import { workerOutbox } from './outbox/worker-outbox.ts';
import { MqttLink } from './uplink/mqtt-link.ts';
import { readPassword } from './uplink/password.ts';

export type EdgeCommand = {
  /** Site file. */
  site: string;
  /** Which agent of the site this is. */
  agent: string;
  /** Data folder; `./run/<agent id>` without it. */
  data?: string;
  /** In place of the site file's uplink.url. */
  uplinkUrl?: string;
  /** The ports.json of `jari simulate`: the agent then works on virtual lines and says so. */
  ports?: string;
  /** Hear that it works. */
  supervisors?: readonly Supervisor[];
  /** Accepted everywhere; this command's output is JSON lines anyway. */
  json?: boolean;
};

const stopWithinMs = 4800;

/**
 * The command `jari edge`: one agent, until SIGINT or SIGTERM.
 * @throws InputError before any I/O on a bus when something given cannot be used
 */
export async function runEdge(command: EdgeCommand): Promise<void> {
  const input = readInput(command);
  const given = command.data ?? join('run', input.agent.id);
  const folder = agentFolder(given);
  const dir = prepareFolder(folder.dir);
  const lock = lockFolder(dir);
  const log = openLog({ site: input.site.id, agent: input.agent.id });
  for (const warning of input.warnings) log.warn({ warning }, 'input-warning');
  if (folder.problem !== null)
    log.error({ dir: resolve(given), problem: folder.problem, mend: mendDisk }, 'disk-failing');
  const fatal = (error: Error): never => die(log, error);
  const storeFailed = (error: Error): never => {
    noteFailure(resolve(given));
    return fatal(error);
  };
  process.on('uncaughtException', fatal);
  const identity = identityOf(input, dir, log);
  const box = boxOf(input, command, { identity, log });
  try {
    await runUntilSignal(newAgent({ input, folder, log, storeFailed, box, identity }), log, command.supervisors ?? []);
  } catch (error) {
    storeFailed(error instanceof Error ? error : new Error(String(error)));
  } finally {
    process.off('uncaughtException', fatal);
    box.close();
    lock.close();
  }
}

type Input = {
  site: Site;
  agent: AgentConfig;
  simulated: boolean;
  /** Null when the agent signs in by a certificate. */
  password: string | null;
  /** Null without TLS. */
  files: UplinkFiles | null;
  warnings: readonly string[];
};

type Runs = {
  input: Input;
  folder: WorkingFolder;
  log: Logger;
  /** The outbox failed: the process ends, and the next one opens the file anew. */
  storeFailed(error: Error): void;
  box: SimulatedBox;
  identity: Identity;
};

function newAgent({ input, folder, log, storeFailed, box, identity }: Runs): Agent {
  const { site, agent, simulated } = input;
  const { clock, link } = box;
  return new Agent({
    clock,
    log,
    random: Math.random,
    site,
    agent,
    simulated,
    link,
    identity,
    outbox: workerOutbox({
      ...{ clock, log, dir: folder.dir },
      ...(folder.problem === null ? {} : { maxPages: memoryPages }),
    }),
    diskProblem: folder.problem,
    onFatal: storeFailed,
  });
}

function identityOf({ agent, password, files }: Input, dir: string, log: Logger): Identity {
  return new Identity({ dir, username: agent.uplink.username, password, files, log });
}

/** The machine as it is, or, on virtual lines alone, as the virtual field says it fares. */
function boxOf(
  { agent }: Input,
  { ports }: EdgeCommand,
  { identity, log }: { identity: Identity; log: Logger },
): SimulatedBox {
  const clock = systemClock;
  const link = new MqttLink({ clock, url: agent.uplink.url, clientId: agent.id, identity });
  if (ports === undefined) return { clock, link, close: () => {} };
  return watchVirtualBox({ file: boxFileOf(ports), agent: agent.id, clock, link, log });
}

async function runUntilSignal(agent: Agent, log: Logger, supervisors: readonly Supervisor[]): Promise<void> {
  await agent.start();
  log.info({}, 'agent-started');
  for (const each of supervisors) each.started(agent.work(), log, () => agent.figures());
  const signal = await stopSignal();
  log.info({ signal }, 'agent-stopping');
  for (const each of supervisors) each.stopping();
  const overdue = systemClock.after(stopWithinMs, () => die(log, new Error(`not stopped within ${stopWithinMs} ms`)));
  await agent.close();
  overdue.cancel();
  log.info({}, 'agent-stopped');
}

/** Resolves at the first signal; a second one ends the process there and then, which loses nothing committed. */
function stopSignal(): Promise<string> {
  return new Promise((done) => {
    let asked = false;
    const stop = (signal: string) => {
      if (asked) process.exit(1);
      asked = true;
      done(signal);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

function die(log: Logger, error: Error): never {
  log.fatal({ err: error }, 'agent-died');
  process.exit(1);
}

/** Everything a person gave, read and checked; all that is wrong with it at once. */
function readInput(command: EdgeCommand): Input {
  const loaded = loadSite(command.site);
  if (!loaded.ok) throw new InputError(loaded.problems.map(formatProblem));
  const { site } = loaded;
  const configured = site.agents.find(({ id }) => id === command.agent);
  if (configured === undefined) throw new InputError([unknownAgent(command, site)]);
  const problems: string[] = [];
  const agent = moved(configured, command, problems);
  const warnings = loaded.warnings.map(formatProblem);
  const shown = readCredentials(site, agent);
  if (!shown.ok) problems.push(...shown.problems);
  if (!shown.ok || problems.length > 0) throw new InputError(problems);
  const { password, files } = shown;
  warnings.push(...shown.warnings);
  return { site, agent, simulated: command.ports !== undefined, password, files, warnings };
}

type ReadCredentials =
  | { ok: true; password: string | null; files: UplinkFiles | null; warnings: readonly string[] }
  | { ok: false; problems: readonly string[] };

/** Over TLS a certificate goes before a password; without TLS there is a password alone. */
function readCredentials(site: Site, agent: AgentConfig): ReadCredentials {
  const isTls = agent.uplink.url.startsWith('mqtts:');
  const read = isTls ? readUplinkFiles({ site, agent, now: systemClock.now() }) : undefined;
  if (read?.ok === false) return read;
  const files = read?.files ?? null;
  const warnings = [...(read?.warnings ?? [])];
  if (files?.pair != null) return { ok: true, password: null, files, warnings };
  const password = readPassword(agent, process.env);
  if (!password.ok) return { ok: false, problems: [password.problem] };
  if (password.warning !== null) warnings.push(password.warning);
  return { ok: true, password: password.password, files, warnings };
}

/** The agent with what the command line says instead of the site file. */
function moved(agent: AgentConfig, { ports, uplinkUrl }: EdgeCommand, problems: string[]): AgentConfig {
  const url = uplinkUrl ?? agent.uplink.url;
  const wrong =
    uplinkUrlProblem(url) ?? (isPlainOverNetwork(url) && !agent.uplink.insecure ? plainUplinkProblem : undefined);
  // The address itself is not repeated: somebody may have put a password into it.
  if (wrong !== undefined) problems.push(`--uplink-url: ${checkText(wrong).en}`);
  const reached = { ...agent, uplink: { ...agent.uplink, url } };
  if (ports === undefined) return reached;
  try {
    return onVirtualLines(reached, ports);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(...error.problems);
    return reached;
  }
}

function unknownAgent(command: EdgeCommand, site: Site): string {
  const ids = site.agents.map(({ id }) => id).join(', ');
  return `--agent ${command.agent}: ${command.site} has no such agent; it has: ${ids === '' ? 'none' : ids}`;
}

const mendDisk = 'this box works in memory; replace its card, then start it again';
/** Of an outbox that is copied into memory, and of one that grows there: 32 MB. */
const mostCopiedBytes = 32_000_000;
const memoryPages = 8192;
/** What another process's lock, a log's index and room for a full disk are good for ends with the disk. */
const notNeeded = /^(lock\.(db|pid)|outbox\.ballast|outbox\.db\.bad-.*|.*-shm)$/;

/** The data folder, or its stand-in in memory where its disk fails. */
function agentFolder(dir: string): WorkingFolder {
  return workingFolder({
    dir,
    mark: 'outbox.seen',
    copy: (from, to) => copyFiles(from, to, ({ path, bytes }) => !notNeeded.test(path) && bytes <= mostCopiedBytes),
  });
}

function prepareFolder(dir: string): string {
  const path = resolve(dir);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return path;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError([
      `${path}: cannot be the data folder (${why}); give another with --data, or give this user the right to write there`,
    ]);
  }
}
