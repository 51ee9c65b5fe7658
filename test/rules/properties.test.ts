import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCalm } from '../../rules/calm.ts';
import type { CompiledRule, Judgement, RuleInput, RulePoint } from '../../rules/rule.ts';
import { rankOf } from '../../rules/verdict.ts';
import { compiled, contact, inputOf, point, ref, throughJson } from './script.ts';

/** What holds for every kind of condition, whatever comes in. */

const number = [point('p/a', { unit: 'x', valid: [0, 100] }), point('p/b', { unit: 'x', valid: [0, 100] })];
const pair = [point('p/a', { unit: 'mm/s' }), point('p/b', { unit: 'Hz' })];
const contacts = [contact('p/a'), contact('p/b')];
const ladder = { 관심: { above: 20 }, 주의: { above: 40 }, 심각: { above: 70 } };
const delayed = { hysteresis: 5, onDelay: '3s', offDelay: '5s' };

const kinds: { name: string; rule: unknown; points: readonly RulePoint[] }[] = [
  { name: 'threshold', rule: { kind: 'threshold', levels: ladder, hysteresis: 5 }, points: number },
  { name: 'threshold with delays', rule: { kind: 'threshold', levels: ladder, ...delayed }, points: number },
  { name: 'threshold, 2 of 3', rule: { kind: 'threshold', levels: ladder, of: { n: 2, m: 3 } }, points: number },
  {
    name: 'threshold of the size',
    rule: { kind: 'threshold', magnitude: true, levels: { 주의: { above: 20 }, 심각: { is: 7 } }, hysteresis: 5 },
    points: number,
  },
  {
    name: 'threshold below, blind',
    rule: { kind: 'threshold', blind: 100, levels: { 주의: { below: 40 }, 심각: { is: 70 } } },
    points: number,
  },
  { name: 'bits', rule: { kind: 'equipment', levels: { 관심: { bits: [1, 3] } } }, points: number },
  {
    name: 'rate',
    rule: { kind: 'rate', window: '8s', levels: { 주의: { above: 30 } }, hysteresis: 5 },
    points: number,
  },
  {
    name: 'rate of means',
    rule: { kind: 'rate', window: '20s', smooth: '4s', levels: { 주의: { above: 20 } }, hysteresis: 5 },
    points: number,
  },
  { name: 'deviation', rule: { kind: 'deviation', baseline: 50, levels: { 주의: { above: 30 } } }, points: number },
  {
    name: 'moving deviation',
    rule: { kind: 'deviation', baseline: { median: '20s' }, levels: { 주의: { above: 30 } } },
    points: number,
  },
  {
    name: 'dose',
    rule: {
      kind: 'dose',
      curve: [
        [30, 1],
        [90, 0.1],
      ],
      recovery: '10s',
      levels: { 경계: { above: 0.3 } },
      hysteresis: 0.1,
    },
    points: number,
  },
  {
    name: 'ppv',
    rule: {
      kind: 'ppv',
      line: [
        [1, 20],
        [50, 60],
      ],
      frequencies: ['p/b'],
      levels: { 주의: { above: 1 } },
      hysteresis: 0.1,
    },
    points: pair,
  },
  {
    name: 'exceedances',
    rule: { kind: 'exceedances', above: 60, hysteresis: 10, window: '30s', levels: { 주의: 2, 경계: 4 } },
    points: number,
  },
  { name: 'held', rule: { kind: 'held', is: true, levels: { 관심: '2s', 주의: '6s' } }, points: contacts },
  { name: 'missing', rule: { kind: 'missing', levels: { 관심: '2s', 주의: '6s' } }, points: contacts },
  { name: 'equipment', rule: { kind: 'equipment', levels: { 관심: { is: true } } }, points: contacts },
  {
    name: 'voting',
    rule: { kind: 'voting', witnesses: [{ points: ['p/a', 'p/b'], is: true }], levels: { 경계: 1, 심각: 2 } },
    points: contacts,
  },
];

const value = (points: readonly RulePoint[]) =>
  points[0]?.type === 'boolean'
    ? fc.boolean()
    : fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(20, 15, 40, 70));

/** Inputs in order of time, about either point: readings good, doubtful and bad, silence, ticks, new epochs. */
function inputs(points: readonly RulePoint[]) {
  const one = fc.record({
    after: fc.oneof(fc.constantFrom(0, 1000), fc.integer({ min: 0, max: 9000 })),
    where: fc.constantFrom('p/a', 'p/b'),
    what: fc.oneof(
      { weight: 6, arbitrary: value(points) },
      { weight: 1, arbitrary: fc.tuple(value(points), fc.constant('stuck' as const)) },
      { weight: 1, arbitrary: fc.constantFrom(null, 'gone' as const, 'tick' as const) },
    ),
    newEpoch: fc.integer({ min: 0, max: 19 }).map((chance) => chance === 0),
  });
  return fc.array(one, { maxLength: 60 }).map((steps) => {
    let [mono, epoch] = [0, 1];
    return steps.map(({ after, where, what, newEpoch }): RuleInput => {
      mono += after;
      if (newEpoch) epoch += 1;
      return inputOf(mono, where, what, epoch);
    });
  });
}

function run(
  rule: CompiledRule,
  all: readonly RuleInput[],
  kept = (state: ReturnType<CompiledRule['start']>) => state,
) {
  let state = rule.start();
  return all.map((input) => {
    const result = rule.step(kept(state), input);
    state = result.state;
    return result.judgement;
  });
}

