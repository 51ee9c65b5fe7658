import type { ChainHop } from '../../../contract/chain.ts';
import { agentIdSchema } from '../../../contract/ids.ts';
import { ChainService } from '../../../gateway/chain/service.ts';
import { silentLog } from '../../../gateway/log.ts';
import type { Channel, Sent } from '../../../gateway/notify/channels/channel.ts';
import { ContactTable } from '../../../gateway/notify/contact-table.ts';
import { Deliveries } from '../../../gateway/notify/delivery.ts';
import { DeliveryTable } from '../../../gateway/notify/delivery-table.ts';
import { AlertsWorld } from '../alerts/alerts-world.ts';
import { siteId, siteOf } from '../core.ts';

const agent = agentIdSchema.parse('cabinet-1');

/** Alerts, delivery and the dead man on simulated time. The channel to the test subscription is a function of the test. */
export class ChainWorld {
  readonly world = new AlertsWorld();
  readonly chain: ChainService;
  readonly deliveries: DeliveryTable;
  brokerAnswers = true;
  beats = true;
  /** Devices are read as well. */
  reads = true;
  heard = true;
  send: (key: string) => Sent = (key) => {
    setImmediate(() => this.chain.received(key));
    return { outcome: 'accepted', detail: 'HTTP 204' };
  };

  constructor() {
    const { core, notices } = this.world;
    const { store, clock, commit } = core;
    this.deliveries = new DeliveryTable(store.db);
    const channel: Channel = { send: async (_address, { key }) => this.send(key) };
    this.chain = new ChainService({
      sites: [siteOf({})],
      ...{ clock, log: silentLog, notices, channel },
      deliveries: this.deliveries,
      receipt: (delivery) => service.receipt(delivery, 'received'),
      isHeard: (_site, id) => id === agent && core.agent()?.state === 'online',
      knock: async () => this.brokerAnswers,
      tell: (site, trouble) => {
        const key = trouble.agent === null ? `chain:${trouble.hop}` : `chain:${trouble.hop}/${trouble.agent}`;
        const stands = this.world.open('all').some((alert) => alert.rule === key && alert.returned === null);
        if (stands !== trouble.stands) this.world.act({ kind: 'chain', site, trouble });
      },
    });
    commit.join(this.chain);
    const service = new Deliveries({
      ...{ store, notices, clock, log: silentLog, deliveries: this.deliveries },
      contacts: new ContactTable(store.db),
      random: () => 0.5,
      targetsOf: (notice) => (notice.part === 'chain' ? this.chain.targetsOf() : []),
      channelOf: (_target, notice) => this.chain.channelOf(notice),
    });
    commit.announceTo({ retain: () => {}, publish: () => {}, deliver: () => service.wake() });
    core.onBeat = (...who) => this.heard && this.chain.heard(...who);
  }

  /** Seconds go by; the agent says a beat each minute. Ends early once `until` holds, and says after how many ms. */
  async pass(ms: number, until: () => boolean = () => false): Promise<number> {
    for (let past = 0; past < ms; past += 1000) {
      const { clock } = this.world.core;
      if (this.beats && Math.floor(clock.monotonic() / 1000) % 60 === 0) this.world.beat();
      if (this.reads && this.beats && Math.floor(clock.monotonic() / 1000) % 5 === 0) this.world.readAll();
      await clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
      if (clock.monotonic() % 5000 < 1000) this.chain.look();
      await Promise.resolve();
      if (until()) return past + 1000;
    }
    return ms;
  }

  standing() {
    return this.chain.standingOf(siteId, agent);
  }

  /** Troubles of the chain that stand. */
  troubles(): string[] {
    return this.world
      .open('all')
      .flatMap(({ rule, returned }) => (rule.startsWith('chain:') && returned === null ? [rule] : []));
  }

  broken(): readonly ChainHop[] {
    return this.chain.health().broken;
  }
}
