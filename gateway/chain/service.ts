import { randomBytes } from 'node:crypto';
import type { Site } from '../../config/site.ts';
import { type ChainHop, chainHops } from '../../contract/chain.ts';
import type { Clock } from '../../contract/clock.ts';
import type { AgentId, SiteId } from '../../contract/ids.ts';
import { type ChainTrouble, chainPart } from '../alerts/judge-beats.ts';
import type { Announcement, Decided, Facts, Participant, Recording } from '../commit/participant.ts';
import { each } from '../each.ts';
import type { Log } from '../log.ts';
import type { Channel, ChannelKind } from '../notify/channels/channel.ts';
import { webhookChannel } from '../notify/channels/webhook.ts';
import { kindsOf } from '../notify/channels.ts';
import type { DeliveryTable } from '../notify/delivery-table.ts';
import type { NoticeRow, NoticeTable } from '../notify/notice-table.ts';
import type { Target } from '../notify/targets.ts';
import { Receiver } from './receiver.ts';
import { type Mark, type Standing, Walk } from './walk.ts';

export type ChainOptions = {
  sites: readonly Site[];
  clock: Clock;
  log: Log;
  notices: NoticeTable;
  deliveries: DeliveryTable;
  /** A device's receipt, into the reach ledger. */
  receipt(delivery: number): boolean;
  /** Whether an agent is heard; one that is not has a trouble of its own already. */
  isHeard(site: SiteId, agent: AgentId): boolean;
  tell(site: SiteId, trouble: ChainTrouble): void;
  /** Whether the broker's listener answers; asked only while an agent's chain is not proven. Never rejects. */
  knock(): Promise<boolean>;
  /** Stands in for the channel to the test subscription in tests. */
  channel?: Channel;
};

/** What a watcher outside is told, without names. `provenAt`: when the chain that was proven longest ago was (epoch ms). */
export type ChainHealth = {
  readonly standing: 'ok' | 'unproven' | 'broken';
  readonly broken: readonly ChainHop[];
  readonly agents: number;
  readonly brokenAgents: number;
  readonly ageMs: number | null;
  /** By which people are told beyond what is proven here: those that the site files set up, and no push of a closed site. */
  readonly channels: readonly ChannelKind[];
};

type Beats = { readonly stored: readonly AgentKey[]; readonly judged: readonly { of: AgentKey; key: string }[] };
type AgentKey = string;
type Followed = { readonly site: SiteId; readonly agent: AgentId; readonly walk: Walk };

const lookEveryMs = 5000;
const keptMs = 3_600_000;
/** A beat that is on its way for longer is not waited for. */
const maxUnderWay = 1000;

/**
 * The dead man: follows a synthetic reading of each agent along the way of an alert, and says where it stops. As a part of
 * the commit it sees what was stored and what alerts judged; the channel and the receipt it is told by delivery.
 */
export class ChainService implements Participant<never, Beats, never> {
  readonly name = chainPart;
  readonly #options: ChainOptions;
  readonly #followed: ReadonlyMap<AgentKey, Followed>;
  readonly #underWay = new Map<string, { of: AgentKey; notice: number | null }>();
  readonly #receiver: Receiver;
  readonly #channel: Channel;
  #brokerAnswers = true;
  #ends: (() => void)[] = [];

