import type { FaultCode } from '../../contract/reading.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';

/**
 * Whether a device is there: the one owner of device state. Nothing else decides it, and this decides nothing else.
 *
 * | what happened | device | readings |
 * |---|---|---|
 * | one or two misses in a row (`timeout`, `bad-frame`) | degraded | none |
 * | the third in a row, over two ranges where it has two; or every range silent beyond 3 × its `every`, at least 2 s | offline | one bad one per point, again every 10 s |
 * | three misses of one range while others answer, or its silence as above | as the others say | bad for its points |
 * | `refused` | alive; online while another range is good, else degraded | bad for its points, at each poll |
 * | `unsupported` | alive, as above | bad for the points that are off |
 * | no point of it is supported | offline | bad for all |
 * | port closed, and silence beyond 3 × its shortest `every`, at least 2 s | offline | bad for all |
 * | a good answer | online | the values |
 */
export type DeviceLife = {
  readonly state: 'online' | 'degraded' | 'offline';
  /** Wall clock at the last change of state, epoch ms. */
  readonly since: number;
  /** Null when all is well. */
  readonly reason: DeviceReason | null;
  /** What readings of an offline device carry. */
  readonly fault: FaultCode;
  /** Ranges missed in a row, newest last; a range that already counts as silent is not counted. */
  readonly missed: readonly string[];
  /** The breaker: three misses said so, and only a probe now and then is sent. */
  readonly isTripped: boolean;
  /** Nothing was decided yet: it was not heard, and not missed often enough. */
  readonly isNew: boolean;
  /** When it last answered anything (or was first expected to), monotonic ms. */
  readonly heardAt: number;
  /** When its points were last reported bad all together, monotonic ms. */
  readonly saidAt: number;
  readonly ranges: ReadonlyMap<string, RangeLife>;
};

/** How a range of it does: good, not asked yet, or what is wrong with its points. */
export type RangeLife = {
  readonly everyMs: number;
  readonly status: 'good' | 'unasked' | FaultCode;
  readonly reason: DeviceReason | null;
  readonly misses: number;
  /** When it last gave an answer of its own (or was first expected to), monotonic ms. */
  readonly goodAt: number;
};

export type RangeSetting = {
  readonly key: string;
  readonly everyMs: number;
  /** What is known to be wrong with it before it is asked. */
  readonly trouble: { readonly fault: FaultCode; readonly reason: DeviceReason } | null;
};

export type LifeEvent =
  | { kind: 'good'; range: string }
  | { kind: 'missed'; range: string; fault: 'timeout' | 'bad-frame'; reason: DeviceReason }
  | { kind: 'refused'; range: string; reason: DeviceReason }
  /** The range as a whole is not supported; its points are looked at one by one. */
  | { kind: 'unsupported'; range: string; reason: DeviceReason }
  /** The device is asked by these ranges from now on. */
  | { kind: 'ranges'; ranges: readonly RangeSetting[] }
  /** Not one of its points is supported. */
  | { kind: 'nothing-left'; reason: DeviceReason }
  /** The port is closed, still or again. */
  | { kind: 'port-closed'; reason: DeviceReason }
  /** Somebody new listens: what an offline device has to say is said now. */
  | { kind: 'say-again' }
  /** Time went by. */
  | { kind: 'tick' };

export type Instant = { readonly wall: number; readonly mono: number };

/** Points to report bad: those of one range, or (null) all of the device. */
export type Bad = { readonly range: string | null; readonly fault: FaultCode };

export type Step = { readonly life: DeviceLife; readonly bad: readonly Bad[] };

/** A device nobody has asked yet. It counts as offline: unknown is not online. */
export function newLife(ranges: readonly RangeSetting[], now: Instant): DeviceLife {
  return {
    state: 'offline',
    since: now.wall,
    reason: { code: 'not-polled' },
    fault: 'not-polled',
    missed: [],
    isTripped: false,
    isNew: true,
    heardAt: now.mono,
    saidAt: now.mono,
    ranges: lifeOf(ranges, new Map(), now),
  };
}

