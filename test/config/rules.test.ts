import { describe, expect, test } from 'vitest';
import { readyRules } from '../../config/buildings/library.ts';
import { readyRuleSchema } from '../../config/buildings/rule-file.ts';
import { rulesOf } from '../../config/site.ts';
import { compileRule } from '../../rules/compile.ts';
import { conditionSchema } from '../../rules/condition.ts';
import { changed, goodSite, problemsOf, siteOf } from './site-text.ts';

const house = '  - { id: house, name: { ko: 집, en: House } }';
const di = '{ id: di, profile: waveshare-rtu-io-8ch, unit: 1, every: 500ms }';
const contacts = di.replace(' }', ', points: { di_0: { kind: smoke }, di_1: { kind: smoke }, di_2: { kind: door } } }');
const withContacts = changed(di, contacts);

/** The good site with a building whose rules these are; the first line of them is line 30. */
function withRules(rules: string, text = withContacts): string {
  const places = '[{ device: di, storey: 1f, at: [1, 2] }, { device: air }]';
  const storeys = '[{ id: 1f, name: { ko: 1층, en: Ground floor }, elevation: 0 }]';
  const building = `  - id: house
    name: { ko: 집, en: House }
    storeys: ${storeys}
    places: ${places}
    rules:`;
  const lines = rules.split('\n').map((line) => `      ${line}`);
  return changed(house, `${building}\n${lines.join('\n')}`, text);
}

const own = `- id: hot
  title: { ko: 더움, en: Hot }
  hazard: equipment
  points: [air/temperature]
  condition: { kind: threshold, levels: { 주의: { above: 40 } }, hysteresis: 2 }
  consequence: { ko: 상한다, en: It spoils }
  action: { ko: 식힌다, en: Cool it }
  who: manager
  within: 10m
  source: facility's own`;

describe('rules of a building', () => {
  test('a ready rule is named in one line and finds its points by what they mean', () => {
    expect(problemsOf(withRules('- use: fire-smoke'))).toEqual([]);
    const rules = rulesOf(siteOf(withRules('- use: fire-smoke')));
    expect(rules.map(({ id, about, lifeSafety }) => ({ id, about, lifeSafety }))).toEqual([
      { id: 'house/fire-smoke', about: null, lifeSafety: true },
    ]);
    const [rule] = rules;
    expect(rule && compileRule(rule).points).toEqual(['di/di_0', 'di/di_1']);
  });

  test('one that is about each point becomes a rule for each, with an id that stays', () => {
    const rules = rulesOf(siteOf(withRules('- use: fire-door')));
    expect(rules.map(({ id, about }) => [id, about])).toEqual([['house/fire-door:di/di_2', 'di/di_2']]);
  });

  test('what an entry says stands over the ready rule, the condition key by key', () => {
    const text = `- use: fire-smoke
  condition: { levels: { 주의: 1, 심각: 2 } }
  within: 1m
  confirmedBy: manager`;
    const [rule] = rulesOf(siteOf(withRules(text)));
    expect(rule).toMatchObject({ withinMs: 60_000, provenance: { confirmedBy: 'manager' }, who: 'manager' });
    expect(rule?.condition).toMatchObject({ kind: 'voting', levels: { 주의: 1, 심각: 2 } });
  });

  test('a rule of one site alone needs everything, and may belong to no building', () => {
    expect(problemsOf(withRules(own))).toEqual([]);
    const text = `${goodSite}rules:\n${own.replaceAll(/^/gm, '  ')}\n`;
    expect(problemsOf(text)).toEqual([]);
    expect(rulesOf(siteOf(text)).map(({ id, building }) => [id, building])).toEqual([['site/hot', null]]);
  });

  test('points of a life-safety rule are heard of every 10 s, go ahead on their bus and are stored at once', () => {
    const safe = own.replace('hazard: equipment', 'hazard: fire\n  lifeSafety: true');
    const points = siteOf(withRules(safe)).agents.flatMap(({ buses }) =>
      buses.flatMap(({ devices }) => devices.flatMap((device) => [...device.points])),
    );
    const point = points.find(({ ref }) => ref === 'air/temperature');
    expect(point).toMatchObject({ isLifeSafety: true, maxSilenceMs: 10_000, commit: 'now' });
    const rule = rulesOf(siteOf(withRules(safe)))[0];
    expect(rule?.points[0]).toMatchObject({ maxSilenceMs: 10_000, unit: '°C' });
  });
});

type Case = { title: string; rules: string; text?: string; says: string[] };

const at = (from: string, to: string) => {
  if (!own.includes(from)) throw new Error(`the rule has no ${from}`);
  return own.replace(from, to);
};
const condition = 'condition: { kind: threshold, levels: { 주의: { above: 40 } }, hysteresis: 2 }';

