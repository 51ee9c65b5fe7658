import { describe, expect, test } from 'vitest';
import { hazards, levels } from '../../../contract/hazards.ts';
import { audiences, groups, phases } from '../../../contract/words/guidelines/guideline.ts';
import { type GuidelineQuery, guidelineFor } from '../../../contract/words/guidelines/guidelines.ts';

const every: GuidelineQuery[] = hazards.flatMap((hazard) =>
  levels.flatMap((level) =>
    audiences.flatMap((audience) =>
      phases.flatMap((phase) => [false, true].map((isFlat) => ({ hazard, level, audience, phase, isFlat }))),
    ),
  ),
);
const named = every.map((query) => ({ name: JSON.stringify(query), ...guidelineFor(query) }));
const words = (line: string) => line.split(/\s+/).length;

describe('every hazard, level, audience and phase', () => {
  test('has lines in both languages, as many in one as in the other, and a source', () => {
    expect(named).toHaveLength(11 * 4 * 3 * 3 * 2);
    for (const { name, lines, sources } of named) {
      expect(lines.ko.length, name).toBeGreaterThan(0);
      expect(lines.en.length, name).toBe(lines.ko.length);
      expect(sources.length, name).toBeGreaterThan(0);
    }
  });

  test('has lines of seven words at most, of one action, none said twice', () => {
    const joined =
      / then |하고 |한 뒤|[.;]$|\b(leave|go|call|shut|close|take) .* and (leave|go|call|shut|close|take)\b/i;
    const wrong = named.flatMap(({ name, lines }) =>
      [lines.ko, lines.en].flatMap((all) =>
        all
          .filter((line, i) => words(line) > 7 || joined.test(line) || all.indexOf(line) !== i)
          .map((line) => `${name}: ${line}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('has a large-print form of three lines of five words and 18 syllables at most', () => {
    const wrong = named.flatMap(({ name, large }) =>
      [...large.ko, ...large.en]
        .filter((line) => words(line) > 5 || (/[가-힣]/.test(line) && line.length > 18))
        .map((line) => `${name}: ${line}`),
    );
    expect(wrong).toEqual([]);
    for (const { name, large } of named) expect(large.ko.length, name).toBeLessThanOrEqual(3);
  });

  test('has Korean in the Korean and none in the English', () => {
    for (const { name, lines } of named) {
      for (const line of lines.ko) expect(line, name).toMatch(/[가-힣]/);
      for (const line of lines.en) expect(line, name).not.toMatch(/[가-힣]/);
    }
  });
});

describe('what must not be missing', () => {
  const during = (over: Partial<GuidelineQuery>) =>
    guidelineFor({ hazard: 'fire', level: '심각', audience: 'resident', phase: 'during', ...over }).lines.en.join('|');

  test.each([
    ['fire: stairs, not the lift', {}, /Leave the building.*stairs only/],
    ['fire in a flat: look first, stay where no smoke is', { isFlat: true }, /^Look for fire.*No smoke: stay in/],
    ['gas: no switch is touched', { hazard: 'gas' }, /Touch no switch/],
    [
      'gas, manager: nothing electrical is operated',
      { hazard: 'gas', audience: 'manager' },
      /Operate nothing electrical/,
    ],
    ['flood: the car is left', { hazard: 'flood' }, /Go up now.*Leave your car/],
    ['flood at 경계: the basement is left at once', { hazard: 'flood', level: '경계' }, /^Leave the basement at once/],
    ['earthquake: cover before leaving', { hazard: 'earthquake' }, /^Get under a table.*When it stops/],
    ['collapse: away from the building', { hazard: 'collapse' }, /Get away from the building/],
    ['co: nobody goes in to rescue', { hazard: 'co', audience: 'manager' }, /Do not go in to rescue/],
    ['equipment: the alarm may not sound', { hazard: 'equipment' }, /alarm may not sound/],
  ] as const)('%s', (_what, over, expected) => {
    expect(during(over)).toMatch(expected);
  });

  test('119 is named to residents at the highest level of every hazard that makes them leave', () => {
    for (const hazard of ['fire', 'gas', 'co', 'flood', 'collapse'] as const) {
      expect(during({ hazard }), hazard).toContain('119');
    }
  });
});

test('people who need another line get one from 경계 on, and responders none', () => {
  for (const hazard of hazards) {
    for (const group of groups) {
      const lines = (level: '주의' | '경계', audience: 'resident' | 'manager' | 'responder') =>
        guidelineFor({ hazard, level, audience, phase: 'during' }).vulnerable[group].ko.length;
      expect(lines('경계', 'resident'), `${hazard} ${group}`).toBeGreaterThan(0);
      expect(lines('경계', 'manager')).toBeGreaterThan(0);
      expect(lines('주의', 'resident') + lines('경계', 'responder')).toBe(0);
    }
  }
});
