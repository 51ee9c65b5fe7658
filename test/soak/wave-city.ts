import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Plan, usualPlan } from '../../city/configuration/waves.ts';
import { publish, type ShownSet, shownSets } from '../../city/store/configurations.ts';
import { signSet } from '../../config/signed/city-set.ts';
import type { ConfigurationSet, SignedByKey } from '../../contract/configuration.ts';
import { siteIdSchema } from '../../contract/ids.ts';
import type { CityRig } from '../city/rig/city-rig.ts';
import { goodSite } from '../config/site-text.ts';
import { root } from '../needs.ts';
import type { WaveGateway } from './wave-gateways.ts';

/** Gateways as processes below a city, for configuration in waves. */

export const gateways = 20;
const perProcess = 4;
const withinMs = 400_000;
/** Of boxes without a battery: one in 1970, one a year ahead. */
const wrongClocks: Record<string, number> = { g1: -Date.now() + 86_400_000, g2: 365 * 86_400_000 };
const files = { site: 'site.yaml', key: 'city.pub', running: 'running.txt', tried: 'tried.txt', wall: 'wall.txt' };
/** How often a device is read before anything was handed down, s. What is handed down reads more often: nothing is lost by it. */
const usual = 10;

const quick: Plan = {
  ...{ ...usualPlan, soakMs: 3000, overdueMs: 180_000, silentMs: 40_000, settleMs: 5000 },
  source: 'this soak',
};

const every = (seconds: number) =>
  `${goodSite.replace('unit: 2, every: 5s', `unit: 2, every: ${seconds}s`)}gateway: { rollout: { trial: 10s, settle: 5s } }\n`;

export class WaveCity {
  readonly rig: CityRig;
  readonly key: KeyObject;
  readonly #all: readonly WaveGateway[];
  readonly #processes: (ChildProcess | null)[] = [];

  constructor(rig: CityRig) {
    this.rig = rig;
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.key = privateKey;
    this.#all = Array.from({ length: gateways }, (_, i) => {
      const name = `g${i + 1}`;
      const dir = join(rig.dir, 'gateways', name);
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, files.site), every(usual).replace('site: test', `site: ${name}`));
      writeFileSync(join(dir, files.key), publicKey.export({ format: 'pem', type: 'spki' }));
      writeFileSync(join(dir, files.tried), '');
      const url = rig.nats?.url ?? '';
      writeFileSync(join(dir, files.wall), String(wrongClocks[name] ?? 0));
      return { name, dir, files, seed: rig.seedOf(name), url };
    });
  }

  startAll(): void {
    for (let i = 0; i < gateways / perProcess; i++) this.#start(i);
  }

  setClockOf(name: string): void {
    const { dir = '' } = this.#all.find((each) => each.name === name) ?? {};
    writeFileSync(join(dir, files.wall), '0');
  }

  startProcessOf(name: string): void {
    this.#start(this.#processOf(name));
  }

  async killProcessOf(name: string, { again = true } = {}): Promise<void> {
    const nth = this.#processOf(name);
    await killed(this.#processes[nth] ?? null);
    if (again) this.#start(nth);
  }

  signed(version: number, seconds: number, key: KeyObject): ConfigurationSet {
    const bodies = this.#all.map(({ name }) => {
      const text = every(seconds).replace('site: test', `site: ${name}`);
      const site = siteIdSchema.parse(name);
      return { v: 1 as const, site, version, kind: 'site' as const, text, profiles: [], confirm: [] };
    });
    return signSet(bodies, { kind: 'site', version, why: 'soak' }, key);
  }

  /** `offer`: what a city that is taken over hands to the first in place of what was signed. */
  async publish(version: number, seconds: number, of: Partial<Plan> = {}, offer?: SignedByKey): Promise<void> {
    const set = this.signed(version, seconds, this.key);
    const plan = { ...quick, ...of };
    await this.#untilConnected();
    const [first = ''] = plan.first;
    const { sql } = this.rig;
    const sites = set.sites.map((each) =>
      each.site === first && offer !== undefined ? { ...each, signed: offer } : each,
    );
    await publish(sql, { ...set, sites }, { plan, by: 'soak' });
  }

  /** The set, once it is so. Two workers look at it every 5 s. */
  async until(version: number, isSo: (set: ShownSet) => boolean): Promise<ShownSet> {
    const began = performance.now();
    for (;;) {
      const set = await this.#set(version);
      if (set !== undefined && isSo(set)) return set;
      if (performance.now() - began > withinMs) throw new Error(`${version}: ${JSON.stringify(set).slice(0, 4000)}`);
      await sleep(300);
    }
  }

  /** In each wave: a worker and a process of four gateways while they try it, and a nats-server. */
  async killIn(version: number): Promise<Record<string, number>> {
    const counts = { worker: 0, gateways: 0, nats: 0 };
    for (const wave of [1, 2, 3]) {
      const set = await this.until(version, ({ waves, targets, state }) => {
        const isTried = targets.some((target) => target.wave === wave && target.state === 'trying');
        return state !== 'running' || (waves === wave && isTried);
      });
      const trying = set.targets.find((target) => target.wave === wave && target.state === 'trying');
      if (trying === undefined) return counts;
      const worker = this.rig.workers[wave % 2];
      await Promise.all([worker?.kill(), this.killProcessOf(trying.gateway)]);
      worker?.start();
      const server = this.rig.nats?.servers[wave - 1];
      await server?.end();
      await sleep(1500);
      server?.up();
      counts.worker++;
      counts.gateways += perProcess;
      counts.nats++;
    }
    return counts;
  }

  /** Null when every gateway runs this; otherwise what each runs. */
  async allRun(ms: number): Promise<unknown> {
    const runs = () => this.#all.map(({ dir }) => Number(readFileSync(join(dir, files.running), 'utf8')));
    for (let tries = 0; tries < 100 && runs().some((own) => own !== ms); tries++) await sleep(200);
    return runs().every((own) => own === ms) ? null : { runs: runs() };
  }

  /** How often each took a file up. */
  tries(): number[] {
    return this.#all.map(({ dir }) => readFileSync(join(dir, files.tried), 'utf8').split('\n').length - 1);
  }

  async end(): Promise<void> {
    await Promise.all(this.#processes.map((child) => killed(child)));
  }

  async #set(version: number): Promise<ShownSet | undefined> {
    const sets = await shownSets(this.rig.sql, null).catch(() => []);
    return sets.find((each) => each.version === version);
  }

  async #untilConnected(): Promise<void> {
    for (let tries = 0; tries < 1000; tries++) {
      const [row] = await this.rig.sql<{ here: number }[]>`
        select count(*)::int as here from gateways where agreed_at > now() - interval '10 seconds'`;
      if (row?.here === gateways) return;
      await sleep(200);
    }
    throw new Error('not all gateways reach the city');
  }

  #processOf(name: string): number {
    return Math.floor(this.#all.findIndex((each) => each.name === name) / perProcess);
  }

  #start(nth: number): void {
    const of = this.#all.slice(nth * perProcess, (nth + 1) * perProcess);
    const args = [...process.execArgv, 'test/soak/wave-gateways.ts', JSON.stringify(of)];
    this.#processes[nth] = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

async function killed(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
}
