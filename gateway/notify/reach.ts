import type { Clock } from '../../contract/clock.ts';
import type {
  ContactItem,
  DutyItem,
  OwnReachTest,
  PersonReach,
  PushItem,
  QuietHours,
  ReachItem,
  RoleReach,
} from '../../contract/http/notices.ts';
import type { PersonItem } from '../accounts/people.ts';
import { minutesOfDay } from '../parking/calendar/local-day.ts';
import { isoOf } from '../store/iso-time.ts';
import type { Store } from '../store/store.ts';
import type { ChannelKind } from './channels/channel.ts';
import { isPrivateHost } from './channels/post.ts';
import type { Contact, ContactTable } from './contact-table.ts';
import type { Deliveries } from './delivery.ts';
import type { Delivery, DeliveryTable, Receipt } from './delivery-table.ts';
import type { NoticeTable } from './notice-table.ts';
import { PushKeys } from './push-keys.ts';
import type { PushTable, Subscription } from './push-table.ts';
import type { QuietTable } from './quiet-table.ts';
import type { ReachTests } from './reach-tests.ts';
import { reachTest } from './targets.ts';
import type { WhoIsTold } from './who-is-told.ts';

export type ReachOptions = {
  store: Pick<Store, 'commit'>;
  contacts: ContactTable;
  quiet: QuietTable;
  told: Pick<WhoIsTold, 'duty'>;
  tests: Pick<ReachTests, 'ask' | 'lastOf' | 'answer' | 'report'>;
  /** Notices were written. */
  wake(): void;
  sites: readonly string[];
  /** Push can work at none of the sites. */
  isClosed: boolean;
  notices: NoticeTable;
  deliveries: DeliveryTable;
  service: Pick<Deliveries, 'receipt'>;
  clock: Pick<Clock, 'now'>;
  people(): readonly PersonItem[];
  kinds(site: string): readonly ChannelKind[];
  /** `allowHosts`: push services of this network; null where no site pushes. */
  push: { keys: PushKeys; table: PushTable; allowHosts: readonly string[] | null };
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
    return store.commit(() => {
      const isRemoved = contacts.remove(person, channel, address);
      if (isRemoved && channel === 'push') this.#options.push.table.remove(address);
      return isRemoved;
    });
  }

  /** Every role at every building of people, and whether anybody of it can be reached. Addresses of the gone count for nothing. */
  roles(): RoleReach[] {
    const { contacts, people } = this.#options;
    const alive = new Map<string, Contact[]>();
    for (const contact of contacts.all()) {
      if (contact.goneAt !== null) continue;
      alive.set(contact.person, [...(alive.get(contact.person) ?? []), contact]);
    }
    const roles = new Map<
      string,
      { role: string; building: string | null; people: number; reachable: number; proven: number | null }
    >();
    for (const { name, role, buildings } of people()) {
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

  /** Who is told now and who next, where the site files say. */
  duty(): DutyItem[] {
    const { sites, told } = this.#options;
    return sites.flatMap((site) => told.duty(site));
  }

  /** Sends a test to each of one's own channels. */
  askTest(person: string): OwnReachTest | undefined {
    const test = this.#options.tests.ask(person);
    this.#options.wake();
    return test;
  }

  ownTest(person: string): OwnReachTest | undefined {
    return this.#options.tests.lastOf(person);
  }

  answerTest(person: string, delivery: number, arrived: boolean): boolean {
    return this.#options.tests.answer(person, delivery, arrived, (row) => this.receipt(row, 'answered'));
  }

  /** Who is reached and who is not. */
  report(): PersonReach[] {
    return this.#options.tests.report();
  }

  quietHoursOf(person: string): QuietHours {
    const hours = this.#options.quiet.of(person);
    return { hours: hours === null ? null : { from: clockOf(hours.from), to: clockOf(hours.to % minutesOfDay) } };
  }

  keepQuiet(person: string, { hours }: QuietHours): void {
    const { store, quiet } = this.#options;
    store.commit(() => quiet.put(person, hours === null ? null : spanOf(minuteOf(hours.from), minuteOf(hours.to))));
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

  /** What people can be told by here. */
  offered(): PushItem {
    const { sites, kinds, isClosed } = this.#options;
    const channels = [...new Set(sites.flatMap((site) => kinds(site)))].toSorted();
    return { publicKey: this.pushKey(), mode: isClosed ? 'closed' : 'public', channels };
  }

  /** By what browsers subscribe; null where no site pushes. */
  pushKey(): string | null {
    const { keys, allowHosts } = this.#options.push;
    return allowHosts === null ? null : keys.vapid.publicKey;
  }

  /**
   * Sent again at each opening of a page, so that a subscription that was renewed is known. Refused: not there, or not let.
   * It says nothing of the person's other devices: one that is gone stays so until they take it off their list.
   * A browser that pushes to somebody else goes on doing so unless the person asks for it (`take`): in a control room people
   * sign in one after the other, and nobody loses their notices by that.
   */
  subscribe(
    subscription: Subscription,
    { language, take }: { language: 'ko' | 'en'; take: boolean },
  ): 'subscribed' | 'refused' | 'of-another' {
    const { store, contacts, clock, push } = this.#options;
    const { endpoint: address, person } = subscription;
    if (push.allowHosts === null || !mayPostTo(address, push.allowHosts)) return 'refused';
    if (!take && this.#isOfAnother(subscription)) return 'of-another';
    store.commit(() => {
      if (take && !this.#has(person, address)) contacts.release('push', address);
      contacts.put({ person, channel: 'push', address, language }, clock.now());
      push.table.put(subscription);
    });
    return 'subscribed';
  }

  #isOfAnother({ endpoint, person }: Subscription): boolean {
    const owner = this.#options.push.table.find(endpoint)?.person;
    return owner !== undefined && owner !== person && this.#has(owner, endpoint);
  }

  #has(person: string, endpoint: string): boolean {
    return this.#options.contacts.of(person).some(({ channel, address }) => channel === 'push' && address === endpoint);
  }

  /** A device says that a notice arrived, or was opened. Each is taken once. */
  receiptBy(token: string, kind: Receipt): 'taken' | 'forged' | 'used' {
    const { deliveries, notices, push, service } = this.#options;
    const row = PushKeys.rowOf(token);
    const delivery = row === undefined ? undefined : deliveries.find(row);
    const notice = delivery && notices.find(delivery.notice);
    if (delivery === undefined || notice === undefined) return 'forged';
    if (!push.keys.isToken(token, { row: delivery.row, key: notice.key })) return 'forged';
    // Of an alert a person answers signed in; a link that was passed on answers for nobody.
    if (kind === 'answered' && notice.reason !== reachTest) return 'forged';
    if (delivery[stampOf[kind]] !== null) return 'used';
    return service.receipt(delivery.row, kind) ? 'taken' : 'forged';
  }

  receipt(delivery: number, kind: Receipt): boolean {
    return this.#options.service.receipt(delivery, kind);
  }

  kinds(site: string): readonly ChannelKind[] {
    return this.#options.kinds(site);
  }
}

/** A public name by TLS; or a host that the site file names. Where the name leads to is looked at with each message. */
function mayPostTo(endpoint: string, allowHosts: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, username } = new URL(endpoint);
  if (username !== '' || !/^https?:$/.test(protocol)) return false;
  if (allowHosts.includes(hostname)) return true;
  return protocol === 'https:' && !isPrivateHost(hostname);
}

const stampOf = { received: 'receivedAt', opened: 'openedAt', answered: 'answeredAt' } as const;

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

function spanOf(from: number, to: number) {
  return { from, to: to > from ? to : to + minutesOfDay };
}

function clockOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function contactItem({ channel, address, language, since, goneAt, goneWhy, provenAt, deniedAt }: Contact): ContactItem {
  return {
    ...{ channel, address, language, since: isoOf(since), goneAt: isoOf(goneAt), goneWhy },
    ...{ provenAt: isoOf(provenAt), deniedAt: isoOf(deniedAt) },
  };
}

/** Without the address: who may see numbers is another question than who was told. */
function reachItem(delivery: Delivery, notice: { reason: string; role: string }): ReachItem {
  const { row, channel, person, state, turn, attempts, detail } = delivery;
  return {
    delivery: row,
    ...notice,
    channel,
    person,
    state,
    turn,
    attempts,
    handedAt: isoOf(delivery.handedAt),
    acceptedAt: isoOf(delivery.acceptedAt),
    receivedAt: isoOf(delivery.receivedAt),
    openedAt: isoOf(delivery.openedAt),
    answeredAt: isoOf(delivery.answeredAt),
    detail,
  };
}
