import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runForecastTry } from '../../../../gateway/cli/forecast/try.ts';
import { missing, shared, sharedFile } from '../../../needs.ts';
import { tempDir } from '../../../temp.ts';

const prism = sharedFile('data/slope-century-mine/prism_40-1980.csv');
const columns = { time: 'time', value: 'lean', unit: 'deg' };

function fileOf(rows: readonly string[]): string {
  const file = join(tempDir(), 'recording.csv');
  writeFileSync(file, `time,lean,air\n${rows.join('\n')}\n`);
  return file;
}

const hours = (count: number, row: (hour: number) => string) =>
  fileOf(
    Array.from({ length: count }, (_, hour) => `${new Date(Date.UTC(2026, 0, 1, hour)).toISOString()},${row(hour)}`),
  );

test('a step is named where it is, and a drift from the day on which it would have been said', () => {
  const noise = (hour: number) => Math.sin(hour * 12.9898) / 2000;
  const file = hours(24 * 60, (hour) => {
    const drift = Math.max(0, hour - 24 * 25) * (0.003 / 24);
    return `${(noise(hour) + (hour < 240 ? 0 : 0.2) + drift).toFixed(6)},5`;
  });
  const heard: number[] = [];
  const { json, text } = runForecastTry({ ...columns, file, high: '0.4', progress: (share) => heard.push(share) });
  const { episodes } = json as { episodes: { state: string; from: string; to: string | null }[] };
  expect(episodes[0]).toMatchObject({ state: 'step', from: expect.stringMatching(/^2026-01-1(0T23|1T0[01]):00/) });
  const said = episodes.filter(({ state }) => state !== 'step');
  expect(said.length).toBeGreaterThan(0);
  expect(Date.parse(said[0]?.from ?? '')).toBeGreaterThan(Date.UTC(2026, 0, 26));
  expect(Date.parse(said[0]?.from ?? '')).toBeLessThan(Date.UTC(2026, 1, 15));
  expect(heard.at(-1)).toBe(1);
  expect(text).toContain('medians of 1 h, judged each 1 d');
});

test('a recording of nothing says so', () => {
  const { json, text } = runForecastTry({ ...columns, file: hours(24 * 30, (hour) => `${(hour % 7) / 1000},`) });
  expect(json).toMatchObject({ episodes: [], blockMs: 86_400_000, bucketMs: 3_600_000 });
  expect(text).toContain('no step and no movement');
  expect(text).toContain('days of UTC');
});

test.each([
  ['too short', () => hours(24 * 9, (hour) => `${(hour % 7) / 1000},`), /because: \d of the 14 days/],
  ['frozen', () => hours(24 * 30, () => '12.345,'), /because: Has stood at exactly 12.345°/],
  ['a day and a half', () => hours(36, (hour) => `${hour % 7},`), /shorter than two blocks/],
])('what could not be judged is not said to be quiet: %s', (_what, made, why) => {
  const { text, json } = runForecastTry({ ...columns, block: '24h', file: made() });
  expect(text).toMatch(/nothing could be judged/);
  expect(text).toMatch(why);
  expect(text).toContain('at the end: not judged');
  expect(text).not.toMatch(/no movement|none/);
  expect(json).toMatchObject({ episodes: [], judged: 0 });
});

test('days are those of the zone that is given, and so are times without one', () => {
  const timezone = 'Asia/Seoul';
  const local = Array.from({ length: 24 * 30 }, (_, hour) => {
    const at = new Date(Date.UTC(2026, 0, 1, hour)).toISOString().slice(0, 19);
    return `${at},${((hour % 7) / 1000 + (hour < 480 ? 0 : 0.2)).toFixed(6)},`;
  });
  const { json, text } = runForecastTry({ ...columns, timezone, file: fileOf(local) });
  const { episodes } = json as { episodes: { from: string }[] };
  expect(episodes[0]?.from).toMatch(/^2026-01-20T1[456]:00/);
  expect(text).toContain('days of Asia/Seoul');
});

test.each([
  ['a column that is not there', ['2026-01-01T00:00Z,1,5'], { value: 'tilt' }, /:1: there is no column "tilt"; it has/],
  ['a temperature column that is not there', ['2026-01-01T00:00Z,1,5'], { temperature: 'sun' }, /no column "sun"/],
  ['a bad number', ['2026-01-01T00:00Z,1,5', '2026-01-01T01:00Z,x1,5'], {}, /:3: "x1" in column "lean" is no number/],
  [
    'a bad temperature',
    ['2026-01-01T00:00Z,1,warm'],
    { temperature: 'air' },
    /:2: "warm" in column "air" is no number/,
  ],
  ['times that fall back', ['2026-01-02T00:00Z,1,', '2026-01-01T00:00Z,1,'], {}, /:3: .* is before the line above/],
  ['a time that is none', ['yesterday,1,'], {}, /:2: "yesterday" is no time/],
  ['a time of no zone', ['2026-01-01 00:00:00,1,5'], {}, /:2: "2026-.*" has no time zone; .* or give --timezone/],
  ['a zone that is none', ['2026-01-01T00:00Z,1,5'], { timezone: 'Seoul' }, /--timezone Seoul: is no time zone/],
  ['a column without a value', ['2026-01-01T00:00Z,,5'], {}, /column "lean" holds no value/],
  ['a limit that is no number', ['2026-01-01T00:00Z,1,5'], { high: 'much' }, /--high much: is no number/],
  ['a block that is no duration', ['2026-01-01T00:00Z,1,5'], { block: '1 day' }, /--block 1 day: is no duration/],
])('refused with its place and the way out: %s', (_what, rows, more, problem) => {
  expect(() => runForecastTry({ ...columns, file: fileOf(rows), ...more })).toThrow(problem);
});

test.skipIf(missing(prism))('a wall that came down is said to accelerate before its end', () => {
  const file = join(shared, 'data/slope-century-mine/prism_40-1980.csv');
  const { json } = runForecastTry({
    file,
    time: 'time_local',
    value: 'displacement_mm',
    unit: 'mm',
    timezone: 'Australia/Brisbane',
  });
  const { episodes } = json as { episodes: { state: string }[] };
  expect(episodes.map(({ state }) => state)).toContain('accelerating');
});
