import { afterAll, describe, expect, test } from 'vitest';
import { readyRules } from '../../config/buildings/library.ts';
import { readyRuleSchema } from '../../config/buildings/rule-file.ts';
import { compileRule } from '../../rules/compile.ts';
import { type Condition, conditionSchema } from '../../rules/condition.ts';
import { type Episode, type Recorded, type Replayed, startReplay } from '../../rules/replay.ts';
import type { RulePoint } from '../../rules/rule.ts';
import { type Row, readTable } from '../devices/recordings.ts';
import { missing, sharedFile } from '../needs.ts';
import { point } from './script.ts';

/** Real recordings through the ready rules: hits of what is known to have happened, and alerts of nothing. */

const table: string[] = [];
afterAll(() => {
  if (table.length > 0) console.log(['recordings through the rules', ...table].join('\n'));
});

const minute = 60_000;

function ready(id: string): Condition {
  const rule = readyRuleSchema.parse(readyRules().get(id));
  const condition = conditionSchema.parse(rule.condition);
  if (condition.kind !== 'voting') return condition;
  // A voting rule of the library takes its points by their kind; here the first witness is the recording.
  const [first] = condition.witnesses;
  if (first === undefined) throw new Error(`${id} has no witness`);
  return { ...condition, levels: { 경계: 1 }, witnesses: [{ ...first, points: [point('rec/value').ref] }] };
}

function run(
  condition: Condition,
  of: RulePoint,
  rows: Iterable<Omit<Recorded, 'point' | 'epoch' | 'fault'>>,
): Replayed {
  const replay = startReplay(compileRule({ id: 'rec', condition, points: [of] }), [of]);
  for (const row of rows) replay.add({ ...row, point: of.ref, fault: null, epoch: 1 });
  return replay.end();
}

function say(what: string, { episodes, readings, spanMs, unknownMs }: Replayed, more: string): void {
  const days = (spanMs / 86_400_000).toFixed(1);
  const unknown = ((100 * unknownMs) / Math.max(1, spanMs)).toFixed(1);
  table.push(
    `  ${what.padEnd(46)} ${readings} readings, ${days} d, unknown ${unknown} %: ${episodes.length} alerts; ${more}`,
  );
}

const touches = (span: { from: number; to: number }, { from, to }: Episode) =>
  from <= span.to && (to ?? Number.POSITIVE_INFINITY) >= span.from;

function* cells(rows: readonly Row[], time: string, value: string, of: (raw: number) => number | null) {
  for (const row of rows) {
    const text = row[value] ?? '';
    yield { at: Date.parse(timeText(row[time] ?? '')), value: text === '' ? null : of(Number(text)) };
  }
}

/** `2023-10-01 01:50:13`, `2024-01-01T02:20:13Z`, `10/03/2004 18:00:00` as UTC. */
function timeText(text: string): string {
  const swapped = text.replace(/^(\d\d)\/(\d\d)\/(\d{4})/, '$3-$2-$1').replace(' ', 'T');
  return swapped.endsWith('Z') ? swapped : `${swapped}Z`;
}