export function nextLife(life: DeviceLife, event: LifeEvent, now: Instant): Step {
  switch (event.kind) {
    case 'good':
      return quiet(answered(life, event.range, { status: 'good', reason: null }, now));
    case 'refused': {
      const reason = { ...event.reason, range: event.range };
      const next = answered(life, event.range, { status: 'refused', reason }, now);
      return { life: next, bad: [{ range: event.range, fault: 'refused' }] };
    }
    case 'unsupported': {
      const isHopeless = life.state === 'offline' && life.fault === 'unsupported';
      const reason = { ...event.reason, range: event.range };
      return quiet(isHopeless ? life : answered(life, event.range, { status: 'unsupported', reason }, now));
    }
    case 'ranges': {
      const next = { ...life, ranges: lifeOf(event.ranges, life.ranges, now) };
      return quiet(life.state === 'offline' ? next : settled(next, now));
    }
    case 'nothing-left':
      return offline({ ...life, isTripped: true }, 'unsupported', event.reason, now);
    case 'missed':
      return missed(life, event, now);
    case 'port-closed':
      return portClosed(life, event.reason, now);
    case 'say-again':
      return life.state === 'offline' && !life.isNew
        ? repeated({ ...life, saidAt: Number.NEGATIVE_INFINITY }, now)
        : quiet(life);
    case 'tick':
      return ticked(life, now);
  }
}

/** How long a point may be silent before it counts as bad. */
export function silenceLimitMs(everyMs: number): number {
  return Math.max(leastSilenceMs, silentTurns * everyMs);
}

const missesToOffline = 3;
const remembered = 8;
const silentTurns = 3;
const leastSilenceMs = 2000;
const firstTurnMs = 10_000;
/** An offline device's points are reported again, so that nobody downstream takes its silence for news. */
const repeatMs = 10_000;

function quiet(life: DeviceLife): Step {
  return { life, bad: [] };
}

function lifeOf(
  settings: readonly RangeSetting[],
  known: ReadonlyMap<string, RangeLife>,
  now: Instant,
): ReadonlyMap<string, RangeLife> {
  return new Map(
    settings.map(({ key, everyMs, trouble }) => {
      const said = { status: trouble?.fault ?? ('unasked' as const), reason: trouble?.reason ?? null };
      const fresh: RangeLife = { everyMs, ...said, misses: 0, goodAt: now.mono };
      const before = known.get(key);
      return [key, before === undefined || before.status === 'unsupported' || trouble !== null ? fresh : before];
    }),
  );
}

/** Any answer at all, an exception too: the device is there. */
function answered(
  life: DeviceLife,
  range: string,
  said: Pick<RangeLife, 'status' | 'reason'>,
  now: Instant,
): DeviceLife {
  const isBack = life.state === 'offline' && !life.isNew;
  const before = life.ranges.get(range);
  const ranges = new Map(isBack ? afresh(life.ranges, now) : life.ranges);
  if (before !== undefined) ranges.set(range, { ...before, ...said, misses: 0, goodAt: now.mono });
  return settled({ ...life, ranges, missed: [], isTripped: false, isNew: false, heardAt: now.mono }, now);
}

/** After an absence nothing is known of the other ranges. What is off stays off until the ranges are set anew. */
function afresh(ranges: ReadonlyMap<string, RangeLife>, now: Instant): Map<string, RangeLife> {
  const renew = (range: RangeLife): RangeLife =>
    range.status === 'unsupported' ? range : { ...range, status: 'unasked', reason: null, misses: 0, goodAt: now.mono };
  return new Map([...ranges].map(([key, range]) => [key, renew(range)]));
}

/**
 * The state of a device that is there. One good range is enough to be online; ranges that were not asked yet leave the
 * state as it was.
 */
function settled(life: DeviceLife, now: Instant): DeviceLife {
  const ranges = [...life.ranges.values()];
  const is = (...wanted: RangeLife['status'][]) => ranges.some(({ status }) => wanted.includes(status));
  if (life.missed.length > 0) return changed(life, 'degraded', life.reason, now);
  const trouble = ranges.find(({ status }) => status !== 'good' && status !== 'unasked')?.reason ?? null;
  const isOnline = is('good') || (is('unasked') && life.state === 'online');
  return changed(life, isOnline ? 'online' : 'degraded', trouble, now);
}

function changed(life: DeviceLife, state: DeviceLife['state'], reason: DeviceReason | null, now: Instant): DeviceLife {
  return { ...life, state, reason, since: state === life.state ? life.since : now.wall };
}

function offline(life: DeviceLife, fault: FaultCode, reason: DeviceReason, now: Instant): Step {
  const next = changed({ ...life, fault, isNew: false, saidAt: now.mono }, 'offline', reason, now);
  return { life: next, bad: [{ range: null, fault }] };
}

