import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../contract/clock.ts';
import { TcpBus } from '../../edge/bus/tcp-bus.ts';
import { judge, median, note, type Row, steadily } from './measure.ts';
import type { Bench } from './run.ts';

/** Ten registers, one request in flight, the same slave in its own process; reads per second of this process's CPU. */
const reads = 20_000;
const rounds = 3;

export const bench: Bench = {
  title: 'Modbus TCP reads per CPU-second, ours against node-modbus and modbus-serial',
  async run(): Promise<Row[]> {
    const slave = spawn(process.execPath, [fileURLToPath(new URL('tcp-reads-slave.ts', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(slave.stdout, 'data')) as [Buffer];
      const port = Number(line.toString());
      const { result, steady } = await steadily(async () => {
        const seen = { ours: [] as number[], nodeModbus: [] as number[], modbusSerial: [] as number[] };
        for (let i = 0; i < rounds; i++) {
          seen.ours.push(await perCpuSecond(() => readOurs(port)));
          seen.nodeModbus.push(await perCpuSecond(() => readNodeModbus(port)));
          seen.modbusSerial.push(await perCpuSecond(() => readModbusSerial(port)));
        }
        return {
          ours: median(seen.ours),
          nodeModbus: median(seen.nodeModbus),
          modbusSerial: median(seen.modbusSerial),
        };
      });
      return [
        judge('against node-modbus', result.ours / result.nodeModbus, { atLeast: 3 }, { steady, unit: '×' }),
        note('against modbus-serial', `${(result.ours / result.modbusSerial).toFixed(2)}×`),
        note(
          'reads per CPU-second: ours, node-modbus, modbus-serial',
          [result.ours, result.nodeModbus, result.modbusSerial].map(Math.round).join(', '),
        ),
      ];
    } finally {
      slave.kill();
    }
  },
};

async function perCpuSecond(work: () => Promise<void>): Promise<number> {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return reads / ((user + system) / 1e6);
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
