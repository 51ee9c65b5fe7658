import { expect, test } from 'vitest';
import { missing, sharedFile } from '../../../needs.ts';
import { bridge, bucketsOf, dayMs, slope } from './recordings.ts';
import { ownScale, replay } from './replay.ts';

const prisms = sharedFile('data/slope-century-mine/prism_40-1980.csv');
const strain = sharedFile('data/bridge-load-test/support_01_lowering_strain_100hz.csv.gz');

test.skipIf(missing(prisms))(
  'a wall that came down accelerates before its end, and a slow prism beside it gets no date',
  () => {
    const said = (prism: '22-1917' | '40-1980') => replay(bucketsOf(slope(prism), dayMs), ownScale(dayMs, dayMs));
    expect(said('40-1980').map(({ analysis }) => analysis.state)).toContain('accelerating');
    const slow = said('22-1917').map(({ analysis }) => analysis);
    expect(slow.every(({ window, state }) => window === null && state !== 'imminent')).toBe(true);
  },
);

test.skipIf(missing(strain))('a support that is lowered is a step within two minutes, and no trend', () => {
  const second = 1000;
  const said = replay(
    bucketsOf(
      bridge('support_01_lowering_strain').filter((_, i) => i < 48_000),
      second,
    ),
    ownScale(second, 24 * second),
  );
  const first = said.find(({ analysis }) => analysis.steps.length > 0);
  expect((first?.at ?? Number.NaN) - (first?.analysis.steps[0]?.at ?? 0)).toBeLessThan(120 * second);
  expect(said.some(({ analysis }) => analysis.state === 'trend')).toBe(false);
});
