import type { Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import { until } from '../harness.ts';
import { RawAgent } from '../raw-agent.ts';
import { signIn } from './fuzz-mqtt.ts';
import { answered, closed, eachOf, open } from './sockets.ts';
import { siteId, type World } from './world.ts';

/** What those do who have credentials, and use them as nobody should. */

/** Boxes with one credential that drive each other out, as fast as they can. */
export function takeOver(world: World, boxes: number): { stop(): Promise<{ tries: number; admitted: number }> } {
  const agent = world.agents[1];
  if (agent === undefined) throw new Error('needs a second agent');
  const result = { tries: 0, admitted: 0 };
  let over = false;
  const open: RawAgent[] = [];
  const done = eachOf(boxes, boxes, async () => {
    while (!over) {
      result.tries++;
      const box = await RawAgent.connect({ port: world.mqttPort, ...agent }).catch(() => undefined);
      if (box === undefined) continue;
      result.admitted++;
      open.push(box);
    }
  });
  return {
    async stop() {
      over = true;
      await done;
      for (const box of open) box.destroy();
      return result;
    },
  };
}

type Stream = {
  readonly socket: Socket;
  text: string;
  status: number;
  events: number;
  lastId: number;
  lastValue: number | null;
};

/** Open event streams, and what each has heard. */
export class EventStreams {
  readonly #streams: Stream[] = [];

  static async open(world: World, count: number): Promise<EventStreams> {
    const streams = new EventStreams();
    await eachOf(count, 20, () => streams.add(world));
    return streams;
  }

  async add(world: World): Promise<void> {
    const socket = await open(world.httpPort);
    const stream: Stream = { socket, text: '', status: 0, events: 0, lastId: 0, lastValue: null };
    this.#streams.push(stream);
    const began = answered(socket, 10_000);
    socket.on('data', (chunk: Buffer) => {
      stream.text += chunk.toString('latin1');
      stream.status ||= Number(stream.text.split(' ')[1]);
      if (stream.status === 200) read(stream);
    });
    const token = world.tokens[0]?.token ?? '';
    socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await began;
  }

  statuses(): number[] {
    return this.#streams.map(({ status }) => status);
  }

  /** Readings that each stream has brought. */
  events(): number[] {
    return this.#streams.map(({ events }) => events);
  }

  /** Of the last of them. */
  lastValues(): (number | null)[] {
    return this.#streams.map(({ lastValue }) => lastValue);
  }

  async close(): Promise<void> {
    for (const { socket } of this.#streams) socket.destroy();
    await Promise.all(this.#streams.map(({ socket }) => closed(socket)));
  }
}

const reading = /id: (\d+)\nevent: reading\ndata: [^\n]*?"value":(\d+)/g;

/** Counts whole events and keeps what is not whole yet. @throws when an id is not above the one before */
function read(stream: Stream): void {
  const end = stream.text.lastIndexOf('\n\n');
  if (end === -1) return;
  for (const [, id, value] of stream.text.slice(0, end + 1).matchAll(reading)) {
    if (Number(id) <= stream.lastId) throw new Error(`event ${id} after ${stream.lastId}`);
    stream.lastId = Number(id);
    stream.lastValue = Number(value);
    stream.events++;
  }
  stream.text = stream.text.slice(end + 2);
}

/** Readers that subscribe to everything and never read on; one more agent sends enough to fill any buffer. */
export async function neverRead(world: World): Promise<{ stop(): Promise<{ sent: number }> }> {
  const readers = await Promise.all(world.tokens.slice(1).map((token) => subscribe(world, token)));
  const agent = world.agents[2];
  if (agent === undefined) throw new Error('needs a third agent');
  const loud = await RawAgent.connect({ port: world.mqttPort, ...agent });
  let sent = 0;
  let over = false;
  const pad = 'x'.repeat(100_000);
  const status = { v: 1, state: 'online', epoch: 'loud', start: 1, version: 'x', simulated: true, lost: [], pad };
  const done = (async () => {
    while (!over) {
      await loud.published(`jari/v1/${siteId}/${agent.id}/status`, JSON.stringify(status), true);
      sent++;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  await until('it is loud', () => (sent > 20 ? true : undefined));
  return {
    async stop() {
      over = true;
      await done;
      for (const reader of readers) reader.destroy();
      loud.destroy();
      return { sent };
    },
  };
}

async function subscribe(world: World, { name, token }: { name: string; token: string }): Promise<Socket> {
  const socket = await open(world.mqttPort);
  socket.write(signIn({ id: name, password: token }));
  await answered(socket, 5000);
  socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `jari/v1/${siteId}/#`, qos: 1 }] }));
  await answered(socket, 5000);
  socket.pause();
  return socket;
}