function missed(life: DeviceLife, event: Extract<LifeEvent, { kind: 'missed' }>, now: Instant): Step {
  const { fault, reason } = event;
  const range = life.ranges.get(event.range);
  if (range === undefined) return quiet(life);
  const isSilentAlready = isBroken(range);
  const ranges = new Map(life.ranges).set(event.range, { ...range, misses: range.misses + 1 });
  const inARow = isSilentAlready ? life.missed : [...life.missed, event.range].slice(-remembered);
  const next = { ...life, ranges, missed: inARow, fault };
  if (life.state === 'offline' && !life.isNew) {
    const said = life.fault === fault ? life.reason : reason;
    return quiet({ ...next, reason: said, isTripped: life.isTripped || isGone(next) });
  }
  if (isGone(next)) return offline({ ...next, isTripped: true }, fault, { ...reason, times: inARow.length }, now);
  if (isDeviceSilent(next, now)) return offline(next, fault, reason, now);
  if (isSilentAlready) return { life: next, bad: [{ range: event.range, fault }] };
  if (range.misses + 1 >= missesToOffline) return rangeBad(next, event.range, { fault, reason }, now);
  return quiet(life.isNew ? next : changed(next, 'degraded', reason, now));
}

/** Three misses in a row, and not all of one range while another could have answered. */
function isGone({ missed, ranges }: DeviceLife): boolean {
  if (missed.length < missesToOffline) return false;
  if (new Set(missed).size > 1) return true;
  return [...ranges].every(([key, range]) => missed.includes(key) || isBroken(range) || range.status === 'unsupported');
}

/** Its points are already reported bad for want of answers. */
function isBroken({ status }: RangeLife): boolean {
  return status === 'timeout' || status === 'bad-frame' || status === 'not-polled';
}

function rangeBad(
  life: DeviceLife,
  key: string,
  { fault, reason }: { fault: FaultCode; reason: DeviceReason },
  now: Instant,
): Step {
  const range = life.ranges.get(key);
  if (range === undefined) return quiet(life);
  const ranges = new Map(life.ranges).set(key, { ...range, status: fault, reason: { ...reason, range: key } });
  // Misses of this range say nothing of a device that has answered since; of one that has not they still count.
  const isAlone = life.heardAt > range.goodAt;
  const next = { ...life, ranges, missed: isAlone ? life.missed.filter((other) => other !== key) : life.missed };
  return { life: life.isNew ? next : settled(next, now), bad: [{ range: key, fault }] };
}

/** Every range that still may answer has been silent beyond its own limit. */
function isDeviceSilent({ ranges }: DeviceLife, now: Instant): boolean {
  const asked = [...ranges.values()].filter((range) => !isBroken(range) && range.status !== 'unsupported');
  return asked.every((range) => isOverdue(range, now));
}

function isOverdue({ goodAt, everyMs }: RangeLife, now: Instant): boolean {
  return now.mono - goodAt > silenceLimitMs(everyMs);
}

function portClosed(life: DeviceLife, reason: DeviceReason, now: Instant): Step {
  if (life.state === 'offline' && !life.isNew) {
    return repeated(life.fault === 'port-closed' ? life : { ...life, fault: 'port-closed', reason }, now);
  }
  const everyMs = Math.min(...[...life.ranges.values()].map((range) => range.everyMs));
  const isOver = now.mono - life.heardAt > silenceLimitMs(everyMs);
  return isOver ? offline(life, 'port-closed', reason, now) : quiet(life);
}

function ticked(life: DeviceLife, now: Instant): Step {
  if (life.state === 'offline' && !life.isNew) return repeated(life, now);
  // At the start a device may have to wait for its first turn behind all others.
  if (life.isNew && life.missed.length === 0 && now.mono - life.heardAt <= firstTurnMs) return quiet(life);
  const silence: DeviceReason = { code: 'no-turn', polls: silentTurns };
  if (isDeviceSilent(life, now)) {
    return life.missed.length > 0
      ? offline(life, life.fault, life.reason ?? silence, now)
      : offline(life, 'not-polled', silence, now);
  }
  return [...life.ranges].reduce<Step>((step, [key, range]) => {
    if (!(range.status === 'good' || range.status === 'unasked') || !isOverdue(range, now)) return step;
    const fault = range.misses > 0 ? step.life.fault : 'not-polled';
    const next = rangeBad(step.life, key, { fault, reason: silence }, now);
    return { life: next.life, bad: [...step.bad, ...next.bad] };
  }, quiet(life));
}

function repeated(life: DeviceLife, now: Instant): Step {
  if (now.mono - life.saidAt < repeatMs) return quiet(life);
  return { life: { ...life, saidAt: now.mono }, bad: [{ range: null, fault: life.fault }] };
}
