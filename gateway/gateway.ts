import { devicesOf, type Site } from '../config/site.ts';
import type { Clock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import { Accounts } from './accounts/accounts.ts';
import { loadSessionKey } from './accounts/session-key.ts';
import { Audit } from './audit/audit.ts';
import { ControlServer } from './commands/control.ts';
import { codeOf } from './commands/data-folder.ts';
import { Counters } from './counters.ts';
import { Events } from './events.ts';
import { Fleet } from './fleet.ts';
import type { DoorCountsView } from './http/ports.ts';
import { startHttp } from './http/server.ts';
import { Ingest } from './ingest.ts';
import type { Log } from './log.ts';
import { Broker, type Limits } from './mqtt/broker.ts';
import type { Served } from './mqtt/door.ts';
import { History } from './store/history.ts';
import { Store } from './store/store.ts';

/** Where something listens. Port 0 takes any free one. */
export type Endpoint = { bind: string; port: number };

export type GatewayOptions = {
  sites: readonly Site[];
  /** The data folder, made, writable, and locked by the caller. */
  dir: string;
  clock: Clock;
  log: Log;
  mqtt: Endpoint;
  http: Endpoint;
  limits?: Partial<Limits>;
};

/**
 * The gateway, wired. Each part starts after those it calls: store, events, fleet, ingest, accounts, broker, HTTP, control
 * socket. They stop in the opposite order, so nothing is asked of a part that has gone: the doors close first, what was
 * taken in is committed, and the store closes last.
 */
export class Gateway {
  readonly mqttPort: number;
  readonly httpPort: number;
  readonly broker: Broker;
  readonly #parts: AsyncDisposableStack;

  private constructor(broker: Broker, httpPort: number, parts: AsyncDisposableStack) {
    this.broker = broker;
    this.mqttPort = broker.port;
    this.httpPort = httpPort;
    this.#parts = parts;
  }

  /**
   * What has been started is stopped again when a later part fails.
   * @throws StoreError when the store cannot be used; InputError when a port or the control socket cannot be had
   */
  static async start(options: GatewayOptions): Promise<Gateway> {
    await using starting = new AsyncDisposableStack();
    const { broker, httpPort } = await open(options, starting);
    return new Gateway(broker, httpPort, starting.move());
  }

  /** Closes the doors, commits what was taken in, closes the store. A second call does nothing. */
  async close(): Promise<void> {
    await this.#parts.disposeAsync();
  }
}

async function open(
  options: GatewayOptions,
  parts: AsyncDisposableStack,
): Promise<{ broker: Broker; httpPort: number }> {
  const { sites, dir, clock, log } = options;
  const store = Store.open({ dir, clock, log });
  parts.defer(() => store.close());
  const events = new Events({ store });
  const fleet = new Fleet({ sites, store, clock, events });
  parts.defer(() => fleet.close());
  const ingest = new Ingest({ store, fleet, clock, log });
  parts.defer(() => {
    ingest.flush();
    ingest.close();
  });
  const agentIds = sites.flatMap((site) => site.agents.map((agent) => agent.id));
  const audit = new Audit({ db: store.db, clock });
  const sessionKey = loadSessionKey(dir);
  const accounts = new Accounts({
    db: store.db,
    clock,
    audit,
    sessionKey: () => sessionKey,
    agentIds,
    onEnded: (account) => broker.disconnect(account),
  });
  const broker = await listening('mqtt', options.mqtt, () =>
    Broker.listen({
      clock,
      log,
      accounts,
      served: servedBy(sites),
      fleet,
      ingest,
      ...options.mqtt,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    }),
  );
  parts.defer(() => broker.close());
  const http = await listening('http', options.http, () =>
    startHttp({
      sites,
      fleet,
      history: new History({ store }),
      events,
      accounts,
      audit,
      counters: new Counters({ store }),
      ingest,
      doorCounts: () => doorCounts(broker),
      clock,
      log,
      ...options.http,
    }),
  );
  parts.defer(() => http.close());
  const control = await ControlServer.listen({
    dir,
    clock,
    log,
    keeper: { accounts, pages: pagesAt(options.http, http.port) },
  });
  parts.defer(() => control.close());
  return { broker, httpPort: http.port };
}

function doorCounts(broker: Broker): ReturnType<DoorCountsView> {
  const { violations, ...counts } = broker.counts();
  return { ...counts, violations: Object.values(violations).reduce((sum, count) => sum + count, 0) };
}

/** Where a browser on this machine reaches the pages. */
function pagesAt({ bind }: Endpoint, port: number): string {
  const host = bind === '0.0.0.0' || bind === '::' ? 'localhost' : bind;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The agents and devices that the door lets in. */
export function servedBy(sites: readonly Site[]): Served {
  return new Map(
    sites.map((site) => [
      site.id,
      new Map(site.agents.map((agent) => [agent.id, new Set(devicesOf(agent).map(({ device }) => device.id))])),
    ]),
  );
}

async function listening<T>(what: 'mqtt' | 'http', { bind, port }: Endpoint, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    const problem = listenProblem(what, { bind, port }, codeOf(error));
    throw problem === undefined ? error : new InputError([problem]);
  }
}

function listenProblem(what: 'mqtt' | 'http', { bind, port }: Endpoint, code: string): string | undefined {
  const another = `give --${what}-port N (0 = any)`;
  if (code === 'EADDRINUSE') return `port ${port} on ${bind} is taken; free it or ${another}`;
  if (code === 'EACCES') return `port ${port} on ${bind} is not for this user; ${another}`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `gateway.${what}.bind ${bind}: is no address of this machine; mend it in the site file`;
  }
  return undefined;
}
