import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { silentLog } from '../log.ts';
import { addGateway, addToken } from '../store/gateways.ts';
import { Worker } from '../worker.ts';
import { LocalPostgres, postgresPrograms } from './local-postgres.ts';

const here = fileURLToPath(import.meta.url);
const root = dirname(dirname(dirname(here)));
/** In the package everything is JavaScript. */
const jari = here.endsWith('.js') ? 'jari.js' : 'jari.ts';

/**
 * `jari city demo`: a PostgreSQL of its own, a worker, and the demo site's field, agents and gateway handing on to it, until
 * SIGINT or SIGTERM. @throws InputError when PostgreSQL is not installed
 */
export async function runCityDemo(): Promise<void> {
  const bin = postgresPrograms();
  if (bin === null) {
    throw new InputError([
      'city demo: PostgreSQL is not installed here; on Debian: apt install postgresql (it need not run)',
    ]);
  }
  const dir = mkdtempSync(join(tmpdir(), 'jari-city-'));
  chmodSync(dir, 0o755);
  const by = 'command:demo';
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  say('PostgreSQL …');
  const postgres = await LocalPostgres.start(bin, join(dir, 'postgres'));
  stack.defer(() => postgres.stop());
  const worker = await Worker.start({
    ...{ database: postgres.url, bind: '127.0.0.1', port: 0, tls: null, keepDays: 400 },
    ...{ clock: systemClock, log: silentLog },
  });
  stack.defer(() => worker.close());
  const url = `http://127.0.0.1:${worker.port}`;
  const { token } = await addGateway(worker.sql, {
    id: 'saesol-1',
    sites: ['saesol'],
    district: '새솔구',
    certificate: null,
    by,
  });
  const reader = await addToken(worker.sql, { name: 'demo', scope: 'operate', districts: null, operates: null, by });
  const site = demoSite(dir, { url, token: token ?? '' });
  say(`the city: ${url}\ntoken:    ${reader}\nfeeds:    ${url}/feeds/kpi.json\n`);
  const demo = startDemo(dir, site);
  stack.defer(() => end(demo));
  const stopped = new Promise<void>((done) => process.once('SIGINT', done).once('SIGTERM', done));
  const failed = new Promise<void>((done) => demo.once('exit', () => done()));
  await Promise.race([stopped, failed]);
}

/** The demo's site file with a city in it. */
function demoSite(dir: string, of: { url: string; token: string }): string {
  const tokenFile = join(dir, 'city.token');
  writeFileSync(tokenFile, of.token, { mode: 0o600 });
  const text = readFileSync(join(root, 'config/sites/demo.yaml'), 'utf8');
  const own = `gateway:\n  city: { url: "${of.url}", gateway: saesol-1, tokenFile: "${tokenFile}" }\n`;
  const file = join(dir, 'demo.yaml');
  writeFileSync(file, text.replace(/^gateway:\n/m, own));
  return resolve(file);
}

/** The whole demo below the city: the command that everybody uses, on the file with a city in it. */
function startDemo(dir: string, site: string): ChildProcess {
  const env = { ...process.env, JARI_DEMO_DIR: join(dir, 'demo'), JARI_DEMO_SITE: site };
  return spawn(process.execPath, [...process.execArgv, join(root, jari), 'demo'], {
    stdio: 'inherit',
    cwd: dir,
    env,
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await Promise.race([gone, sleep(6000)]);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
