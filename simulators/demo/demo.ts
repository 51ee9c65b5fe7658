import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { devicesOf, type Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import { compileParser } from '../../contract/compiled.ts';
import { InputError } from '../../contract/input-error.ts';
import type { Creep } from '../world/creep.ts';
import { type Accounts, makeAccounts } from './accounts.ts';
import { Child, type Death } from './child.ts';
import type { Family } from './family.ts';
import { creepOption, keptCreep, pastCsv } from './past.ts';
import { untilReady } from './patience.ts';
import { freePort, isFree } from './ports.ts';
import { type Waiting, whenAllGood } from './readiness.ts';
import { runOnce } from './run-once.ts';
import * as words from './words.ts';

export type DemoOptions = {
  clock: Clock;
  /** Monotonic ms at which the person began to wait. */
  began: number;
  site: Site;
  dir: string;
  play: DemoPlay;
  family: Family;
  /** How `jari` is started: the program and its first arguments. */
  program: readonly [string, ...string[]];
  say(text: string): void;
};

/** What the virtual field plays; a quiet day without it. Its names and bounds are those of `jari simulate`. */
export type DemoPlay = { readonly scenario?: string; readonly speed?: number };

type Addresses = { http: string; mqtt: string };

const patienceMs = 60_000;
/** Ends of the steps of stopping, ms after the signal; together they stay below 5 s. */
const stopBy = { edges: 1800, gateway: 3400, field: 4300 } as const;

const readListening = compileParser(
  z.object({
    mqtt: z.object({ host: z.string(), port: z.int() }),
    http: z.object({ host: z.string(), port: z.int() }),
  }),
);

/** The demo's processes, from the first to the last. */
export class Demo {
  readonly #options: DemoOptions;
  readonly #children = new Map<string, Child>();
  readonly #aborted = new AbortController();

  constructor(options: DemoOptions) {
    this.#options = options;
  }

  /** Brings everything up in order, says how it is reached, and then lasts until stopped. @throws InputError */
  async run(): Promise<void> {
    const { site, dir, play, say, clock } = this.#options;
    const [field, data] = [join(dir, 'field'), join(dir, 'gateway')];
    const plays = Object.entries(play).flatMap(([option, value]) => [`--${option}`, String(value)]);
    const creep = keptCreep(dir, clock.now());
    const leans = ['--creep', creepOption(creep)];
    const simulate = this.#start('simulate', ['simulate', '--site', site.file, '--dir', field, ...plays, ...leans]);
    await Promise.all([this.#appears(simulate, join(field, 'ports.json')), this.#giveItAPast(creep, data)]);
    const addresses = await this.#startGateway(data);
    const accounts = await makeAccounts({ site, dir, data, jari: (args) => this.#jari(args) });
    this.#startEdges(accounts, addresses);
    this.#announce(accounts, addresses);
    const good = await this.#allGood(accounts, addresses);
    if (good) say(words.allGood(this.#devices().length, (clock.monotonic() - this.#options.began) / 1000));
    await new Promise<never>(() => {});
  }

  /** Before the gateway starts: it does not know yet what the building did. */
  async #giveItAPast(creep: Creep, data: string): Promise<void> {
    const { site, dir, clock } = this.#options;
    const file = join(dir, 'past.csv');
    writeFileSync(file, pastCsv(site, { seed: 1, creep, now: clock.now() }), { mode: 0o600 });
    await this.#jari([
      'forecast',
      'import',
      file,
      '--site',
      site.file,
      '--data',
      data,
      '--time',
      'time',
      '--simulated',
    ]);
  }

  /** Ends every process: edges first, so that they can say goodbye, the field last. */
  async stop(): Promise<void> {
    const { clock, dir } = this.#options;
    const began = clock.monotonic();
    this.#aborted.abort();
    rmSync(join(dir, 'demo.json'), { force: true });
    const end = (children: readonly (Child | undefined)[], by: number) =>
      Promise.all(children.map((child) => child?.stop(Math.max(100, by - (clock.monotonic() - began)))));
    const edges = [...this.#children.values()].filter(({ name }) => name.startsWith('edge '));
    await end(edges, stopBy.edges);
    await end([this.#children.get('gateway')], stopBy.gateway);
    await end([this.#children.get('simulate')], stopBy.field);
  }

  async #ports(): Promise<{ mqtt: number; http: number }> {
    const { site, say } = this.#options;
    const { mqtt, http } = site.gateway;
    const mqttPort = await freePort({ host: mqtt.bind, port: mqtt.port });
    const httpPort = await freePort({ host: http.bind, port: http.port }, [mqttPort]);
    if (mqttPort !== mqtt.port) say(words.portTaken('MQTT', { wanted: mqtt.port, got: mqttPort }));
    if (httpPort !== http.port) say(words.portTaken('HTTP', { wanted: http.port, got: httpPort }));
    return { mqtt: mqttPort, http: httpPort };
  }

  #start(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
    const { clock, family, dir, program, say } = this.#options;
    if (this.#aborted.signal.aborted) throw new Error('the demo is being stopped');
    const [node, ...first] = program;
    const child = new Child({
      name,
      program: node,
      args: [...first, ...args],
      env,
      log: join(dir, 'logs', `${name.replace(' ', '-')}.log`),
      clock,
      family,
      onDied: (death) => say(words.died(death)),
    });
    this.#children.set(name, child);
    return child;
  }

  #startEdges({ passwords }: Accounts, { mqtt }: Addresses): void {
    const { site, dir } = this.#options;
    for (const { id } of site.agents) {
      const args = ['edge', '--site', site.file, '--agent', id, '--data', join(dir, id)];
      // The gateway makes its CA when it first signs something; it is read then.
      const virtual = [
        '--uplink-url',
        mqtt,
        '--ports',
        join(dir, 'field/ports.json'),
        '--ca',
        join(dir, 'gateway/ca/ca.crt'),
      ];
      // By the environment, because the site file's passwordFile means the demo's usual folder.
      const env = { JARI_UPLINK_PASSWORD: passwords.get(id) ?? '' };
      this.#start(`edge ${id}`, [...args, ...virtual], env).supervise();
    }
  }

  #jari(args: readonly string[]): Promise<string> {
    const { program, family } = this.#options;
    const [node, ...first] = program;
    return runOnce(node, [...first, ...args], { family, signal: this.#aborted.signal });
  }

  /** Waits for the file by which a process says that it is ready, and from then on keeps the process running. */
  async #appears(child: Child, file: string): Promise<void> {
    const { clock, say } = this.#options;
    let death: Death | undefined;
    child.died.then((how) => {
      death = how;
    });
    const givenUp = await untilReady({
      clock,
      signal: this.#aborted.signal,
      isReady: () => {
        if (death !== undefined) throw new InputError(words.diedAtStart(death));
        return existsSync(file);
      },
      trace: () => child.trace(),
      onSlow: (waitedMs) => say(words.stillWaiting({ name: child.name, waitedMs, lastLine: child.lastLine() })),
    });
    if (givenUp !== null) throw new InputError(words.neverReady({ ...givenUp, name: child.name, log: child.log }));
    child.supervise();
  }

  /** Another program may take a port between our look and the gateway's; then there is a next one. */
  async #startGateway(data: string): Promise<Addresses> {
    const { site } = this.#options;
    const file = join(data, 'listening.json');
    for (let attempt = 1; ; attempt++) {
      const ports = await this.#ports();
      const gateway = this.#start('gateway', [
        ...['gateway', '--site', site.file, '--data', data],
        ...['--mqtt-port', String(ports.mqtt), '--http-port', String(ports.http)],
      ]);
      try {
        await this.#appears(gateway, file);
        return addressesIn(file);
      } catch (error) {
        if (this.#aborted.signal.aborted) throw error;
        await gateway.stop(1000);
        const taken =
          !(await isFree(site.gateway.mqtt.bind, ports.mqtt)) || !(await isFree(site.gateway.http.bind, ports.http));
        if (attempt === 3 || !taken) throw error;
      }
    }
  }

  #announce({ user, password, tokenFile }: Accounts, { http, mqtt }: Addresses): void {
    const { site, dir, say } = this.#options;
    const file = join(dir, 'demo.json');
    writeFileSync(file, `${JSON.stringify({ http, mqtt, user, tokenFile })}\n`, { mode: 0o600 });
    say(words.running({ site, http, mqtt, user, password, tokenFile, logs: join(dir, 'logs') }));
  }

  async #allGood({ token }: Accounts, { http }: Addresses): Promise<boolean> {
    const { clock, say } = this.#options;
    const outcome = await whenAllGood({
      clock,
      http,
      token,
      devices: this.#devices(),
      signal: this.#aborted.signal,
      patienceMs,
      onSlow: (waiting) => say(words.notYetGood(patienceMs / 1000, waiting.map(described))),
    });
    return outcome === 'good';
  }

  #devices(): string[] {
    return this.#options.site.agents.flatMap((agent) => devicesOf(agent).map(({ device }) => device.id));
  }
}

function described({ device, state, why }: Waiting): string {
  return why === null ? `${device}: ${state}` : `${device}: ${state} (${why})`;
}

/** A listener on every address is reached by this machine's own. */
function reachable({ host, port }: { host: string; port: number }): string {
  if (host === '0.0.0.0' || host === '::') return `127.0.0.1:${port}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function addressesIn(file: string): Addresses {
  const parsed = readListening(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.ok) throw new Error(`${file}: ${parsed.problem}`);
  const { http, mqtt } = parsed.value;
  return { http: `http://${reachable(http)}`, mqtt: `mqtt://${reachable(mqtt)}` };
}
