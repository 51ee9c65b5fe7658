import { chmodSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { compileParser } from '../contract/compiled.ts';
import { tryDuration } from '../contract/duration.ts';
import { InputError } from '../contract/input-error.ts';
import { trySignedDuration } from './signed-duration.ts';

/** What can be asked of a running virtual field, one line of JSON each way. */
const requestSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('set'), point: z.string(), value: z.string(), for: z.string().optional() }),
  z.strictObject({
    do: z.literal('fault'),
    target: z.string(),
    name: z.string(),
    for: z.string().optional(),
    rate: z.number().optional(),
    by: z.string().optional(),
  }),
  z.strictObject({
    do: z.literal('event'),
    name: z.string(),
    place: z.string().optional(),
    for: z.string().optional(),
    strength: z.number().optional(),
  }),
  z.strictObject({ do: z.literal('clear') }),
]);
const replySchema = z.union([
  z.strictObject({ ok: z.literal(true) }),
  z.strictObject({ ok: z.literal(false), problems: z.array(z.string()) }),
]);

export type ControlRequest = z.infer<typeof requestSchema>;
type ControlReply = z.infer<typeof replySchema>;

/** What a control socket drives. */
export type Touchable = {
  set(point: string, value: string, options: { forMs?: number }): void;
  fault(target: string, name: string, options: { forMs?: number; rate?: number; byMs?: number }): void;
  event(name: string, options: { place?: string; forMs?: number; strength?: number }): void;
  clear(): void;
};

const readRequest = compileParser(requestSchema);
const readReply = compileParser(replySchema);
const longestLine = 4096;

/** `DIR/control.sock`: who may open it may touch the field, and that is its owner alone. It is the folder's lock as well. */
export class ControlSocket {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #path: string;

  private constructor(path: string, field: Touchable) {
    this.#path = path;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      serve(socket, field);
    });
  }

  /** @throws InputError when another simulator has the folder, or its path is too long for a socket */
  static async open(dir: string, field: Touchable): Promise<ControlSocket> {
    const path = socketPath(dir);
    const control = new ControlSocket(path, field);
    if (await isAnswered(path)) {
      throw new InputError([`${dir}: another "jari simulate" runs there; stop it, or give another --dir`]);
    }
    rmSync(path, { force: true });
    await control.#listen(dir);
    return control;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    rmSync(this.#path, { force: true });
  }

  #listen(dir: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => {
        reject(new InputError([`${dir}: no control socket can be made (${error.message}); give another --dir`]));
      });
      // The socket is bound within this call, so the mask covers just it: no moment in which others may connect.
      const mask = process.umask(0o177);
      try {
        this.#server.listen(this.#path, () => {
          chmodSync(this.#path, 0o600);
          resolve();
        });
      } finally {
        process.umask(mask);
      }
    });
  }
}

/** Asks the field that runs on `dir`. @throws InputError when none does, or with what it answers */
export async function askField(dir: string, request: ControlRequest): Promise<void> {
  const answer = await exchange(socketPath(dir), `${JSON.stringify(request)}\n`);
  if (answer === undefined) {
    throw new InputError([`${dir}: no "jari simulate" runs there; start one with --dir ${dir}, or give its folder`]);
  }
  const reply = readReply(parsedJson(answer));
  if (!reply.ok) throw new Error(`${dir}: the simulator's answer makes no sense: ${reply.problem}`);
  if (!reply.value.ok) throw new InputError(reply.value.problems);
}

/** The shorter of both ways to write the path: a socket's may have 107 bytes. @throws InputError beyond that */
export function socketPath(dir: string, name = 'control.sock'): string {
  const [absolute, here] = [join(dir, name), relative(process.cwd(), join(dir, name))];
  const path = here.length < absolute.length ? here : absolute;
  if (Buffer.byteLength(path) > 107) {
    throw new InputError([
      `${dir}: too long for a socket's path (${Buffer.byteLength(path)} of 107 bytes); give a shorter folder`,
    ]);
  }
  return path;
}

/** Whether somebody listens there. */
export function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function serve(socket: Socket, field: Touchable): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('error', () => {});
  socket.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end >= 0) socket.end(`${JSON.stringify(carriedOut(text.slice(0, end), field))}\n`);
    else if (text.length > longestLine) socket.destroy();
  });
}

function carriedOut(line: string, field: Touchable): ControlReply {
  const request = readRequest(parsedJson(line));
  if (!request.ok) return { ok: false, problems: [request.problem] };
  try {
    touch(field, request.value);
    return { ok: true };
  } catch (error) {
    if (error instanceof InputError) return { ok: false, problems: [...error.problems] };
    throw error;
  }
}

function touch(field: Touchable, request: ControlRequest): void {
  switch (request.do) {
    case 'set':
      field.set(request.point, request.value, spanOf(request));
      break;
    case 'fault': {
      const { target, name, rate, by } = request;
      const size = { ...(rate === undefined ? {} : { rate }), ...(by === undefined ? {} : { byMs: clockStep(by) }) };
      field.fault(target, name, { ...spanOf(request), ...size });
      break;
    }
    case 'event': {
      const { name, place, strength } = request;
      const size = { ...(place === undefined ? {} : { place }), ...(strength === undefined ? {} : { strength }) };
      field.event(name, { ...spanOf(request), ...size });
      break;
    }
    case 'clear':
      field.clear();
  }
}

function spanOf(request: { for?: string | undefined }): { forMs?: number } {
  return request.for === undefined ? {} : { forMs: duration(request.for) };
}

function duration(text: string): number {
  const ms = tryDuration(text);
  if (ms === undefined)
    throw new InputError([`--for ${text}: a duration is a number and a unit: 250ms, 5s, 10m or 2h`]);
  return ms;
}

function clockStep(text: string): number {
  const ms = trySignedDuration(text);
  if (ms === undefined) throw new InputError([`--by ${text}: a step of a clock is written 1h, 30s or -5m`]);
  return ms;
}

function exchange(path: string, line: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = createConnection(path, () => socket.write(line));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text === '' ? undefined : text));
    socket.on('error', () => resolve(undefined));
  });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
