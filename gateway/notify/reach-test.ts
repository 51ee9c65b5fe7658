import { dayMs, dayOf, instantOf, type Zone } from '../parking/calendar/local-day.ts';
import type { Contact } from './contact-table.ts';
import type { ReachTest } from './reach-test-table.ts';

/** When people's channels are tested. Days are of 24 h where nothing else is said. */
export type ReachTestPolicy = {
  /** A channel that nothing is known to have arrived by for so many days of the site's calendar. */
  readonly everyDays: number;
  /** Without an answer for so long it is a trouble of the person. */
  readonly answerDays: number;
  /** A device that is pushed to and has shown nothing for so long is a trouble of the person. */
  readonly proofDays: number;
  /** One that has shown none of its daily probes for so long is the same; null: none are sent. */
  readonly silentDays: number | null;
  /** Minutes of the site's day in which tests are sent. */
  readonly hours: { readonly from: number; readonly to: number };
};

type Own = readonly Pick<Contact, 'channel' | 'since' | 'provenAt' | 'goneAt' | 'deniedAt' | 'silentSince'>[];

/**
 * When a person's channels are to be tested next (epoch ms): so many days after the last proof of the one that was proven
 * longest ago, and not sooner after the last test; at the beginning of that day's hours, so that with one day an address that
 * died is found within 24 h. Null: there is nothing that could be tested. Pure, as all here.
 */
export function dueAt(
  own: Own,
  last: ReachTest | undefined,
  { everyDays, hours, zone }: Pick<ReachTestPolicy, 'everyDays' | 'hours'> & { readonly zone: Zone },
): number | null {
  const alive = own.filter(({ goneAt }) => goneAt === null);
  if (alive.length === 0) return null;
  const oldest = Math.min(...alive.map(({ provenAt, since }) => provenAt ?? since));
  return instantOf(dayOf(Math.max(oldest, last?.askedAt ?? 0), zone) + everyDays, hours.from, zone);
}

/**
 * When the first test was asked (epoch ms) that nothing has arrived since of. Null: something did, or there was none. An alert
 * that arrived proves as much as an answer; another test proves nothing.
 */
export function unansweredSince(
  own: readonly Pick<Contact, 'provenAt'>[],
  last: Pick<ReachTest, 'answeredAt' | 'unansweredSince'> | undefined,
): number | null {
  if (last === undefined || last.answeredAt !== null) return null;
  const since = last.unansweredSince;
  return own.some(({ provenAt }) => provenAt !== null && provenAt >= since) ? null : since;
}

/**
 * What is known of a person being reached.
 *
 * | | |
 * |---|---|
 * | no-address | nobody can tell them anything |
 * | gone | an address of theirs takes nothing any more |
 * | denied | a test did not arrive at an address of theirs, they say |
 * | unanswered | a test had no answer for too long |
 * | stale | a device of theirs has shown nothing for too long: a push service takes messages for one that is gone for good |
 * | unproven | nothing has arrived yet that is known of |
 * | reached | something arrived |
 */
export type Reached = 'no-address' | 'gone' | 'denied' | 'unanswered' | 'stale' | 'unproven' | 'reached';

export type StalePolicy = Pick<ReachTestPolicy, 'proofDays' | 'silentDays'> & { readonly now: number };

export function reachedOf(
  own: Own,
  last: ReachTest | undefined,
  { answerDays, ...of }: StalePolicy & Pick<ReachTestPolicy, 'answerDays'>,
): Reached {
  const { now } = of;
  if (own.length === 0) return 'no-address';
  if (own.some(({ goneAt }) => goneAt !== null)) return 'gone';
  if (own.some(({ deniedAt }) => deniedAt !== null)) return 'denied';
  const since = unansweredSince(own, last);
  if (since !== null && now - since >= answerDays * dayMs) return 'unanswered';
  if (staleDays(own, of) !== null) return 'stale';
  return own.some(({ provenAt }) => provenAt !== null) ? 'reached' : 'unproven';
}

/** For how many days a device of theirs has shown nothing that it should have; null: each has. A probe counts for probes alone. */
export function staleDays(own: Own, { now, proofDays, silentDays }: StalePolicy): number | null {
  const pushed = own.filter(({ channel }) => channel === 'push');
  const isSilent = ({ silentSince }: Own[number]) =>
    silentDays !== null && silentSince !== null && now - silentSince >= silentDays * dayMs;
  if (pushed.some(isSilent)) return silentDays;
  return pushed.some(({ provenAt, since }) => now - (provenAt ?? since) >= proofDays * dayMs) ? proofDays : null;
}
