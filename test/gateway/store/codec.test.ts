import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultCodes } from '../../../contract/reading.ts';
import { ByteReader, ByteWriter, maxZigzag } from '../../../gateway/store/bytes.ts';
import { decodeSeries, encodeSeries, type Sample } from '../../../gateway/store/columns.ts';
import { readInts, writeInts } from '../../../gateway/store/ints.ts';
import { eachRow, writeColumnHead, writeRow } from '../../../gateway/store/message-body.ts';
import {
  addRange,
  countHoles,
  decodeRanges,
  encodeRanges,
  hasNumber,
  type Ranges,
} from '../../../gateway/store/ranges.ts';
import { faultNumber, faultOf, readValue, writeValue } from '../../../gateway/store/values.ts';

const fault = fc.option(fc.constantFrom(...faultCodes), { freq: 3 });
const number = fc.oneof(
  fc.double({ noNaN: true }),
  fc.float({ noNaN: true }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 0.1, -0.1, 1e-9, 1e-10, 5e-324, 1.7976931348623157e308, 2 ** 52, -(2 ** 52), 2 ** 53 - 1),
  fc.tuple(fc.integer(), fc.integer({ min: 0, max: 9 })).map(([m, d]) => m / 10 ** d),
);
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'ok', '\ud800', 'a\udc00b', '화재'));
const value = fc.oneof(number, fc.boolean(), text, fc.constant(null));
const sample = fc.record({
  t: fc.maxSafeInteger(),
  value,
  fault,
  epoch: fc.maxSafeInteger(),
  seq: fc.maxSafeInteger(),
});
/** As polling brings it: near one another in time, seq and value. */
const polled = fc
  .array(fc.record({ dt: fc.integer({ min: -50, max: 2000 }), ds: fc.integer({ min: 0, max: 3 }), value, fault }))
  .map((steps) => {
    let [t, seq] = [1_763_760_000_000, 1];
    return steps.map(({ dt, ds, ...rest }): Sample => {
      t += dt;
      seq += ds;
      return { t, epoch: 7, seq, ...rest };
    });
  });

function encoded(samples: readonly Sample[]): Buffer {
  return encodeSeries({
    t: samples.map((one) => one.t),
    epoch: samples.map((one) => one.epoch),
    seq: samples.map((one) => one.seq),
    faults: samples.map((one) => faultNumber(one.fault)),
    values: samples.map((one) => one.value),
  });
}

/** Equal to the last bit: −0 is not 0. */
function same(a: unknown, b: unknown): void {
  expect(a).toEqual(b);
}

