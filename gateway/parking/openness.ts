import type { LotConfig, SpaceConfig } from '../../config/lots/lot-config.ts';
import type { SharingWindow } from '../../config/lots/sharing.ts';
import type { Calendar } from './calendar/calendar.ts';
import type { Interval } from './calendar/intervals.ts';
import { unionOf } from './calendar/intervals.ts';
import { scheduleOf, type Times, timesOf } from './calendar/schedule.ts';
import { openTimes } from './sharing/windows.ts';

/** Whether a space is open to the public now, and whether anybody is entitled to it at all. */
export type Openness = {
  readonly isOpen: boolean;
  /** The holder by the allocation, a guest in a window, or the operator who lends the other hours. */
  readonly isEntitled: boolean;
  /** Epoch ms until which this holds. */
  readonly until: number;
};

/** What an owner set beyond the site file. */
export type OwnersRules = { readonly windows: readonly SharingWindow[]; readonly recalled: readonly Interval[] };

const dayMs = 86_400_000;

/** A time of which the calendar cannot say whether it belongs is not open, and nobody is suspected in it. */
export function opennessOf(
  space: SpaceConfig,
  { lot, calendar, owners, now }: { lot: LotConfig; calendar: Calendar; owners: OwnersRules; now: number },
): Openness {
  const span = { from: now, to: now + dayMs };
  const open = openTimes({ space, ...owners }, span, { lot, calendar });
  const entitled = entitledTimes(space, { lot, calendar, open, span });
  const [isOpen, openUntil] = stateAt(open.set, now, span.to);
  const [isEntitled, entitledUntil] = stateAt(entitled, now, span.to);
  return { isOpen, isEntitled, until: Math.min(openUntil, entitledUntil) };
}

function entitledTimes(
  { allocation, sharing, isResident }: SpaceConfig,
  { lot, calendar, open, span }: { lot: LotConfig; calendar: Calendar; open: Times; span: Interval },
): readonly Interval[] {
  const terms = allocation === null ? undefined : lot.allocations[allocation];
  const isLent = sharing.some(({ lender }) => lender === 'operator');
  if (!isResident || terms === undefined || isLent) return [span];
  const owned = timesOf(scheduleOf(terms.hours), { calendar, span });
  return unionOf([owned, open].flatMap(({ set, unknown }) => [...set, ...unknown]));
}

function stateAt(set: readonly Interval[], now: number, end: number): readonly [boolean, number] {
  const here = set.find(({ from, to }) => from <= now && now < to);
  if (here !== undefined) return [true, here.to];
  return [false, set.find(({ from }) => from > now)?.from ?? end];
}