const lets = (points: readonly RulePoint[], check: (all: RuleInput[]) => void) =>
  fc.assert(fc.property(inputs(points), check), { numRuns: 150 });

describe.each(kinds)('$name', ({ name, rule, points }) => {
  const made = compiled(rule, points);

  test('judges the same with its state through JSON at any instant', () => {
    lets(points, (all) => {
      expect(run(made, all, throughJson)).toEqual(run(made, all));
    });
  });

  test('is never brought down a level by what is unknown, bad or doubtful, nor by time alone', () => {
    lets(points, (all) => {
      const judgements = run(made, all);
      all.forEach((input, index) => {
        // A waiting velocity is judged with the next frequency or tick, whatever that is.
        if (isGood(input) || (name === 'ppv' && hasWaiting(all, index))) return;
        const [before, now] = [judgements[index - 1], judgements[index]];
        expect(rankOf(now?.level ?? null)).toBeGreaterThanOrEqual(rankOf(before?.level ?? null));
      });
    });
  });

  test('says unmet only when every point is known, and a level exactly when it is met', () => {
    lets(points, (all) => {
      for (const { verdict, level, unknown } of run(made, all)) {
        expect(level !== null).toBe(verdict === 'met');
        if (verdict === 'unmet') expect(unknown).toEqual([]);
        if (verdict === 'unknown') expect(unknown).not.toEqual([]);
      }
    });
  });

  test('calls calm only what leaves this very state, whenever it is read', () => {
    const values = points[0]?.type === 'boolean' ? [false, true] : [0, 1, 2, 7, 15, 19.9, 20, 39, 41, 55, 69, 70, 100];
    const moments = [Number.NEGATIVE_INFINITY, -5000, 0, 1e6];
    lets(points, (all) => {
      let state = made.start();
      for (const input of all) {
        state = made.step(state, input).state;
        for (const where of made.points) {
          const calm = made.calm(state, where);
          for (const value of calm === null ? [] : values.filter((one) => isCalm(calm, one))) {
            const mono = moments[Math.floor(value === true ? 1 : Number(value)) % moments.length] ?? 0;
            const sample = { value, fault: null, epoch: 2, mono };
            expect(made.step(state, { kind: 'sample', point: where, sample }).state).toBe(state);
          }
        }
      }
    });
  });

  const looksBack = ['rate', 'rate of means', 'dose', 'ppv', 'exceedances'].includes(name);
  test('never changes a state that it gave, and gives the very same where nothing changed', () => {
    lets(points, (all) => {
      let state = made.start();
      for (const input of all) {
        const before = JSON.stringify(state);
        const result = made.step(state, input);
        expect(JSON.stringify(state)).toBe(before);
        if (!looksBack && JSON.stringify(result.state) === before) expect(result.state).toBe(state);
        state = result.state;
      }
    });
  });
});

function isGood(input: RuleInput): boolean {
  return input.kind === 'sample' && input.sample.value !== null && input.sample.fault === null;
}

function hasWaiting(all: readonly RuleInput[], until: number): boolean {
  return all.slice(0, until + 1).some((input) => input.kind === 'sample' && input.point === ref('p/a'));
}

test('calm is what lies behind every limit of a rule at rest', () => {
  const rule = compiled({ kind: 'threshold', levels: ladder, hysteresis: 5 }, [point('p/a')]);
  const { state } = rule.step(rule.start(), inputOf(0, 'p/a', 3, 1));
  expect(rule.calm(rule.start(), ref('p/a'))).toBeNull();
  expect(rule.calm(state, ref('p/a'))).toEqual({ type: 'number', low: Number.NEGATIVE_INFINITY, high: 20, except: [] });
  expect(rule.calm(rule.step(state, inputOf(1, 'p/a', 20, 1)).state, ref('p/a'))).toBeNull();
});

test('hysteresis never chatters: a value that moves within it changes nothing', () => {
  const rule = compiled({ kind: 'threshold', levels: { 주의: { above: 50 } }, hysteresis: 10 }, [point('p/a')]);
  const band = fc.array(fc.double({ min: 40.001, max: 49.999, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(band, fc.boolean(), (values, wasOver) => {
      const inside = values.map((inner, index) => inputOf(index + 1, 'p/a', inner, 1));
      const levels = run(rule, [inputOf(0, 'p/a', wasOver ? 50 : 40, 1), ...inside]).map(({ level }) => level);
      expect(new Set(levels)).toEqual(new Set([wasOver ? '주의' : null]));
    }),
  );
});

test('a level changes no more often than the value crosses the whole band', () => {
  const rule = compiled({ kind: 'threshold', levels: { 주의: { above: 50 } }, hysteresis: 10 }, [point('p/a')]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 30, max: 60 }), { maxLength: 80 }), (values) => {
      const judgements: Judgement[] = run(
        rule,
        values.map((inner, index) => inputOf(index, 'p/a', inner, 1)),
      );
      const changes = judgements.filter(({ level }, index) => level !== (judgements[index - 1]?.level ?? null)).length;
      let side = false;
      const crossings = values.filter((inner) => {
        const next = side ? inner > 40 : inner >= 50;
        const crossed = next !== side;
        side = next;
        return crossed;
      }).length;
      expect(changes).toBe(crossings);
    }),
  );
});
