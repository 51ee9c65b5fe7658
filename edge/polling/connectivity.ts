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
export type DeviceState = {
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
  /** When it last answered anything (or was first expected to), monotonic ms; `heardAgain` alone moves it in place. */
  heardAt: number;
  /** When its points were last reported bad all together, monotonic ms. */
  readonly saidAt: number;
  readonly ranges: ReadonlyMap<string, RangeState>;
};

/** How a range of it does: good, not asked yet, or what is wrong with its points. */
export type RangeState = {
  readonly everyMs: number;
  readonly status: 'good' | 'unasked' | FaultCode;
  readonly reason: DeviceReason | null;
  readonly misses: number;
  /** When it last gave an answer of its own (or was first expected to), monotonic ms; moved as `heardAt` is. */
  goodAt: number;
};

export type RangeSetting = {
  readonly key: string;
  readonly everyMs: number;
  /** What is known to be wrong with it before it is asked. */
  readonly trouble: { readonly fault: FaultCode; readonly reason: DeviceReason } | null;
};

export type DeviceEvent =
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

export type Step = { readonly state: DeviceState; readonly bad: readonly Bad[] };

/** A device nobody has asked yet. It counts as offline: unknown is not online. */
export function initialState(ranges: readonly RangeSetting[], now: Instant): DeviceState {
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
    ranges: rangeStates(ranges, new Map(), now),
  };
}

export function nextState(device: DeviceState, event: DeviceEvent, now: Instant): Step {
  switch (event.kind) {
    case 'good':
      return quiet(answered(device, event.range, { status: 'good', reason: null }, now));
    case 'refused': {
      const reason = { ...event.reason, range: event.range };
      const next = answered(device, event.range, { status: 'refused', reason }, now);
      return { state: next, bad: [{ range: event.range, fault: 'refused' }] };
    }
    case 'unsupported': {
      const isHopeless = device.state === 'offline' && device.fault === 'unsupported';
      const reason = { ...event.reason, range: event.range };
      return quiet(isHopeless ? device : answered(device, event.range, { status: 'unsupported', reason }, now));
    }
    case 'ranges': {
      const next = { ...device, ranges: rangeStates(event.ranges, device.ranges, now) };
      return quiet(device.state === 'offline' ? next : settled(next, now));
    }
    case 'nothing-left':
      return offline({ ...device, isTripped: true }, 'unsupported', event.reason, now);
    case 'missed':
      return missed(device, event, now);
    case 'port-closed':
      return portClosed(device, event.reason, now);
    case 'say-again':
      return device.state === 'offline' && !device.isNew
        ? repeated({ ...device, saidAt: Number.NEGATIVE_INFINITY }, now)
        : quiet(device);
    case 'tick':
      return ticked(device, now);
  }
}

/**
 * One more good answer of a range, where nothing is said against it or its device: only when they were heard changes, and that in
 * place, since it happens hundreds of times a second. False where the answer means more, and nothing is changed.
 */
export function heardAgain(device: DeviceState, range: string, mono: number): boolean {
  const known = device.ranges.get(range);
  if (known === undefined || !isSteady(device, known)) return false;
  known.goodAt = mono;
  device.heardAt = mono;
  return true;
}

