import type { PointRows } from '../state/changes.ts';
import type { Axis } from './axis.ts';
import type { SpaceMemory } from './space-memory.ts';

/**
 * Sensors that say again what stands: most words do. Such a word moves on until when the space was heard, and nothing else,
 * so it is kept here, by the number of the space, until a word that says more, or a silence, needs it. Arrays, because
 * thousands of spaces are said again every minute: what is asked of each of them lies side by side.
 */
export class SaidAgain {
  /** What a space would only say again; 0 while any word of it may say more. */
  #expected: Uint8Array;
  /** Until when its track says that it was heard; monotonic ms. */
  #toldMono: Float64Array;
  /** The newest word that only said it again; −∞ before the first. */
  #saidMono: Float64Array;
  #freshForMs: Float64Array;

  constructor(spaces: Iterable<Pick<SpaceMemory, 'number'>>) {
    let size = 0;
    for (const { number } of spaces) size = Math.max(size, number + 1);
    this.#expected = new Uint8Array(size);
    this.#toldMono = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.#saidMono = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.#freshForMs = new Float64Array(size);
  }

  /** After a commit that changed the memory of a space. */
  follow(space: SpaceMemory, axis: Axis): void {
    const { number, track, settings, simulated } = space;
    const level = expectedOf(space);
    const last = track.stretches.at(-1);
    this.#expected[number] = level === null || last === undefined ? 0 : codeOf(level === 'occupied', simulated);
    if (last !== undefined) this.#toldMono[number] = last.to - axis.offset;
    this.#freshForMs[number] = settings.freshForMs;
  }

  /** After a commit in which it said so. */
  note(number: number, mono: number): void {
    if (mono > this.saidMono(number)) this.#saidMono[number] = mono;
  }

  saidMono(number: number): number {
    return this.#saidMono[number] ?? Number.NEGATIVE_INFINITY;
  }

  /** When the only word of a message was said; null where it may say more than what stands. `inDraft`: what the draft has noted. */
  monoOf(number: number, inDraft: number | undefined, rows: PointRows): number | null {
    const expected = this.#expected[number];
    if (expected === 0 || rows.late || rows.count !== 1) return null;
    const value = rows.valueAt(0);
    if (typeof value !== 'boolean' || expected !== codeOf(value, rows.simulated) || rows.faultAt(0) !== null)
      return null;
    const freshForMs = rows.freshForMs;
    const before = inDraft ?? Math.max(this.saidMono(number), this.#toldMono[number] ?? Number.NEGATIVE_INFINITY);
    const mono = rows.monoAt(0);
    const isNear = Number.isFinite(mono) && mono - before <= freshForMs && freshForMs === this.#freshForMs[number];
    return isNear ? Math.max(mono, before) : null;
  }
}

const codeOf = (isOccupied: boolean, simulated: boolean) => (isOccupied ? 2 : 1) + (simulated ? 2 : 0);

function expectedOf({ view, fault, following, seenEmpty, track }: SpaceMemory): 'free' | 'occupied' | null {
  const { sensed, candidate } = following.detector;
  if (view !== 'fresh' || fault !== null || candidate !== null || seenEmpty !== null || sensed === 'unknown')
    return null;
  return track.isBroken || track.stretches.at(-1)?.level !== sensed ? null : sensed;
}

/** The space with what it has said again until `mono` in its track. */
export function withSaidAgain(space: SpaceMemory, mono: number, axis: Axis): SpaceMemory {
  const last = space.track.stretches.at(-1);
  if (last === undefined || !Number.isFinite(mono)) return space;
  const to = Math.max(last.to, mono + axis.offset);
  if (to === last.to && mono <= space.seenMono) return space;
  const stretches = [...space.track.stretches.slice(0, -1), { ...last, to }];
  return { ...space, track: { ...space.track, stretches }, seenMono: Math.max(mono, space.seenMono) };
}
