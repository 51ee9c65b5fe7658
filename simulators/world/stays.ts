import { bell, normal, streamOf, uniform, waiting } from '../noise.ts';
import { type Demand, stayKinds } from './demand.ts';
import type { LocalTime } from './local-time.ts';

/** One car in a space. Epoch ms; `until` is excluded. */
export type Stay = { readonly from: number; readonly until: number };

/** Who stands in a space, at any time. */
export type Space = {
  stayAt(tMs: number): Stay | undefined;
  /** A block's stays by rising time. */
  staysIn(block: number): readonly Stay[];
  blockOf(tMs: number): number;
};

/**
 * A space's stays are laid out block by block, each block by itself and beginning empty, so that any time can be read
 * without living through all the time before it.
 */
function inBlocks(blockMs: number, phaseMs: number, layOut: (block: number, from: number) => readonly Stay[]): Space {
  const kept = new Map<number, readonly Stay[]>();
  const staysIn = (block: number) => {
    const known = kept.get(block);
    if (known !== undefined) return known;
    const stays = layOut(block, block * blockMs + phaseMs);
    if (kept.size >= 2) kept.delete(kept.keys().next().value ?? block);
    kept.set(block, stays);
    return stays;
  };
  const blockOf = (tMs: number) => Math.floor((tMs - phaseMs) / blockMs);
  return {
    staysIn,
    blockOf,
    stayAt(tMs) {
      const stays = staysIn(blockOf(tMs));
      const last = stays[countUntil(stays, (stay) => stay.from <= tMs) - 1];
      return last !== undefined && tMs < last.until ? last : undefined;
    },
  };
}

/** How many of the first items hold, where those that hold come first. */
export function countUntil<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const publicBlockMs = 16 * dayMs;
/** A car leaves before the next one comes. */
const betweenCarsMs = 20_000;

/** A space that strangers take as the demand of the hour brings them. One stay in 110 or so is cut short by its block. */
export function publicSpace(key: number, demand: Pick<Demand, 'takenAt'>): Space {
  const [waits, lengths] = [streamOf(key, 1), streamOf(key, 2)];
  const end = (from: number) => from + publicBlockMs;
  return inBlocks(publicBlockMs, uniform(key, 0) * publicBlockMs, (block, begin) => {
    const stays: Stay[] = [];
    for (let at = begin, i = block * 4096; ; i++) {
      const from = Math.ceil(demand.takenAt(at, waiting(waits, i)));
      if (from >= end(begin) - 2 * betweenCarsMs) return stays;
      const until = Math.min(from + stayMs(lengths, i), end(begin) - betweenCarsMs);
      stays.push({ from, until });
      at = until + betweenCarsMs;
    }
  });
}

function stayMs(key: number, i: number): number {
  const [short, long] = stayKinds;
  const { logMedianMin, sigma } = uniform(key, i) < short.share ? short : long;
  return Math.round(Math.exp(logMedianMin + sigma * normal(streamOf(key, 1), i)) * minuteMs);
}

/**
 * A resident's space: the car is home from the evening to the morning, and while it is away 1.6 guests a day come, as at
 * the reference site's S2. A day goes from half past twelve to half past twelve, in the zone's time of January 2026.
 */
export function residentSpace(key: number, local: LocalTime): Space {
  const standardMs = local.offsetMs(Date.UTC(2026, 0, 1));
  const at = (n: number, hours: number, spread: number, stream: number) =>
    (hours + spread * bell(streamOf(key, stream), n)) * hourMs;
  return inBlocks(dayMs, 12.5 * hourMs - standardMs, (day, noon) => {
    const home = { from: noon + at(day, 6, 1, 1), until: noon + at(day, 19.2, 0.65, 2) };
    const afternoon = {
      from: noon + (0.25 + 0.5 * uniform(streamOf(key, 3), day)) * hourMs,
      latest: noon + 2.4 * hourMs,
    };
    const morning = {
      from: noon + (21.6 + 0.8 * uniform(streamOf(key, 4), day)) * hourMs,
      latest: noon + 23.8 * hourMs,
    };
    const guests = [afternoon, morning].map(({ from, latest }, i) => {
      const until = Math.min(latest, from + stayMs(streamOf(key, 5), 2 * day + i));
      return uniform(streamOf(key, 6 + i), day) < 0.8 ? [{ from, until }] : [];
    });
    return [...(guests[0] ?? []), home, ...(guests[1] ?? [])];
  });
}
