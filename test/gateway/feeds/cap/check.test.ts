import { describe, expect, test } from 'vitest';
import { checkCap } from '../../../../gateway/feeds/cap/check.ts';
import { capRules } from '../../../../gateway/feeds/cap/rules.ts';
import { golden } from './sample.ts';

const fire = golden('fire-critical');
const inside = (name: string, text: string) => fire.replaceAll(new RegExp(`<${name}>[^<]*</${name}>`, 'g'), text);
const without = (name: string) => inside(name, '');
const reference = 'safety.saesol.example,saesol.hanbit.a-7k2.1,2026-11-21T17:48:10+09:00';
const ring = Array.from({ length: 101 }, (_, i) => `37.5000${i % 10},127.01020`).join(' ');
const resource = (digest: string) =>
  `<resource><resourceDesc>x</resourceDesc><mimeType>image/png</mimeType><digest>${digest}</digest></resource><area>`;

/** For each rule a document that breaks it, made from one that breaks none. */
const broken: Record<string, string> = {
  'id-characters': fire.replace('saesol.hanbit.a-7k2.2<', 'saesol hanbit,2<'),
  'id-present': inside('sender', '<sender></sender>'),
  'references-of-successors': without('references'),
  'references-form': fire.replace(reference, 'one,two'),
  'references-earlier': fire.replace(reference, reference.replace('17:48:10', '17:58:10')),
  'scope-restricted': fire.replace('Public', 'Restricted'),
  'scope-private': fire.replace('Public', 'Private'),
  'has-info': fire.replace(/<info>[\s\S]*<\/info>/, ''),
  'exercise-note': without('note'),
  'both-languages': fire.replace('en-US', 'ja-JP'),
  'languages-agree': fire.replace('Extreme', 'Severe'),
  'all-clear-needs-an-event': without('references').replace('Update', 'Alert').replaceAll('Evacuate', 'AllClear'),
  'all-clear-is-past': fire.replaceAll('Evacuate', 'AllClear'),
  'nothing-unknown': fire.replaceAll('Observed', 'Unknown'),
  'event-length': inside('event', `<event>${'화'.repeat(36)}</event>`),
  'headline-length': inside('headline', `<headline>${'x'.repeat(161)}</headline>`),
  'says-what-to-do': without('instruction'),
  'expires-present': without('expires'),
  'time-order': inside('onset', '<onset>2026-11-21T17:40:00+09:00</onset>'),
  'expires-within-a-day': inside('expires', '<expires>2026-11-22T18:48:24+09:00</expires>'),
  'has-area': fire.replaceAll(/<area>[\s\S]*?<\/area>/g, ''),
  'area-is-located': without('polygon').replaceAll(/<geocode>[\s\S]*?<\/geocode>/g, ''),
  'polygon-closed': fire.replaceAll(' 37.50010,127.01020</polygon>', '</polygon>'),
  'polygon-vertices': inside('polygon', `<polygon>${ring}</polygon>`),
  'latitude-first': fire.replaceAll(/(37\.\d+),(127\.\d+)/g, '$2,$1'),
  'five-decimals': fire.replaceAll('37.50010,127.01020', '37.50,127.01'),
  'circle-form': inside('polygon', '<circle>37.50010,127.01020</circle>'),
  'ceiling-needs-altitude': fire.replaceAll('</geocode>', '</geocode><ceiling>30</ceiling>'),
  'digest-form': fire.replaceAll('<area>', resource('12ab')),
};

test('a document that keeps everything is passed', () => {
  expect(checkCap(fire)).toEqual([]);
  expect(checkCap(fire.replaceAll('<area>', resource('a'.repeat(40))))).toEqual([]);
});

describe('each rule', () => {
  test('has a document that breaks it, an id of its own and a source', () => {
    expect(Object.keys(broken).sort()).toEqual(capRules.map(({ id }) => id).sort());
    expect(new Set(capRules.map(({ id }) => id)).size).toBe(capRules.length);
    for (const { id, source } of capRules) expect(source.length, id).toBeGreaterThan(5);
  });

  test.each(Object.entries(broken))('%s is found where it is broken', (rule, xml) => {
    expect(xml).not.toBe(fire);
    expect(checkCap(xml).map((breach) => breach.rule)).toContain(rule);
  });
});

test.each([
  ['a file that is cut', fire.slice(0, 900), 'well-formed'],
  ['an element that is missing', without('status'), 'structure'],
  ['a time with Z', fire.replace('17:48:24+09:00', '08:48:24Z'), 'structure'],
])('%s is told before any rule is asked', (_what, xml, rule) => {
  expect(new Set(checkCap(xml).map((breach) => breach.rule))).toEqual(new Set([rule]));
});

test('a breach says where it is', () => {
  expect(checkCap(broken['five-decimals'] ?? '')[0]).toMatchObject({ where: 'alert/info[1]/area[1]', line: 49 });
});
