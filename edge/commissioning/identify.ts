import { pointNameSchema } from '../../contract/ids.ts';
import type { Value } from '../../contract/reading.ts';
import { type Decoded, decodeRange } from '../../devices/decode.ts';
import { planReads, type ReadRange } from '../../devices/plan.ts';
import { type PointProfile, type Profile, rawFormOf, rawRangeOf, registersOf } from '../../devices/profile.ts';
import { rawLimits } from '../../devices/raw.ts';
import type { Bus, Outcome } from '../bus/bus.ts';

/** A profile that fits what a device answers. */
export type Candidate = {
  readonly profile: string;
  /** Points with a value that the profile calls possible, of so many; how many of them hold anything but 0. */
  readonly good: number;
  readonly points: number;
  readonly alive: number;
  /** How much of an accident that would be, in bits: 10 is one in a thousand. */
  readonly bits: number;
  readonly sample: readonly { readonly point: string; readonly value: Value; readonly unit: string | null }[];
};

type Asking = { readonly unit: number; readonly timeoutMs: number; readonly gapMs: number };

/**
 * Finds out what a device may be, by reading it as each profile would. A wrong profile fails at an address that the device
 * does not have, or gives values outside of what the instrument can measure.
 */
export class Identifier {
  readonly #profiles: readonly { readonly profile: Profile; readonly reads: readonly ReadRange[] }[];

  /** @param profiles of devices that are asked by Modbus */
  constructor(profiles: Iterable<Profile>) {
    this.#profiles = [...profiles].map((profile) => ({ profile, reads: readsOf(profile) }));
  }

  /** @returns at most three, the best first; none where nothing fits well */
  async look(bus: Bus, asking: Asking, signal: AbortSignal): Promise<readonly Candidate[]> {
    const asked = new Map<string, Outcome>();
    let silent = 0;
    const ask = async ({ fn, address, count }: ReadRange): Promise<Outcome> => {
      const key = `${fn}:${address}+${count}`;
      const known = asked.get(key);
      if (known !== undefined) return known;
      const outcome = await bus.exchange({
        ...asking,
        request: { kind: 'read', fn, address, count },
        maxCount: count,
      });
      if (!outcome.ok && outcome.exception === undefined) silent++;
      asked.set(key, outcome);
      return outcome;
    };
    const found: Candidate[] = [];
    for (const each of this.#profiles) {
      if (signal.aborted || silent >= mostSilent) break;
      const candidate = await candidateOf(each, ask);
      if (candidate !== undefined) found.push(candidate);
    }
    const isAlive = found.some(({ alive }) => alive > 0);
    const ranked = found.filter(({ alive }) => alive > 0 || !isAlive).toSorted((a, b) => scoreOf(b) - scoreOf(a));
    const best = ranked[0] === undefined ? 0 : scoreOf(ranked[0]);
    return ranked.filter((one) => scoreOf(one) >= best / 2).slice(0, mostCandidates);
  }
}

async function candidateOf(
  { profile, reads }: { profile: Profile; reads: readonly ReadRange[] },
  ask: (range: ReadRange) => Promise<Outcome>,
): Promise<Candidate | undefined> {
  const decoded: { read: Decoded; point: PointProfile; isZero: boolean }[] = [];
  for (const range of reads) {
    const outcome = await ask(range);
    if (!outcome.ok || outcome.reply.kind === 'written') return undefined;
    const { reply } = outcome;
    const items = reply.kind === 'words' ? reply.words : reply.bits.map(Number);
    for (const [nth, read] of decodeRange(range, reply).entries()) {
      const point = range.points[nth]?.profile;
      if (point === undefined) continue;
      const from = point.address - range.address;
      decoded.push({ read, point, isZero: items.slice(from, from + registersOf(point)).every((word) => word === 0) });
    }
  }
  const good = decoded.filter(({ read }) => read.fault === null);
  if (good.length < decoded.length * leastShare) return undefined;
  const alive = good.filter(({ isZero }) => !isZero);
  const bits = Math.round(alive.reduce((sum, { point }) => sum + surprise(point), 0));
  const sample = (alive.length > 0 ? alive : good)
    .slice(0, samplePoints)
    .map(({ read, point }) => ({ point: read.name, value: read.value, unit: point.unit }));
  return { profile: profile.id, good: good.length, points: decoded.length, alive: alive.length, bits, sample };
}

/** Zeros where a profile expects values speak against it, though a device at rest has some; so do values that cannot be. */
function scoreOf({ bits, points, good, alive }: Candidate): number {
  return bits + 2 * alive - (good - alive) / 2 - badCost * (points - good);
}

/** How unlikely a random raw value is to be called possible, in bits; zeros stand everywhere and say nothing. */
function surprise(point: PointProfile): number {
  const form = rawFormOf(point);
  const limits = rawLimits(form);
  if (form.kind === 'yes-no' || limits === null) return form.kind === 'float' && point.valid !== null ? floatBits : 0;
  const all = limits[1] - limits[0] + 1;
  const allowed = point.enum !== null ? wordsIn(point.enum) : spanOf(point, all);
  return Math.min(mostBits, Math.log2(all / Math.max(1, Math.min(all, allowed))));
}

function wordsIn(words: Readonly<Record<string, string>>): number {
  return Object.keys(words).reduce((sum, key) => {
    const [first, last] = rawRangeOf(key);
    return sum + last - first + 1;
  }, 0);
}

function spanOf({ valid, rawValid, scale }: PointProfile, all: number): number {
  if (rawValid !== null) return rawValid[1] - rawValid[0] + 1;
  return valid === null ? all : (valid[1] - valid[0]) / Math.abs(scale) + 1;
}

function readsOf(profile: Profile): readonly ReadRange[] {
  const points = Object.entries(profile.points).map(([name, point]) => ({
    name: pointNameSchema.parse(name),
    profile: point,
    everyMs: 1000,
  }));
  return planReads({ profile, points }).slice(0, mostReads);
}

/** A device that says nothing to what it does not have costs a timeout each time. */
const mostSilent = 3;
const mostCandidates = 3;
/** An input module with half of its channels not connected is still one. */
const leastShare = 0.5;
const badCost = 4;
const samplePoints = 3;
const mostReads = 4;
/** A float within a measuring range: most patterns are far too large or too small. */
const floatBits = 4;
const mostBits = 8;
