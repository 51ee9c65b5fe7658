import type { PointRef, SiteId } from '../../contract/ids.ts';
import type { Announcement, Decided, Facts, Participant, Signal } from '../commit/participant.ts';
import type { PointRows } from '../state/changes.ts';
import {
  type Fold,
  type ForecastAction,
  type ForecastAnswer,
  type ForecastDecisions,
  type Mark,
  nothingDecided,
  type Result,
} from './decisions.ts';
import type { FollowedPoint, ReadPoint } from './followed.ts';
import type { ForecastTables, StoredResult } from './forecast-tables.ts';
import { hourOf } from './hours.ts';
import { signalOf } from './signals.ts';

/**
 * A point whose hours are kept, and how far they are read: those from `back` on and below `through`. `claimed`: the same for
 * hours that are being read now, so that what comes in meanwhile is noted.
 */
export type ReadState = { readonly id: number; readonly of: ReadPoint; through: number; back: number; claimed: Reach };
export type Reach = { readonly through: number; readonly back: number };

export type ForecastOptions = {
  readonly tables: ForecastTables;
  readonly followed: readonly FollowedPoint[];
  readonly reads: readonly ReadPoint[];
  /** Epoch ms. */
  readonly now: number;
};

/**
 * The forecast as a part of the commit: hours and results that its service worked out go in, alerts hear in the same
 * transaction what became of a point. Of readings it only notes which hours have to be read once more.
 */
export class Forecast implements Participant<ForecastAction, ForecastDecisions, ForecastAnswer> {
  readonly name = 'forecast';
  readonly #tables: ForecastTables;
  readonly #reads = new Map<string, ReadState>();
  readonly #byId = new Map<number, ReadState>();
  readonly #followed: ReadonlyMap<number, FollowedPoint>;
  readonly #late = new Map<number, Set<number>>();
  readonly #results: Map<number, StoredResult>;

