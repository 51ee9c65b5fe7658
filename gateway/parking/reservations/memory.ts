import type { SharingWindow } from '../../../config/lots/sharing.ts';
import type { Recall } from '../sharing/recalls.ts';
import { type SpaceKey, spaceKey } from '../space-state.ts';
import type { Suspicion } from '../violations.ts';
import { isLive, type ReservationDecisions } from './decisions.ts';
import { Ledger } from './ledger.ts';
import type { Place, Reservation } from './reservation.ts';
import type { PlacedRecall, PlacedWindows } from './reservation-tables.ts';
import type { Owners } from './worlds.ts';

/** What is remembered of reservations between commits; it says what the disk says, and no more. */
export class ReservationMemory implements Owners {
  readonly ledger = new Ledger();
  readonly #stepOf: (reservation: Reservation) => number | null;
  /** When each reservation has its next step, wall clock. */
  readonly #steps = new Map<string, number>();
  readonly #windows = new Map<SpaceKey, readonly SharingWindow[]>();
  readonly #recalls = new Map<SpaceKey, readonly PlacedRecall[]>();
  readonly #conflicts = new Map<SpaceKey, { readonly id: string; readonly since: number; readonly until: number }>();
  /** For whom another space was looked for in vain. Forgotten by a restart: the lot's next check looks again. */
  readonly #unhelped = new Set<string>();
  #next: number | null = null;

  /** @param stepOf when a reservation has its next step; null when it has none */
  constructor(stepOf: (reservation: Reservation) => number | null) {
    this.#stepOf = stepOf;
  }

  /** Takes in what the tables hold. */
  load(stored: {
    reservations: readonly Reservation[];
    windows: readonly PlacedWindows[];
    recalls: readonly PlacedRecall[];
  }): void {
    for (const reservation of stored.reservations) this.#keep(reservation);
    for (const { windows, ...place } of stored.windows) this.#windows.set(spaceKey(place), windows);
    for (const recall of stored.recalls) this.#addRecall(recall);
    this.#next = earliest(this.#steps.values());
  }

  /** Wall clock of the next step. May be one that has gone meanwhile, so that somebody looks once too often. */
  get next(): number | null {
    return this.#next;
  }

  get live(): number {
    return this.#steps.size;
  }

  windows(key: SpaceKey): readonly SharingWindow[] | undefined {
    return this.#windows.get(key);
  }

  recalls(key: SpaceKey): readonly (Recall & Place)[] {
    return this.#recalls.get(key) ?? [];
  }

  suspicionOf(key: SpaceKey): Suspicion | null {
    const claims = this.ledger.on(key).map(({ reservation }) => this.ledger.get(reservation));
    const over = claims.find((each) => each?.state === 'overstayed' && spaceKey(each) === key);
    if (over !== undefined) return { kind: 'overstay', since: over.end };
    const conflict = this.#conflicts.get(key);
    return conflict === undefined ? null : { kind: 'unauthorised-occupancy', since: conflict.since };
  }

  /** Of a site, those for whom another space was looked for in vain. */
  unhelped(site: Place['site']): readonly Reservation[] {
    return [...this.#unhelped].flatMap((id) => {
      const reservation = this.ledger.get(id);
      return reservation?.site === site ? [reservation] : [];
    });
  }

  /** Reservations whose step has come, the earliest first. */
  due(now: number): string[] {
    const due = [...this.#steps].filter(([, at]) => at <= now);
    return due.sort(([, a], [, b]) => a - b).map(([id]) => id);
  }

  /**
   * The next step once these have changed.
   * @param due what was due has been looked at, and what is due still is to be looked at again then; null when nothing was due
   */
  nextAfter(changed: readonly Reservation[], due: { readonly again: number } | null): number | null {
    const own = changed.flatMap((reservation) => (isLive(reservation) ? (this.#stepOf(reservation) ?? []) : []));
    if (due === null) return earliest([...(this.#next === null ? [] : [this.#next]), ...own]);
    const ids = new Set(changed.map(({ id }) => id));
    const others = [...this.#steps].flatMap(([id, at]) => (ids.has(id) ? [] : [at]));
    return earliest([...others, ...own].map((at) => Math.max(at, due.again)));
  }

  /** After COMMIT. */
  apply({ reservations, happenings, recalled, recallEnded, windows, next, at }: ReservationDecisions): void {
    for (const [key, { until }] of this.#conflicts) if (until <= at.wall) this.#conflicts.delete(key);
    for (const reservation of reservations) {
      this.#noteConflict(reservation);
      if (isLive(reservation)) this.#keep(reservation);
      else this.#drop(reservation.id);
    }
    for (const { reservation, reason } of happenings)
      if (reason.code === 'no-alternative-found') this.#unhelped.add(reservation);
    for (const id of this.#unhelped) if (!isToBeHelped(this.ledger.get(id), at.wall)) this.#unhelped.delete(id);
    if (recalled !== null) this.#addRecall(recalled);
    if (recallEnded !== null) this.#dropRecall(recallEnded);
    if (windows !== null && windows.windows === null) this.#windows.delete(spaceKey(windows.place));
    else if (windows?.windows) this.#windows.set(spaceKey(windows.place), windows.windows);
    this.#next = next;
  }

  /** Forgotten by a restart: what it makes an officer look at has been written by then. */
  #noteConflict(reservation: Reservation): void {
    const { id, state, start, end } = reservation;
    const key = spaceKey(reservation);
    if (state === 'conflicted') this.#conflicts.set(key, { id, since: start, until: end });
    else if (this.#conflicts.get(key)?.id === id) this.#conflicts.delete(key);
  }

  #keep(reservation: Reservation): void {
    this.ledger.put(reservation);
    // One that waits for its car to leave has no step, and lives all the same.
    this.#steps.set(reservation.id, this.#stepOf(reservation) ?? Number.POSITIVE_INFINITY);
  }

  #drop(id: string): void {
    this.ledger.forget(id);
    this.#steps.delete(id);
  }

  #addRecall(recall: PlacedRecall): void {
    const key = spaceKey(recall);
    this.#recalls.set(key, [...(this.#recalls.get(key) ?? []), recall]);
  }

  #dropRecall({ id, place }: { id: string; place: Place }): void {
    const key = spaceKey(place);
    this.#recalls.set(
      key,
      this.recalls(key).filter((recall) => recall.id !== id),
    );
  }
}

function isToBeHelped(reservation: Reservation | undefined, now: number): boolean {
  return reservation?.state === 'confirmed' && reservation.alternative === null && now < reservation.start;
}

function earliest(times: Iterable<number>): number | null {
  let first: number | null = null;
  for (const at of times) if (first === null || at < first) first = at;
  return first === Number.POSITIVE_INFINITY ? null : first;
}
