import { describe, expect, test } from 'vitest';
import { builtInProfiles } from '../built-in.ts';
import { changed, goodSite, problemsOf, siteOf } from './site-text.ts';

const profile = `id: ours
maker: Own
model: One
source: our own test
verified: none
limits: { maxRegisters: 8 }
points:
  depth: { table: input, address: 1, type: i16, scale: 0.1, unit: cm, kind: level }
`;
const site = changed('profile: xy-md02', 'profile: ours', `${goodSite}profiles: [./mine]\n`);
const refused = (from: string, to: string) => problemsOf(site, { 'mine/ours.yaml': changed(from, to, profile) });

test('the built-in profiles are those of the design, and are read once', () => {
  expect([...builtInProfiles().keys()]).toEqual(
    expect.arrayContaining([
      'waveshare-rtu-io-8ch',
      'witmotion-wt901c-485',
      'xy-md02',
      'greystone-cmd5b4',
      'eastron-sdm120',
      'qdy30a',
    ]),
  );
  expect(builtInProfiles().get('xy-md02')).toBe(builtInProfiles().get('xy-md02'));
});

test('a site’s own profile serves like a built-in one', () => {
  const device = siteOf(site, { 'mine/ours.yaml': profile }).agents[0]?.buses[0]?.devices[1];
  expect(device?.profile.model).toBe('One');
  expect(device?.points.map(({ ref }) => ref)).toEqual(['air/depth']);
});

describe('a site’s own profile of a built-in one’s id', () => {
  const theirs = changed('id: ours', 'id: xy-md02', profile);

  test('serves in its place, and says so, since a new version may bring the built-in one', () => {
    const own = `${goodSite}profiles: [./mine]\n`;
    expect(problemsOf(own, { 'mine/ours.yaml': theirs })).toEqual([
      'mine/ours.yaml:1:5 id: warning: this profile stands in place of the built-in xy-md02; give it another id, or remove it, if the built-in one is meant',
    ]);
    expect(siteOf(own, { 'mine/ours.yaml': theirs }).agents[0]?.buses[0]?.devices[1]?.profile.model).toBe('One');
  });

  test('that is broken does not give way to the built-in one', () => {
    const wrong = changed('type: i16', 'type: int16', theirs);
    const problems = problemsOf(`${goodSite}profiles: [./mine]\n`, { 'mine/ours.yaml': wrong });
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('this profile stands in place');
    expect(problems[1]).toContain('"int16" is not known here');
  });
});

describe('a problem in a site’s own profile carries the profile’s file and line', () => {
  test.each<[string, string, string, string[]]>([
    [
      'a typo in a key',
      'scale: 0.1',
      'skale: 0.1',
      ['mine/ours.yaml:8:49 points.depth.skale: unknown key "skale"; did you mean scale?'],
    ],
    [
      'a type that does not exist',
      'type: i16',
      'type: int16',
      [
        'mine/ours.yaml:8:44 points.depth.type: "int16" is not known here; use bool, bit, u16, i16, sm16, u32, i32, sm32, u64, i64, f32, f64, bcd or string',
      ],
    ],
    [
      'a point that contradicts itself',
      'type: i16',
      'type: bool',
      ['mine/ours.yaml:8:44 points.depth.type: coils and discrete inputs are bool; registers never are (use bit)'],
    ],
    [
      'a partner that is not there',
      'kind: level',
      'kind: level, scaleFrom: dept',
      ['mine/ours.yaml:8:95 points.depth.scaleFrom: the profile has no point dept; did you mean depth?'],
    ],
    [
      'a point wider than the limit',
      'type: i16, scale: 0.1',
      'type: string, length: 9',
      ['mine/ours.yaml:8:10 points.depth: takes 9 registers, but limits.maxRegisters is 8; correct one of them'],
    ],
    [
      'a mask with a hole in it',
      'type: i16',
      'type: u16, mask: 0xF0F',
      [
        'mine/ours.yaml:8:55 points.depth.mask: only u16, i16, sm16, u32, i32, sm32 take a mask, and its bits stand side by side, as in 0xFF00',
      ],
    ],
    [
      'two words for one raw value',
      'type: i16',
      'type: i16, enum: { 5: a, 1-9: b }',
      ['mine/ours.yaml:8:60 points.depth.enum.5: the raw value 5 has the word of 1-9 already'],
    ],
    [
      'a plausibility setting that its point cannot keep to',
      'kind: level',
      'kind: level, plausibility: { stuckAfter: 10m }',
      [
        'mine/ours.yaml:8:112 points.depth.plausibility.stuckAfter: the point has no end to be stuck at; name the values with stuckAt, or give it a valid range',
      ],
    ],
    [
      'a function to write with that does not exist',
      'kind: level',
      'kind: level, writeWith: 7',
      ['mine/ours.yaml:8:95 points.depth.writeWith: 7 is not known here; use 5, 6, 15 or 16'],
    ],
    [
      'a point name with a capital',
      'depth:',
      'Depth:',
      ['mine/ours.yaml:8:3 points.Depth: "Depth": a point name is 1–63 of a–z, 0–9 and _, and begins with a letter'],
    ],
    [
      'no points',
      'points:\n  depth: { table: input, address: 1, type: i16, scale: 0.1, unit: cm, kind: level }',
      'points: {}',
      ['mine/ours.yaml:7:9 points: a profile without points reads nothing'],
    ],
    ['a missing key', 'verified: none\n', '', ['mine/ours.yaml:1:1 verified: "verified" is missing; add it']],
  ])('%s', (_, from, to, says) => {
    expect(refused(from, to)).toEqual(says);
  });

  test('two files with one id', () => {
    expect(problemsOf(site, { 'mine/a.yaml': profile, 'mine/b.yml': profile })).toEqual([
      'mine/b.yml:1:5 id: the profile id ours is taken by mine/a.yaml; give this profile another',
    ]);
  });

  test('an empty file', () => {
    expect(problemsOf(site, { 'mine/a.yaml': '', 'mine/ours.yaml': profile })).toEqual([
      'mine/a.yaml: is empty; write a site or a profile in it',
    ]);
  });
});

describe('a profile folder', () => {
  test('that does not exist is a problem, and its profiles are not called missing', () => {
    expect(problemsOf(site)).toEqual(['26:12 profiles.0: the profile folder mine: does not exist; check the path']);
  });

  test('that is a file is a problem', () => {
    expect(problemsOf(site, { mine: 'x' })).toEqual([
      '26:12 profiles.0: the profile folder mine: a part of this path is not a folder; check the path',
    ]);
  });

  test('without a profile is a warning', () => {
    expect(problemsOf(`${goodSite}profiles: [mine]\n`, { 'mine/notes.txt': 'x' })).toEqual([
      '26:12 profiles.0: warning: there is no profile (*.yaml) in this folder; check the path',
    ]);
  });

  test('named twice is a problem once', () => {
    expect(problemsOf(site.replace('[./mine]', '[./mine, mine/]'), { 'mine/ours.yaml': profile })).toEqual([
      '26:20 profiles.1: this folder is named above; remove one of the two',
    ]);
  });
});
