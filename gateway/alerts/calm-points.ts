import { type Calm, calmForBoth, isCalm } from '../../rules/calm.ts';
import type { PointRows } from '../state/changes.ts';
import type { Moment } from './alert.ts';
import type { RuleIndex, RuleMemory, SiteRule } from './evaluate.ts';
import type { AlertClock } from './memory.ts';

/**
 * Which readings no rule needs to see: present, good, and calm for every rule of their point, as each is remembered. They
 * are nearly all there are, so they are told apart by two comparisons, and no rule is stepped.
 */
export class CalmPoints {
  readonly #index: RuleIndex;
  readonly #rules: ReadonlyMap<string, RuleMemory>;
  readonly #clock: AlertClock;
  readonly #judgeAll: boolean;
  /** By the point's number; null: every reading is to be judged; not there: not looked at since a rule of it changed. */
  readonly #byNumber: (Calm | null | 'no rule' | undefined)[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(index: RuleIndex, of: { rules: ReadonlyMap<string, RuleMemory>; clock: AlertClock; judgeAll: boolean }) {
    this.#index = index;
    this.#rules = of.rules;
    this.#clock = of.clock;
    this.#judgeAll = of.judgeAll;
  }

  /** The columns of points that rules judge, and those of them that are to be judged: of each point all of a commit, or none. */
  split(columns: readonly PointRows[], at: Moment): { rows: readonly PointRows[]; toJudge: readonly PointRows[] } {
    const toJudge: PointRows[] = [];
    let others = 0;
    for (const column of columns) {
      const known = this.#byNumber[column.id];
      const calm = known === undefined ? this.#look(column) : known;
      if (calm === 'no rule') others += 1;
      else if (calm === null || this.#judgeAll || !this.#isCalm(column, calm, at)) toJudge.push(column);
    }
    const rows = others === 0 ? columns : columns.filter(({ id }) => this.#byNumber[id] !== 'no rule');
    if (toJudge.length === 0 || toJudge.length === rows.length) return { rows, toJudge };
    const points = new Set(toJudge.map(({ id }) => id));
    return { rows, toJudge: rows.filter(({ id }) => points.has(id)) };
  }

  /** What is remembered of these rules is another than before. */
  changed(keys: Iterable<string>): void {
    for (const key of keys) {
      const rule = this.#index.byKey(key);
      if (rule !== undefined) this.#forget(rule);
    }
  }

  #isCalm(column: PointRows, calm: Calm, at: Moment): boolean {
    if (column.late) return false;
    const { count, freshForMs } = column;
    for (let place = 0; place < count; place += 1) {
      const value = column.valueAt(place);
      if (value === null || !isCalm(calm, value) || column.faultAt(place) !== null) return false;
      if (at.mono - this.#clock.ofReading(column.monoAt(place)) > freshForMs) return false;
    }
    return true;
  }

  #look(column: PointRows): Calm | null | 'no rule' {
    const { id, site, point } = column;
    this.#numbers.set(`${site}/${point}`, id);
    const each = this.#index.ofRows(column).map(({ key, compiled }) => {
      const known = this.#rules.get(key);
      // It has said nothing since the start, so that even what changes nothing is news.
      return known === undefined || known.judgement === null ? null : compiled.calm(known.state, point);
    });
    const [first, ...more] = each;
    const calm =
      first === undefined
        ? 'no rule'
        : more.reduce((all, own) => (all === null || own === null ? null : calmForBoth(all, own)), first);
    this.#byNumber[id] = calm;
    return calm;
  }

  #forget({ site, compiled }: SiteRule): void {
    for (const point of compiled.points) {
      const number = this.#numbers.get(`${site}/${point}`);
      if (number !== undefined) this.#byNumber[number] = undefined;
    }
  }
}
