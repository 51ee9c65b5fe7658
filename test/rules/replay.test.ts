import { expect, test } from 'vitest';
import { compareEpisodes } from '../../rules/compare.ts';
import { type Episode, perWeek, type Recorded, type Replayed, startReplay } from '../../rules/replay.ts';
import { compiled, point, ref } from './script.ts';

const points = [point('p/a', { maxSilenceMs: 1000 })];
const threshold = { kind: 'threshold', levels: { 주의: { above: 10 }, 경계: { above: 20 } } };

function replayed(rule: unknown, readings: readonly [at: number, value: number | null][]): Replayed {
  const replay = startReplay(compiled(rule, points), points);
  for (const [at, value] of readings)
    replay.add({ point: ref('p/a'), at, value, fault: null, epoch: 1 } satisfies Recorded);
  return replay.end();
}

test('an alert lasts from the first level that is met until none is, and tells its highest', () => {
  const { episodes } = replayed(threshold, [
    [0, 1],
    [1000, 12],
    [2000, 25],
    [3000, 11],
    [4000, 5],
    [5000, 30],
  ]);
  expect(episodes.map(({ from, to, level, levelAt, why }) => [from, to, level, levelAt, why.code])).toEqual([
    [1000, 4000, '경계', 2000, 'above-limit'],
    [5000, null, '경계', 5000, 'above-limit'],
  ]);
});

test('a gap of three silences is unknown time, and ends no alert', () => {
  const gap = replayed(threshold, [
    [0, 12],
    [60_000, 12],
    [61_000, 5],
    [62_000, 5],
    [70_000, 5],
  ]);
  expect(gap.episodes).toHaveLength(1);
  expect(gap.episodes[0]).toMatchObject({ from: 0, to: 61_000 });
  // The alert stood while it could not be verified; afterwards nothing was known for 70 − 62 − 3 s.
  expect(gap.unknownMs).toBe(5000);
});

test('a rule that waits is asked when it wants to be', () => {
  const missing = replayed({ kind: 'missing', levels: { 관심: '10s' } }, [
    [0, 1],
    [60_000, 1],
  ]);
  expect(missing.episodes).toMatchObject([{ from: 13_000, to: 60_000, level: '관심' }]);
});

test('alerts a week follow from the time of the recording, from an hour on', () => {
  const short = replayed(threshold, [
    [0, 12],
    [1000, 1],
  ]);
  expect(perWeek(short)).toBeNull();
  expect(perWeek({ ...short, spanMs: 12 * 3_600_000 })).toBe(14);
});

test('two rules are compared by alerts that overlap in time', () => {
  const episode = (from: number, to: number | null): Episode => ({
    from,
    to,
    level: '주의',
    levelAt: from,
    why: { code: 'within-limits' },
    witnesses: [],
  });
  const { both, gone, added } = compareEpisodes([episode(0, 10), episode(20, 30)], [episode(5, 15), episode(40, null)]);
  expect(both.map(({ present, changed }) => [present.from, changed.from])).toEqual([[0, 5]]);
  expect(gone.map(({ from }) => from)).toEqual([20]);
  expect(added.map(({ from }) => from)).toEqual([40]);
});
