import { rulesOf } from '../../config/site.ts';
import type { Value } from '../../contract/reading.ts';
import { compileRule } from '../../rules/compile.ts';
import type { Rule } from '../../rules/rule.ts';
import { demoSite, watchBuilding } from '../rules/watched-building.ts';
import { judge, note, type Row, round } from './measure.ts';
import type { Bench } from './run.ts';

/** What a rule costs a reading, by kind, and what a quiet week of the demo's building raises. */
export const bench: Bench = {
  title: 'rules: cost of a reading, and a quiet week of the demo building',
  slow: true,
  run: async () => [...costRows(), ...(await weekRows())],
};

const readings = 50_000;

function costRows(): Row[] {
  const byKind = Map.groupBy(rulesOf(demoSite()), ({ condition }) => condition.kind);
  return [...byKind].flatMap(([kind, [rule]]) =>
    rule === undefined ? [] : [note(`one ${kind} rule judges a reading in`, `${round(microseconds(rule))} µs`)],
  );
}

function microseconds(rule: Rule): number {
  const compiled = compileRule(rule);
  const values = rule.points.map(
    ({ type, words }): Value => (type === 'number' ? 0.1 : type === 'boolean' ? false : (words?.[0] ?? '')),
  );
  let state = compiled.start();
  let spent = 0;
  for (let i = 0; i < 2 * readings; i++) {
    const at = i % compiled.points.length;
    const [point, first = null] = [compiled.points[at], values[at]];
    if (point === undefined) continue;
    const value = typeof first === 'number' ? first + (i % 7) * 0.01 : first;
    const input = { kind: 'sample', point, sample: { value, fault: null, epoch: 1, mono: i * 500 } } as const;
    if (i === readings) spent = performance.now();
    state = compiled.step(state, input).state;
  }
  return ((performance.now() - spent) * 1000) / readings;
}

async function weekRows(): Promise<Row[]> {
  const watched = await watchBuilding({ days: 7, everyMs: 10_000, lost: 0.001 });
  const alerts = (ofLife: boolean) =>
    watched
      .filter(({ rule }) => rule.lifeSafety === ofLife)
      .reduce((sum, { result }) => sum + result.episodes.length, 0);
  const seen = watched.filter(({ result }) => result.episodes.length > 0);
  return [
    judge('a quiet week, 0.1 % of readings lost: life-safety alerts', alerts(true), { atMost: 0 }, { steady: true }),
    judge('  other alerts', alerts(false), { atMost: 7 }, { steady: true }),
    note('  of which', seen.map(({ rule, result }) => `${rule.id} ${result.episodes.length}`).join(', ') || 'none'),
  ];
}
