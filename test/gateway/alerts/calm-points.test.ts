import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FaultCode, Value } from '../../../contract/reading.ts';
import type { Alerts } from '../../../gateway/alerts/alerts.ts';
import type { AlertsAction } from '../../../gateway/alerts/do-action.ts';
import { openAlerts } from '../../../gateway/alerts/open-tables.ts';
import type { Deadline, Facts } from '../../../gateway/commit/participant.ts';
import type { Notice } from '../../../gateway/notify/notice.ts';
import type { PointRows, Row } from '../../../gateway/state/changes.ts';
import { siteId } from '../core-site.ts';
import { memoryDatabase } from '../store/memory-db.ts';
import { point, wallStart } from './alerts-fakes.ts';
import { ruleOf, siteWith } from './alerts-site.ts';

const names = ['n/p_0', 'n/p_1', 'n/p_2', 'c/p_0', 'c/p_1'] as const;
const isContact = (name: string) => name.startsWith('c/');

/** Every way of looking at a point, so that one point is of several rules and one rule of several points. */
const rules = [
  rule('delayed', ['n/p_0'], {
    kind: 'threshold',
    levels: { 주의: { above: 50 }, 경계: { above: 80 } },
    hysteresis: 5,
    onDelay: '2s',
    offDelay: '2s',
  }),
  rule('size', ['n/p_1'], { kind: 'threshold', magnitude: true, levels: { 주의: { above: 60 } } }),
  rule('low', ['n/p_0'], { kind: 'threshold', levels: { 주의: { below: 10 } }, of: { n: 2, m: 3 } }),
  rule('rate', ['n/p_2'], { kind: 'rate', window: '5s', levels: { 주의: { above: 60 } } }),
  rule('two', ['n/p_0', 'n/p_1', 'n/p_2'], voting(['n/p_0', 'n/p_1', 'n/p_2'], { above: 70 })),
  rule('fire', ['c/p_0', 'c/p_1'], voting(['c/p_0', 'c/p_1'], { is: true })),
  rule('door', ['c/p_1'], { kind: 'held', is: true, levels: { 관심: '3s' } }),
  rule('silent', ['c/p_0', 'n/p_1'], { kind: 'missing', levels: { 관심: '4s' } }),
];

function rule(name: string, refs: readonly string[], when: object) {
  const made = ruleOf(name, refs.map(point), { when, lifeSafety: name === 'fire', action: actionOf(name) });
  return {
    ...made,
    points: made.points.map((one) => ({ ...one, type: isContact(one.ref) ? 'boolean' : 'number' }) as const),
  };
}

function actionOf(name: string) {
  return name === 'low' ? null : { ko: name, en: name };
}

function voting(points: readonly string[], of: object) {
  return { kind: 'voting', witnesses: [{ points, ...of }], levels: { 경계: 1, 심각: 2 } };
}

type Said = { value: Value; fault: FaultCode | null; ageMs: number };
type Column = { name: (typeof names)[number]; late: boolean; epoch: number; said: Said[] };
type Step =
  | { kind: 'rows'; columns: Column[] }
  | { kind: 'view'; name: string; view: 'fresh' | 'unknown' }
  | { kind: 'restart' }
  | { kind: 'pass' };

const value = (name: string) =>
  isContact(name)
    ? fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })
    : fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 11, max: 45 }) },
        { weight: 1, arbitrary: fc.constantFrom(-70, 5, 10, 48, 50, 60, 70, 90) },
      );

const said = (name: string): fc.Arbitrary<Said> =>
  fc.record({
    value: fc.oneof({ weight: 12, arbitrary: value(name) }, { weight: 1, arbitrary: fc.constant(null) }),
    fault: fc.oneof(
      { weight: 12, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constant('stuck' as const) },
    ),
    ageMs: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(20, 20, 500, 1500) },
      { weight: 1, arbitrary: fc.constantFrom(31_000, Number.POSITIVE_INFINITY) },
    ),
  });

