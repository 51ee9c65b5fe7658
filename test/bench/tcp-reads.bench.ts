import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { judge, median, note, type Row } from './measure.ts';
import type { Bench } from './run.ts';
import { bareSocket, modbusSerial, nodeModbus, ours, type TcpClient } from './tcp-clients.ts';

/**
 * Ten registers, the same slave in its own process, the clients in turn, with one request in flight and with eight. Next to
 * them a bare socket that sends a request made once and reads the reply unlooked at: what the kernel and Node take is in
 * every figure. A turn is a few tens of ms, and a ratio is taken within each round: what else the machine does meets all alike.
 */
const turn = 2000;
const rounds = 60;
/** The first rounds compile. */
const warmUp = 10;
const bars = { bare: 0.8, eight: 5 };

const clients = { ours, nodeModbus, modbusSerial, bareSocket } as const;
const cells = [
  { name: 'ours', client: 'ours', lanes: 1 },
  { name: 'a bare socket', client: 'bareSocket', lanes: 1 },
  { name: 'node-modbus', client: 'nodeModbus', lanes: 1 },
  { name: 'modbus-serial', client: 'modbusSerial', lanes: 1 },
  { name: 'ours, eight in flight', client: 'ours', lanes: 8 },
  { name: 'a bare socket, eight in flight', client: 'bareSocket', lanes: 8 },
  { name: 'node-modbus, asked for eight at once', client: 'nodeModbus', lanes: 8 },
] as const;
type CellName = (typeof cells)[number]['name'];
type Cost = { userUs: number; systemUs: number };
type Round = ReadonlyMap<CellName, Cost>;

export const bench: Bench = {
  title: 'Modbus TCP reads per CPU-second, ours against a bare socket, node-modbus and modbus-serial',
  async run(): Promise<Row[]> {
    const script = fileURLToPath(new URL('tcp-reads-slave.ts', import.meta.url));
    const slave = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(slave.stdout, 'data')) as [Buffer];
      return rowsOf(await measure(Number(line.toString())));
    } finally {
      slave.kill();
    }
  },
};

async function measure(port: number): Promise<Round[]> {
  const opened = new Map<keyof typeof clients, TcpClient>();
  for (const { client } of cells) if (!opened.has(client)) opened.set(client, await clients[client](port));
  const seen: Round[] = [];
  for (let i = -warmUp; i < rounds; i++) {
    const round = new Map<CellName, Cost>();
    for (const { name, client, lanes } of cells)
      round.set(name, await costOf(() => opened.get(client)?.read(turn, lanes)));
    if (i >= 0) seen.push(round);
  }
  for (const client of opened.values()) client.close();
  return seen;
}

function rowsOf(seen: readonly Round[]): Row[] {
  const us = (round: Round, name: CellName) => {
    const { userUs, systemUs } = round.get(name) ?? { userUs: Number.NaN, systemUs: Number.NaN };
    return userUs + systemUs;
  };
  const ratio = (over: CellName, under: CellName) => median(seen.map((round) => us(round, over) / us(round, under)));
  const times = { steady: true, unit: '×' };
  return [
    judge(
      'one in flight: reads per CPU-second against a bare socket',
      ratio('a bare socket', 'ours'),
      { atLeast: bars.bare },
      times,
    ),
    judge(
      'eight in flight: reads per CPU-second against node-modbus',
      ratio('node-modbus, asked for eight at once', 'ours, eight in flight'),
      { atLeast: bars.eight },
      times,
    ),
    note('one in flight: against node-modbus', `${ratio('node-modbus', 'ours').toFixed(2)}×`),
    note('one in flight: against modbus-serial', `${ratio('modbus-serial', 'ours').toFixed(2)}×`),
    note(
      'eight in flight: against node-modbus with one',
      `${ratio('node-modbus', 'ours, eight in flight').toFixed(2)}×`,
    ),
    note(
      'eight in flight: against a bare socket',
      `${ratio('a bare socket, eight in flight', 'ours, eight in flight').toFixed(2)}×`,
    ),
    ...cells.map(({ name }) => note(`µs a read, user + system: ${name}`, costText(seen, name))),
  ];
}

function costText(seen: readonly Round[], name: CellName): string {
  const middle = (pick: (cost: Cost) => number) =>
    median(seen.flatMap((round) => round.get(name) ?? []).map(pick)).toFixed(1);
  return `${middle(({ userUs }) => userUs)} + ${middle(({ systemUs }) => systemUs)}`;
}

async function costOf(work: () => Promise<void> | undefined): Promise<Cost> {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return { userUs: user / turn, systemUs: system / turn };
}
