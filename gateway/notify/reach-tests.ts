import type { OwnReachTest, PersonReach } from '../../contract/http/notices.ts';
import { reachTestWords } from '../../contract/words/notices.ts';
import type { Person } from '../accounts/people.ts';
import type { Calendar } from '../parking/calendar/calendar.ts';
import { isoOf } from '../store/iso-time.ts';
import type { ChannelKind } from './channels/channel.ts';
import type { ContactTable } from './contact-table.ts';
import type { DeliveryTable } from './delivery-table.ts';
import { isWithin } from './duty.ts';
import type { Notice } from './notice.ts';
import type { NoticeTable } from './notice-table.ts';
import type { PersonRecords } from './person-records.ts';
import { dueAt, type Reached, type ReachTestPolicy, reachedOf, staleDays, unansweredSince } from './reach-test.ts';
import type { ReachTest, ReachTestTable } from './reach-test-table.ts';
import { reachTest } from './targets.ts';

type SiteOfTests = {
  readonly id: string;
  readonly policy: ReachTestPolicy;
  readonly calendar: Calendar;
  readonly kinds: readonly ChannelKind[];
};

export type ReachTestsOptions = {
  readonly table: ReachTestTable;
  readonly records: Pick<PersonRecords, 'keepOnly'>;
  readonly contacts: Pick<ContactTable, 'all' | 'of' | 'denied'>;
  readonly notices: Pick<NoticeTable, 'add' | 'byKey'>;
  readonly deliveries: Pick<DeliveryTable, 'of' | 'receipt'>;
  readonly sites: readonly SiteOfTests[];
  people(): readonly Pick<Person, 'name' | 'role' | 'buildings'>[];
  /** One transaction. */
  commit(work: () => void): void;
  now(): number;
};

/** Of people whose site is not known here. */
const anySite = { answerDays: 0, proofDays: 0, silentDays: null };

type Tested = Pick<Person, 'name' | 'role' | 'buildings'>;

/** So many in one look, so that no provider gets a whole site's at once. */
const atOnce = 50;

/**
 * The monthly test of whether people are reached: a notice on each of a person's channels, with a link that answers by one
 * tap. The rows are the deadlines: what is due is found by looking, over any restart, and a test's row takes the place of
 * the one before in the commit that writes its notice, so each is sent once.
 */
export class ReachTests {
  readonly #options: ReachTestsOptions;

  constructor(options: ReachTestsOptions) {
    this.#options = options;
  }

  /** Sends what is due, by day. Says whether there is anything to deliver. */
  look(): boolean {
    const { records, commit, now } = this.#options;
    const known = this.#known();
    const due = known.filter(({ site, own, last }) => {
      if (site === undefined || !isWithin(site.policy.hours, now(), site.calendar)) return false;
      const at = dueAt(own, last, { ...site.policy, zone: site.calendar.zone });
      return at !== null && at <= now();
    });
    const sent = due.slice(0, atOnce);
    commit(() => {
      records.keepOnly(new Set(known.map(({ person }) => person.name)));
      for (const { person, site, last } of sent) if (site !== undefined) this.#send(person, site.id, last);
    });
    return sent.length > 0;
  }

