import { describe, expect, test } from 'vitest';
import { devicesOf } from '../../../config/site.ts';
import { changed, problemsOf, siteOf } from '../site-text.ts';

const air = 'profile: xy-md02, unit: 2, every: 5s';
const points = (text: string) => changed(air, `${air}, points: { ${text} }`);
const named = (place: string) =>
  `${place}: warning: truth is an old name and still read; write plausibility here, and wherever else this file has it`;

function temperatureOf(text: string) {
  const devices = siteOf(text).agents.flatMap(devicesOf);
  return devices.flatMap(({ device }) => device.points).find(({ ref }) => ref === 'air/temperature');
}

describe('truth, the old name of plausibility', () => {
  test('means the same', () => {
    const [old, now] = ['truth', 'plausibility'].map((key) =>
      temperatureOf(points(`temperature: { ${key}: { frozenAfter: 7m } }`)),
    );
    expect(old).toEqual(now);
    expect(old?.plausibility.frozenAfterMs).toBe(420_000);
  });

  test('is named once a file, however many points have it', () => {
    const text = points('temperature: { truth: { frozenAfter: 7m } }, humidity: { truth: { frozenAfter: 7m } }');
    expect(problemsOf(text)).toEqual([named('12:87')]);
  });

  test('is named in a profile too', () => {
    const profile = `id: ours
maker: Own
model: One
source: our own test
verified: none
points:
  depth: { table: input, address: 0, type: u16, kind: level, unit: m, truth: { frozenAfter: 1h } }
`;
    const site = changed('agents:', 'profiles: [mine]\nagents:');
    expect(problemsOf(site, { 'mine/ours.yaml': profile })).toEqual([named('mine/ours.yaml:7:71')]);
  });

  test('beside the new name is unknown', () => {
    const text = points('temperature: { plausibility: { frozenAfter: 7m }, truth: { frozenAfter: 8m } }');
    expect(problemsOf(text)).toEqual([expect.stringContaining('unknown key "truth"')]);
  });

  test('is no old name where a point is called so', () => {
    const text = points('truth: { every: 5s }');
    expect(problemsOf(text)).toEqual([expect.stringContaining('truth')]);
    expect(problemsOf(text)[0]).not.toContain('old name');
  });
});
