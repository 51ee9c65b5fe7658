import type { BusLink, DeviceConfig } from '../../config/site.ts';
import type { PointName, PointRef } from '../../contract/ids.ts';
import type { FaultCode, Reading } from '../../contract/reading.ts';
import type { StrayNote } from '../../contract/reasons/devices.ts';
import { meantOfRange } from '../../devices/decode.ts';
import { bad } from '../../devices/meaning.ts';
import type { PointProfile } from '../../devices/profile.ts';
import { Answers, type RangeReply } from './answers.ts';
import { type Bad, type DeviceState, type Instant, initialState } from './connectivity.ts';
import { DevicePlan, type PollTask } from './device-plan.ts';
import { PollCounts } from './poll-counts.ts';
import type { Faulty } from './values-at-fault.ts';

/** A device as its poller sees it. */
export type Polled = {
  readonly device: DeviceConfig;
  readonly plan: DevicePlan;
  readonly refs: ReadonlyMap<PointName, PointRef>;
  readonly tellable: WeakMap<PollTask['range']['points'], readonly (PointRef | null)[]>;
  /** Last good values of points by which others are scaled: they may stand in another range. */
  readonly exponents: Map<PointName, number>;
  readonly scaling: ReadonlySet<PointName>;
  /** Ranges that have yet to be answered whole since the device came back. */
  onTrial: Set<PollTask>;
  connectivity: DeviceState;
  /** Up to when a tick is none of its business, monotonic ms. */
  quietUntil: number;
  readonly counts: PollCounts;
  /** In what each point was read last. */
  readonly answers: Answers;
  /** Points whose last value was at fault, although the reply was whole. */
  readonly faulty: Faulty;
  /** What is on its line that no request explains. */
  note: StrayNote | null;
  /** When it was asked last, monotonic ms. */
  askedAt: number;
  /** When it missed a request last, monotonic ms. */
  missedAt: number;
  /** What it is asked again at once, since it may have slept. */
  woken: PollTask | null;
  /** How often it answered only then. */
  wakings: number;
  /** Ranges that it does not support: when each is asked again, monotonic ms, and how long after that. */
  readonly off: Map<string, { at: number; waitMs: number }>;
};

const fresh = {
  note: null,
  quietUntil: Number.NEGATIVE_INFINITY,
  askedAt: Number.NEGATIVE_INFINITY,
  missedAt: Number.NEGATIVE_INFINITY,
  woken: null,
  wakings: 0,
};

/** A device nobody has asked yet. */
export function polledOf(device: DeviceConfig, link: BusLink, now: Instant): Polled {
  const plan = new DevicePlan(device, link);
  const refs = new Map(device.points.map(({ name, ref }) => [name, ref]));
  return {
    device,
    plan,
    refs,
    tellable: new WeakMap(),
    exponents: new Map(),
    scaling: new Set(Object.values(device.profile.points).flatMap(scalingOf)),
    onTrial: new Set(),
    answers: new Answers(),
    faulty: new Map(),
    counts: new PollCounts(),
    off: new Map(),
    connectivity: initialState(plan.settings(), now),
    ...fresh,
  };
}

/**
 * The points of these ranges (or all of them), each without a value and with its fault. By one of them no other point is
 * scaled any more.
 */
export function badReadings(polled: Polled, bad: readonly Bad[], { wall, mono }: Instant): Reading[] {
  const { device, plan, refs, exponents } = polled;
  const reading = (point: PointRef, fault: FaultCode): Reading => ({ point, value: null, fault, at: wall, mono });
  return bad.flatMap(({ range, fault }) => {
    if (range === null) {
      exponents.clear();
      return device.points.map(({ ref }) => reading(ref, fault));
    }
    const own = (plan.tasks().find(({ key }) => key === range)?.range.points ?? []).filter(
      ({ isAside }) => isAside !== true,
    );
    for (const { name } of own) exponents.delete(name);
    return own.flatMap(({ name }) => refs.get(name) ?? []).map((ref) => reading(ref, fault));
  });
}

/** What a range's reply says of its points. A point that is there for another's sake gives no reading. */
export function decodedReadings(
  polled: Polled,
  range: PollTask['range'],
  reply: RangeReply,
  { wall, mono }: Instant,
): Reading[] {
  const { exponents, scaling } = polled;
  const tellable = tellableOf(polled, range.points);
  const readings: Reading[] = [];
  const meant = meantOfRange(range, reply, exponents);
  for (let nth = 0; nth < meant.length; nth++) {
    const { value, fault } = meant[nth] ?? bad('bad-frame');
    const name = scaling.size > 0 ? range.points[nth]?.name : undefined;
    if (name !== undefined && scaling.has(name)) {
      if (typeof value === 'number') exponents.set(name, value);
      else exponents.delete(name);
    }
    const point = tellable[nth] ?? null;
    if (point !== null) readings.push({ point, value, fault, at: wall, mono });
  }
  return readings;
}

/** Each point of a range as readings name it; null for one that gives none. Asked of each plan once. */
function tellableOf({ tellable, refs }: Polled, points: PollTask['range']['points']): readonly (PointRef | null)[] {
  const found = tellable.get(points);
  if (found !== undefined) return found;
  const named = points.map(({ name, isAside }) => (isAside === true ? null : (refs.get(name) ?? null)));
  tellable.set(points, named);
  return named;
}

function scalingOf({ scaleFrom, scaleBy }: PointProfile): readonly PointName[] {
  return scaleFrom === null ? scaleBy : [scaleFrom, ...scaleBy];
}