const column: fc.Arbitrary<Column> = fc.constantFrom(...names).chain((name) =>
  fc.record({
    name: fc.constant(name),
    late: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
    epoch: fc.integer({ min: 0, max: 9 }).map((chance) => (chance === 0 ? 2 : 1)),
    said: fc.array(said(name), { minLength: 1, maxLength: 3 }),
  }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('rows' as const), columns: fc.array(column, { maxLength: 6 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('view' as const),
      name: fc.constantFrom(...names),
      view: fc.constantFrom('fresh' as const, 'unknown' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('restart' as const, 'pass' as const) }) },
);

/** Alerts on a database of their own, fed as the commit would feed them. */
class Judge {
  readonly notices: Notice[] = [];
  skipped = 0;
  readonly #db = memoryDatabase();
  readonly #judgeAll: boolean;
  #timers = new Map<string, number>();
  #alerts: Alerts;

  constructor(judgeAll: boolean) {
    this.#judgeAll = judgeAll;
    this.#alerts = this.#open(0);
    this.#take({ ...nothing, at: { wall: wallStart, mono: 0 }, action: { by: system, action: { kind: 'start' } } });
  }

  #open(mono: number) {
    const clock = { now: () => wallStart + mono, monotonic: () => mono };
    const notices = { add: (notice: Notice) => this.notices.push(notice) };
    const sites = [siteWith(rules, { n: 3, c: 2 })];
    return openAlerts({ db: this.#db, sites, notices, clock, judgeAll: this.#judgeAll }).alerts;
  }

  step(all: Step, mono: number): void {
    const at = { wall: wallStart + mono, mono };
    const due = [...this.#timers]
      .filter(([, when]) => when <= mono)
      .map(([key]): Deadline => ({ part: 'alerts', key }));
    for (const { key } of due) this.#timers.delete(key);
    if (due.length > 0) this.#take({ ...nothing, at, due });
    if (all.kind === 'rows')
      this.#take({ ...nothing, at, rows: all.columns.map((one, nth) => rowsOf(one, nth, mono)) });
    if (all.kind === 'view') {
      const { name, view } = all;
      const change = { kind: 'point', site: siteId, point: point(name), id: idOf(name), view } as const;
      this.#take({ ...nothing, at, changes: [change] });
    }
    if (all.kind !== 'restart') return;
    this.#timers.clear();
    this.#alerts = this.#open(mono);
    this.#take({ ...nothing, at, action: { by: system, action: { kind: 'start' } } });
  }

  /** All that it would still know after a kill, and what it remembers. */
  all() {
    const tables = ['alerts', 'alert_transitions', 'alert_evidence', 'alert_rules', 'alert_log', 'alert_counter'];
    const stored = tables.map((table) => this.#db.prepare(`SELECT * FROM ${table}`).raw().all());
    const { rules: remembered, armed, recent } = this.#alerts.memory;
    const evidence = names.map((name) => recent.since(`${siteId}/${name}`, Number.NEGATIVE_INFINITY));
    const byKey = (map: ReadonlyMap<string, unknown>) => Object.fromEntries(map);
    return { stored, remembered: byKey(remembered), armed: byKey(armed), timers: byKey(this.#timers), evidence };
  }

  #take(facts: Facts<AlertsAction>): void {
    const decided = this.#alerts.decide(facts);
    if (decided === null || decided.decisions === null) return;
    this.skipped += decided.decisions.rows.length - decided.decisions.toJudge.length;
    const { mono } = facts.at;
    const set = (key: string, afterMs: number) => this.#timers.set(key, mono + afterMs);
    const cancel = (key: string) => this.#timers.delete(key);
    this.#alerts.record(decided.decisions, { at: facts.at, arm: set, wake: set, cancel });
    this.#alerts.apply(decided.decisions);
  }
}

const system = { by: 'system', why: null };
const nothing = { rows: [], changes: [], due: [], action: null, signals: [] };
const idOf = (name: string) => [...names].map(String).indexOf(name) + 1;

function rowsOf({ name, late, epoch, said: all }: Column, seq: number, mono: number): PointRows {
  const rows = all.map(
    ({ value, fault, ageMs }): Row => ({
      at: Number.isFinite(ageMs) ? wallStart + mono - ageMs : null,
      time: 'synced',
      value,
      fault: value === null ? (fault ?? 'timeout') : fault,
      mono: mono - ageMs,
    }),
  );
  const row = (place: number) => {
    const found = rows[place];
    if (found === undefined) throw new Error('no such row');
    return found;
  };
  const of = { site: siteId, point: point(name), id: idOf(name), epoch, seq, late, simulated: false };
  return {
    ...of,
    freshForMs: 30_000,
    rows,
    count: rows.length,
    valueAt: (place) => row(place).value,
    faultAt: (place) => row(place).fault,
    monoAt: (place) => row(place).mono,
    atOf: (place) => row(place).at,
  };
}

test('leaving calm readings out decides, stores and remembers the same as judging every one', () => {
  let [skipped, raised] = [0, 0];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(step, fc.constantFrom(0, 100, 1000, 3000)), { minLength: 30, maxLength: 60 }),
      (steps) => {
        const [filtered, full] = [new Judge(false), new Judge(true)];
        let mono = 0;
        for (const [one, afterMs] of steps) {
          mono += afterMs;
          filtered.step(one, mono);
          full.step(one, mono);
        }
        expect(filtered.notices).toEqual(full.notices);
        expect(filtered.all()).toEqual(full.all());
        skipped += filtered.skipped;
        raised += filtered.notices.length;
      },
    ),
    { numRuns: 6 },
  );
  // Else nothing was compared.
  expect(skipped).toBeGreaterThan(10);
  expect(raised).toBeGreaterThan(10);
});
