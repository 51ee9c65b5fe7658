import type { DeviceConfig, PointConfig } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { PointName } from '../../contract/ids.ts';
import type { Value } from '../../contract/reading.ts';
import { type Decoded, decodeRange } from '../../devices/decode.ts';
import { planReads } from '../../devices/plan.ts';
import { registersOf } from '../../devices/profile.ts';
import type { Bus, Outcome as BusOutcome } from '../bus/bus.ts';
import { type Proof, type Seen, sha256 } from './proofs.ts';

/** What counts as the sensor's answer to a stimulus: a value it must come to, or a step that no noise makes. */
export type Wanted =
  | { readonly kind: 'value'; readonly value: number | boolean | string; readonly tolerance: number }
  | { readonly kind: 'change'; readonly by: number };

export type Outcome = Pick<Proof, 'before' | 'after' | 'verdict' | 'why'>;

export type ProveOptions = {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly device: DeviceConfig;
  readonly point: PointConfig;
  readonly timeoutMs: number;
  /** What answers, from what it read before. */
  wantedOf(before: Value): Wanted;
  readonly waitMs: number;
  readonly signal: AbortSignal;
  onSeen(seen: Seen, which: 'before' | 'after'): void;
};

/**
 * Reads a point, then again and again while somebody works on the sensor, until it answers as wanted or the time is over. A
 * point that already stands at the wanted value proves nothing: the stimulus has to bring it there.
 */
export async function prove(options: ProveOptions): Promise<Outcome> {
  const { clock, waitMs, signal, onSeen } = options;
  const before = await see(options);
  onSeen(before, 'before');
  if (before.value === null) return { before, after: before, verdict: 'failed', why: 'no-reading' };
  const wanted = options.wantedOf(before.value);
  const until = clock.monotonic() + waitMs;
  let after = before;
  while (!signal.aborted && clock.monotonic() < until) {
    await clock.sleep(everyMs, signal);
    if (signal.aborted) break;
    after = await see(options);
    onSeen(after, 'after');
    if (isAnswer(wanted, before.value, after.value))
      return { before, after, verdict: 'proved', why: wanted.kind === 'value' ? 'reached' : 'changed' };
  }
  if (after.value === null) return { before, after, verdict: 'failed', why: 'no-reading' };
  return { before, after, verdict: 'failed', why: wanted.kind === 'value' ? 'not-reached' : 'unchanged' };
}

/** Pure: whether this value answers the stimulus. What is no value never does. */
export function isAnswer(wanted: Wanted, before: Value, after: Value): boolean {
  if (after === null || before === null || after === before) return false;
  if (wanted.kind === 'change')
    return typeof after === 'number' && typeof before === 'number' ? Math.abs(after - before) >= wanted.by : true;
  const { value, tolerance } = wanted;
  if (typeof value !== 'number' || typeof after !== 'number') return after === value;
  const wasThere = typeof before === 'number' && Math.abs(before - value) <= tolerance;
  return !wasThere && Math.abs(after - value) <= tolerance;
}

/** A step of 2 % of the measuring range, or of 5 % where nobody says it; one step of the register at least. */
export function usualChange({ profile }: Pick<PointConfig, 'profile'>, before: number): number {
  const { valid, scale } = profile;
  const share = valid === null ? Math.abs(before) * 0.05 : (valid[1] - valid[0]) * 0.02;
  return Math.max(share, Math.abs(scale) * 2);
}

/** All that decides how a point is read: another unit, register, scale or range is another sensor to prove. */
export function configHash(device: DeviceConfig, point: PointConfig): string {
  const { unit, profile } = device;
  return sha256(JSON.stringify([unit, profile.id, point.name, point.profile]));
}

async function see({ clock, bus, device, point, timeoutMs }: ProveOptions): Promise<Seen> {
  const { profile, unit } = device;
  const ranges = planReads({ profile, points: [{ name: point.name, profile: point.profile, everyMs: 1000 }] });
  const isOwn = (range: (typeof ranges)[number]) => range.points.some(({ name }) => name === point.name);
  // Partners in a range of their own come first: the point's value needs them.
  const exponents = new Map<PointName, number>();
  let seen: Seen = { at: clock.now(), raw: null, value: null, fault: 'not-polled' };
  for (const range of ranges.toSorted((a, b) => Number(isOwn(a)) - Number(isOwn(b)))) {
    const { fn, address, count } = range;
    const outcome = await patiently(() =>
      bus.exchange({
        ...{ unit, timeoutMs, gapMs: profile.limits.gap, maxCount: count },
        request: { kind: 'read', fn, address, count },
      }),
    );
    if (!outcome.ok || outcome.reply.kind === 'written')
      return { at: clock.now(), raw: null, value: null, fault: outcome.ok ? 'bad-frame' : outcome.fault };
    const { reply } = outcome;
    const decoded = decodeRange(range, reply, exponents);
    for (const { name, value } of decoded) if (typeof value === 'number') exponents.set(name, value);
    const items = reply.kind === 'words' ? reply.words : reply.bits.map(Number);
    if (isOwn(range)) seen = seenIn(decoded, items, point, address, clock.now());
  }
  return seen;
}

function seenIn(
  decoded: readonly Decoded[],
  items: readonly number[],
  point: PointConfig,
  address: number,
  at: number,
): Seen {
  const own = decoded.find(({ name }) => name === point.name);
  const from = point.profile.address - address;
  const raw = items.slice(from, from + registersOf(point.profile));
  return { at, raw, value: own?.value ?? null, fault: own?.fault ?? null };
}

/** One reply that was lost says nothing of the sensor; an exception is an answer. */
async function patiently(ask: () => Promise<BusOutcome>): Promise<BusOutcome> {
  for (let nth = 1; ; nth++) {
    const outcome = await ask();
    if (outcome.ok || outcome.exception !== undefined || nth === tries) return outcome;
  }
}

const tries = 3;
const everyMs = 500;
