import { overlaps } from '../../../../gateway/parking/calendar/intervals.ts';
import type { Reservation } from '../../../../gateway/parking/reservations/reservation.ts';
import { lotOf, seoulTime } from '../lots.ts';
import { World } from './world.ts';

/** Operations that people, sensors and the clock bring, at random, on a lot of five spaces. */
export type Operation = {
  kind: 'reserve' | 'cancel' | 'sense' | 'pass' | 'take';
  space: number;
  from: number;
  length: number;
};

/** Does so many, with restarts between, and returns all reservations that were made, as they stand then. */
export async function reservationsAfter(operations: number): Promise<Reservation[]> {
  const world = new World([yard()]);
  const next = randomInts(12_345);
  const kinds: Operation['kind'][] = ['reserve', 'reserve', 'reserve', 'reserve', 'cancel', 'sense', 'pass', 'take'];
  const seen = new Map<string, Reservation>();
  for (let n = 0; n < operations; n++) {
    const kind = kinds[next(kinds.length)] ?? 'reserve';
    await run(world, { kind, space: next(5), from: next(60), length: 1 + next(8) }, seen);
    if (n % 5000 === 0) world.restart();
  }
  return [...seen.keys()].map((id) => world.find(id));
}

export async function run(
  world: World,
  { kind, space, from, length }: Operation,
  seen = new Map<string, Reservation>(),
): Promise<void> {
  const name = `yard/y${space}`;
  const ids = [...seen.keys()].slice(-12);
  const id = ids[from % Math.max(1, ids.length)];
  if (kind === 'pass') await world.pass(from % 20);
  else if (kind === 'sense') world.sense(name, from % 9 === 0 ? 'unknown' : length % 2 === 0 ? 'free' : 'occupied');
  else if (kind === 'cancel' && id !== undefined) world.act({ kind: 'cancel', id });
  else if (kind === 'take' && id !== undefined) world.act({ kind: 'take-alternative', id });
  else {
    const start = quarter(world, from);
    const asked = length === 8 ? 'yard' : name;
    const answer = world.reserve(asked, start, plus(start, length * 30));
    if (answer.kind === 'reservation') seen.set(answer.reservation.id, answer.reservation);
  }
}

/** mulberry32: the same numbers for the same seed. */
function randomInts(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Reservations that hold one space at one instant. Those that were cancelled or released hold it no more. */
export function clashes(all: readonly Reservation[]): [string, string][] {
  const holding = all.filter(({ state }) =>
    ['confirmed', 'arrived', 'active', 'completed', 'overstayed'].includes(state),
  );
  const bySpace = Map.groupBy(holding, ({ lot, space }) => `${lot}/${space}`);
  return [...bySpace.values()].flatMap((here) => {
    const sorted = here.map(usedTime).sort((a, b) => a.from - b.from);
    return sorted.flatMap((one, n): [string, string][] => {
      const next = sorted[n + 1];
      return next !== undefined && overlaps(one, next) ? [[one.id, next.id]] : [];
    });
  });
}

/** One that was ended early is over when its car had left. */
function usedTime({ id, start, end, state, leftAt }: Reservation): { id: string; from: number; to: number } {
  return {
    id,
    from: start,
    to: state === 'completed' && leftAt !== null ? Math.min(end, Math.max(leftAt, start)) : end,
  };
}

export function quarter(world: World, n: number): string {
  const first = Math.ceil(world.wall / 900_000) * 900_000;
  return local(first + n * 900_000);
}

export function plus(from: string, minutes: number): string {
  return local(seoulTime(from) + minutes * 60_000);
}

function local(at: number): string {
  return new Date(at + 9 * 3_600_000).toISOString().slice(0, 16);
}

export function spaces(prefix: string, count = 1, more: Record<string, unknown> = {}) {
  return Array.from({ length: count }, (_, n) => ({
    ...{ id: `${prefix}${count === 1 ? 1 : n}`, type: 'general', occupancy: `${prefix}-${n}/occupied`, ...more },
  }));
}

/** Open Monday to Saturday, 08–18. */
export function yard() {
  const hours = { weekday: '08:00-18:00', saturday: '08:00-18:00', holiday: 'closed' };
  const list = [...spaces('y', 5, { bookable: true })];
  return lotOf({ id: 'yard', hours, booking: { open: true }, spaces: list });
}