  constructor({ tables, followed, reads, now }: ForecastOptions) {
    this.#tables = tables;
    for (const [nth, stored] of tables.open(reads, hourOf(now)).entries()) {
      const of = reads[nth];
      if (of === undefined) continue;
      const state: ReadState = { ...stored, of, claimed: stored };
      this.#reads.set(keyOf(of.site, of.point), state);
      this.#byId.set(state.id, state);
    }
    const ids = followed.map((of): [number, FollowedPoint] => [this.#idOf(of), of]);
    this.#followed = new Map(ids);
    this.#results = new Map(tables.results());
    for (const { point, hour } of tables.late()) this.#note({ id: point, hour });
  }

  reads(): Iterable<ReadState> {
    return this.#byId.values();
  }

  readOf(site: SiteId, point: PointRef): ReadState | undefined {
    return this.#reads.get(keyOf(site, point));
  }

  followed(): ReadonlyMap<number, FollowedPoint> {
    return this.#followed;
  }

  resultOf(id: number): StoredResult | undefined {
    return this.#results.get(id);
  }

  /** Hours that have to be read once more. */
  lateOf(id: number): readonly number[] {
    return [...(this.#late.get(id) ?? [])];
  }

  /** Whether all that there is of a point and of the air that explains it is read, from hour `oldest` on. */
  isWhole(id: number, oldest: number): boolean {
    const of = this.#followed.get(id);
    if (of === undefined) return false;
    const needed = [of.point, ...(of.temperature === null ? [] : [of.temperature])];
    return needed.every((point) => (this.readOf(of.site, point)?.back ?? oldest) <= oldest);
  }

  /** These hours are being read. */
  claim(state: ReadState, reach: Reach): void {
    state.claimed = reach;
  }

  /** This late hour is being read; what comes in from now on makes it late again. */
  takeLate(id: number, hour: number): void {
    this.#late.get(id)?.delete(hour);
  }

  /** What was read of it did not get to disk. */
  giveBackLate(id: number, hour: number): void {
    this.#note({ id, hour });
  }

  watches(site: SiteId, point: PointRef): boolean {
    return this.#reads.has(keyOf(site, point));
  }

  decide({ rows, action }: Facts<ForecastAction>): Decided<ForecastDecisions, ForecastAnswer> | null {
    if (action === null) {
      const late = this.#lateIn(rows);
      return late.length === 0 ? null : { decisions: { ...nothingDecided, late } };
    }
    const answer: ForecastAnswer = { done: true };
    const { action: asked } = action;
    if (asked.kind === 'folded') {
      const folds = asked.folds.map((fold) => ({ ...fold, clean: this.#stillClean(fold) }));
      return { decisions: { ...nothingDecided, folds }, answer };
    }
    if (asked.kind === 'analysed') {
      const results = asked.results.filter(({ id }) => this.#followed.has(id));
      return { decisions: { ...nothingDecided, results }, answer, signals: this.#signalsOf(results) };
    }
    return this.#begin(answer);
  }

  record({ folds, results, late, forgotten }: ForecastDecisions): void {
    for (const fold of folds) this.#tables.putFold(fold);
    for (const result of results) this.#tables.putResult(result);
    this.#tables.putLate(late);
    for (const id of forgotten) this.#tables.forget(id);
  }

  apply({ folds, results, late, forgotten }: ForecastDecisions): Announcement {
    for (const { id, through, back } of folds) {
      const state = this.#byId.get(id);
      if (state !== undefined) Object.assign(state, { through, back });
    }
    for (const { id, analysis, changes: _changes, ...rest } of results) {
      const { days: _days, ...kept } = analysis;
      this.#results.set(id, { ...rest, analysis: kept });
    }
    for (const mark of late) this.#note(mark);
    for (const id of forgotten) this.#results.delete(id);
    return {};
  }

  #begin(answer: ForecastAnswer): Decided<ForecastDecisions, ForecastAnswer> {
    const gone = this.#tables.forecast().filter(({ id }) => !this.#followed.has(id));
    const dropped = gone.map(({ site, point }): Signal => ({ kind: 'forecast-ended', site, point }));
    const standing = [...this.#results].map(([id, result]) => ({ id, ...result }));
    const forgotten = gone.map(({ id }) => id);
    const signals = [...dropped, ...this.#signalsOf(standing)];
    return { decisions: forgotten.length > 0 ? { ...nothingDecided, forgotten } : null, answer, signals };
  }

  #signalsOf(results: readonly ({ id: number } & StoredResult)[] | readonly Result[]): Signal[] {
    return results.flatMap((result) => {
      const of = this.#followed.get(result.id);
      return of === undefined ? [] : [signalOf(of, result)];
    });
  }

  /** Without those that became late again while they were read. */
  #stillClean({ id, clean }: Fold): number[] {
    return clean.filter((hour) => !this.#late.get(id)?.has(hour));
  }

  /** Hours that were read already, or may have been, and in which these rows fall; each once. */
  #lateIn(rows: readonly PointRows[]): Mark[] {
    const marks: Mark[] = [];
    for (const column of rows) {
      const state = this.#reads.get(keyOf(column.site, column.point));
      if (state === undefined) continue;
      for (let place = 0; place < column.count; place++) {
        const at = column.atOf(place);
        if (at === null) continue;
        const hour = hourOf(at);
        const isAhead = hour >= state.claimed.through || hour < state.claimed.back;
        if (isAhead || this.#late.get(state.id)?.has(hour)) continue;
        if (!marks.some((mark) => mark.id === state.id && mark.hour === hour)) marks.push({ id: state.id, hour });
      }
    }
    return marks;
  }

  #note({ id, hour }: Mark): void {
    const own = this.#late.get(id);
    if (own === undefined) this.#late.set(id, new Set([hour]));
    else own.add(hour);
  }

  #idOf({ site, point }: ReadPoint): number {
    const state = this.#reads.get(keyOf(site, point));
    if (state === undefined) throw new Error(`${point} is followed and not read`);
    return state.id;
  }
}

function keyOf(site: SiteId, point: PointRef): string {
  return `${site}/${point}`;
}
