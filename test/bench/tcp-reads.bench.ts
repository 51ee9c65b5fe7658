import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../contract/clock.ts';
import { TcpBus } from '../../edge/bus/tcp-bus.ts';
import { judge, median, note, type Row, steadily } from './measure.ts';
import type { Bench } from './run.ts';

/**
 * Ten registers, one request in flight, the same slave in its own process, the clients in turn. Next to them a bare socket
 * that sends a request made once and reads the reply unlooked at: what the kernel and Node take is in every figure, and on
 * a machine where they are slow no client can be three times another.
 */
const reads = 20_000;
const rounds = 5;
const bar = 3;

type Cost = { userUs: number; systemUs: number };

const clients = {
  ours: readOurs,
  'node-modbus': readNodeModbus,
  'modbus-serial': readModbusSerial,
  'a bare socket': readBare,
} as const;
type Client = keyof typeof clients;
const names = Object.keys(clients).filter((name): name is Client => name in clients);

export const bench: Bench = {
  title: 'Modbus TCP reads per CPU-second, ours against node-modbus and modbus-serial',
  async run(): Promise<Row[]> {
    const script = fileURLToPath(new URL('tcp-reads-slave.ts', import.meta.url));
    const slave = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(slave.stdout, 'data')) as [Buffer];
      const { result, steady } = await steadily(() => measure(Number(line.toString())));
      return rowsOf(result, steady);
    } finally {
      slave.kill();
    }
  },
};

async function measure(port: number): Promise<Record<Client, Cost>> {
  const seen: Record<Client, Cost[]> = { ours: [], 'node-modbus': [], 'modbus-serial': [], 'a bare socket': [] };
  for (let i = -1; i < rounds; i++) {
    for (const name of names) {
      const cost = await costOf(() => clients[name](port));
      if (i >= 0) seen[name].push(cost); // the first round compiles
    }
  }
  const middle = (costs: readonly Cost[]): Cost => ({
    userUs: median(costs.map((cost) => cost.userUs)),
    systemUs: median(costs.map((cost) => cost.systemUs)),
  });
  return {
    ours: middle(seen.ours),
    'node-modbus': middle(seen['node-modbus']),
    'modbus-serial': middle(seen['modbus-serial']),
    'a bare socket': middle(seen['a bare socket']),
  };
}

function rowsOf(costs: Record<Client, Cost>, steady: boolean): Row[] {
  const total = ({ userUs, systemUs }: Cost) => userUs + systemUs;
  const most = total(costs['node-modbus']) / total(costs['a bare socket']);
  const against = (other: Client, pick: (cost: Cost) => number) => pick(costs[other]) / pick(costs.ours);
  return [
    judge(
      'against node-modbus',
      against('node-modbus', total),
      { atLeast: bar },
      { steady: steady && most > bar, unit: '×' },
    ),
    note('a bare socket against node-modbus: the most there is', `${most.toFixed(2)}×`),
    note(
      "against node-modbus, the clients' own (user) time alone",
      `${against('node-modbus', (cost) => cost.userUs).toFixed(2)}×`,
    ),
    note('against modbus-serial', `${against('modbus-serial', total).toFixed(2)}×`),
    ...names.map((name) =>
      note(
        `µs a read, user + system: ${name}`,
        `${costs[name].userUs.toFixed(1)} + ${costs[name].systemUs.toFixed(1)}`,
      ),
    ),
  ];
}

async function costOf(work: () => Promise<void>): Promise<Cost> {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return { userUs: user / reads, systemUs: system / reads };
}

async function readOurs(port: number): Promise<void> {
  const bus = new TcpBus({
    clock: systemClock,
    random: Math.random,
    link: { host: '127.0.0.1', port },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    id: 'bench',
  });
  await bus.open();
  for (let i = 0; i < reads; i++) {
    const outcome = await bus.exchange({
      unit: 1,
      request: { kind: 'read', fn: 3, address: 0, count: 10 },
      maxCount: 10,
      timeoutMs: 1000,
      gapMs: 0,
    });
    if (!outcome.ok || outcome.reply.kind !== 'words' || outcome.reply.words[9] !== 9) throw new Error('wrong answer');
  }
  await bus.close();
}

async function readNodeModbus(port: number): Promise<void> {
  const { default: modbus } = await import('node-modbus');
  const socket = connect(port, '127.0.0.1');
  const client = new modbus.client.TCP(socket, 1);
  await once(socket, 'connect');
  for (let i = 0; i < reads; i++) {
    const { response } = await client.readHoldingRegisters(0, 10);
    if (response.body.valuesAsArray[9] !== 9) throw new Error('wrong answer');
  }
  socket.destroy();
}

async function readModbusSerial(port: number): Promise<void> {
  const { default: ModbusRtu } = await import('modbus-serial');
  const client = new ModbusRtu.default();
  await client.connectTCP('127.0.0.1', { port });
  client.setID(1);
  for (let i = 0; i < reads; i++) {
    const { data } = await client.readHoldingRegisters(0, 10);
    if (data[9] !== 9) throw new Error('wrong answer');
  }
  await new Promise<void>((resolve) => client.close(() => resolve()));
}

async function readBare(port: number): Promise<void> {
  let answered = () => {};
  const buffer = Buffer.alloc(1024);
  const callback = () => {
    answered();
    return true;
  };
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback } });
  await once(socket, 'connect');
  const request = Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10]);
  for (let i = 0; i < reads; i++) {
    await new Promise<void>((resolve) => {
      answered = resolve;
      socket.write(request);
    });
  }
  socket.destroy();
}
