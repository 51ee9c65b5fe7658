import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { oneLocale, plainBuiltins, withoutUnused } from '../../deploy/package/bundle.ts';
import { root } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { pause, started } from './agent-rig.ts';
import { median, memoryOf, note, type Row } from './measure.ts';

/**
 * What a process takes that loads libraries alone, bundled as the package bundles them and with its Node and its settings: what
 * is left for the program's own code and data, whatever it does.
 */
const settleMs = 5000;
const gone = { resident: Number.NaN, anonymous: Number.NaN };
const rounds = 3;

const stay = 'setInterval(() => {}, 1000);';
const ready = `console.log('ready');`;
const open = `const db = new (require('better-sqlite3'))(':memory:'); db.exec('CREATE TABLE t (x)');`;
const thread = `${open} ${stay}`;
// As the program has it: mqtt-packet would keep every number up to 65,535 as a buffer.
const numbers = `require('mqtt-packet').writeToStream.cacheNumbers = false;`;
const parts = {
  sqlite: open,
  sqliteThread: `new (require('node:worker_threads').Worker)(${JSON.stringify(thread)}, { eval: true });`,
  serial: `require('@serialport/bindings-cpp');`,
  mqtt: `${numbers} require('mqtt').connect('mqtt://127.0.0.1:1', { reconnectPeriod: 0 }).on('error', () => {});`,
  aedes: `${numbers} require('aedes').Aedes.createBroker();`,
  zod: `globalThis.kept = require('zod');`,
  pino: `globalThis.log = require('pino')();`,
  // As the program has it: without these it would load compilers that the bundle leaves out.
  fastify: `require('fastify')({ schemaController: { compilersFactory: { buildValidator() {}, buildSerializer() {} } } });`,
};
type Part = keyof typeof parts;

const programs: readonly (readonly [string, readonly Part[]])[] = [
  ['Node alone', []],
  ['SQLite', ['sqlite']],
  ['SQLite in a thread', ['sqliteThread']],
  ['serial port', ['serial']],
  ['MQTT client', ['mqtt']],
  ['MQTT broker', ['aedes']],
  ['zod', ['zod']],
  ['log', ['pino']],
  ['HTTP server (fastify)', ['fastify']],
  ['all of an agent without a serial port', ['sqliteThread', 'mqtt', 'zod', 'pino']],
  ['all of an agent', ['sqliteThread', 'serial', 'mqtt', 'zod', 'pino']],
  ['all of a gateway', ['sqlite', 'aedes', 'zod', 'pino', 'fastify']],
];

/** All at the same time, several times over: resident and anonymous memory of each, medians. */
export async function floorRows(packaged: string): Promise<Row[]> {
  const files = await Promise.all(programs.map(([, used]) => bundled(used)));
  const seen = programs.map(() => ({ resident: [] as number[], anonymous: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    const running = files.map((file) => start(join(packaged, '../bin/node'), file));
    // One that ends has no memory: it shows as NaN.
    await Promise.all(running.map((child) => Promise.race([once(child.stdout, 'data'), once(child, 'exit')])));
    await pause(settleMs);
    for (const [nth, child] of running.entries()) {
      const { resident, anonymous } = child.exitCode === null ? memoryOf(child.pid ?? 0) : gone;
      seen[nth]?.resident.push(resident);
      seen[nth]?.anonymous.push(anonymous);
      child.kill('SIGKILL');
    }
  }
  return programs.map(([what], nth) => {
    const { resident = [], anonymous = [] } = seen[nth] ?? {};
    const [most, own] = [median(resident), median(anonymous)].map((mb) => mb.toFixed(1));
    return note(`libraries alone, ${what}: resident and anonymous`, `${most}, ${own} MB`);
  });
}

async function bundled(used: readonly Part[]): Promise<string> {
  const outfile = join(tempDir(), 'floor.mjs');
  const place = JSON.stringify(join(root, 'package.json'));
  await build({
    stdin: { contents: [...used.map((part) => parts[part]), stay, ready].join('\n'), resolveDir: root },
    outfile,
    ...{ bundle: true, preserveSymlinks: true, format: 'esm', platform: 'node', target: 'node24' },
    external: ['better-sqlite3', '@serialport/bindings-cpp'],
    banner: { js: `const require=process.getBuiltinModule('module').createRequire(${place});` },
    ...{ minifySyntax: true, minifyWhitespace: true, logLevel: 'error' },
    plugins: [oneLocale(), withoutUnused(), plainBuiltins()],
  });
  return outfile;
}

function start(node: string, file: string) {
  const env = { ...process.env, MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };
  return started(spawn(node, [...settings(), file], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env }));
}

/** As the launcher has them. */
function settings(): string[] {
  const line = /^exec .*$/m.exec(readFileSync(join(root, 'deploy/package/jari.sh'), 'utf8'))?.[0] ?? '';
  return line.replace(/\$\{\w+:-(\w+)\}/g, '$1').match(/--[\w-]+(=\w+)?/g) ?? [];
}
