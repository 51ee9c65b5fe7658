import { judge, note, print, type Row } from '../bench/measure.ts';
import { bridgeAndSlope, endOfLife } from './forecast-recordings.ts';
import { plantedAcceleration, plantedDrift, trendFree } from './forecast-simulated.ts';

/**
 * `npm run forecast:proof [-- years [seed]]`: what the forecast says of years in which nothing moves, of planted movements,
 * and of recordings of real ones. A year takes about a second and a half of CPU; 1,000 by default.
 */

const [years = 1000, seed = 1] = process.argv.slice(2).map(Number);
const steady = { steady: true };
const started = process.cpuUsage();

const rows: Row[] = [];
const planted = plantedDrift(40, seed);
rows.push(
  judge('planted drift: share found within 14 days', planted.inTime, { atLeast: 1 }, steady),
  note('planted drift: days until it is found, middle and longest', `${planted.middle} / ${planted.longest}`),
);
const grown = plantedAcceleration(20, seed);
rows.push(
  judge('planted 1 / t: share announced 20 % of life ahead', grown.inTime, { atLeast: 0.8 }, steady),
  judge('planted 1 / t: share of windows that hold the end', grown.inside, { atLeast: 0.8 }, steady),
  note('planted 1 / t: first windows that hold the end', `${grown.firstInside} of ${grown.firsts}`),
  note('even drifts that are called accelerating when they begin', `${grown.evenCalled} of ${grown.even}`),
);
print('planted movements', rows);
print('recordings: bridge and pit wall', bridgeAndSlope());
print('recordings: to the end of life', endOfLife());

const free = trendFree(years, seed, (done, found) => {
  if (done % 50 === 0) console.log(`  ${done} years: ${JSON.stringify(found)}`);
});
const each = (count: number) => count / years;
print(`${years} years in which nothing moves`, [
  judge('false 추세 or louder a point and year', each(free.trend + free.accelerating), { atMost: 0.5 }, steady),
  note('of them begun as 추세, as 가속', `${free.trend} / ${free.accelerating}`),
  judge('임박', free.imminent, { atMost: 0 }, steady),
  note('steps named', String(free.step)),
]);
const used = process.cpuUsage(started);
console.log(`\n${Math.round((used.user + used.system) / 1e6)} s CPU`);
