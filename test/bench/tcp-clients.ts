import { once } from 'node:events';
import { connect } from 'node:net';
import { systemClock } from '../../contract/clock.ts';
import { TcpBus } from '../../edge/bus/tcp-bus.ts';
import { silentLog } from '../../edge/log.ts';

/**
 * Clients that read ten holding registers, which are 0…9, from one slave over one connection. `read` reads so many times
 * and asks for `lanes` at once; what a client makes of that is its own affair. A wrong value throws.
 */
export type TcpClient = { read(times: number, lanes: number): Promise<void>; close(): void };

const host = '127.0.0.1';

export async function ours(port: number): Promise<TcpClient> {
  const bus = new TcpBus({
    clock: systemClock,
    random: Math.random,
    link: { host, port },
    log: silentLog,
    id: 'bench',
  });
  await bus.open();
  return {
    read: (times, lanes) =>
      inLanes(times, lanes, async () => {
        const request = { kind: 'read', fn: 3, address: 0, count: 10 } as const;
        const outcome = await bus.exchange({
          unit: 1,
          request,
          maxCount: 10,
          timeoutMs: 1000,
          gapMs: 0,
          inFlight: lanes,
        });
        // A machine that stops for longer than the slave ever took makes a timeout, which is no wrong value.
        if (!outcome.ok) return;
        check(outcome.reply.kind === 'words' ? outcome.reply.words : []);
      }),
    close: () => void bus.close(),
  };
}

export async function nodeModbus(port: number): Promise<TcpClient> {
  const { default: modbus } = await import('node-modbus');
  const socket = connect(port, host);
  const client = new modbus.client.TCP(socket, 1);
  await once(socket, 'connect');
  return {
    read: (times, lanes) =>
      inLanes(times, lanes, async () => check((await client.readHoldingRegisters(0, 10)).response.body.valuesAsArray)),
    close: () => void socket.destroy(),
  };
}

export async function modbusSerial(port: number): Promise<TcpClient> {
  const { default: ModbusRtu } = await import('modbus-serial');
  const client = new ModbusRtu.default();
  await client.connectTCP(host, { port });
  client.setID(1);
  return {
    read: (times, lanes) => inLanes(times, lanes, async () => check((await client.readHoldingRegisters(0, 10)).data)),
    close: () => client.close(() => {}),
  };
}

/** A request made once, and replies that nobody looks at: what the kernel and Node take of every client. */
export async function bareSocket(port: number): Promise<TcpClient> {
  const waiting: (() => void)[] = [];
  let come = 0;
  const callback = (bytes: number) => {
    for (come += bytes; come >= replyBytes; come -= replyBytes) waiting.shift()?.();
    return true;
  };
  const socket = connect({ port, host, noDelay: true, onread: { buffer: Buffer.alloc(4096), callback } });
  await once(socket, 'connect');
  const request = Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10]);
  const one = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      socket.write(request);
    });
  return { read: (times, lanes) => inLanes(times, lanes, one), close: () => void socket.destroy() };
}

const replyBytes = 29;

async function inLanes(times: number, lanes: number, one: () => Promise<void>): Promise<void> {
  const lane = async () => {
    for (let i = 0; i < times / lanes; i++) await one();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

function check(words: ArrayLike<number>): void {
  if (words.length !== 10 || words[9] !== 9) throw new Error('wrong answer');
}
