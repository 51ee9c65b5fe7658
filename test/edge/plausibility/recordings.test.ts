import { describe, expect, test } from 'vitest';
import { column, rowsOf } from '../../bench/plausibility-recordings.ts';
import { tryOut } from '../../bench/plausibility-trial.ts';
import { missing, sharedFile } from '../../needs.ts';

const temperature = { kind: 'temperature', unit: '°C', scale: 0.001, valid: [-40, 125] } as const;

describe.skipIf(missing(sharedFile('data/README.md')))('by default, on recordings', () => {
  test('no value of a fire test is doubted', () => {
    const rows = rowsOf('smoke-iot/rows_0_24993.csv.gz', { separator: /,/, time: 1000 });
    expect(tryOut({ ...temperature, everyMs: 1000 }, column(rows, 'temperature_c')).byFault).toEqual({});
    const co = { kind: 'co', unit: 'ppm', valid: [0, 60_000], everyMs: 1000 } as const;
    expect(tryOut(co, column(rows, 'eco2_ppm')).byFault).toEqual({});
  });

  test('no value of hot steam at a sensor is doubted', () => {
    const columns = ['reading', 'mote', 'humidity', 'temperature', 'label'];
    const rows = rowsOf('wsn-labelled-events/singlehop_indoor_moteid1.txt', { separator: /\t/, time: 5000, columns });
    const humidity = { kind: 'humidity', unit: '%', scale: 0.01, valid: [0, 100], everyMs: 5000 } as const;
    expect(tryOut({ ...temperature, everyMs: 5000 }, column(rows, 'temperature')).byFault).toEqual({});
    expect(tryOut(humidity, column(rows, 'humidity')).byFault).toEqual({});
  });

  test('no value of a river through its floods is doubted', () => {
    const rows = rowsOf('faults-water-quality/sandy_creek.csv', { separator: /,/, time: 'Timestamp' });
    const level = { kind: 'level', unit: 'm', scale: 0.001, valid: [0, 20], everyMs: 5_400_000 } as const;
    const { byFault, missing: refused } = tryOut(level, column(rows, 'Level'));
    expect([byFault, refused]).toEqual([{}, 1]);
  });

  test('a car park that stood still for nine days is found once a site sets a day, and is good again when it moves', () => {
    const rows = rowsOf('parking-bolzano/lot116_2025-03-01_2025-03-12.csv.gz', { separator: /,/, time: 'mvalidtime' });
    const count = { kind: 'count', unit: 'spaces', valid: [0, 770], everyMs: 300_000 } as const;
    expect(tryOut(count, column(rows, 'free')).byFault).toEqual({});
    const found = tryOut({ ...count, plausibility: { frozenAfter: '24h' } }, column(rows, 'free')).byFault.frozen ?? 0;
    expect(found).toBeGreaterThan(2400);
    expect(found).toBeLessThan(2500);
  });
});
