import { connect } from 'node:net';
import { connectAsync } from 'mqtt';
import { range } from './agent-rig.ts';

/**
 * What Node.js and the mqtt library take by themselves for the same work: one socket, one request at a time, and each second a message
 * of each unit at QoS 1, worded as the agent words it. It checks nothing of a reply, keeps nothing and outlives no fault.
 * `node agent-bare.ts BROKER_PORT SLAVE_PORT EVERY_MS REGISTERS`.
 */
const [brokerPort, slavePort, everyMs, registers] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
];
const units = range(201, 210);
const client = await connectAsync(`mqtt://127.0.0.1:${brokerPort}`);
const socket = connect({ host: '127.0.0.1', port: slavePort, noDelay: true });
let onReply: (reply: Buffer) => void = () => {};
socket.on('data', (bytes) => onReply(bytes));

type Columns = Map<string, { dt: number[]; v: number[] }>;
const gathered = new Map<number, { at: number; columns: Columns }>();
let seq = 0;

function read(unit: number): Promise<Buffer> {
  const request = Buffer.from([0, 0, 0, 0, 0, 6, unit, 3, 0, 0, registers >> 8, registers & 0xff]);
  return new Promise((resolve) => {
    onReply = resolve;
    socket.write(request);
  });
}

function keep(unit: number, reply: Buffer): void {
  const now = Date.now();
  const kept = gathered.get(unit) ?? { at: now, columns: new Map() };
  gathered.set(unit, kept);
  for (let i = 0; i < registers; i++) {
    const column = kept.columns.get(`p_${i}`) ?? { dt: [], v: [] };
    kept.columns.set(`p_${i}`, column);
    column.dt.push(now - kept.at);
    column.v.push(reply.readUInt16BE(9 + 2 * i));
  }
}

setInterval(() => {
  for (const [unit, { at, columns }] of gathered) {
    const head = { v: 1, epoch: 'abcdefghij', start: 1, seq: ++seq, at, age: 0, clock: 'synced' };
    const message = JSON.stringify({ ...head, points: Object.fromEntries(columns) });
    client.publish(`bare/cab/d-${unit}/readings`, message, { qos: 1 });
  }
  gathered.clear();
}, 1000);

for (let round = 0, began = performance.now(); ; round++) {
  for (const unit of units) keep(unit, await read(unit));
  const wait = began + (round + 1) * everyMs - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}
