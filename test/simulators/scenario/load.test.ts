import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../../config/load-site.ts';
import { loadScenario } from '../../../simulators/scenario/load.ts';
import { tempDir } from '../../temp.ts';
import { load, smallSiteText } from '../sites.ts';

const good = `id: try
title: { ko: 시험, en: A try }
site: test
begins: "06:00"
steps:
  - { at: "06:10", fault: silent, target: di-1, for: 3h }
  - { at: "06:05:30", set: di-1/di_4, value: true, note: { ko: 정차, en: A car } }
  - { at: "25:00", event: fire, place: tilt-1, strength: 2 }
`;

function read(text: string) {
  const site = load(smallSiteText());
  const file = join(tempDir(), 'day.yaml');
  writeFileSync(file, text);
  const loaded = loadScenario(file, site);
  return { file, site, loaded };
}

function problemsOf(text: string): string[] {
  const { file, site, loaded } = read(text);
  if (loaded.ok) return [];
  return loaded.problems.map((problem) => formatProblem(problem).replace(`${file}:`, '').replace(site.file, 'FILE'));
}

test('a scenario is read with its steps in order of time', () => {
  const { loaded } = read(good);
  expect(loaded).toEqual({
    ok: true,
    scenario: {
      id: 'try',
      title: { ko: '시험', en: 'A try' },
      beginsMs: 6 * 3_600_000,
      seed: 1,
      steps: [
        {
          atMs: 21_930_000,
          does: 'set',
          point: 'di-1/di_4',
          value: true,
          note: { ko: '정차', en: 'A car' },
        },
        { atMs: 22_200_000, does: 'fault', name: 'silent', target: 'di-1', forMs: 10_800_000, note: null },
        { atMs: 90_000_000, does: 'event', name: 'fire', place: 'tilt-1', strength: 2, note: null },
      ],
    },
  });
});

describe('a mistake in a scenario file is refused where it stands, with how to fix it', () => {
  test.each([
    ['site: test', 'site: saesol', ['3:7 site: this scenario is for saesol, and FILE is test; give that site']],
    ['begins: "06:00"', 'begins: 6am', ['4:9 begins: a time is written "10:12" or "17:48:10"']],
    [
      'begins: "06:00"\n',
      '',
      ['1:1 begins: "begins" is missing; add it: a time of the site\'s wall clock, such as "10:12"'],
    ],
    ['seed', 'seed', []],
    [
      'target: di-1',
      'target: di-9',
      ['6:43 steps.0.target: "di-9": test has no bus or device of this name; did you mean di-1?'],
    ],
    ['silent', 'silence', ['6:27 steps.0.fault: "silence" is no fault; did you mean silent?']],
    ['silent', 'drifting', ['6:45 steps.0.target: di-1 shows no number that could drift']],
    ['3h }', '3h, rate: 0.1 }', ['6:64 steps.0.rate: a rate belongs to drifting; remove it from silent']],
    ['3h }', '3h, place: di-1 }', ['6:65 steps.0.place: place does not go with fault; remove it']],
    ['3h }', '3 hours }', ['6:54 steps.0.for: "3 hours": a duration is a number and a unit: 250ms, 5s, 10m or 2h']],
    [
      '3h }',
      '3h, evry: 5s }',
      [
        '6:58 steps.0.evry: unknown key "evry"; known here: at, for, note, fault, target, rate, by, event, place, strength, set, value',
      ],
    ],
    [
      '"06:10"',
      '"05:10"',
      ['6:11 steps.0.at: is before the scenario begins (06:00); hours of the next day are written 24 and up'],
    ],
    ['"06:10"', '"6:10"', ['6:11 steps.0.at: a time is written "10:12" or "17:48:10"']],
    [
      'at: "06:10", ',
      '',
      ['6:5 steps.0.at: "at" is missing; add it: a time of the site\'s wall clock, such as "10:12"'],
    ],
    ['fault: silent, target: di-1, ', '', ['6:5 steps.0: this step does nothing; give it a fault, an event or a set']],
    ['target: di-1, ', '', ['6:5 steps.0: fault needs a target beside it']],
    [', value: true', '', ['7:5 steps.1: set needs a value beside it']],
    ['value: true', 'value: maybe', ['7:28 steps.1.set: di-1/di_4: "maybe" is not true or false']],
    ['value: true', 'value: [1]', ['7:46 steps.1.value: a list: a value is true, false, a number or a text']],
    [
      'set: di-1/di_4',
      'set: di-1/di_9',
      [expect.stringMatching(/^7:28 steps\.1\.set: di-1\/di_9: waveshare-rtu-io-8ch has no point di_9/)],
    ],
    [
      'set: di-1/di_4',
      'set: di-1/di_4, event: rain',
      ['7:28 steps.1.set: a step does one thing, and this one has event already; make two of it'],
    ],
    ['event: fire', 'event: fires', ['8:27 steps.2.event: "fires" does not happen here; did you mean fire?']],
    [
      'place: tilt-1',
      'place: tilt-2',
      ['8:40 steps.2.place: "tilt-2": test has no such agent or device; did you mean tilt-1?'],
    ],
    ['strength: 2', 'strength: 0', ['8:58 steps.2.strength: 0: give a number above 0; 1 is the usual size']],
    ['title: {', '\ttitle: {', [expect.stringMatching(/^2:1: a tab/)]],
  ])('%s → %s', (from, to, says) => {
    expect(problemsOf(good.replace(from, to))).toEqual(says);
  });

  test('and all of them at once', () => {
    const text = good
      .replace('for: 3h', 'for: long')
      .replace('target: di-1', 'target: di-9')
      .replace('di_4', 'di_9')
      .replace('fire', 'fires')
      .replace('title', 'titel');
    expect(problemsOf(text).map((problem) => problem.split(' ')[1])).toEqual([
      'title:',
      'titel:',
      'steps.0.target:',
      'steps.0.for:',
      'steps.1.set:',
      'steps.2.event:',
    ]);
  });

  test('a file that is not there', () => {
    const loaded = loadScenario('/nowhere/day.yaml', load(smallSiteText()));
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([
      '/nowhere/day.yaml: does not exist; check the path',
    ]);
  });
});
