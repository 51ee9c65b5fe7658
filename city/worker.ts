import { readFileSync } from 'node:fs';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import { causeOf, causeWords } from '../contract/words/files.ts';
import { Offers } from './configuration/offers.ts';
import { dataOf, heldBy } from './data.ts';
import { openGatewayDoor } from './doors/gateway-door.ts';
import type { HubTask } from './hub/open-hub.ts';
import { Pusher } from './hub/push.ts';
import { Intake } from './intake.ts';
import type { Log } from './log.ts';
import { isLoopback } from './loopback.ts';
import { Asks } from './nats/asks.ts';
import { NatsDoor, type NatsOptions } from './nats/door.ts';
import { looksOf } from './pages/look.ts';
import { cityLots } from './pages/lots.ts';
import { openPages } from './pages/pages.ts';
import { type PlatformTask, pushEvents } from './platform/push.ts';
import { configurationRound, offerText, openOffers } from './store/configurations.ts';
import { connect, type Sql } from './store/database.ts';
import { gatewayBy } from './store/gateways.ts';
import { alone, hubTable } from './store/hub-table.ts';
import { keepLook } from './store/looks.ts';
import { migrate, olderBesideMs } from './store/migrations.ts';
import { Names } from './store/names.ts';
import { codeOf, dayOf, isAway, Partitions } from './store/partitions.ts';
import { schema } from './store/schema.ts';
import { sumDirtyHours } from './store/sums.ts';
import { take } from './store/take.ts';
import { asksFor, asksForAll, keepPlatform, platformRows } from './store/views.ts';
import type { KnownGateway } from './trust.ts';

export type WorkerOptions = {
  database: string;
  bind: string;
  port: number;
  /** PEM files; null: plain, for this machine alone. */
  tls: { readonly cert: string; readonly key: string } | null;
  /** Servers of NATS that gateways hand on over, besides HTTPS. */
  nats?: NatsOptions | null;
  /** Days that readings are kept. */
  keepDays: number;
  clock: Clock;
  log: Log;
  /** A hub that is told of every entity; null: none. */
  hub?: HubTask | null;
  /** The integrated platform, which is posted events; null: none. */
  platform?: PlatformTask | null;
};

/** Names of entities are long: a syllable of Korean is nine characters of a URL. */
const routerOptions = { maxParamLength: 1000 };
/** An address that cannot be read is answered as anything else that cannot be understood. */
const frameworkErrors = (_error: unknown, _request: FastifyRequest, reply: FastifyReply) => {
  reply.code(400).send({ type: '/problems/bad-request', status: 400 });
};

const sumEveryMs = 5000;
const configurationEveryMs = 5000;
const hubEveryMs = 5000;
const lookEveryMs = 20_000;
const hubLock = 0x68756230; // 'hub0'
const platformEveryMs = 2000;
const platformLock = 0x706c6174; // 'plat'
/** What the platform did not take for so long it takes no more. */
const platformForMs = 7 * 86_400_000;
/** The step of the schema from which programs know the digests that are made now. */
const digestStep = 6;
const retainEveryMs = 600_000;
/** A proof is asked of the database again after this; so long may a gateway that was removed go on. */
const trustMs = 5000;

/**
 * One worker of the city: it keeps nothing that is not in the database, so there may be any number of them, and each may
 * be killed at any instant.
 */
export class Worker {
  readonly port: number;
  readonly intake: Intake;
  readonly sql: Sql;
  readonly #app: FastifyInstance;
  readonly #nats: NatsDoor | null;
  readonly #stop = new AbortController();
  readonly #loops: Promise<void>[];

