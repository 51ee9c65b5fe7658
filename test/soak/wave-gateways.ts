import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSite } from '../../config/load-site.ts';
import { cityHealthSchema } from '../../contract/city.ts';
import { type Clock, systemClock } from '../../contract/clock.ts';
import type { ConfigurationReport } from '../../contract/configuration.ts';
import { agentIdSchema, siteIdSchema } from '../../contract/ids.ts';
import { verifyPart } from '../../edge/configuration/verify-part.ts';
import { AuthorityKeeper } from '../../gateway/ca/authority-keeper.ts';
import { NatsCarrier } from '../../gateway/city/nats-carrier.ts';
import { Sending } from '../../gateway/city/sending.ts';
import { chosenSites } from '../../gateway/configuration/chosen-sites.ts';
import { ConfigurationFromCity } from '../../gateway/configuration/from-city.ts';
import { ConfigurationService } from '../../gateway/configuration/service.ts';
import { silentLog } from '../../gateway/log.ts';

/**
 * Gateways of one process, each with its folder: what a city hands down over NATS, on trial at a simulated agent, then at the
 * gateway. Killed and started again by `city-waves.ts`. What the file says of `air` is what becomes of it.
 *
 * | every | what becomes of it |
 * |---|---|
 * | 3 s | half of the devices answer no more |
 * | 4 s | the agent goes back by itself |
 * | other | all is well |
 */
export type WaveGateway = {
  readonly name: string;
  readonly dir: string;
  /** Names in its folder: its site file, the city's key, what it runs, what it took up, and how far its clock is off, ms. */
  readonly files: {
    readonly site: string;
    readonly key: string;
    readonly running: string;
    readonly tried: string;
    readonly wall: string;
  };
  readonly seed: string;
  readonly url: string;
};

const agent = agentIdSchema.parse('cab');
const everyOf = { worse: 3000, returns: 4000 } as const;
const trialMs = 3000;

class OneGateway {
  readonly #of: WaveGateway;
  readonly #clock: Clock;
  #report: ConfigurationReport = { pull: true, version: null, highest: 0, trial: null, last: null };
  #ends: (() => Promise<void>)[] = [];

  constructor(of: WaveGateway) {
    this.#of = of;
    const off = () => Number(readFileSync(join(of.dir, of.files.wall), 'utf8'));
    let offMs = off();
    setInterval(() => {
      offMs = off();
    }, 1000);
    this.#clock = { ...systemClock, now: () => Date.now() + offMs };
  }

  start(): void {
    const { name, dir, files, url, seed } = this.#of;
    const clock = this.#clock;
    const given = loadSite(join(dir, files.site));
    if (!given.ok) throw new Error(`${name}: its site file is bad`);
    const sites = chosenSites([given.site], dir, silentLog);
    const every = sites[0]?.agents[0]?.buses[0]?.devices[1]?.points[0]?.everyMs ?? 0;
    writeFileSync(join(dir, files.running), String(every));
    const audit = {
      write: ({ action }: { action: string }) => {
        if (action === 'configuration-try') appendFileSync(join(dir, files.tried), `${action}\n`);
      },
    };
    const authority = new AuthorityKeeper({ dir, clock, audit });
    const service = new ConfigurationService({
      ...{ sites, given: new Map([[given.site.id, join(dir, files.site)]]), dir, clock, log: silentLog, authority },
      ...{ audit, offer: (_topic, payload) => this.#hears(payload), tell: () => {} },
      facts: () => ({ agents: new Map([[agent, this.#agent()]]), hops: [], failing: [], cannotStore: false }),
      onRestart: () => setImmediate(() => void this.#again()),
    });
    for (const { payload } of service.retained()) this.#hears(payload);
    const keyFile = join(dir, files.key);
    const city = new ConfigurationFromCity({ sites: [given.site.id], keyFile, service, log: silentLog });
    const carrier = new NatsCarrier({ gateway: name, url, seed, tls: {} });
    const online = every === everyOf.worse ? 10 : 20;
    const sending = new Sending({
      ...{ gateway: name, clock, log: silentLog, random: Math.random, carrier, messages: nothing, records: nothing },
      agreed: { messages: { mark: 0, above: [] }, records: { mark: 0, above: [] } },
      ...{ onAgreed: () => {}, onAsk: () => 'done', onReached: () => {}, onOffers: (offers) => city.hear(offers) },
      health: () =>
        cityHealthSchema.parse({
          ...{ at: clock.now(), version: 'soak', backlog: { messages: 0, records: 0, oldest: null }, disk: null },
          ...{ certificateEnds: null, missing: 0, thinned: 0, agents: { online: 1 }, devices: { online }, failing: [] },
          configuration: city.reports(),
        }),
    });
    service.start();
    sending.start();
    this.#ends = [() => sending.close(), () => carrier.close(), () => city.settled(), () => service.close()];
  }

  /** As a gateway begins again within its process. */
  async #again(): Promise<void> {
    for (const end of this.#ends) await end();
    this.start();
  }

  #agent() {
    const heard = this.#report;
    return { heard: true, report: heard, devices: { air: 'online', meter: 'online' } as const };
  }

  /** The agent takes what its topic holds, and tries it for a moment. */
  #hears(payload: string): void {
    const pem = readFileSync(join(this.#of.dir, 'ca/ca.crt'), 'utf8');
    const opened = verifyPart(JSON.parse(payload), { site: siteIdSchema.parse(this.#of.name), agent }, pem);
    if (!opened.ok) throw new Error(`${this.#of.name}: ${opened.reason.code}`);
    const { part, withdrawal } = opened;
    const { highest } = this.#report;
    if ((part ?? withdrawal).version <= highest) return;
    if (withdrawal !== null) {
      const { version, withdraws, reason } = withdrawal;
      this.#report = {
        ...{ pull: true, version: null, highest: version, trial: null },
        last: { version: withdraws, outcome: 'returned', reason },
      };
      return;
    }
    const { version } = part;
    this.#report = { pull: true, version, highest: version, trial: { version, leftMs: trialMs }, last: null };
    const returns = JSON.stringify(part.value).includes('"every":"4s"');
    setTimeout(() => {
      if (this.#report.highest !== version) return;
      const reason = { code: 'devices-worse' as const, devices: ['air'] };
      const last = returns
        ? ({ version, outcome: 'returned', reason } as const)
        : ({ version, outcome: 'kept', reason: null } as const);
      this.#report = { pull: true, version: returns ? null : version, highest: version, trial: null, last };
    }, trialMs);
  }
}

const nothing = { last: 0, read: () => [] };

for (const of of JSON.parse(process.argv[2] ?? '[]') as WaveGateway[]) new OneGateway(of).start();
