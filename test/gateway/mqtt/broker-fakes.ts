import { onTestFinished } from 'vitest';
import { agentIdSchema, deviceIdSchema, siteIdSchema } from '../../../contract/ids.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Accounts } from '../../../gateway/accounts/accounts.ts';
import { Audit } from '../../../gateway/audit/audit.ts';
import type { Lifetimes } from '../../../gateway/ca/lifetimes.ts';
import type { Incoming } from '../../../gateway/ingest/ingest.ts';
import type { Done } from '../../../gateway/ingest/message.ts';
import type { Log } from '../../../gateway/log.ts';
import { Broker, type BrokerOptions, type Limits } from '../../../gateway/mqtt/broker.ts';
import type { Served } from '../../../gateway/mqtt/sign-in.ts';
import { openDatabase } from '../../../gateway/store/database.ts';
import { tempDir } from '../../temp.ts';
import { ownCertificates } from '../ca/own-ca.ts';
import { RawMqtt } from './raw-mqtt.ts';

export const site = (id: string) => siteIdSchema.parse(id);
export const agent = (id: string) => agentIdSchema.parse(id);

export const said = { by: 'command:test', why: null };

/** Two sites, both with a cabinet-1. */
export const served: Served = new Map([
  [
    site('saesol'),
    new Map([
      [agent('cabinet-1'), new Set([deviceIdSchema.parse('tilt-se')])],
      [agent('cabinet-2'), new Set([deviceIdSchema.parse('di-1')])],
    ]),
  ],
  [site('hanbit'), new Map([[agent('cabinet-1'), new Set([deviceIdSchema.parse('co-1')])]])],
]);

/** Lines as they would be logged. */
export class LogLines {
  readonly lines: { level: string; event: string; ids: Record<string, unknown> }[] = [];
  readonly log: Log = {
    debug: this.#at('debug'),
    info: this.#at('info'),
    warn: this.#at('warn'),
    error: this.#at('error'),
  };

  of(event: string) {
    return this.lines.filter((line) => line.event === event);
  }

  #at(level: string) {
    return (ids: unknown, event?: unknown) => {
      this.lines.push({ level, event: String(event), ids: { ...(typeof ids === 'object' ? ids : {}) } });
    };
  }
}

/** A fleet that remembers who is connected, and in what order it was told. */
export class FakeFleet {
  readonly told: string[] = [];
  readonly kept: { topic: string; payload: string }[] = [];
  readonly #current = new Map<string, object>();

  connected(site: string, agent: string, connection: object): void {
    this.told.push(`connected ${site}/${agent}`);
    this.#current.set(`${site}/${agent}`, connection);
  }

  disconnected(site: string, agent: string, connection: object): void {
    if (!this.isCurrent(site, agent, connection)) return;
    this.told.push(`disconnected ${site}/${agent}`);
    this.#current.delete(`${site}/${agent}`);
  }

  isCurrent(site: string, agent: string, connection: object): boolean {
    return this.#current.get(`${site}/${agent}`) === connection;
  }

  retained() {
    return this.kept;
  }

  unsaid(): undefined {
    return undefined;
  }
}

/** An ingest whose commits a test may hold back or fail. */
export class FakeIngest {
  readonly taken: Incoming[] = [];
  error: Error | null = null;
  /** Acknowledged and kept raw, as what does not parse is. */
  refuses = false;
  #held: (() => void)[] | null = null;
  #wake: () => void = () => {};

  submit(incoming: Incoming, done: Done): void {
    this.taken.push(incoming);
    const commit = () => done(this.error, this.refuses);
    if (this.#held === null) setImmediate(commit);
    else this.#held.push(commit);
    this.#wake();
  }

  hold(): void {
    this.#held = [];
  }

  commit(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const commit of held) commit();
  }

  /** Resolves when so many messages have come. */
  async has(count: number): Promise<void> {
    while (this.taken.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  texts(): string[] {
    return this.taken.map((incoming) => `${incoming.topic.kind} ${Buffer.from(incoming.payload).toString()}`);
  }
}

/** A broker on a free port with accounts of its own, and what it is surrounded by. */
export async function startBroker(
  options: {
    limits?: Partial<Limits>;
    kept?: { topic: string; payload: string }[];
    tls?: (dir: string) => Promise<BrokerOptions['tls']>;
    lifetimes?: Lifetimes;
  } = {},
) {
  const clock = new SimClock();
  const dir = tempDir();
  const db = openDatabase(dir);
  const fleet = new FakeFleet();
  fleet.kept.push(...(options.kept ?? []));
  const ingest = new FakeIngest();
  const log = new LogLines();
  let onEnded: (who: Parameters<Broker['disconnect']>[0]) => void = () => {};
  const audit = new Audit({ db, clock });
  const sessionKey = () => new Uint8Array(32);
  const accounts = new Accounts({ db, clock, audit, sessionKey, onEnded: (who) => onEnded(who) });
  const certificates = ownCertificates({
    db,
    clock,
    dir,
    onEnded: (who) => onEnded({ kind: 'agent', ...who }),
    ...(options.lifetimes === undefined ? {} : { lifetimes: options.lifetimes }),
  });
  const passwords = {
    'saesol/cabinet-1': accounts.agents.add('saesol', 'cabinet-1', said).password,
    'saesol/cabinet-2': accounts.agents.add('saesol', 'cabinet-2', said).password,
    'hanbit/cabinet-1': accounts.agents.add('hanbit', 'cabinet-1', said).password,
    'elsewhere/cabinet-9': accounts.agents.add('elsewhere', 'cabinet-9', said).password,
  };
  const tokens = {
    screen: accounts.tokens.create({ name: 'screen', scope: 'read', lifeMs: null }, said).token,
    city: accounts.tokens.create({ name: 'city', scope: 'read', lifeMs: null }, said).token,
  };
  const broker = await Broker.listen({
    clock,
    log: log.log,
    accounts,
    certificates,
    served,
    fleet,
    ingest,
    bind: '127.0.0.1',
    port: 0,
    tls: (await options.tls?.(dir)) ?? null,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  onEnded = (who) => broker.disconnect(who);
  onTestFinished(async () => {
    await broker.close();
    db.close();
  });
  const open = () => RawMqtt.open(broker.port);
  return {
    clock,
    fleet,
    ingest,
    log,
    accounts,
    certificates,
    dir,
    passwords,
    tokens,
    broker,
    open,
    /** A signed-in connection of an agent. */
    async agent(who: keyof typeof passwords, will?: { topic: string; payload: string }): Promise<RawMqtt> {
      const client = await open();
      const id = who.split('/')[1] ?? '';
      const code = await client.connect({
        clientId: id,
        username: id,
        password: Buffer.from(passwords[who]),
        ...(will === undefined ? {} : { will: { ...will, payload: Buffer.from(will.payload), qos: 1, retain: false } }),
      });
      if (code !== 0) throw new Error(`agent ${who} was refused: ${code}`);
      return client;
    },
    /** A signed-in connection of a token. */
    async reader(name: keyof typeof tokens, clientId = ''): Promise<RawMqtt> {
      const client = await open();
      const code = await client.connect({
        clientId,
        username: name,
        password: Buffer.from(tokens[name]),
        keepalive: 60,
      });
      if (code !== 0) throw new Error(`token ${name} was refused: ${code}`);
      return client;
    },
  };
}
