import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { systemClock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import { PresentWork } from '../contract/present-work.ts';
import { copyFiles } from '../disk/copy-files.ts';
import { noteFailure } from '../disk/failures.ts';
import { diskFull } from '../disk/probe.ts';
import { type WorkingFolder, workingFolder } from '../disk/working-folder.ts';
import { Agent } from './agent.ts';
import { lockFolder } from './box/lock.ts';
import { boxFileOf, type SimulatedBox, watchVirtualBox } from './box/virtual-box.ts';
import { type ChosenInput, chosenInput, type GivenBox, onItsLines, sideOf, trustedCa } from './chosen-input.ts';
import { Configuration } from './configuration/configuration.ts';
import { absentPorts, verifyPart } from './configuration/verify-part.ts';
import { Identity } from './identity/identity.ts';
import type { EdgeCommand, Input } from './input.ts';
import { openLog } from './log.ts';
import { openPartApart, readInputApart } from './opening.ts';
import { Ballast, openingBytes } from './outbox/ballast.ts';
import { workerOutbox } from './outbox/worker-outbox.ts';
import { die, stopDeadline, stopSignal } from './stopping.ts';
import { MqttLink } from './uplink/mqtt-link.ts';

export type { EdgeCommand } from './input.ts';

/**
 * The command `jari edge`: one agent, until SIGINT or SIGTERM.
 * @throws InputError before any I/O on a bus when something given cannot be used
 */
export async function runEdge(command: EdgeCommand): Promise<void> {
  const input = await readInputApart(command);
  const given = command.data ?? join('run', input.agent.id);
  const folder = agentFolder(given);
  const dir = prepareFolder(folder.dir);
  const lock = lockFolder(dir);
  const log = openLog({ site: input.site.id, agent: input.agent.id });
  for (const warning of input.warnings) log.warn({ warning }, 'input-warning');
  if (folder.problem !== null) {
    const mend = folder.problem === diskFull ? mendFullDisk : mendDisk;
    log.error({ dir: resolve(given), problem: folder.problem, mend }, 'disk-failing');
  }
  const fatal = (error: Error): never => die(log, error);
  const storeFailed = (error: Error): never => {
    noteFailure(resolve(given));
    return fatal(error);
  };
  process.on('uncaughtException', fatal);
  const identity = identityOf(input, dir, log);
  const around = {
    folder,
    storeFailed,
    identity,
    stop: stopSignal(log),
    present: new PresentWork(command.supervisors),
  };
  const box = { dir, log, command, input };
  try {
    // A configuration that is taken, or taken back, begins the work again; the record on disk says with which.
    while (await runOnce({ ...box, input: await chosenInput(box) }, around));
    log.info({}, 'agent-stopped');
  } catch (error) {
    storeFailed(error instanceof Error ? error : new Error(String(error)));
  } finally {
    process.off('uncaughtException', fatal);
    lock.close();
  }
}

type ChosenBox = Omit<GivenBox, 'input'> & { readonly input: ChosenInput };
type Around = {
  readonly folder: WorkingFolder;
  /** The outbox failed: the process ends, and the next one opens the file again. */
  readonly storeFailed: (error: Error) => void;
  readonly identity: Identity;
  readonly stop: Promise<NodeJS.Signals>;
  readonly present: PresentWork;
};

/** One run of the agent. True when it is to begin again, false when it was asked to end. */
async function runOnce(box: ChosenBox, around: Around): Promise<boolean> {
  const { log, command, input } = box;
  const machine = boxOf(input, command, { identity: around.identity, log });
  const restart = Promise.withResolvers<null>();
  const { configuration, agent } = newAgent({ box, machine, around, onRestart: () => restart.resolve(null) });
  try {
    await agent.start();
    configuration.start();
    log.info({ configuration: configuration.report().version }, 'agent-started');
    around.present.works(agent, log);
    const why = await Promise.race([around.stop, restart.promise]);
    log.info(why === null ? { why: 'configuration' } : { signal: why }, 'agent-stopping');
    if (why !== null) around.present.stopping();
    const given = stopDeadline(log);
    await agent.close();
    given.cancel();
    return why === null;
  } finally {
    machine.close();
  }
}

type Runs = { box: ChosenBox; machine: SimulatedBox; around: Around; onRestart(): void };

function newAgent({ box, machine, around, onRestart }: Runs): { agent: Agent; configuration: Configuration } {
  const { dir, log, command, input } = box;
  const { site, agent: own, simulated, held, trial, store } = input;
  const { clock, link } = machine;
  const { folder, identity, storeFailed } = around;
  const side = sideOf(box);
  const configuration: Configuration = new Configuration({
    ...{ clock, log, site: site.id, agent: own.id, link, store, held, trial, onRestart },
    pull: own.uplink.configuration.pull,
    verify: (signed) => verifyPart(signed, side, trustedCa(own, command)),
    check: async (part) => onItsLines(await openPartApart(part, side, join(dir, 'configuration/offered')), command),
    absent: (wanted) => (command.ports === undefined ? absentPorts(wanted, own) : []),
    field: () => agent.field(),
    onChange: () => agent.hurry(),
  });
  const agent = new Agent({
    clock,
    log,
    random: Math.random,
    site,
    agent: own,
    simulated,
    link,
    identity,
    configuration,
    outbox: workerOutbox({
      ...{ clock, log, dir: folder.dir },
      ...(folder.problem === null ? {} : { maxPages: memoryPages }),
    }),
    diskProblem: folder.problem,
    onFatal: storeFailed,
  });
  return { agent, configuration };
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

const mendDisk = 'this box works in memory; replace its card, then start it again';
const mendFullDisk = 'this box works in memory; remove other files from its disk, then start it again';
/** Of an outbox that is copied into memory, and of one that grows there: 32 MB. */
const mostCopiedBytes = 32_000_000;
const memoryPages = 8192;
/** What another process's lock, a log's index and room for a full disk are good for ends with the disk. */
const notNeeded = /^(lock\.(db|pid)|outbox\.ballast|outbox\.db\.bad-.*|.*-shm)$/;

/** The data folder, or its stand-in in memory where its disk fails. */
function agentFolder(dir: string): WorkingFolder {
  // On a full disk the outbox has room of its own; where that is gone as well, sensors are read and outputs switched from memory.
  if (existsSync(dir)) new Ballast(dir).dropToOpen();
  return workingFolder({
    dir,
    mark: 'outbox.seen',
    leastFreeBytes: openingBytes,
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