  constructor(options: ChainOptions) {
    const { sites, clock, log } = options;
    this.#options = options;
    const agents = sites.flatMap(({ id, agents: of }) => of.map(({ id: agent }) => ({ site: id, agent })));
    this.#followed = new Map(
      agents.map((who) => [keyOf(who.site, who.agent), { ...who, walk: new Walk(clock.monotonic()) }]),
    );
    const secret = randomBytes(32);
    this.#receiver = new Receiver({
      secret,
      onReceipt: (key) => this.received(key),
      onError: (error) => log.error({ why: error.message }, 'chain-receiver-failed'),
    });
    this.#channel = options.channel ?? webhookChannel({ clock, secret, allowPrivate: true, timeoutMs: 10_000 });
  }

  start(): void {
    this.#receiver.listen();
    this.#ends = [each(this.#options.clock, lookEveryMs, () => this.look()), () => this.#receiver.close()];
  }

  close(): void {
    for (const end of this.#ends) end();
  }

  /** A beat came in at the broker. */
  heard(site: SiteId, agent: AgentId): void {
    this.#pass(keyOf(site, agent), 'heard');
  }

  watches(): boolean {
    return false;
  }

  decide({ changes, signals }: Facts<never>): Decided<Beats, never> | null {
    const stored = changes.flatMap((change) => (change.kind === 'beat' ? [keyOf(change.site, change.agent)] : []));
    if (stored.length === 0) return null;
    const judged = signals.flatMap((signal) =>
      signal.kind === 'beat' ? [{ of: keyOf(signal.site, signal.agent), key: signal.key }] : [],
    );
    return { decisions: { stored, judged } };
  }

  /** What proved the chain an hour ago is of no use to anybody. */
  record(_beats: Beats, { at }: Recording): void {
    const { notices, deliveries } = this.#options;
    for (const id of notices.idsOf(chainPart, at.wall - keptMs)) {
      deliveries.forget(id);
      notices.forget(id);
    }
  }

  apply({ stored, judged }: Beats): Announcement {
    for (const of of stored) this.#pass(of, 'stored');
    for (const { of, key } of judged) {
      this.#pass(of, 'judged');
      this.#underWay.set(key, { of, notice: null });
    }
    for (const key of this.#underWay.keys()) {
      if (this.#underWay.size <= maxUnderWay) break;
      this.#underWay.delete(key);
    }
    return {};
  }

  /** Where a notice of the chain goes: to the test subscription, and to nobody else. */
  targetsOf(): Target[] {
    const address = this.#receiver.url ?? 'http://127.0.0.1:0/';
    return [{ id: 'webhook:chain', channel: 'webhook', person: null, address, language: 'en', rank: 0, turn: 0 }];
  }

  /** Sent once: the next beat comes in a minute, and an old one proves nothing. */
  channelOf(notice: NoticeRow): Channel {
    return {
      send: async (address, message) => {
        const underWay = this.#underWay.get(notice.key);
        if (underWay !== undefined) this.#underWay.set(notice.key, { ...underWay, notice: notice.id });
        const sent = await this.#channel.send(address, message);
        if (sent.outcome !== 'accepted') return { outcome: 'refused', detail: sent.detail };
        if (underWay !== undefined) this.#pass(underWay.of, 'accepted');
        return sent;
      },
    };
  }

  /** The test subscription has it. */
  received(key: string): void {
    const underWay = this.#underWay.get(key);
    if (underWay === undefined || underWay.notice === null) return;
    this.#underWay.delete(key);
    try {
      const [delivery] = this.#options.deliveries.of(underWay.notice);
      if (delivery === undefined || !this.#options.receipt(delivery.row)) return;
      this.#pass(underWay.of, 'received');
    } catch (error) {
      this.#options.log.error({ notice: key, why: String(error) }, 'chain-receipt-failed');
    }
  }

  health(): ChainHealth {
    const mono = this.#options.clock.monotonic();
    const standings = [...this.#followed.values()].map(({ walk }) => walk.standing(mono, this.#brokerAnswers));
    const proven = [...this.#followed.values()].map(({ walk }) => walk.provenAt());
    const broken = chainHops.filter((hop) => standings.includes(hop));
    const isProven = standings.length > 0 && standings.every((standing) => standing === 'ok');
    const ages = proven.flatMap((at) => (at === null ? [] : [Math.round(mono - at)]));
    return {
      standing: broken.length > 0 ? 'broken' : isProven ? 'ok' : 'unproven',
      broken,
      agents: standings.length,
      brokenAgents: standings.filter((standing) => isHop(standing)).length,
      channels: [...new Set(this.#options.sites.flatMap(({ gateway }) => kindsOf(gateway)))].toSorted(),
      ageMs: ages.length === proven.length && ages.length > 0 ? Math.max(...ages) : null,
    };
  }

  /** How the chain of an agent stands now. */
  standingOf(site: SiteId, agent: AgentId): Standing | undefined {
    return this.#followed.get(keyOf(site, agent))?.walk.standing(this.#options.clock.monotonic(), this.#brokerAnswers);
  }

  /** Shows what is broken as a trouble that stands, and ends it when it is proven again. */
  look(): void {
    for (const { id } of this.#options.sites) this.#lookAt(id);
    const mono = this.#options.clock.monotonic();
    if ([...this.#followed.values()].some(({ walk }) => walk.isUnheard(mono))) this.#knock();
    else this.#brokerAnswers = true;
  }

  #lookAt(site: SiteId): void {
    const { tell, isHeard, log } = this.#options;
    const of = [...this.#followed.values()].filter((one) => one.site === site);
    const standings = of.map(({ agent }) => ({ agent, standing: this.standingOf(site, agent) }));
    const troubles: ChainTrouble[] = [];
    for (const { agent, standing } of standings) {
      if (standing === 'agent' && isHeard(site, agent)) troubles.push({ hop: 'agent', agent, stands: true });
      else if (standing !== 'unproven') troubles.push({ hop: 'agent', agent, stands: false });
    }
    // One cause, however many agents feel it; proven by every agent that is heard.
    const known = standings.every(({ standing, agent }) => standing !== 'unproven' || !isHeard(site, agent));
    for (const hop of chainHops) {
      if (hop === 'agent') continue;
      if (standings.some(({ standing }) => standing === hop)) troubles.push({ hop, agent: null, stands: true });
      else if (known && standings.some(({ standing }) => standing === 'ok'))
        troubles.push({ hop, agent: null, stands: false });
    }
    try {
      for (const trouble of troubles) tell(site, trouble);
    } catch (error) {
      log.error({ site, why: String(error) }, 'chain-trouble-not-told');
    }
  }

  #pass(of: AgentKey, mark: Mark): void {
    this.#followed.get(of)?.walk.pass(mark, this.#options.clock.monotonic());
  }

  #knock(): void {
    void this.#options.knock().then((answers) => {
      this.#brokerAnswers = answers;
    });
  }
}

function isHop(standing: Standing): standing is ChainHop {
  return standing !== 'ok' && standing !== 'unproven';
}

function keyOf(site: SiteId, agent: AgentId): AgentKey {
  return `${site}/${agent}`;
}