const refused: Case[] = [
  {
    title: 'a ready rule that is not there',
    rules: '- use: fire-smok',
    says: ['30:14 buildings.0.rules.0.use: there is no ready rule "fire-smok"; did you mean fire-smoke?'],
  },
  {
    title: 'a ready rule without a point to judge',
    rules: '- use: gas-lel',
    says: [
      '30:14 buildings.0.rules.0.use: no point in the places of this building means "lel"; add its device to places, or name points',
    ],
  },
  {
    title: 'a point that is not there',
    rules: at('air/temperature', 'air/temprature'),
    says: [
      '33:18 buildings.0.rules.0.points.0: profile xy-md02 has no point "temprature"; it has temperature, humidity',
    ],
  },
  {
    title: 'a device that is not there',
    rules: at('air/temperature', 'aur/temperature'),
    says: ['33:18 buildings.0.rules.0.points.0: there is no device "aur"; did you mean air?'],
  },
  {
    title: 'a point of another type',
    rules: at('air/temperature', 'di/di_5'),
    says: [
      '34:62 buildings.0.rules.0.condition.levels."주의".above: di/di_5 is a boolean; above is for numbers, is: … for the others',
    ],
  },
  {
    title: 'a point in another unit',
    rules: at('points: [air/temperature]', 'unit: "%"\n  points: [air/temperature]'),
    says: [
      '34:18 buildings.0.rules.0.points.0: air/temperature is in °C, and the figures of this rule are in %; name another point, or give the figures and unit again',
    ],
  },
  {
    title: 'a hysteresis wider than the span',
    rules: at('hysteresis: 2', 'hysteresis: 90'),
    says: [
      '34:82 buildings.0.rules.0.condition.hysteresis: air/temperature reads -40 to 125 °C, so with a hysteresis of 90 above 40 never comes back (at -50); the hysteresis is wider than the span: lower it',
    ],
  },
  {
    title: 'a level that cannot be reached',
    rules: at('above: 40', 'above: 140'),
    says: [
      '34:62 buildings.0.rules.0.condition.levels."주의".above: air/temperature reads -40 to 125 °C, so above 140 can never be reached; correct it',
    ],
  },
  {
    title: 'levels in falling order',
    rules: at('{ 주의: { above: 40 } }', '{ 주의: { above: 40 }, 경계: { above: 30 } }'),
    says: [
      '34:81 buildings.0.rules.0.condition.levels."경계".above: 경계 asks no more than 주의, so 주의 can never stand by itself; levels rise: 관심, 주의, 경계, 심각',
    ],
  },
  {
    title: 'a delay that outlasts the window',
    rules: at(condition, 'condition: { kind: rate, window: 5m, levels: { 주의: { above: 5 } }, onDelay: 10m }'),
    says: [
      '34:85 buildings.0.rules.0.condition.onDelay: what is seen is forgotten after 5m, so it never lasts 10m; shorten the delay, or lengthen the window',
    ],
  },
  {
    title: 'a delay that is judged late, as a warning',
    rules: at('hysteresis: 2', 'onDelay: 10s'),
    says: [
      '34:79 buildings.0.rules.0.condition.onDelay: warning: air/temperature is judged after 10s only when its next reading comes, which may take 1m; give it a lower maxSilence',
    ],
  },
  {
    title: 'n of m with more n than m',
    rules: at('hysteresis: 2', 'of: { n: 3, m: 2 }'),
    says: ['34:74 buildings.0.rules.0.condition.of: n of m: n cannot be more than m'],
  },
  {
    title: 'a level with two tests',
    rules: at('{ above: 40 }', '{ above: 40, below: 3 }'),
    says: ['34:53 buildings.0.rules.0.condition.levels."주의": give one of above, below and is'],
  },
  {
    title: 'a typo in a condition',
    rules: at('hysteresis: 2', 'hysterese: 2'),
    says: ['34:70 buildings.0.rules.0.condition.hysterese: unknown key "hysterese"; did you mean hysteresis?'],
  },
  {
    title: 'a kind that there is not',
    rules: at('kind: threshold', 'kind: treshold'),
    says: [
      '34:28 buildings.0.rules.0.condition.kind: "treshold" is not known here; use threshold, rate, deviation, dose, ppv, voting, exceedances, held, missing or equipment (did you mean threshold?)',
    ],
  },
  {
    title: 'a word that the point never says',
    rules: '- use: fire-smoke\n  condition: { witnesses: [{ points: [di/di_0], is: alarm }], levels: { 경계: 1 } }',
    says: [
      '31:59 buildings.0.rules.0.condition.witnesses.0.is: di/di_0 is a boolean, which is never "alarm"; write true or false',
    ],
  },
  {
    title: 'more witnesses than there are',
    rules: '- use: fire-smoke\n  condition: { levels: { 경계: 1, 심각: 3 } }',
    says: [
      '31:43 buildings.0.rules.0.condition.levels."심각": 3 witnesses are needed and 2 named, so the level cannot be reached; name more, or ask for fewer',
    ],
  },
  {
    title: 'a rule that asks nothing of anybody, as a warning',
    rules: at('  action: { ko: 식힌다, en: Cool it }\n', ''),
    says: [
      '30:9 buildings.0.rules.0: warning: hot asks nobody to do anything, so it makes log entries and no alert; add action: { ko: …, en: … }',
    ],
  },
  {
    title: 'figures of unknown origin, as a warning',
    rules: at("\n  source: facility's own", ''),
    says: [
      '30:9 buildings.0.rules.0: warning: hot does not say where its figures come from; add source: …, and confirmedBy: the role that stands up for them',
    ],
  },
  {
    title: 'a role that there is not',
    rules: at('who: manager', 'who: manger'),
    says: ['37:14 buildings.0.rules.0.who: there is no role "manger"; did you mean manager?'],
  },
  {
    title: 'what is missing in a rule of one site alone',
    rules: at('  within: 10m\n', ''),
    says: ['30:9 buildings.0.rules.0: "within" is missing; add it: by when, from the alert, such as 5m'],
  },
  {
    title: 'the same rule twice',
    rules: '- use: fire-smoke\n- use: fire-smoke',
    says: ['31:9 buildings.0.rules.1: rule "fire-smoke" stands in line 30; give one of the two another id'],
  },
  {
    title: 'more silence than a life-safety rule bears',
    rules: at('hazard: equipment', 'hazard: fire\n  lifeSafety: true'),
    text: changed(
      'unit: 2, every: 5s }',
      'unit: 2, every: 5s, points: { temperature: { maxSilence: 1m } } }',
      withContacts,
    ),
    says: [
      '12:99 agents.0.buses.0.devices.1.points.temperature.maxSilence: people leave a building by hot, so air/temperature says at least every 10s that it is well; lower it',
    ],
  },
  {
    title: 'a poll that is too rare for a life-safety rule',
    rules: at('hazard: equipment', 'hazard: fire\n  lifeSafety: true'),
    text: changed('unit: 2, every: 5s }', 'unit: 2, every: 30s }', withContacts),
    says: [
      '30:9 buildings.0.rules.0: people leave a building by hot, so air/temperature is read at least every 10s, not every 30s; lower its every',
    ],
  },
  {
    title: 'a life-safety rule on a map that nobody verified',
    rules: at('hazard: equipment', 'hazard: collapse\n  lifeSafety: true').replace('air/temperature', 'gauge/crack'),
    text: changed(
      '          - { id: air,',
      '          - { id: gauge, profile: ngsx-5332c, unit: 9, every: 5s, points: { crack: { valid: [0, 50] } } }\n          - { id: air,',
      changed('kind: modbus-rtu', 'kind: modbus-rtu\n        baudRate: 9600', withContacts),
    ),
    says: [
      '32:9 buildings.0.rules.0: people leave a building by hot, and nobody has verified the register map of gauge/crack (profile ngsx-5332c, verified: none); prove it on the device, or write acceptUnverified: true',
    ],
  },
];

