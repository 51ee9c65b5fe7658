import { chmodSync, closeSync, lstatSync, openSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { firstProblem } from '../../contract/compiled.ts';
import { InputError } from '../../contract/input-error.ts';
import { reasonOf, type Said } from '../audit/entry.ts';
import { codeOf } from '../data-folder/private-files.ts';
import type { Log } from '../log.ts';
import {
  type AccountCommand,
  type Answer,
  type Ask,
  accountCommands,
  type ControlTarget,
  readAnswer,
  readAsk,
  workOn,
} from './requests.ts';

/**
 * How a command reaches a running gateway: a socket in the data folder that only the folder's owner may open. One line of
 * JSON asks, one line answers, and the connection ends.
 */

const requestSchema = z.object({
  command: z.enum(accountCommands),
  ask: z.unknown(),
  by: z.string().min(1).max(128),
  why: z.string().nullable(),
});

const replySchema = z.union([
  z.object({ ok: z.literal(true), answer: z.unknown() }),
  z.object({ ok: z.literal(false), problems: z.array(z.string()) }),
]);

type Reply = z.infer<typeof replySchema>;

/** A site file with its profiles is the longest; it comes from the folder's owner. */
const maxRequestLength = 4 * 1024 * 1024;
const patienceMs = 10_000;
/** A socket's path has room for 107 bytes (unix(7)); a longer one goes by way of the open folder. */
const maxPathBytes = 100;

export type ControlOptions = { dir: string; clock: Clock; log: Log; target: ControlTarget };

/** The listening end. The process that opens it holds the folder's lock, so a socket file that exists already was left by a dead one. */
export class ControlServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #path: SocketPath;

  private constructor(server: Server, path: SocketPath) {
    this.#server = server;
    this.#path = path;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** @throws InputError when the socket cannot be made */
  static async listen(options: ControlOptions): Promise<ControlServer> {
    const file = join(options.dir, 'control.sock');
    removeStale(file);
    const path = socketPath(options.dir);
    const server = createServer((socket) => serve(socket, options));
    const control = new ControlServer(server, path);
    try {
      await listenPrivately(server, path.path);
      chmodSync(file, 0o600);
      return control;
    } catch (error) {
      await control.close();
      throw new InputError([
        `${file}: cannot be opened (${codeOf(error)}); see that the folder is on a disk that takes sockets`,
      ]);
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#path.close();
  }
}

/** Asks the gateway that runs on this folder; undefined when none listens. @throws InputError with what it refused */
export async function askControl<C extends AccountCommand>(
  dir: string,
  request: { command: C; ask: Ask<C> } & Said,
  clock: Clock,
): Promise<Answer<C> | undefined> {
  const path = socketPath(dir);
  try {
    const line = await exchange(path.path, JSON.stringify(request), clock);
    if (line === undefined) return undefined;
    const reply = replySchema.safeParse(tryJson(line));
    if (reply.success && !reply.data.ok) throw new InputError(reply.data.problems);
    const answer = reply.success && reply.data.ok ? readAnswer(request.command, reply.data.answer) : undefined;
    if (answer?.success === true) return answer.data;
    throw new InputError([`${dir}: the gateway ended without an answer; look at its log and try again`]);
  } finally {
    path.close();
  }
}

async function serve(socket: Socket, options: ControlOptions): Promise<void> {
  socket.on('error', (error) => options.log.debug({ why: error.message }, 'control-connection-failed'));
  const line = await readLine(socket, { clock: options.clock, maxLength: maxRequestLength });
  if (line === undefined || socket.destroyed) return;
  socket.end(`${JSON.stringify(await reply(line, options))}\n`);
}

async function reply(line: string, { target, log }: ControlOptions): Promise<Reply> {
  const request = requestSchema.safeParse(tryJson(line));
  if (!request.success) return { ok: false, problems: [`control request: ${firstProblem(request.error)}`] };
  const { command, by, why } = request.data;
  const ask = readAsk(command, request.data.ask);
  if (!ask.success) return { ok: false, problems: [`control request ${command}: ${firstProblem(ask.error)}`] };
  try {
    return { ok: true, answer: await workOn(target, command, ask.data, { by, why: reasonOf(why) }) };
  } catch (error) {
    if (error instanceof InputError) return { ok: false, problems: [...error.problems] };
    log.error({ command, why: codeOf(error) }, 'account-change-failed');
    return { ok: false, problems: [`the gateway could not do it (${codeOf(error)}); look at its log`] };
  }
}

/** The answer's line, '' when the other end went without one, undefined when nobody listens. */
function exchange(path: string, line: string, clock: Clock): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path }, () => {
      socket.write(`${line}\n`);
      // As long as it is: it comes from the folder's owner, and a list of people has no bound.
      readLine(socket, { clock, maxLength: Number.POSITIVE_INFINITY }).then((answer) => resolve(answer ?? ''), reject);
    });
    socket.on('error', (error) => (nobodyListens(error) ? resolve(undefined) : reject(error)));
  });
}

/** One line; undefined when the peer ends, takes over 10 s, or sends more than `maxLength` without ending it. */
function readLine(
  socket: Socket,
  { clock, maxLength }: { clock: Clock; maxLength: number },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const timer = clock.after(patienceMs, () => socket.destroy());
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) finish(text.slice(0, end));
      else if (text.length > maxLength) socket.destroy();
    });
    socket.once('close', () => finish(undefined));
    const finish = (line: string | undefined) => {
      timer.cancel();
      resolve(line);
    };
  });
}

/** Binding makes the file with what the mask leaves, so between bind and chmod nobody else has it either. */
function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const mask = process.umask(0o177);
    try {
      server.listen({ path }, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
}

function removeStale(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found?.isSocket() === true) rmSync(file);
}

type SocketPath = { path: string; close(): void };

function socketPath(dir: string): SocketPath {
  const path = join(dir, 'control.sock');
  if (Buffer.byteLength(path) <= maxPathBytes) return { path, close: () => {} };
  const folder = openSync(dir, 'r');
  return { path: `/proc/self/fd/${folder}/control.sock`, close: () => closeSync(folder) };
}

function nobodyListens(error: unknown): boolean {
  return ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'].includes(codeOf(error));
}

function tryJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Not JSON is one of the things the schema refuses.
    return undefined;
  }
}