describe('water in a listed building that the tide comes into', () => {
  const cleaned = 'data/flood-housemill/sonar_cleaned_2023-10_2024-03.csv.gz';
  const raw = 'data/flood-housemill/sonar_raw_2024-01_2024-03.csv.gz';
  const touching = 'data/flood-housemill/events_touching_floor_830mm.csv';
  const above = 'data/flood-housemill/events_above_floor_570mm.csv';
  const gone = missing(sharedFile(cleaned), sharedFile(raw), sharedFile(touching), sharedFile(above));
  const level = point('rec/level', { unit: 'cm', everyMs: 10 * minute, maxSilenceMs: 10 * minute });
  /** cm above the lower boards: the sonar hangs 830 mm over them. 5003 mm is out of its range. */
  const overBoards = (mm: number) => (mm >= 5000 ? null : (830 - mm) / 10);
  const eventsOf = (file: string) =>
    readTable(file).map((row) => {
      const at = Date.parse(timeText(row.Time ?? ''));
      return { from: at - 10 * minute, to: at + 10 * minute };
    });

  test.skipIf(gone)('water-level finds every flood of 1 cm and more, and alerts of nothing else', () => {
    const result = run(ready('water-level'), level, cells(readTable(cleaned), 'time', 'distance_mm', overBoards));
    const events = eventsOf(touching);
    const hits = events.filter((event) => result.episodes.some((one) => touches(event, one)));
    const others = result.episodes.filter((one) => !events.some((event) => touches(event, one)));
    say(
      'water-level, House Mill, cleaned',
      result,
      `${hits.length} of ${events.length} floods, ${others.length} of none`,
    );
    // Four of the seventy touched the boards with less than its lowest step of 1 cm.
    const deep = readTable(touching).filter((row) => Number(row['Sonar Distance Measure (mm)']) <= 820);
    expect([events.length, deep.length, hits.length]).toEqual([70, 66, 66]);
    expect(others).toEqual([]);
  });

  test.skipIf(gone)('and its 경계 and more all of the 19 that came above the boards', () => {
    const result = run(ready('water-level'), level, cells(readTable(cleaned), 'time', 'distance_mm', overBoards));
    const events = eventsOf(above);
    const high = result.episodes.filter((one) => one.level === '경계' || one.level === '심각');
    const hits = events.filter((event) => high.some((one) => touches(event, one)));
    say(
      'water-level at 경계, House Mill, cleaned',
      { ...result, episodes: high },
      `${hits.length} of ${events.length} above the boards`,
    );
    expect([events.length, hits.length]).toEqual([19, 19]);
  });

  test.skipIf(gone)('water-level on the raw sonar, whose echoes come from what stands in the way', () => {
    const result = run(ready('water-level'), level, cells(readTable(raw), 'time_utc', 'distance_mm', overBoards));
    const events = eventsOf(touching).filter(({ to }) => to >= Date.parse('2024-01-01T02:20:13Z'));
    const hits = events.filter((event) => result.episodes.some((one) => touches(event, one)));
    const others = result.episodes.filter((one) => !events.some((event) => touches(event, one)));
    say('water-level, House Mill, raw', result, `${hits.length} of ${events.length} floods, ${others.length} of none`);
    expect(hits.length).toBeGreaterThan(0);
  });
});

describe('carbon monoxide in the street', () => {
  const file = 'data/gas-airquality/first_half.csv.gz';
  const co = point('rec/co', { unit: 'ppm', everyMs: 60 * minute, maxSilenceMs: 60 * minute });

  test.skipIf(missing(sharedFile(file)))('co-dose raises nothing in half a year of city air', () => {
    // 1 mg/m³ is 0.873 ppm at 20 °C.
    const result = run(
      ready('co-dose'),
      co,
      cells(readTable(file), 'Datetime', 'CO(GT)', (mg) => mg * 0.873),
    );
    say('co-dose, street air', result, 'none expected');
    expect(result.episodes).toEqual([]);
    expect(result.unknownMs).toBeGreaterThan(0);
  });
});

describe('a room that begins to burn', () => {
  const file = 'data/smoke-iot/rows_0_24993.csv.gz';
  const smoke = point('rec/value', { type: 'boolean', kind: 'smoke' });
  const label = (rows: readonly Row[]) => rows.findIndex((row) => row.fire_alarm === '1');

  test.skipIf(missing(sharedFile(file)))('fire-smoke is raised with the contact, once, and not before', () => {
    const rows = readTable(file);
    const contact = rows.map((row, index) => ({ at: index * 1000, value: row.fire_alarm === '1' }));
    const result = run(ready('fire-smoke'), smoke, contact);
    say(
      'fire-smoke, smoke test',
      result,
      `raised at row ${(result.episodes[0]?.from ?? 0) / 1000}, labelled at ${label(rows)}`,
    );
    expect(result.episodes.map(({ from, level }) => [from / 1000, level])).toEqual([[label(rows), '경계']]);
  });
});