describe('a rule is refused, or warned of, for', () => {
  test.each(refused)('$title', ({ rules, text, says }) => {
    expect(problemsOf(withRules(rules, text))).toEqual(says);
  });

  test('nothing that depends on points while a bus cannot be made out', () => {
    const text = withRules('- use: gas-lel', changed('profile: xy-md02', 'profile: xy-md20', withContacts));
    expect(problemsOf(text).map((problem) => problem.split(' ')[1])).toEqual(['agents.0.buses.0.devices.1.profile:']);
  });
});

describe('storeys and places are refused for', () => {
  const places = (from: string, to: string) => problemsOf(changed(from, to, withRules('- use: fire-smoke')));
  test.each([
    [
      'a storey that is not there',
      'storey: 1f,',
      'storey: 2f,',
      '28:36 buildings.0.places.0.storey: there is no storey "2f"; did you mean 1f?',
    ],
    [
      'a device that is not there',
      '{ device: air }]',
      '{ device: aur }]',
      '28:64 buildings.0.places.1.device: there is no device "aur"; did you mean air?',
    ],
    [
      'a device with two places',
      '{ device: air }]',
      '{ device: air }, { device: di }]',
      '28:71 buildings.0.places.2: di has its place in line 28; keep one of the two',
    ],
    [
      'a place of nothing',
      '{ device: air }]',
      '{ at: [1, 1] }]',
      '28:54 buildings.0.places.1: give one of device and point',
    ],
  ])('%s', (_title, from, to, says) => {
    expect(places(from, to)).toEqual([says]);
  });
});

describe('the ready rules', () => {
  const all = [...readyRules()].map(([id, value]) => ({ id, rule: readyRuleSchema.parse(value) }));

  test.each(all)('$id has a condition that can be read, a consequence, an action and a source', ({ rule }) => {
    expect(conditionSchema.safeParse(rule.condition).error).toBeUndefined();
    expect(rule.action).not.toBeNull();
    expect(rule.source).toBeTruthy();
  });

  test.each(all)('$id says everything in Korean and in English', ({ rule }) => {
    const texts = [rule.title, rule.consequence, rule.action ?? rule.title];
    for (const { ko, en } of texts) {
      expect(ko).toMatch(/[가-힣]/);
      expect(en).not.toMatch(/[가-힣]/);
    }
  });
});
