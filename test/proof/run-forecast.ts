import { judge, note, print, type Row } from '../bench/measure.ts';
import { bridgeAndSlope, endOfLife } from './forecast-recordings.ts';
import { plantedAcceleration, plantedDrift, trendFree } from './forecast-simulated.ts';

/**
 * `npm run forecast:proof [-- years [seed [done]]]`: what the forecast says of years in which nothing moves, of planted
 * movements, and of recordings of real ones. A year takes about two seconds of CPU; 1,000 by default. `done`: so many of these
 * years an earlier run had counted when it ended; the others are counted, and nothing else.
 */

const [years = 1000, seed = 1, done = 0] = process.argv.slice(2).map(Number);
const steady = { steady: true };
const started = process.cpuUsage();

if (done === 0) beginning();

const left = years - done;
const free = trendFree(left, seed + done, (counted, found) => {
  if (counted % 50 === 0) console.log(`  ${done + counted} years: ${JSON.stringify(found)}`);
});
const each = (count: number) => count / left;
print(`${left} years in which nothing moves`, [
  judge('false 추세 or louder a point and year', each(free.trend + free.accelerating), { atMost: 0.5 }, steady),
  note('of them begun as 추세, as 가속', `${free.trend} / ${free.accelerating}`),
  judge('임박', free.imminent, { atMost: 0 }, steady),
  note('steps named', String(free.step)),
]);
const used = process.cpuUsage(started);
console.log(`\n${Math.round((used.user + used.system) / 1e6)} s CPU`);

function beginning(): void {
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
}
