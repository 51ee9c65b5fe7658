import type { Clock } from '../../contract/clock.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { scaleExactly } from '../../devices/decimal.ts';
import { decodePoint } from '../../devices/decode.ts';
import { type DecodedAs, decodedAs, decodingOf, decodings } from '../../devices/decodings.ts';
import type { Meant } from '../../devices/meaning.ts';
import { partnersOf } from '../../devices/partners.ts';
import type { PointProfile } from '../../devices/profile.ts';
import type { Bus, Outcome } from '../bus/bus.ts';
import { type Known, type Suspect, suspects } from './detective.ts';
import type { Target } from './target.ts';

type Range = Extract<Target, { kind: 'range' }>;

export type ReadOptions = {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly unit: number;
  readonly timeoutMs: number;
  readonly gapMs: number;
  readonly range: Range;
  /** What the profile says of the first register, where there is a word. */
  readonly point: PointProfile | null;
  readonly times: number;
  readonly everyMs: number;
  readonly known: Known | null;
  readonly signal: AbortSignal;
};

/** One read: registers, bits, or why there are none. `at` is epoch ms. */
export type Reading = { readonly at: number } & (
  | { readonly items: readonly number[]; readonly reason: null }
  | { readonly items: null; readonly reason: DeviceReason }
);

/** A decoding with what may be said for it. */
export type Judged = DecodedAs & {
  /** By the profile's scale and offset; null without a profile, and of text. */
  readonly scaled: number | null;
  /**
   * in-range, out-of-range: of what the profile calls possible. unlikely: a float far larger or smaller than anything that
   * is measured. unknown: nobody says.
   */
  readonly plausible: 'in-range' | 'out-of-range' | 'unlikely' | 'unknown';
  /** Whether it was another number in another read. */
  readonly moved: boolean;
};

export type ReadResult = {
  readonly reads: readonly Reading[];
  /** What the profile makes of the last read; null without a profile, or where it needs other registers as well. */
  readonly meant: Meant | null;
  readonly decodings: readonly Judged[];
  readonly suspects: readonly Suspect[];
  /** Values of coils and discrete inputs. */
  readonly bits: readonly boolean[] | null;
};

/** Reads a range several times and says all that it may mean. */
export async function readEverything(options: ReadOptions): Promise<ReadResult> {
  const reads = await readings(options);
  const good = reads.flatMap(({ items }) => (items === null ? [] : [items]));
  const last = good.at(-1);
  const { range, point, known } = options;
  const meant = last === undefined || point === null ? null : meantOf(point, last, range.address);
  const isBits = range.fn <= 2;
  if (last === undefined || isBits)
    return {
      reads,
      meant,
      decodings: [],
      suspects: [],
      bits: last === undefined ? null : last.map((bit) => bit === 1),
    };
  const says = point === null ? null : { ...decodingOf(point, range.address), factor: point.scale };
  return {
    reads,
    meant,
    decodings: decodings(last).map((each) => judged(each, good, point)),
    suspects: known === null ? [] : suspects(good, known, says),
    bits: null,
  };
}

async function readings({ clock, times, everyMs, signal, ...asking }: ReadOptions): Promise<readonly Reading[]> {
  const reads: Reading[] = [];
  for (let nth = 0; nth < times && !signal.aborted; nth++) {
    if (nth > 0) await clock.sleep(everyMs, signal);
    reads.push({ at: clock.now(), ...itemsOf(await ask(asking)) });
  }
  return reads;
}

function ask({ bus, unit, timeoutMs, gapMs, range }: Omit<ReadOptions, 'clock' | 'times' | 'everyMs' | 'signal'>) {
  const { fn, address, count } = range;
  return bus.exchange({
    ...{ unit, timeoutMs, gapMs, maxCount: count },
    request: { kind: 'read', fn, address, count },
  });
}

function itemsOf(outcome: Outcome): { items: readonly number[]; reason: null } | { items: null; reason: DeviceReason } {
  if (!outcome.ok) return { items: null, reason: outcome.reason };
  const { reply } = outcome;
  const items = reply.kind === 'words' ? reply.words : reply.kind === 'bits' ? reply.bits.map(Number) : [];
  return { items, reason: null };
}

/** Points that need others for their value are read by the profile as a whole, not here. */
function meantOf(point: PointProfile, items: readonly number[], address: number): Meant | null {
  if (partnersOf(point).length > 0) return null;
  return decodePoint(point, items.slice(point.address - address));
}

function judged(decoded: DecodedAs, reads: readonly (readonly number[])[], point: PointProfile | null): Judged {
  const { value } = decoded;
  const moved = reads.some((words) => decodedAs(words, decoded)?.value !== value);
  if (typeof value === 'string') return { ...decoded, scaled: null, plausible: 'unknown', moved };
  const isFloat = decoded.type === 'f32' || decoded.type === 'f64';
  const isOdd = isFloat && value !== 0 && (Math.abs(value) > largest || Math.abs(value) < smallest);
  if (point === null) return { ...decoded, scaled: null, plausible: isOdd ? 'unlikely' : 'unknown', moved };
  const scaled = isFloat ? value * point.scale + point.offset : scaleExactly(value, point.scale, point.offset);
  const { valid } = point;
  const isIn = valid === null || (scaled >= valid[0] && scaled <= valid[1]);
  const plausible = !isIn ? 'out-of-range' : isOdd ? 'unlikely' : valid === null ? 'unknown' : 'in-range';
  return { ...decoded, scaled, plausible, moved };
}

/** Beyond these a float is as a rule other bytes. */
const largest = 1e9;
const smallest = 1e-5;
