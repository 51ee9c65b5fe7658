import type { FaultCode, Value } from '../../contract/reading.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { decimalsOf, maxDecimals, scale, unscale } from './decimals.ts';
import { readInts, writeInts } from './ints.ts';
import { faultOf } from './values.ts';

/**
 * One reading of a series: `t` epoch ms; `seq` of the message that brought it, and the number of the epoch by which that
 * seq counts, 0 when it is not known. All whole, within ±2⁵³.
 */
export type Sample = {
  readonly t: number;
  readonly value: Value;
  readonly fault: FaultCode | null;
  readonly epoch: number;
  readonly seq: number;
};

/** A series by columns, as it is gathered: fault numbers, and the rest as in {@link Sample}. */
export type SeriesColumns = {
  readonly t: number[];
  readonly epoch: number[];
  readonly seq: number[];
  readonly faults: number[];
  readonly values: Value[];
};

const writer = new ByteWriter();

/**
 * A series of one point as columns: times, seqs, faults, kinds of values, numbers, texts, epochs. Every value comes back
 * as the very same double or string, in the same order.
 */
export function encodeSeries({ t, epoch, seq, faults, values }: SeriesColumns): Buffer {
  writer.cut(0);
  writer.varint(t.length);
  writeInts(writer, t);
  writeInts(writer, seq);
  writeInts(writer, faults);
  writeValues(values);
  writeInts(writer, epoch);
  return writer.copy();
}

export function decodeSeries(bytes: Uint8Array): Sample[] {
  const samples: Sample[] = [];
  eachSample(decodeColumns(bytes), (t, value, fault, epoch, seq) => {
    samples.push({ t, value, fault, epoch, seq });
  });
  return samples;
}

/** The same without an object each. A column that is shorter than the times goes on with nothing. */
export function eachSample(
  { t, epoch, seq, faults, values }: SeriesColumns,
  fn: (t: number, value: Value, fault: FaultCode | null, epoch: number, seq: number) => void,
): void {
  for (let i = 0; i < t.length; i++)
    fn(t[i] ?? 0, values[i] ?? null, faultOf(faults[i] ?? 0), epoch[i] ?? 0, seq[i] ?? 0);
}

/** The rows at those places, in that order. */
export function sortedBy({ t, epoch, seq, faults, values }: SeriesColumns, places: readonly number[]): SeriesColumns {
  return {
    t: places.map((place) => t[place] ?? 0),
    epoch: places.map((place) => epoch[place] ?? 0),
    seq: places.map((place) => seq[place] ?? 0),
    faults: places.map((place) => faults[place] ?? 0),
    values: places.map((place) => values[place] ?? null),
  };
}

export function decodeColumns(bytes: Uint8Array): SeriesColumns {
  const reader = new ByteReader(bytes);
  const count = reader.varint();
  const t = readInts(reader, count);
  const seq = readInts(reader, count);
  const faults = readInts(reader, count);
  const values = readValues(reader, count);
  // A chunk ends here when it was written before epochs were kept.
  const epoch = reader.done ? [] : readInts(reader, count);
  return { t, epoch, seq, faults, values };
}

/** The earliest time of a series. */
export function earliestOf(bytes: Uint8Array): number {
  const reader = new ByteReader(bytes);
  let earliest = Number.POSITIVE_INFINITY;
  for (const t of readInts(reader, reader.varint())) if (t < earliest) earliest = t;
  return earliest;
}

const kinds = { null: 0, false: 1, true: 2, number: 3, text: 4 } as const;

function writeValues(values: readonly Value[]): void {
  const kindsOf: number[] = [];
  const numbers: number[] = [];
  const texts: string[] = [];
  for (const value of values) {
    kindsOf.push(kindOf(value));
    if (typeof value === 'number') numbers.push(value);
    else if (typeof value === 'string') texts.push(value);
  }
  writeInts(writer, kindsOf);
  if (numbers.length > 0) writeNumbers(numbers);
  if (texts.length > 0) writeTexts(texts);
}

function readValues(reader: ByteReader, count: number): Value[] {
  const found = readInts(reader, count);
  const numbers = readNumbers(reader, found.filter((kind) => kind === kinds.number).length)[Symbol.iterator]();
  const texts = readTexts(reader, found.filter((kind) => kind === kinds.text).length)[Symbol.iterator]();
  return found.map((kind): Value => {
    if (kind === kinds.number) return numbers.next().value ?? null;
    if (kind === kinds.text) return texts.next().value ?? null;
    return kind === kinds.null ? null : kind === kinds.true;
  });
}

function kindOf(value: Value): number {
  if (typeof value === 'number') return kinds.number;
  if (typeof value === 'string') return kinds.text;
  return value === null ? kinds.null : value ? kinds.true : kinds.false;
}

/** Head of a column of numbers: 0–9 its decimals, or one of these. */
const numberHeads = { f32: 10, f64: 11 } as const;

function writeNumbers(numbers: readonly number[]): void {
  const decimals = commonDecimals(numbers);
  if (decimals >= 0) {
    writer.byte(decimals);
    writeInts(
      writer,
      numbers.map((value) => scale(value, decimals)),
    );
  } else if (numbers.every((value) => Object.is(Math.fround(value), value))) {
    writer.byte(numberHeads.f32);
    writeInts(writer, bitsOfFloats(numbers));
  } else {
    writer.byte(numberHeads.f64);
    for (const value of numbers) writer.f64(value);
  }
}

function readNumbers(reader: ByteReader, count: number): number[] {
  if (count === 0) return [];
  const head = reader.byte();
  if (head <= maxDecimals) return readInts(reader, count).map((scaled) => unscale(scaled, head));
  if (head === numberHeads.f32) return floatsOfBits(readInts(reader, count));
  return Array.from({ length: count }, () => reader.f64());
}

/** The decimals that suit every number of a column, −1 when none do. */
function commonDecimals(numbers: readonly number[]): number {
  let common = 0;
  /** Those before it were looked at with fewer decimals. */
  let risen = 0;
  for (let i = 0; i < numbers.length; i++) {
    const decimals = decimalsOf(numbers[i] ?? 0, common);
    if (decimals < 0) return -1;
    if (decimals > common) risen = i;
    common = decimals;
  }
  // More decimals than a number needs may be more than it has room for.
  for (let i = 0; i < risen; i++) if (decimalsOf(numbers[i] ?? 0, common) !== common) return -1;
  return common;
}

/** Neighbouring floats have neighbouring bits, so a slow series is small in differences of these. */
function bitsOfFloats(numbers: readonly number[]): number[] {
  return [...new Int32Array(new Float32Array(numbers).buffer)];
}

function floatsOfBits(bits: readonly number[]): number[] {
  return [...new Float32Array(new Int32Array(bits).buffer)];
}

/** Words of an enumeration come again and again: each once, then which. */
function writeTexts(texts: readonly string[]): void {
  const words = [...new Set(texts)];
  const places = new Map(words.map((word, place) => [word, place]));
  writer.varint(words.length);
  for (const word of words) writer.text(word);
  writeInts(
    writer,
    texts.map((text) => places.get(text) ?? 0),
  );
}

function readTexts(reader: ByteReader, count: number): string[] {
  if (count === 0) return [];
  const words = Array.from({ length: reader.varint() }, () => reader.text());
  return readInts(reader, count).map((place) => words[place] ?? '');
}