  private constructor(of: {
    port: number;
    intake: Intake;
    sql: Sql;
    app: FastifyInstance;
    nats: NatsDoor | null;
    options: WorkerOptions;
    partitions: Partitions;
  }) {
    this.port = of.port;
    this.intake = of.intake;
    this.sql = of.sql;
    this.#app = of.app;
    this.#nats = of.nats;
    const { clock, log, keepDays, hub = null, platform = null } = of.options;
    const { sql, partitions } = of;
    const every = async (ms: number, what: string, work: () => Promise<unknown>) => {
      while (!this.#stop.signal.aborted) {
        await work().catch((error: unknown) => log.error({ what, error: String(error) }, 'city-task-failed'));
        await clock.sleep(ms, this.#stop.signal);
      }
    };
    this.#loops = [
      every(sumEveryMs, 'sums', () => sumDirtyHours(sql, clock.now())),
      ...(hub === null ? [] : [every(hubEveryMs, 'hub', hubRound(sql, hub, of.options))]),
      ...(platform === null ? [] : [every(platformEveryMs, 'platform', platformRound(sql, platform, of.options))]),
      every(configurationEveryMs, 'configuration', () => configurationRound(sql)),
      every(lookEveryMs, 'look', () => look(sql, clock.now())),
      every(retainEveryMs, 'retention', () => retain(sql, partitions, dayOf(clock.now()) - keepDays)),
    ];
  }

  /** @throws InputError when the database, a file or the port cannot be used */
  static async start(options: WorkerOptions): Promise<Worker> {
    const { database, clock, log } = options;
    if (options.tls === null && !isLoopback(options.bind)) {
      throw new InputError([
        `--bind ${options.bind}: can be reached from other machines; give --cert and --key as well`,
      ]);
    }
    const sql = connect(database, { onNotice: (text) => log.debug({ text }, 'database-notice') });
    let olderUntil = 0;
    try {
      await reached(() => migrate(sql, schema), options);
      olderUntil = clock.monotonic() + (await olderBesideMs(sql, digestStep));
    } catch (error) {
      await sql.end({ timeout: 1 });
      throw new InputError([`--database: cannot be used: ${error instanceof Error ? error.message : String(error)}`]);
    }
    const names = new Names(sql);
    const partitions = new Partitions(sql);
    const of = {
      ...{ sql, names, partitions, keepDays: options.keepDays, now: () => clock.now() },
      hasOlderBeside: () => clock.monotonic() < olderUntil,
    };
    const intake = new Intake({
      async take(batches) {
        try {
          return await take(of, batches);
        } catch (error) {
          // A partition that another worker dropped, among others.
          partitions.forget();
          throw error;
        }
      },
    });
    const tls = options.tls === null ? null : readPair(options.tls);
    const app = (tls === null
      ? Fastify({ logger: false, routerOptions, frameworkErrors })
      : Fastify({
          logger: false,
          routerOptions,
          frameworkErrors,
          https: { ...tls, requestCert: true, rejectUnauthorized: false },
        })) as unknown as FastifyInstance; // over TLS or not, it is used alike
    const trust = new Trust(sql, clock);
    const onRefused = (gateway: string, why: string) => {
      log.warn({ gateway, why }, 'gateway-refused');
      sql`update gateways set refused = refused + 1 where id = ${gateway}`.catch(() => {});
    };
    const waiting = new Offers({ open: () => openOffers(sql), text: (offer) => offerText(sql, offer), clock });
    const offers: Offers['of'] = (gateway, batch) => waiting.of(gateway, batch);
    openGatewayDoor(app, {
      ...{ intake, log, onRefused, offers },
      gatewayBy: (proof) => trust.gatewayBy(proof),
      asks: (gateway) => asksFor(sql, gateway.sites),
    });
    const onFailed = (error: unknown, url: string) => log.error({ url, error: String(error) }, 'answer-failed');
    openPages(app, { data: dataOf(sql), clock, counts: intake.counts, isTls: tls !== null, onFailed });
    try {
      await app.listen({ host: options.bind, port: options.port });
    } catch (error) {
      await sql.end({ timeout: 1 });
      throw new InputError([
        `--port ${options.port}: cannot be had: ${error instanceof Error ? error.message : String(error)}`,
      ]);
    }
    const address = app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : options.port;
    const asks = new Asks(() => asksForAll(sql), clock);
    const nats =
      options.nats == null
        ? null
        : new NatsDoor({
            ...{ nats: options.nats, intake, log, clock, onRefused, offers },
            gatewayOf: (id) => trust.gatewayBy({ attested: id }),
            asks: (gateway) => asks.of(gateway),
          });
    return new Worker({ port, intake, sql, app, nats, options, partitions });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#app.close();
    await this.#nats?.close();
    await Promise.all(this.#loops);
    await this.sql.end({ timeout: 5 });
  }
}

const retryMs = 1000;
/** Tries until the database answers: workers and their database may start in any order. @throws what is wrong for good */
async function reached<T>(work: () => Promise<T>, { clock, log }: Pick<WorkerOptions, 'clock' | 'log'>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error)) throw error;
      if (tries % 60 === 0) log.warn({ why: codeOf(error) }, 'city-database-not-reached');
      await clock.sleep(retryMs);
    }
  }
}

