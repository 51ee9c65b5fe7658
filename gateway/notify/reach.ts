import type { Clock } from '../../contract/clock.ts';
import type { ContactItem, ReachItem, RoleReach } from '../../contract/http/notices.ts';
import type { PersonItem } from '../accounts/people.ts';
import { isoOf } from '../store/iso-time.ts';
import type { Store } from '../store/store.ts';
import type { ChannelKind } from './channels/channel.ts';
import type { Contact, ContactTable } from './contact-table.ts';
import type { Deliveries } from './delivery.ts';
import type { Delivery, DeliveryTable, Receipt } from './delivery-table.ts';
import type { NoticeTable } from './notice-table.ts';

export type ReachOptions = {
  store: Pick<Store, 'commit'>;
  contacts: ContactTable;
  notices: NoticeTable;
  deliveries: DeliveryTable;
  service: Pick<Deliveries, 'receipt'>;
  clock: Pick<Clock, 'now'>;
  people(): readonly PersonItem[];
  kinds(site: string): readonly ChannelKind[];
};

/** What an address of each channel looks like. */
const forms: Readonly<Record<ChannelKind, RegExp>> = {
  email: /^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/,
  sms: /^\+?\d{8,15}$/,
  push: /^https:\/\/\S{1,500}$/,
  webhook: /^$/,
};

/** Who can be reached, and who was: contacts of people, and the ledger of what became of each notice. */
export class Reach {
  readonly #options: ReachOptions;

  constructor(options: ReachOptions) {
    this.#options = options;
  }

  contactsOf(person: string): ContactItem[] {
    return this.#options.contacts.of(person).map(contactItem);
  }

  /** False when the address does not look like one of its channel. */
  addContact(contact: Pick<Contact, 'person' | 'channel' | 'address' | 'language'>): boolean {
    const { store, contacts, clock } = this.#options;
    if (!forms[contact.channel].test(contact.address)) return false;
    store.commit(() => contacts.put(contact, clock.now()));
    return true;
  }

  removeContact(person: string, channel: ChannelKind, address: string): boolean {
    const { store, contacts } = this.#options;
    return store.commit(() => contacts.remove(person, channel, address));
  }

  /** Every role at every building of people, and whether anybody of it can be reached. Addresses of the gone count for nothing. */
  roles(): RoleReach[] {
    const { contacts, people } = this.#options;
    const alive = new Map<string, Contact[]>();
    for (const contact of contacts.all()) {
      if (contact.goneAt !== null) continue;
      alive.set(contact.person, [...(alive.get(contact.person) ?? []), contact]);
    }
    const known = people();
    contacts.keepOnly(new Set(known.map(({ name }) => name)));
    const roles = new Map<
      string,
      { role: string; building: string | null; people: number; reachable: number; proven: number | null }
    >();
    for (const { name, role, buildings } of known) {
      const places = buildings.length === 0 ? [null] : buildings.map(({ site, building }) => `${site}/${building}`);
      for (const building of places) {
        const key = `${role} ${building ?? ''}`;
        const own = roles.get(key) ?? { role, building, people: 0, reachable: 0, proven: null };
        const channels = alive.get(name) ?? [];
        const proven = channels.flatMap(({ provenAt }) => provenAt ?? []);
        roles.set(key, {
          ...own,
          people: own.people + 1,
          reachable: own.reachable + (channels.length > 0 ? 1 : 0),
          proven: proven.length === 0 ? own.proven : Math.max(own.proven ?? 0, ...proven),
        });
      }
    }
    return [...roles.values()].map(({ proven, ...rest }) => ({ ...rest, lastProvenAt: isoOf(proven) }));
  }

  /** What became of the notices of an alert, one row a target. */
  ofAlert(alert: string): ReachItem[] {
    const { notices, deliveries } = this.#options;
    return notices
      .ofAlert(alert)
      .flatMap((notice) =>
        deliveries
          .of(notice.id)
          .map((delivery) => reachItem(delivery, { reason: notice.reason, role: notice.audience.role })),
      );
  }

  receipt(delivery: number, kind: Receipt): boolean {
    return this.#options.service.receipt(delivery, kind);
  }

  kinds(site: string): readonly ChannelKind[] {
    return this.#options.kinds(site);
  }
}

function contactItem({ channel, address, language, since, goneAt, goneWhy, provenAt }: Contact): ContactItem {
  return { channel, address, language, since: isoOf(since), goneAt: isoOf(goneAt), goneWhy, provenAt: isoOf(provenAt) };
}

/** Without the address: who may see numbers is another question than who was told. */
function reachItem(delivery: Delivery, notice: { reason: string; role: string }): ReachItem {
  const { row, channel, person, state, attempts, detail } = delivery;
  return {
    delivery: row,
    ...notice,
    channel,
    person,
    state,
    attempts,
    handedAt: isoOf(delivery.handedAt),
    acceptedAt: isoOf(delivery.acceptedAt),
    receivedAt: isoOf(delivery.receivedAt),
    openedAt: isoOf(delivery.openedAt),
    answeredAt: isoOf(delivery.answeredAt),
    detail,
  };
}