describe('what is stored comes back as it was', () => {
  test('a series of anything', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(sample), polled), (samples) => same(decodeSeries(encoded(samples)), samples)),
    );
  });

  test('a series of numbers of one kind', () => {
    const column = fc.oneof(
      fc.array(fc.float({ noNaN: true })),
      fc.array(fc.integer({ min: -2000, max: 2000 }).map((tenths) => tenths / 10)),
      fc.array(fc.constantFrom(-0, 0, 1)),
      fc.array(fc.maxSafeInteger()),
    );
    fc.assert(
      fc.property(column, (values) => {
        const samples = values.map((one, i) => ({ t: i * 1000, value: one, fault: null, epoch: 7, seq: i + 1 }));
        same(decodeSeries(encoded(samples)), samples);
      }),
    );
  });

  test('a series that was written before epochs were kept', () => {
    const bytes = Buffer.from('0304d00fd00f0002050e0a0202200204460801000a01046f6b0200', 'hex');
    same(decodeSeries(bytes), [
      { t: 1000, value: 0.5, fault: null, epoch: 0, seq: 7 },
      { t: 2000, value: true, fault: null, epoch: 0, seq: 8 },
      { t: 2000, value: 'ok', fault: 'timeout', epoch: 0, seq: 1 },
    ]);
  });

  test('whole numbers of any size and regularity', () => {
    const regular = fc
      .tuple(fc.maxSafeInteger(), fc.integer(), fc.nat(200))
      .map(([first, step, count]) => Array.from({ length: count }, (_, i) => first + i * step))
      .filter((values) => values.every(Number.isSafeInteger));
    const runs = fc
      .array(fc.tuple(fc.integer(), fc.nat(40)))
      .map((all) => all.flatMap(([one, times]) => Array(times).fill(one)));
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.maxSafeInteger()), fc.array(fc.integer()), regular, runs), (values) => {
        const writer = new ByteWriter();
        writeInts(writer, values);
        const reader = new ByteReader(writer.copy());
        same(readInts(reader, values.length), values);
        expect(reader.done).toBe(true);
      }),
    );
  });

  test.each([
    ['one number', [5], 2],
    ['the same number', Array(60).fill(3), 3],
    ['the same number, and more of it than a byte counts', Array(200).fill(3), 3],
    ['zeros', Array(60).fill(0), 2],
    ['two numbers', [1_763_760_000_000, 1_763_760_001_000], 9],
    ['times of regular polling', Array.from({ length: 60 }, (_, i) => 1_763_760_000_000 + i * 1000), 10],
    ['every second number', Array.from({ length: 60 }, (_, i) => 2 * i), 4],
    ['whole seconds but one', [1000, 2000, 3000, 4001, 5000, 6000], 7],
  ])('whole numbers in few bytes: %s', (_what, values, bytes) => {
    const writer = new ByteWriter();
    writeInts(writer, values);
    same(readInts(new ByteReader(writer.copy()), values.length), values);
    expect(writer.length).toBe(bytes);
  });

  test('a value by itself', () => {
    fc.assert(
      fc.property(value, fault, (one, its) => {
        const writer = new ByteWriter();
        writeValue(writer, one, its);
        const read = readValue(new ByteReader(writer.copy()));
        same([read.value, faultOf(read.faultNumber)], [one, its]);
      }),
    );
  });

  test('the body of a message', () => {
    const row = fc.record({ dt: fc.integer({ min: -maxZigzag, max: maxZigzag }), value, fault });
    const column = fc.record({ point: fc.nat(), late: fc.boolean(), rows: fc.array(row) });
    fc.assert(
      fc.property(fc.array(column), (columns) => {
        const writer = new ByteWriter();
        for (const { point, late, rows } of columns) {
          writeColumnHead(writer, { point, late, count: rows.length });
          for (const one of rows) writeRow(writer, one);
        }
        const rows: unknown[] = [];
        eachRow(writer.copy(), (point, late, dt, one, its) => rows.push([point, late, dt, one, faultOf(its)]));
        const sent = columns.flatMap((one) => one.rows.map((r) => [one.point, one.late, r.dt, r.value, r.fault]));
        same(rows, sent);
      }),
    );
  });

  test('ranges, whatever the order in which numbers come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (numbers) => {
        const ranges = numbers.reduce<Ranges>((all, one) => addRange(all, one, one), []);
        const set = new Set(numbers);
        for (let one = 0; one <= 61; one++) expect(hasNumber(ranges, one)).toBe(set.has(one));
        expect(countHoles(ranges, [])).toBe(Math.max(0, ...numbers) - set.size);
        expect(ranges.every(([from, to], i) => from <= to && from > (ranges[i - 1]?.[1] ?? -1) + 1)).toBe(true);
        same(decodeRanges(encodeRanges(ranges)), ranges);
      }),
    );
  });
});

describe('small', () => {
  const noisy = (i: number) => Math.round(200 + 3 * Math.sin(i / 9) + (i % 2)) / 10;

  test.each([
    ['a temperature at regular times', (i: number) => noisy(i), 1.5],
    ['a temperature kept as a float', (i: number) => Math.fround(noisy(i)), 4.5],
    ['a contact that never moves', () => true, 0.6],
    ['words of an enumeration', (i: number) => (i % 7 === 0 ? 'alarm' : 'ok'), 0.9],
    ['a device that does not answer', () => null, 0.6],
  ])('60 readings of %s', (_name, valueAt, bytesEach) => {
    const samples = Array.from(
      { length: 60 },
      (_, i): Sample => ({
        t: 1_763_760_000_000 + i * 1000,
        value: valueAt(i),
        fault: null,
        epoch: 7,
        seq: 17 + i,
      }),
    );
    expect(encoded(samples).length / 60).toBeLessThan(bytesEach);
  });
});

describe('holes', () => {
  test.each([
    ['nothing received', [], [], 0],
    ['all received', [[1, 5]], [], 0],
    ['the first are missing', [[4, 5]], [], 3],
    [
      'a hole',
      [
        [1, 2],
        [5, 9],
      ],
      [],
      2,
    ],
    [
      'a hole that was declared lost',
      [
        [1, 2],
        [5, 9],
      ],
      [[3, 4]],
      0,
    ],
    ['lost and received overlap', [[1, 5]], [[3, 8]], 0],
    ['lost beyond what came', [[1, 2]], [[5, 6]], 2],
  ] as const)('%s', (_name, received, lost, holes) => {
    expect(countHoles(received, lost)).toBe(holes);
  });
});
