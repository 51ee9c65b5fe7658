import { defaultForecastSettings as settings } from '../../config/forecast/forecast-settings.ts';
import type { ForecastState, Hour } from '../../gateway/forecast/analysis/analysis.ts';
import { replay, type Update } from '../gateway/forecast/analysis/replay.ts';
import {
  type Air,
  air,
  firstHour,
  type Movement,
  random,
  type Sensor,
  sensor,
} from '../gateway/forecast/analysis/simulated-years.ts';

/** Simulated points: hourly noise of correlation 0.9 to 0.98 whose day medians scatter by 0.001°, season, daily wave, heat lag. */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Days begin with the hours of the simulation. */
const utcOffsetMs = 0;

function pointOf(seed: number, alike?: number): Sensor {
  const { uniform } = random(seed * 7919);
  return {
    alike: alike ?? 0.9 + 0.08 * uniform(),
    noise: 0.001,
    perDegree: (uniform() < 0.5 ? -1 : 1) * (0.001 + 0.004 * uniform()),
    lagHours: 0.5 + 6 * uniform(),
  };
}

function said(hours: readonly Hour[], under: Air, fromDay = 14): Update[] {
  return replay(hours, settings, { temperature: under.hours, utcOffsetMs, from: firstHour + fromDay * dayMs });
}

const isLoud = (state: ForecastState) => state === 'trend' || state === 'accelerating' || state === 'imminent';

export type Found = { trend: number; accelerating: number; imminent: number; step: number };

/** Episodes: a word counts where it begins after a time without any. */
export function trendFree(years: number, seed: number, progress: (done: number, found: Found) => void): Found {
  const found: Found = { trend: 0, accelerating: 0, imminent: 0, step: 0 };
  for (let year = 0; year < years; year++) {
    const under = air(365, seed + year);
    const updates = said(sensor(pointOf(seed + year), under, (seed + year) * 31 + 5), under);
    for (const [i, { analysis }] of updates.entries()) {
      const before = updates[i - 1]?.analysis.state ?? 'none';
      if (analysis.state === 'imminent' && before !== 'imminent') found.imminent++;
      if (analysis.state === 'trend' && !isLoud(before)) found.trend++;
      if (analysis.state === 'accelerating' && !isLoud(before)) found.accelerating++;
    }
    found.step += updates.at(-1)?.analysis.steps.length ?? 0;
    progress(year + 1, found);
  }
  return found;
}

/** 0.0015° a day over day medians that scatter by 0.001°, after four weeks to three months of nothing. */
export function plantedDrift(points: number, seed: number): { inTime: number; middle: number; longest: number } {
  const days: number[] = [];
  for (const alike of [0.9, 0.95, 0.98]) {
    for (let k = 0; k < points; k++) {
      const quiet = 28 + Math.floor(60 * random((seed + k) * 7919).uniform());
      const under = air(quiet + 30, seed + k);
      const drift: Movement = (hour) => Math.max(0, hour / 24 - quiet) * 0.0015;
      const hours = sensor(pointOf(seed + k, alike), under, (seed + k) * 31 + 5, drift);
      const first = said(hours, under).find(
        ({ at, analysis }) => at > firstHour + quiet * dayMs && isLoud(analysis.state),
      );
      days.push(first === undefined ? Number.POSITIVE_INFINITY : Math.round((first.at - firstHour) / dayMs) - quiet);
    }
  }
  days.sort((a, b) => a - b);
  return {
    inTime: days.filter((count) => count <= 14).length / days.length,
    middle: days[days.length >> 1] ?? Number.NaN,
    longest: days.at(-1) ?? Number.NaN,
  };
}

export type Grown = {
  inTime: number;
  inside: number;
  firsts: number;
  firstInside: number;
  even: number;
  evenCalled: number;
};

/** A ln(life / time left), A 10 to 50 noises, over 40 to 120 days after 60 days of nothing; and even drifts of 0.3 to 3 noises a day. */
export function plantedAcceleration(points: number, seed: number): Grown {
  const quiet = 60;
  let [all, inTime, windows, inside, firsts, firstInside] = [0, 0, 0, 0, 0, 0];
  for (const life of [40, 60, 90, 120]) {
    for (let k = 0; k < points; k++) {
      const amplitude = 0.01 * Math.exp(1.6 * random((seed + k) * 104_729 + life).uniform());
      const under = air(quiet + life, seed + k);
      const left = (hour: number) => Math.max(0.02, quiet + life - hour / 24);
      const growth: Movement = (hour) => (hour / 24 < quiet ? 0 : amplitude * Math.log(life / left(hour)));
      const updates = said(sensor(pointOf(seed + k), under, (seed + k) * 31 + 5, growth), under, 50);
      const end = firstHour + (quiet + life) * dayMs;
      const first = updates.find(({ analysis }) => ['accelerating', 'imminent'].includes(analysis.state));
      all++;
      if (first !== undefined && end - first.at >= 0.2 * life * dayMs) inTime++;
      const dated = updates.flatMap(({ at, analysis }) =>
        analysis.state === 'imminent' && analysis.window !== null && at < end ? [analysis.window] : [],
      );
      const holds = dated.map(([earliest, latest]) => earliest <= end && end <= latest);
      windows += holds.length;
      inside += holds.filter(Boolean).length;
      if (holds.length > 0) firsts++;
      if (holds[0] === true) firstInside++;
    }
  }
  const evenCalled = evenDrifts(points, seed);
  return { inTime: inTime / all, inside: inside / windows, firsts, firstInside, even: points, evenCalled };
}

function evenDrifts(points: number, seed: number): number {
  let called = 0;
  for (let k = 0; k < points; k++) {
    const rate = 0.0003 * Math.exp(2.3 * random((seed + k) * 331).uniform());
    const under = air(100, seed + k);
    const drift: Movement = (hour) => Math.max(0, hour / 24 - 40) * rate;
    const updates = said(sensor(pointOf(seed + k), under, (seed + k) * 31 + 5, drift), under, 30);
    if (updates.some(({ analysis }) => analysis.state === 'accelerating')) called++;
  }
  return called;
}
