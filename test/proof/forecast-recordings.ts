import type { Analysis } from '../../gateway/forecast/analysis/analysis.ts';
import { judge, note, type Row } from '../bench/measure.ts';
import { bearings, bridge, bucketsOf, cracks, dayMs, slope } from '../gateway/forecast/analysis/recordings.ts';
import { ownScale, replay, type Update } from '../gateway/forecast/analysis/replay.ts';

/** What the forecast says of recordings, each on its own time scale. */

const steady = { steady: true };
const second = 1000;
const hour = 3_600_000;

const isIn = (updates: readonly Update[], ...states: Analysis['state'][]) =>
  updates.filter(({ analysis }) => states.includes(analysis.state)).length;
const dates = (updates: readonly Update[]) => updates.filter(({ analysis }) => analysis.window !== null).length;

export function bridgeAndSlope(): Row[] {
  const bridgeOf = (file: Parameters<typeof bridge>[0]) =>
    replay(bucketsOf(bridge(file), second), ownScale(second, 24 * second));
  const lowered = bridgeOf('support_01_lowering_strain');
  const named = lowered.find(({ analysis }) => analysis.steps.length > 0);
  const late = ((named?.at ?? Number.NaN) - (named?.analysis.steps[0]?.at ?? Number.NaN)) / second;
  const quiet = [bridgeOf('reference_state_inclination'), bridgeOf('reference_state_strain')];
  const words = quiet.map((updates) => isIn(updates, 'trend', 'accelerating', 'imminent'));
  const prism = (name: Parameters<typeof slope>[0]) => replay(bucketsOf(slope(name), dayMs), ownScale(dayMs, dayMs));
  const [slow, one, other] = [prism('22-1917'), prism('40-1980'), prism('40-1975')];
  return [
    judge('bridge: the first step is named after', late, { atMost: 120 }, { ...steady, unit: ' s' }),
    note('bridge: steps named', String(lowered.at(-1)?.analysis.steps.length)),
    judge('bridge: words in the reference state', Math.max(...words), { atMost: 0 }, steady),
    judge(
      'slope 40-1980 or 40-1975: days of 가속 before the end',
      isIn(one, 'accelerating') + isIn(other, 'accelerating'),
      { atLeast: 1 },
      steady,
    ),
    judge('slope 22-1917: 임박 and dates', isIn(slow, 'imminent') + dates(slow), { atMost: 0 }, steady),
  ];
}

export function endOfLife(): Row[] {
  return [...crackRows(), ...bearingRows('test1_8ch', /^Bearing [34]/), ...bearingRows('test3_4ch', /^Bearing 3/)];
}

/** Cracks of one batch: at a moment of all, who has least time to its end by rate and distance fails first. */
function crackRows(): Row[] {
  const block = 2000;
  const limit = 49.8;
  const specimens = cracks().map(({ readings }) => ({
    end: readings.at(-1)?.cycles ?? Number.NaN,
    updates: replay(
      bucketsOf(
        readings.map(({ cycles, mm }) => ({ at: cycles, value: mm })),
        block,
      ),
      ownScale(block, block),
      {
        limits: { high: limit, low: null },
      },
    ),
  }));
  const first = Math.min(...specimens.map(({ end }) => end));
  return [0.7, 0.8, 0.9].map((share) => {
    const left = specimens.map(({ updates }) =>
      timeLeft(updates.findLast(({ at }) => at <= share * first)?.analysis, limit),
    );
    const order = rankCorrelation(
      left,
      specimens.map(({ end }) => end),
    );
    return note(`crack: rank correlation with the order of failure at ${share} of the shortest life`, order.toFixed(2));
  });
}

function timeLeft(analysis: Analysis | undefined, limit: number): number {
  const level = analysis?.days.findLast(({ corrected }) => corrected !== null)?.corrected ?? Number.NaN;
  return analysis?.rate == null ? Number.POSITIVE_INFINITY : (limit - level) / analysis.rate.perDay;
}

/** Spearman's. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]) => {
    const order = values.map((_, i) => i).sort((i, j) => (values[i] ?? 0) - (values[j] ?? 0));
    return values.map((_, i) => order.indexOf(i));
  };
  const [left, right] = [ranks(a), ranks(b)];
  const squares = left.reduce((sum, rank, i) => sum + (rank - (right[i] ?? 0)) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}

/** Bearings on one shaft: what stands at the end of the run, a word or a step of the last three days, on six hours a block. */
function bearingRows(test: Parameters<typeof bearings>[0], failed: RegExp): Row[] {
  const block = 6 * hour;
  const channels = bearings(test).map(({ channel, readings }) => {
    const analysis = replay(bucketsOf(readings, hour), ownScale(hour, block)).at(-1)?.analysis;
    const end = readings.at(-1)?.at ?? 0;
    const isStep = analysis?.steps.some(({ at }) => end - at < 3 * dayMs) === true;
    const isSaid = analysis !== undefined && ['trend', 'accelerating', 'imminent'].includes(analysis.state);
    return { channel, stands: isSaid ? 2 : isStep ? 1 : 0 };
  });
  const [bad, good] = [
    channels.filter(({ channel }) => failed.test(channel)),
    channels.filter(({ channel }) => !failed.test(channel)),
  ];
  const least = Math.min(...bad.map(({ stands }) => stands));
  const ahead = good.filter(({ stands }) => stands > least).length;
  const tied = good.filter(({ stands }) => stands === least).length;
  return [
    judge(`bearings ${test}: sound channels ranked before a failed one`, ahead, { atMost: 0 }, steady),
    note(`bearings ${test}: sound channels level with a failed one`, String(tied)),
  ];
}
