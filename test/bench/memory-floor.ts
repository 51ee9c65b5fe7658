import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { pause, started } from './agent-rig.ts';
import { median, memoryOf, note, type Row } from './measure.ts';

/**
 * What a process takes that loads libraries alone, with the Node and the settings of the package: what is left for the
 * program's own code and data, whatever it does.
 */
const settleMs = 4000;
const rounds = 3;

const sqlite = (file: string) =>
  `const db = new (require('better-sqlite3'))('${file}');` +
  `db.pragma('journal_mode = WAL'); db.exec('create table if not exists t (x)'); db.prepare('insert into t values (1)').run();`;
const thread = (code: string) =>
  `new (require('node:worker_threads').Worker)(${JSON.stringify(code)}, { eval: true });`;
const stay = 'setInterval(() => {}, 1000);';
const dial = `const { connect } = require('mqtt'); connect('mqtt://127.0.0.1:1', { reconnectPeriod: 0 }).on('error', () => {});`;
const parts = {
  sqlite: sqlite(':memory:'),
  sqliteThread: thread(`${sqlite(':memory:')} ${stay}`),
  serial: `require('@serialport/bindings-cpp');`,
  mqtt: dial,
  aedes: `require('aedes').Aedes.createBroker();`,
  zod: `require('zod');`,
  fastify: `require('fastify')();`,
};
type Part = keyof typeof parts;

const programs: readonly (readonly [string, readonly Part[]])[] = [
  ['Node alone', []],
  ['SQLite', ['sqlite']],
  ['SQLite in a thread', ['sqliteThread']],
  ['serial port', ['serial']],
  ['MQTT client', ['mqtt']],
  ['MQTT broker (aedes)', ['aedes']],
  ['zod', ['zod']],
  ['fastify', ['fastify']],
  ['an agent’s libraries', ['sqliteThread', 'serial', 'mqtt', 'zod']],
  ['a gateway’s libraries', ['sqlite', 'aedes', 'zod', 'fastify']],
];

/** All at the same time, several times over: resident and anonymous memory of each, medians. */
export async function floorRows(node: string, flags: readonly string[]): Promise<Row[]> {
  if (!existsSync(node)) return [note('floor', `no ${node}`)];
  const seen = programs.map(() => ({ resident: [] as number[], anonymous: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    const running = programs.map(([, used]) => start(node, flags, used));
    await pause(settleMs);
    for (const [nth, child] of running.entries()) {
      const { resident, anonymous } = memoryOf(child.pid ?? 0);
      seen[nth]?.resident.push(resident);
      seen[nth]?.anonymous.push(anonymous);
      child.kill('SIGKILL');
    }
  }
  return programs.map(([what], nth) => {
    const { resident = [], anonymous = [] } = seen[nth] ?? {};
    return note(
      `floor, ${what}: resident, anonymous`,
      `${median(resident).toFixed(1)}, ${median(anonymous).toFixed(1)} MB`,
    );
  });
}

function start(node: string, flags: readonly string[], used: readonly Part[]) {
  const code = [...used.map((part) => parts[part]), stay].join('\n');
  const env = { ...process.env, MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072', TMPDIR: tempDir() };
  return started(spawn(node, [...flags, '--eval', code], { cwd: join(root), stdio: 'ignore', env }));
}