/** What a gateway shows is asked of the database once in a while. */
class Trust {
  readonly #sql: Sql;
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly at: number; readonly gateway: KnownGateway | null }>();

  constructor(sql: Sql, clock: Clock) {
    this.#sql = sql;
    this.#clock = clock;
  }

  async gatewayBy(proof: Parameters<typeof gatewayBy>[1]): Promise<KnownGateway | null> {
    const key = JSON.stringify(proof);
    const now = this.#clock.monotonic();
    const known = this.#known.get(key);
    if (known !== undefined && now - known.at < trustMs) return known.gateway;
    const gateway = await gatewayBy(this.#sql, proof);
    // Strangers may show any number of tokens.
    if (this.#known.size > 5000) this.#known.clear();
    this.#known.set(key, { at: now, gateway });
    return gateway;
  }
}

/** What a round of one hub is; one worker at a time tells it. */
function hubRound(sql: Sql, task: HubTask, { clock, log }: Pick<WorkerOptions, 'clock' | 'log'>): () => Promise<void> {
  const pusher = new Pusher({
    ...{ hub: task.hub, table: hubTable(sql, task.name), textOf: task.textOf, random: Math.random },
    entities: async () => task.entitiesOf(await heldBy(dataOf(sql), null), clock.now()),
    now: () => clock.now(),
  });
  return async () => {
    const pushed = await alone(sql, hubLock, () => pusher.round());
    if (pushed === null) return;
    const { error, ...counts } = pushed;
    if (error !== null) log.warn({ hub: task.name, error, ...counts }, 'hub-not-reached');
    else if (counts.refused > 0) log.warn({ hub: task.name, ...counts }, 'hub-refused');
  };
}

function platformRound(sql: Sql, task: PlatformTask, { clock, log }: Pick<WorkerOptions, 'clock' | 'log'>) {
  const now = () => clock.now();
  return async () => {
    const round = () =>
      pushEvents({
        ...{ task, now, random: Math.random },
        rows: () => platformRows(sql, now() - platformForMs, null),
        keep: (event, of) => keepPlatform(sql, event, of),
      });
    const pushed = await alone(sql, platformLock, round);
    if (pushed !== null && pushed.refused > 0) log.warn({ url: task.url, ...pushed }, 'platform-refused');
  };
}

/** Once a minute, whichever worker comes first. */
async function look(sql: Sql, now: number): Promise<void> {
  const data = dataOf(sql);
  const [lots, places, devices] = [
    await data.states('lot', null),
    await data.states('place', null),
    await data.states('device', null),
  ];
  await keepLook(sql, now, looksOf(cityLots(lots, places), devices));
}

async function retain(sql: Sql, partitions: Partitions, firstDay: number): Promise<void> {
  await partitions.dropBefore('readings', firstDay);
  // A day longer: what is taken again is known by them.
  await partitions.dropBefore('messages', firstDay - 2);
  // CAP messages that ended long ago; each message is a state of its own.
  // The last of them stays: it says when their feed changed last.
  await sql`delete from states where kind = 'cap' and at < (extract(epoch from now()) * 1000)::bigint - 30 * 86400000::bigint
    and at < (select max(at) from states where kind = 'cap')`;
  await sql`delete from site_hours where hour < extract(epoch from now()) / 3600 - 400 * 24`;
  await sql`delete from records where taken_at < now() - make_interval(days => 400)`;
}

function readPair({ cert, key }: NonNullable<WorkerOptions['tls']>) {
  try {
    return { cert: readFileSync(cert), key: readFileSync(key) };
  } catch (error) {
    throw new InputError([`--cert, --key: cannot be read: ${causeWords(causeOf(error)).en}`]);
  }
}