  /** A test that the person asked for themselves. Undefined: there is nobody of that name. */
  ask(name: string): OwnReachTest | undefined {
    const { table, commit } = this.#options;
    const person = this.#options.people().find((one) => one.name === name);
    const site = person && this.#siteOf(person);
    if (person === undefined || site === undefined) return undefined;
    commit(() => this.#send(person, site.id, table.of(name)));
    return this.lastOf(name);
  }

  /** What became of a person's last test, by channel; nothing was handed over yet where `channels` is empty. */
  lastOf(name: string): OwnReachTest | undefined {
    const { table, notices, deliveries } = this.#options;
    const test = table.of(name);
    const notice = test && notices.byKey(test.key);
    if (test === undefined || notice === undefined) return undefined;
    return {
      askedAt: isoOf(test.askedAt),
      answeredAt: isoOf(test.answeredAt),
      channels: deliveries.of(notice.id).map(({ row, channel, address, state, receivedAt, openedAt, answeredAt }) => ({
        ...{ delivery: row, channel, address, state },
        arrivedAt: isoOf(answeredAt ?? openedAt ?? receivedAt),
      })),
    };
  }

  /** The person's word on one channel of their last test. False: it is none of theirs, or cannot have arrived yet. */
  answer(name: string, row: number, arrived: boolean, receipt: (row: number) => void): boolean {
    const { table, notices, deliveries, contacts, commit, now } = this.#options;
    const test = table.of(name);
    const notice = test && notices.byKey(test.key);
    const delivery = notice && deliveries.of(notice.id).find((one) => one.row === row);
    if (delivery === undefined || (arrived && delivery.handedAt === null)) return false;
    if (arrived) receipt(row);
    else commit(() => contacts.denied({ ...delivery, person: name }, now()));
    return true;
  }

  /** A receipt or an answer came for a notice. Within a transaction. */
  heard(key: string): void {
    this.#options.table.answered(key, this.#options.now());
  }

  /** Who is reached, and since when not, by channel. No addresses. */
  report(): PersonReach[] {
    const { now } = this.#options;
    return this.#known().map(({ person, site, own, last }) => {
      return {
        person: person.name,
        role: person.role,
        buildings: person.buildings.map(({ site: of, building }) => ({ site: of, building })),
        reached: reachedOf(own, last, { now: now(), ...(site?.policy ?? anySite) }),
        lastReachedAt: isoOf(latest(own.map(({ provenAt }) => provenAt))),
        testedAt: isoOf(last?.askedAt ?? null),
        answeredAt: isoOf(last?.answeredAt ?? null),
        dueAt: site === undefined ? null : isoOf(dueAt(own, last, { ...site.policy, zone: site.calendar.zone })),
        channels: own.map(({ channel, since, provenAt, goneAt, deniedAt, probedAt, probeSeenAt, silentSince }) => ({
          ...{ channel, since: isoOf(since), provenAt: isoOf(provenAt) },
          ...{ goneAt: isoOf(goneAt), deniedAt: isoOf(deniedAt) },
          ...{ probedAt: isoOf(probedAt), probeSeenAt: isoOf(probeSeenAt), silentSince: isoOf(silentSince) },
        })),
      };
    });
  }

  /** People of a site whom nothing reaches, with how it stands with each. */
  states(site: string): { readonly person: Tested; readonly reached: Reached; readonly days: number }[] {
    const { now } = this.#options;
    return this.#known().flatMap(({ person, site: of, own, last }) => {
      if (of?.id !== site) return [];
      const reached = reachedOf(own, last, { now: now(), ...of.policy });
      const stale = reached === 'stale' ? staleDays(own, { now: now(), ...of.policy }) : null;
      return [{ person, reached, days: stale ?? of.policy.answerDays }];
    });
  }

  #known() {
    const { contacts, table } = this.#options;
    const tests = new Map(table.all().map((test) => [test.person, test]));
    const of = Map.groupBy(contacts.all(), ({ person }) => person);
    return this.#options.people().map((person) => {
      const site = this.#siteOf(person);
      // What the site does not tell by any more says nothing of the person.
      const own = (of.get(person.name) ?? []).filter(({ channel }) => site?.kinds.includes(channel));
      return { person, site, own, last: tests.get(person.name) };
    });
  }

  #siteOf({ buildings }: Tested): SiteOfTests | undefined {
    const { sites } = this.#options;
    const [home] = buildings;
    return home === undefined ? sites[0] : sites.find(({ id }) => id === home.site);
  }

  #send({ name, role, buildings }: Tested, site: string, last: ReachTest | undefined): void {
    const { table, notices, contacts, now } = this.#options;
    const number = (last?.number ?? 0) + 1;
    const notice: Notice = {
      ...{ key: `reach-test/${name}/${number}/${now()}`, part: 'notify', site, alert: null, reason: reachTest },
      building: buildings[0]?.building ?? 'site',
      audience: { role, step: 0, person: name },
      urgency: 'prompt',
      payload: reachTestWords,
      created: now(),
    };
    notices.add(notice);
    const since = unansweredSince(contacts.of(name), last) ?? now();
    table.put({ person: name, number, key: notice.key, askedAt: now(), answeredAt: null, unansweredSince: since });
  }
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.flatMap((at) => at ?? []);
  return known.length === 0 ? null : Math.max(...known);
}
