import { createHash } from 'node:crypto';
import { pushProbeWords } from '../../contract/words/notices.ts';
import type { Person } from '../accounts/people.ts';
import { dayMs, type Zone } from '../parking/calendar/local-day.ts';
import type { ChannelKind } from './channels/channel.ts';
import type { Contact, ContactTable } from './contact-table.ts';
import type { DeliveryTable } from './delivery-table.ts';
import { isWithin } from './duty.ts';
import { type Notice, pushProbe } from './notice.ts';
import type { NoticeTable } from './notice-table.ts';
import { hoursFor, type PushProbePolicy, probeDueAt } from './push-probe.ts';
import type { QuietTable } from './quiet-table.ts';
import { targetOf } from './targets.ts';

type SiteOfProbes = {
  readonly id: string;
  readonly policy: PushProbePolicy;
  readonly zone: Zone;
  readonly kinds: readonly ChannelKind[];
};

export type PushProbesOptions = {
  readonly contacts: Pick<ContactTable, 'all' | 'probed'>;
  readonly notices: Pick<NoticeTable, 'add' | 'byKey' | 'idsOf' | 'forget'>;
  readonly deliveries: Pick<DeliveryTable, 'add' | 'forget'>;
  readonly quiet: Pick<QuietTable, 'all'>;
  readonly sites: readonly SiteOfProbes[];
  people(): readonly Pick<Person, 'name' | 'buildings'>[];
  /** One transaction. */
  commit(work: () => void): void;
  now(): number;
};

/** So many of a site in one look: 2,000 browsers take less than half of the usual hours. */
const atOnce = 50;
/** What became of probes is kept for as long. */
const keptMs = 30 * dayMs;
const part = 'probes';

/**
 * The daily probe of each browser that is pushed to: whether its push service still takes messages for it, and whether it shows
 * them. Nobody has to tap it. A probe's address is marked in the commit that writes it, so a restart sends none twice.
 */
export class PushProbes {
  readonly #options: PushProbesOptions;

  constructor(options: PushProbesOptions) {
    this.#options = options;
  }

  /** Writes what is due, by the hours of each person. Says whether there is anything to deliver. */
  look(): boolean {
    const { sites, commit } = this.#options;
    const due = sites.flatMap((site) => {
      const own = this.#due(site).slice(0, atOnce);
      return own.length === 0 ? [] : [{ site, own }];
    });
    commit(() => {
      this.#forget();
      for (const { site, own } of due) this.#write(site.id, own);
    });
    return due.length > 0;
  }

  #due({ id, policy, kinds, zone }: SiteOfProbes): Contact[] {
    if (!policy.enabled || !kinds.includes('push')) return [];
    const now = this.#options.now();
    const people = this.#peopleOf(id);
    const quiet = new Map(this.#options.quiet.all().map((hours) => [hours.person, hours]));
    return this.#options.contacts.all().filter((contact) => {
      const { person, channel, goneAt, address } = contact;
      if (channel !== 'push' || goneAt !== null || !people.has(person)) return false;
      const hours = hoursFor(policy.hours, quiet.get(person) ?? null);
      return isWithin(hours, now, { zone }) && probeDueAt(lastOf(contact), spreadOf(address), hours, zone) <= now;
    });
  }

  /** People of no building belong to the first site. */
  #peopleOf(site: string): ReadonlySet<string> {
    const { people, sites } = this.#options;
    const homeOf = ({ buildings: [home] }: Pick<Person, 'buildings'>) => home?.site ?? sites[0]?.id;
    return new Set(people().flatMap((person) => (homeOf(person) === site ? [person.name] : [])));
  }

  #write(site: string, due: readonly Contact[]): void {
    const { notices, deliveries, contacts, now } = this.#options;
    const notice: Notice = {
      ...{ key: `${part}/${site}/${now()}`, part, site, alert: null, reason: pushProbe, building: 'site' },
      ...{ audience: { role: 'test', step: 0 }, urgency: 'routine', payload: pushProbeWords, created: now() },
    };
    notices.add(notice);
    const row = notices.byKey(notice.key);
    if (row === undefined) return;
    for (const contact of due) {
      deliveries.add(row.id, targetOf(contact, { language: null, rank: 0, turn: 0 }));
      contacts.probed(contact, now());
    }
  }

  #forget(): void {
    const { notices, deliveries, now } = this.#options;
    for (const id of notices.idsOf(part, now() - keptMs)) {
      deliveries.forget(id);
      notices.forget(id);
    }
  }
}

function lastOf({ since, provenAt, probedAt }: Contact): number {
  return Math.max(since, provenAt ?? 0, probedAt ?? 0);
}

/** The same for an address each day. */
function spreadOf(address: string): number {
  return createHash('sha256').update(address, 'utf8').digest().readUInt32BE() / 2 ** 32;
}
