import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { detectionSchema } from '../../../config/lots/detection.ts';
import { lotFileSchema } from '../../../config/lots/lot.ts';
import { buildLot } from '../../../config/lots/lot-config.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { frozenAt, moved, still } from '../../../gateway/parking/frozen.ts';
import { balanced, counted, expectedIn, newBalance } from '../../../gateway/parking/lanes.ts';
import { missing, shared, sharedFile } from '../../needs.ts';
import { tempDir } from '../../temp.ts';
import { contactsSite, ParkingGateway } from '../../week/parking-gateway.ts';
import { siteId } from '../core-site.ts';

const hour = 3_600_000;
const settings = detectionSchema.parse({}).frozen;

function rowsOf(file: string): string[][] {
  const bytes = readFileSync(join(shared, 'data', file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}

type Sample = { readonly at: number; readonly value: string };

/** When a count that is looked at as each sample comes was called frozen, in hours; null at the end of one: it still was. */
function frozenSpans(samples: readonly Sample[]): { at: number; hours: number | null }[] {
  const [first] = samples;
  if (first === undefined) return [];
  const spans: { at: number; hours: number | null }[] = [];
  let movement = still(first.at);
  let value = first.value;
  let since: number | null = null;
  for (const sample of samples) {
    if (sample.at >= frozenAt(movement, settings)) since ??= frozenAt(movement, settings);
    if (sample.value === value) continue;
    if (since !== null) spans.push({ at: since, hours: (sample.at - since) / hour });
    since = null;
    value = sample.value;
    movement = moved(movement, sample.at, settings);
  }
  return since === null ? spans : [...spans, { at: since, hours: null }];
}

/** Polls with what was said last, from the first word on. */
function polled(changes: readonly Sample[], polls: readonly number[]): Sample[] {
  let next = 0;
  let value: string | null = null;
  return polls.flatMap((at) => {
    for (let change = changes[next]; change !== undefined && change.at <= at; change = changes[++next])
      value = change.value;
    return value === null ? [] : [{ at, value }];
  });
}

describe.skipIf(missing(sharedFile('data/README.md')))('on recordings', () => {
  test('a count that stood still for nine days is named frozen after one, until it moves, and not again', () => {
    const rows = rowsOf('parking-bolzano/lot116_2025-03-01_2025-03-12.csv.gz');
    const spans = frozenSpans(rows.map(([at = '', value = '']) => ({ at: Date.parse(at), value })));
    expect(spans).toEqual([{ at: Date.parse('2025-03-02T00:00:00Z'), hours: expect.closeTo(206.2, 1) }]);
  });

  test('of fifteen lots over four weeks the one that was silent for 75 hours is named frozen, and no other', () => {
    const polls = rowsOf('parking-germany/poll_times.csv.gz').map(([at = '']) => Date.parse(at));
    const lots = Map.groupBy(rowsOf('parking-germany/free_spaces.csv.gz'), ([lot = '']) => lot);
    const found = [...lots].flatMap(([lot, rows]) => {
      const changes = rows.map(([, at = '', value = '']) => ({ at: Date.parse(at), value }));
      return frozenSpans(polled(changes, polls)).map(({ hours }) => ({ lot, hours }));
    });
    expect(lots.size).toBe(15);
    expect(found).toEqual([{ lot: 'karlsruhe-parken-Schlossplatz', hours: expect.closeTo(51.25, 1) }]);
  });

  test('of 24 lots polled hourly the one that never moved is frozen after a day, and one that stood for a day', () => {
    const lots = Map.groupBy(rowsOf('parking-busan/occupancy.csv'), (cells) =>
      cells.find((cell) => /^A\d+$/.test(cell)),
    );
    const found = [...lots].flatMap(([lot, rows]) => {
      // The name of a lot may have a comma in it.
      const samples = rows.map((cells) => ({
        at: Date.parse(`${cells[0]?.replace(' ', 'T')}+09:00`),
        value: cells.at(-4),
      }));
      return frozenSpans(samples.map(({ at, value = '' }) => ({ at, value }))).map(({ hours }) => [lot, hours]);
    });
    expect(lots.size).toBe(24);
    expect(found).toEqual([
      ['A14', expect.closeTo(1.9, 1)],
      ['A30', null],
    ]);
  });

  test('counts beyond the capacity leave the lanes between nothing and the capacity', () => {
    const lots = Map.groupBy(rowsOf('parking-birmingham/occupancy.csv.gz'), ([lot = '']) => lot);
    let [beyond, rowCount] = [0, 0];
    for (const rows of lots.values()) {
      const capacity = Number(rows[0]?.[1]);
      const lanes = newBalance([
        { id: 'in', way: 'in' },
        { id: 'out', way: 'out' },
      ]);
      let { balance } = balanced(
        lanes,
        { capacity, occupied: Math.min(capacity, Number(rows[0]?.[2])), unknown: 0 },
        0,
      );
      let [came, left, before] = [0, 0, Number(rows[0]?.[2])];
      for (const [, , occupied = ''] of rows) {
        const by = Number(occupied) - before;
        before = Number(occupied);
        came += Math.max(0, by);
        left += Math.max(0, -by);
        balance = counted(counted(balance, 'in', came), 'out', left);
        const cars = expectedIn(balance, capacity) ?? -1;
        if (cars < 0 || cars > capacity) throw new Error(`${cars} cars of ${capacity}`);
        if (before < 0 || before > capacity) beyond += 1;
        rowCount += 1;
      }
    }
    expect([lots.size, rowCount, beyond]).toEqual([15, 17_970, 111]);
  });

  test('of a street seen hour by hour the stays are those of the record, less the changes between two looks', async () => {
    const rows = rowsOf('parking-boston-spaces/spaces.csv').map((cells) => cells.slice(-15));
    const isCar = (cell: string | undefined) => cell?.startsWith('v') === true;
    const truth = rows.flatMap((cells, n) =>
      cells.flatMap((cell, i) => {
        if (!isCar(cell) || isCar(cells[i - 1])) return [];
        const end = cells.findIndex((later, j) => j > i && !isCar(later));
        return [`b${n} ${i}–${end < 0 ? '' : end}`];
      }),
    );
    const hidden = rows.flatMap((cells) =>
      cells.filter((cell, i) => isCar(cell) && isCar(cells[i - 1]) && cell !== cells[i - 1]),
    );
    const { stays, arrivals } = await replayed(rows.map((cells) => cells.map(isCar)));
    expect(stays.toSorted()).toEqual(truth.toSorted());
    expect(arrivals).toBe(truth.filter((stay) => !/ 0–/.test(stay)).length);
    expect([truth.length, hidden.length]).toEqual([295, 130]);
  });
});

/** Hours of spaces through the real commit: stays as `b3 2–5`, in hours since the first look. */
async function replayed(spaces: readonly (readonly boolean[])[]): Promise<{ stays: string[]; arrivals: number }> {
  const clock = new SimClock(Date.parse('2026-11-30T06:00:00+09:00'));
  const start = clock.now();
  const bays = spaces.map((_, n) => ({ id: `b${n}`, type: 'general', occupancy: `street/p_${n}` }));
  const file = { id: 'street', name: { ko: '거리', en: 'Street' }, ttl: 3600, spaces: bays };
  const lot = buildLot(lotFileSchema.parse(file));
  const gateway = new ParkingGateway({
    dir: tempDir(),
    site: contactsSite({ street: bays.length }, [lot], 3_600_000),
    clock,
  });
  gateway.connect();
  for (let hours = 0; hours < 15; hours += 1) {
    await clock.advance(start + hours * hour - clock.now());
    const points = spaces.map((each, n) => [`p_${n}`, { dt: [0], v: [each[hours] === true] }]);
    gateway.say('street', Object.fromEntries(points), { seq: hours + 1, ageMs: 0 });
  }
  await clock.advance(10 * 60_000);
  const found = gateway.parking.stays({ site: null, lot: null, from: 0, to: clock.now(), after: null, limit: 5000 });
  const at = (iso: string) => Math.round((Date.parse(iso) - start) / hour);
  const stays = found.map(({ space, from, to }) => `${space} ${at(from)}–${to === null ? '' : at(to)}`);
  const figures = gateway.parking.statistics(siteId, 'street', { from: start, to: clock.now(), by: 'hour' });
  gateway.close();
  return { stays, arrivals: figures?.items.reduce((sum, item) => sum + item.arrivals, 0) ?? 0 };
}