/** Before this (monotonic ms) a tick says nothing of the device, as long as it is heard only as `heardAgain` takes it. */
export function quietUntil(device: DeviceState): number {
  if (device.state === 'offline' && !device.isNew) return device.saidAt + repeatMs;
  if (device.isNew && device.missed.length === 0) return device.heardAt + firstTurnMs;
  let soonest = Number.POSITIVE_INFINITY;
  for (const range of device.ranges.values())
    if (!isExcused(range)) soonest = Math.min(soonest, range.goodAt + silenceLimitMs(range.everyMs));
  return soonest === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : soonest;
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

function quiet(device: DeviceState): Step {
  return { state: device, bad: [] };
}

function rangeStates(
  settings: readonly RangeSetting[],
  known: ReadonlyMap<string, RangeState>,
  now: Instant,
): ReadonlyMap<string, RangeState> {
  return new Map(
    settings.map(({ key, everyMs, trouble }) => {
      const said = { status: trouble?.fault ?? ('unasked' as const), reason: trouble?.reason ?? null };
      const fresh: RangeState = { everyMs, ...said, misses: 0, goodAt: now.mono };
      const before = known.get(key);
      return [key, before === undefined || before.status === 'unsupported' || trouble !== null ? fresh : before];
    }),
  );
}

/** Any answer at all, an exception too: the device is there. */
function answered(
  device: DeviceState,
  range: string,
  said: Pick<RangeState, 'status' | 'reason'>,
  now: Instant,
): DeviceState {
  const isBack = device.state === 'offline' && !device.isNew;
  const before = device.ranges.get(range);
  if (said.status === 'good' && before !== undefined && isSteady(device, before))
    return { ...device, ranges: new Map(device.ranges).set(range, { ...before, goodAt: now.mono }), heardAt: now.mono };
  const ranges = new Map(isBack ? afresh(device.ranges, now) : device.ranges);
  if (before !== undefined) ranges.set(range, { ...before, ...said, misses: 0, goodAt: now.mono });
  return settled({ ...device, ranges, missed: [], isTripped: false, isNew: false, heardAt: now.mono }, now);
}

/** Nothing is said against it, so one more good answer changes nothing but when it was heard. */
function isSteady(device: DeviceState, { status, misses }: RangeState): boolean {
  const { state, reason, missed, isTripped, isNew } = device;
  const isWell = state === 'online' && reason === null && missed.length === 0 && !isTripped && !isNew;
  return isWell && status === 'good' && misses === 0;
}

/** After an absence nothing is known of the other ranges. What is off stays off until the ranges are set again. */
function afresh(ranges: ReadonlyMap<string, RangeState>, now: Instant): Map<string, RangeState> {
  const renew = (range: RangeState): RangeState =>
    range.status === 'unsupported' ? range : { ...range, status: 'unasked', reason: null, misses: 0, goodAt: now.mono };
  return new Map([...ranges].map(([key, range]) => [key, renew(range)]));
}

/**
 * The state of a device that is there. One good range is enough to be online; ranges that were not asked yet leave the
 * state as it was.
 */
function settled(device: DeviceState, now: Instant): DeviceState {
  const ranges = [...device.ranges.values()];
  const is = (...wanted: RangeState['status'][]) => ranges.some(({ status }) => wanted.includes(status));
  if (device.missed.length > 0) return changed(device, 'degraded', device.reason, now);
  const trouble = ranges.find(({ status }) => status !== 'good' && status !== 'unasked')?.reason ?? null;
  const isOnline = is('good') || (is('unasked') && device.state === 'online');
  return changed(device, isOnline ? 'online' : 'degraded', trouble, now);
}

function changed(
  device: DeviceState,
  state: DeviceState['state'],
  reason: DeviceReason | null,
  now: Instant,
): DeviceState {
  return { ...device, state, reason, since: state === device.state ? device.since : now.wall };
}

function offline(device: DeviceState, fault: FaultCode, reason: DeviceReason, now: Instant): Step {
  const next = changed({ ...device, fault, isNew: false, saidAt: now.mono }, 'offline', reason, now);
  return { state: next, bad: [{ range: null, fault }] };
}

function missed(device: DeviceState, event: Extract<DeviceEvent, { kind: 'missed' }>, now: Instant): Step {
  const { fault, reason } = event;
  const range = device.ranges.get(event.range);
  if (range === undefined) return quiet(device);
  const isSilentAlready = isBroken(range);
  const ranges = new Map(device.ranges).set(event.range, { ...range, misses: range.misses + 1 });
  const inARow = isSilentAlready ? device.missed : [...device.missed, event.range].slice(-remembered);
  const next = { ...device, ranges, missed: inARow, fault };
  if (device.state === 'offline' && !device.isNew) {
    const said = device.fault === fault ? device.reason : reason;
    return quiet({ ...next, reason: said, isTripped: device.isTripped || isGone(next) });
  }
  if (isGone(next)) return offline({ ...next, isTripped: true }, fault, { ...reason, times: inARow.length }, now);
  if (isDeviceSilent(next, now)) return offline(next, fault, reason, now);
  if (isSilentAlready) return { state: next, bad: [{ range: event.range, fault }] };
  if (range.misses + 1 >= missesToOffline) return rangeBad(next, event.range, { fault, reason }, now);
  return quiet(device.isNew ? next : changed(next, 'degraded', reason, now));
}

/** Three misses in a row, and not all of one range while another could have answered. */
function isGone({ missed, ranges }: DeviceState): boolean {
  if (missed.length < missesToOffline) return false;
  if (new Set(missed).size > 1) return true;
  return [...ranges].every(([key, range]) => missed.includes(key) || isExcused(range));
}

/** Its points are already reported bad for want of answers. */
function isBroken({ status }: RangeState): boolean {
  return status === 'timeout' || status === 'bad-frame' || status === 'not-polled';
}

function rangeBad(
  device: DeviceState,
  key: string,
  { fault, reason }: { fault: FaultCode; reason: DeviceReason },
  now: Instant,
): Step {
  const range = device.ranges.get(key);
  if (range === undefined) return quiet(device);
  const ranges = new Map(device.ranges).set(key, { ...range, status: fault, reason: { ...reason, range: key } });
  // Misses of this range say nothing of a device that has answered since; of one that has not they still count.
  const isAlone = device.heardAt > range.goodAt;
  const next = { ...device, ranges, missed: isAlone ? device.missed.filter((other) => other !== key) : device.missed };
  return { state: device.isNew ? next : settled(next, now), bad: [{ range: key, fault }] };
}

/** Every range that still may answer has been silent beyond its own limit. */
function isDeviceSilent({ ranges }: DeviceState, now: Instant): boolean {
  const asked = [...ranges.values()].filter((range) => !isExcused(range));
  return asked.every((range) => isOverdue(range, now));
}

/** No answer of it is waited for any more. */
function isExcused(range: RangeState): boolean {
  return isBroken(range) || range.status === 'unsupported';
}

function isOverdue({ goodAt, everyMs }: RangeState, now: Instant): boolean {
  return now.mono - goodAt > silenceLimitMs(everyMs);
}

/** The agent itself ended the connection, since no answer came: why, the device's own reason says better. */
const endedForSilence: readonly DeviceReason['code'][] = ['connection-mute', 'converter-mute', 'port-mute'];

function portClosed(device: DeviceState, reason: DeviceReason, now: Instant): Step {
  if (device.state === 'offline' && !device.isNew) {
    const isKnown = device.fault === 'port-closed' || endedForSilence.includes(reason.code);
    return repeated(isKnown ? device : { ...device, fault: 'port-closed', reason }, now);
  }
  const everyMs = Math.min(...[...device.ranges.values()].map((range) => range.everyMs));
  const isOver = now.mono - device.heardAt > silenceLimitMs(everyMs);
  return isOver ? offline(device, 'port-closed', reason, now) : quiet(device);
}

function ticked(device: DeviceState, now: Instant): Step {
  if (device.state === 'offline' && !device.isNew) return repeated(device, now);
  // At the start a device may have to wait for its first turn behind all others.
  if (device.isNew && device.missed.length === 0 && now.mono - device.heardAt <= firstTurnMs) return quiet(device);
  const silence: DeviceReason = { code: 'no-turn', polls: silentTurns };
  if (isDeviceSilent(device, now)) {
    return device.missed.length > 0
      ? offline(device, device.fault, device.reason ?? silence, now)
      : offline(device, 'not-polled', silence, now);
  }
  return [...device.ranges].reduce<Step>((step, [key, range]) => {
    if (!(range.status === 'good' || range.status === 'unasked') || !isOverdue(range, now)) return step;
    const fault = range.misses > 0 ? step.state.fault : 'not-polled';
    const next = rangeBad(step.state, key, { fault, reason: silence }, now);
    return { state: next.state, bad: [...step.bad, ...next.bad] };
  }, quiet(device));
}

function repeated(device: DeviceState, now: Instant): Step {
  if (now.mono - device.saidAt < repeatMs) return quiet(device);
  return { state: { ...device, saidAt: now.mono }, bad: [{ range: null, fault: device.fault }] };
}
