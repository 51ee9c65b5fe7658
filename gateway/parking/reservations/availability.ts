import type { LotConfig, SpaceConfig } from '../../../config/lots/lot-config.ts';
import type { Booking, SharingWindow } from '../../../config/lots/sharing.ts';
import type { SpaceType } from '../../../config/lots/space-types.ts';
import type { SiteId, SpaceId } from '../../../contract/ids.ts';
import type { BookingRefusal } from '../../../contract/problems/reservations.ts';
import type { Calendar } from '../calendar/calendar.ts';
import type { Interval } from '../calendar/intervals.ts';
import { dayOf, isoDay, minuteMs } from '../calendar/local-day.ts';
import { judge, scheduleOf, type Times, timesOf } from '../calendar/schedule.ts';
import { isShared, openTimes } from '../sharing/windows.ts';
import { spaceKey } from '../space-state.ts';
import { type Fee, feeOf } from '../tariffs/fee.ts';
import { type Claims, isTaken } from './ledger.ts';

/**
 * Whether a space can be had for a time, and what it costs. This one function answers the list, the quote and the
 * confirmation, so what the list offers confirms if nothing has changed.
 */

/** What is known of a space's sensor and of what is laid over it. */
export type Sight = {
  readonly sensed: 'free' | 'occupied' | 'unknown';
  /** Epoch ms since which it says so. */
  readonly since: number;
  readonly healthy: boolean;
  /** Monotonic ms of its last good word; -Infinity when there was none since the gateway started. */
  readonly seenMono: number;
  /** An operator or an emergency keeps cars out; `closedUntil` epoch ms, null while no end is known. */
  readonly closed: boolean;
  readonly closedUntil: number | null;
};

/** Everything that the answer depends on. */
export type World = {
  readonly site: SiteId;
  readonly lot: LotConfig;
  readonly calendar: Calendar;
  readonly claims: Claims;
  sightOf(space: SpaceId): Sight;
  /** As the owner set them; those of the site file otherwise. */
  windowsOf(space: SpaceConfig): readonly SharingWindow[];
  recallsOf(space: SpaceId): readonly Interval[];
};

export type Ask = {
  readonly time: Interval;
  /** One space, or any of a type, or any at all. */
  readonly space: string | null;
  readonly type: SpaceType | null;
  readonly classes: readonly string[];
  /** The reservation that asks again for itself; its own claims are not in its way. */
  readonly own: string | null;
};

export type Now = { readonly wall: number; readonly mono: number };

export type SpaceAnswer = {
  readonly space: SpaceConfig;
  /** Null: it can be had. */
  readonly refusal: BookingRefusal | null;
};

export type Answer = {
  /** Why nothing of it can be had, whatever the space; null otherwise. */
  readonly refusal: BookingRefusal | null;
  readonly fee: Fee;
  /** The spaces that were asked for, in the order of the lot. */
  readonly spaces: readonly SpaceAnswer[];
};

/** A start that has just passed, while the request was on its way. */
const lateMs = 60_000;

export function answer(ask: Ask, now: Now, world: World): Answer {
  const { lot, calendar } = world;
  const fee: Fee =
    ask.time.from < ask.time.to
      ? feeOf(ask.time, ask.classes, { tariff: lot.tariff, discounts: lot.discounts, calendar })
      : { kind: 'fee', amount: 0, lines: [] };
  const refusal = refusalOfAsk(ask, now, world) ?? refusalOfFee(fee);
  if (refusal !== null) return { refusal, fee, spaces: [] };
  const asked = lot.spaces.filter(
    ({ id, type }) => (ask.space === null || id === ask.space) && (ask.type === null || type === ask.type),
  );
  if (asked.length === 0) return { refusal: nothingSuch(ask, lot), fee, spaces: [] };
  const spaces = asked.map((space) => ({ space, refusal: refusalOfSpace(space, ask, now, world) }));
  return { refusal: null, fee, spaces };
}

/** The space that a confirmation takes, or why there is none: the reason that is nearest to having one. */
export function choose({ refusal, spaces }: Answer): { space: SpaceConfig } | { refusal: BookingRefusal } {
  if (refusal !== null) return { refusal };
  const free = spaces.find((each) => each.refusal === null);
  if (free !== undefined) return { space: free.space };
  const refusals = spaces.flatMap((each) => (each.refusal === null ? [] : [each.refusal]));
  const [nearest] = refusals.toSorted((a, b) => nearness(a) - nearness(b));
  return { refusal: nearest ?? { code: 'not-bookable' } };
}