describe('a bridge whose support is lowered', () => {
  const tilt = 'data/bridge-load-test/reference_state_inclination_100hz.csv.gz';
  const still = 'data/bridge-load-test/reference_state_strain_100hz.csv.gz';
  const lowered = 'data/bridge-load-test/support_01_lowering_strain_100hz.csv.gz';
  const gone = missing(sharedFile(tilt), sharedFile(still), sharedFile(lowered));
  /** The medians of whole seconds: a cabinet does not report 100 times a second. */
  function seconds(file: string, column: string) {
    const rows = readTable(file);
    return Array.from({ length: Math.floor(rows.length / 100) }, (_, second) => {
      const values = rows.slice(second * 100, second * 100 + 100).map((row) => Number(row[column]));
      return { at: second * 1000, value: values.toSorted((a, b) => a - b)[50] ?? null };
    });
  }

  test.skipIf(gone)('tilt raises nothing while nothing happens, even without its wait for three values', () => {
    const condition = ready('tilt');
    const eager = { ...condition, of: undefined, baseline: { learn: minute } } as Condition;
    const of = point('rec/tilt', { unit: 'deg', everyMs: 1000, maxSilenceMs: 10_000 });
    const result = run(eager, of, seconds(tilt, 'INC-01 [deg]'));
    say('tilt without 3 of 3, bridge at rest', result, 'none expected');
    expect(result.episodes).toEqual([]);
  });

  test.skipIf(gone)('a rate of strain finds the lowering and nothing at rest', () => {
    const condition = conditionSchema.parse({
      kind: 'rate',
      window: '5m',
      levels: { 주의: { above: 15 } },
      hysteresis: 2,
    });
    const of = point('rec/strain', { unit: 'µm/m', everyMs: 1000, maxSilenceMs: 10_000 });
    const rest = run(condition, of, seconds(still, 'DMS_CN (um\\m)'));
    const result = run(condition, of, seconds(lowered, 'DMS_CN (um/m)'));
    say('rate 15 µm/m in 5 min, bridge at rest', rest, 'none expected');
    say(
      'rate 15 µm/m in 5 min, support lowered',
      result,
      `first after ${((result.episodes[0]?.from ?? 0) / minute).toFixed(1)} min`,
    );
    expect(rest.episodes).toEqual([]);
    expect(result.episodes.length).toBeGreaterThan(0);
  });
});

describe('an office whose air conditioning failed twice', () => {
  const file = 'data/temperature-nab/ambient_temperature_system_failure.csv.gz';
  // NAB's scoring windows around the two labelled failures.
  const windows = [
    ['2013-12-15T07:00:00Z', '2013-12-30T09:00:00Z'],
    ['2014-03-29T15:00:00Z', '2014-04-20T22:00:00Z'],
  ].map(([from = '', to = '']) => ({ from: Date.parse(from), to: Date.parse(to) }));

  test.skipIf(missing(sharedFile(file)))(
    'a deviation from the week before finds one of the two failures, with one alert of neither',
    () => {
      const condition = conditionSchema.parse({
        kind: 'deviation',
        baseline: { median: '168h' },
        levels: { 관심: { above: 9 } },
        hysteresis: 2,
        of: { n: 3, m: 3 },
      });
      const of = point('rec/temperature', { unit: '°F', everyMs: 60 * minute, maxSilenceMs: 60 * minute });
      const result = run(
        condition,
        of,
        cells(readTable(file), 'timestamp', 'value', (value) => value),
      );
      const hits = windows.filter((window) => result.episodes.some((one) => touches(window, one)));
      const others = result.episodes.filter((one) => !windows.some((window) => touches(window, one)));
      say('9 °F from the week before, office', result, `${hits.length} of 2 failures, ${others.length} of neither`);
      expect(hits).toHaveLength(1);
      expect(others.length).toBeLessThanOrEqual(1);
    },
  );
});