const nearestFirst: readonly BookingRefusal['code'][] = [
  'slot-taken',
  'space-occupied',
  'sensor-unknown',
  'space-closed',
  'outside-window',
  'lot-closed',
];

function nearness({ code }: BookingRefusal): number {
  const place = nearestFirst.indexOf(code);
  return place < 0 ? nearestFirst.length : place;
}

function refusalOfAsk({ time, classes }: Ask, now: Now, { lot }: World): BookingRefusal | null {
  if (time.from === time.to) return { code: 'zero-length' };
  if (!(time.from < time.to)) return { code: 'ends-before-start' };
  const unknown = classes.find((id) => !lot.discounts?.classes.some((each) => each.id === id));
  if (unknown !== undefined) return { code: 'no-such-discount', discount: unknown };
  if (lot.booking === null) return { code: 'not-bookable' };
  return refusalOfTime(time, now.wall, lot.booking);
}

function refusalOfTime({ from, to }: Interval, now: number, booking: Booking): BookingRefusal | null {
  const { minTime, maxTime, ahead } = booking;
  if (from < now - lateMs) return { code: 'in-the-past' };
  if (to - from < minTime) return { code: 'too-short', minutes: minTime / minuteMs };
  if (to - from > maxTime) return { code: 'too-long', minutes: maxTime / minuteMs };
  return from > now + ahead ? { code: 'too-far-ahead', minutes: ahead / minuteMs } : null;
}

function refusalOfFee(fee: Fee): BookingRefusal | null {
  return fee.kind === 'unknown' ? { code: fee.code, day: fee.day } : null;
}

function nothingSuch({ space, type }: Ask, { id: lot, spaces }: LotConfig): BookingRefusal {
  if (type !== null && spaces.some(({ id }) => id === space)) return { code: 'other-type', space: space ?? '', type };
  if (space !== null) return { code: 'no-such-space', lot, space };
  return type === null ? { code: 'not-bookable' } : { code: 'no-such-type', type };
}

function refusalOfSpace(space: SpaceConfig, ask: Ask, now: Now, world: World): BookingRefusal | null {
  const { lot, claims, site } = world;
  if (!space.bookable || lot.booking === null) return { code: 'not-bookable' };
  const sight = world.sightOf(space.id);
  return (
    refusalOfOpening(space, ask.time, world) ??
    (isClosed(sight, ask.time) ? ({ code: 'space-closed' } as const) : null) ??
    (isTaken(claims, spaceKey({ site, lot: lot.id, space: space.id }), ask.time, ask.own)
      ? ({ code: 'slot-taken' } as const)
      : null) ??
    refusalOfSensor(sight, ask.time, now, lot.booking)
  );
}

function refusalOfOpening(space: SpaceConfig, time: Interval, world: World): BookingRefusal | null {
  const { lot, calendar } = world;
  const hours = timesOf(scheduleOf(lot.hours), { calendar, span: time, overnight: lot.overnight });
  if (judge(hours, time) !== 'inside') return notOpen(hours, time, calendar, 'lot-closed');
  const rules = { space, windows: world.windowsOf(space), recalled: world.recallsOf(space.id) };
  if (!isShared(rules) && rules.recalled.length === 0) return null;
  const open = openTimes(rules, time, { lot, calendar });
  return judge(open, time) === 'inside' ? null : notOpen(open, time, calendar, 'outside-window');
}

function notOpen(
  times: Times,
  time: Interval,
  { zone }: Calendar,
  code: 'lot-closed' | 'outside-window',
): BookingRefusal {
  const [doubt] = times.unknown;
  if (doubt === undefined || judge(times, time) === 'outside') return { code };
  return { code: 'calendar-unknown', day: isoDay(dayOf(doubt.from, zone)) };
}

/** Whether cars are kept out of it when a time begins. */
export function isClosed({ closed, closedUntil }: Sight, { from }: Pick<Interval, 'from'>): boolean {
  return closed && (closedUntil === null || from < closedUntil);
}

/** Whenever it begins: what nobody can watch is not promised. */
function refusalOfSensor(sight: Sight, { from }: Interval, now: Now, booking: Booking): BookingRefusal | null {
  const isHeard = now.mono - sight.seenMono <= booking.sensorSeenWithin;
  if (!sight.healthy || sight.sensed === 'unknown' || !isHeard) return { code: 'sensor-unknown' };
  const soonMs = Math.max(...booking.checkBefore);
  return sight.sensed === 'occupied' && from - now.wall <= soonMs ? { code: 'space-occupied' } : null;
}
