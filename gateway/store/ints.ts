import { type ByteReader, type ByteWriter, maxZigzag, unzigzag, varintBytes, zigzag } from './bytes.ts';

/**
 * A column of whole numbers in the fewest bytes: as they are, as differences, or as differences of differences, and each
 * of these as varints, as runs of equal ones, or packed into as many bits as the largest takes. The head byte says which.
 */
const packings = { varints: 0, runs: 1, bits: 2, doubles: 3 } as const;

type Plan = { order: number; packing: number; bytes: number; largest: number; isConstant: boolean };

export function writeInts(writer: ByteWriter, values: readonly number[]): void {
  if (values.length === 0) return;
  const plan = cheapest(values);
  if (plan === undefined) {
    writer.byte(packings.doubles);
    for (const value of values) writer.f64(value);
    return;
  }
  const { order, packing, largest } = plan;
  writer.byte(order * 4 + packing);
  for (let nth = 0; nth < order; nth++) writer.zigzag(headAt(values, nth));
  if (packing === packings.varints) writeVarints(writer, values, order);
  else if (packing === packings.runs) writeRuns(writer, values, order);
  else writeBits(writer, values, order, largest);
}

/** Reads `count` numbers that {@link writeInts} wrote. */
export function readInts(reader: ByteReader, count: number): number[] {
  if (count === 0) return [];
  const head = reader.byte();
  const [order, packing] = [Math.floor(head / 4), head % 4];
  if (packing === packings.doubles) return Array.from({ length: count }, () => reader.f64());
  const first = Array.from({ length: order }, () => reader.zigzag());
  const rest = readRest(reader, packing, count - order);
  return order === 0 ? rest : summed(first, rest);
}

/** Undefined when the numbers are too large to be told apart from their neighbours' differences. */
function cheapest(values: readonly number[]): Plan | undefined {
  let best: Plan | undefined;
  for (let order = 0; order <= 2 && order <= values.length; order++) {
    const head = headBytes(values, order);
    const plan: Plan | undefined = head === undefined ? undefined : packed(values, order, head);
    // Differences of what does not fit would no longer be exact.
    if (plan === undefined) break;
    if (best === undefined || plan.bytes < best.bytes) best = plan;
    // All zero: differences of it would be no shorter.
    if (plan.largest === 0) break;
    if (plan.isConstant) return shorter(best, zeros(values, order + 1));
  }
  return best;
}

/** Of an order whose differences are all zero, since those of the order before are all the same: as times and seqs of regular series. */
function zeros(values: readonly number[], order: number): Plan | undefined {
  const head = order > 2 ? undefined : headBytes(values, order);
  if (head === undefined) return undefined;
  const isEmpty = values.length === order;
  const packing = isEmpty ? packings.runs : packings.bits;
  return { order, packing, bytes: head + (isEmpty ? 0 : 1), largest: 0, isConstant: true };
}

/** The first where both are as short. */
function shorter(one: Plan, other: Plan | undefined): Plan {
  return other !== undefined && other.bytes < one.bytes ? other : one;
}

/** How the differences of that order are packed best. They are made out each time they are needed: to keep them costs more. */
function packed(values: readonly number[], order: number, head: number): Plan | undefined {
  let largest = 0;
  let varints = 0;
  let runs = 0;
  let changes = 0;
  let length = 0;
  let before = -1;
  for (let i = order; i < values.length; i++) {
    const value = differenceAt(values, i, order);
    // Asked this way round so that a number that is none (NaN, infinite) is refused too.
    if (!(value <= maxZigzag && value >= -maxZigzag)) return undefined;
    const folded = zigzag(value);
    if (folded > largest) largest = folded;
    const bytes = varintBytes(folded);
    varints += bytes;
    if (folded === before) {
      length++;
    } else {
      if (length > 0) runs += varintBytes(length);
      runs += bytes;
      changes++;
      length = 1;
      before = folded;
    }
  }
  if (length > 0) runs += varintBytes(length);
  const width = bitsOf(largest);
  const bits = width > 32 ? Number.POSITIVE_INFINITY : 1 + Math.ceil(((values.length - order) * width) / 8);
  const bytes = Math.min(varints, runs, bits);
  const packing = bytes === runs ? packings.runs : bytes === bits ? packings.bits : packings.varints;
  return { order, packing, bytes: head + bytes, largest, isConstant: changes <= 1 };
}

/** The difference of that order which ends at `i`; of order 0 the number itself. */
function differenceAt(values: readonly number[], i: number, order: number): number {
  const value = values[i] ?? 0;
  if (order === 0) return value;
  const before = values[i - 1] ?? 0;
  return order === 1 ? value - before : value - before - (before - (values[i - 2] ?? 0));
}

function foldedAt(values: readonly number[], i: number, order: number): number {
  return zigzag(differenceAt(values, i, order));
}

/** The numbers that a sum over differences begins from: the first value, then the first difference. */
function headAt(values: readonly number[], nth: number): number {
  return differenceAt(values, nth, nth);
}

function headBytes(values: readonly number[], order: number): number | undefined {
  let bytes = 0;
  for (let nth = 0; nth < order; nth++) {
    const value = headAt(values, nth);
    if (!(Math.abs(value) <= maxZigzag)) return undefined;
    bytes += varintBytes(zigzag(value));
  }
  return bytes;
}

function summed(head: readonly number[], rest: readonly number[]): number[] {
  const [first = 0, step = 0] = head;
  const values = [first];
  let value = first;
  if (head.length === 1) {
    for (const difference of rest) {
      value += difference;
      values.push(value);
    }
    return values;
  }
  let difference = step;
  value += difference;
  values.push(value);
  for (const change of rest) {
    difference += change;
    value += difference;
    values.push(value);
  }
  return values;
}

function writeVarints(writer: ByteWriter, values: readonly number[], order: number): void {
  for (let i = order; i < values.length; i++) writer.varint(foldedAt(values, i, order));
}

function writeRuns(writer: ByteWriter, values: readonly number[], order: number): void {
  for (let i = order; i < values.length; ) {
    const value = foldedAt(values, i, order);
    let end = i + 1;
    while (end < values.length && foldedAt(values, end, order) === value) end++;
    writer.varint(value);
    writer.varint(end - i);
    i = end;
  }
}

function writeBits(writer: ByteWriter, values: readonly number[], order: number, largest: number): void {
  const width = bitsOf(largest);
  writer.byte(width);
  // Multiplication instead of shifts: up to 32 + 7 bits wait here.
  let waiting = 0;
  let unit = 1;
  for (let i = order; i < values.length; i++) {
    waiting += foldedAt(values, i, order) * unit;
    unit *= 2 ** width;
    while (unit >= 256) {
      writer.byte(waiting % 256);
      waiting = Math.floor(waiting / 256);
      unit /= 256;
    }
  }
  if (unit > 1) writer.byte(waiting);
}

function readRest(reader: ByteReader, packing: number, count: number): number[] {
  if (packing === packings.bits) return readBits(reader, count);
  const values: number[] = [];
  while (values.length < count) {
    const value = reader.zigzag();
    const times = packing === packings.runs ? reader.varint() : 1;
    if (times < 1 || values.length + times > count) throw new Error('a stored column is longer than it says');
    for (let i = 0; i < times; i++) values.push(value);
  }
  return values;
}

function readBits(reader: ByteReader, count: number): number[] {
  const width = reader.byte();
  const size = 2 ** width;
  const values: number[] = new Array(count);
  let waiting = 0;
  let unit = 1;
  for (let i = 0; i < count; i++) {
    while (unit < size) {
      waiting += reader.byte() * unit;
      unit *= 256;
    }
    values[i] = unzigzag(waiting % size);
    waiting = Math.floor(waiting / size);
    unit /= size;
  }
  return values;
}

/** Bits that a number of 0 or more takes. */
function bitsOf(value: number): number {
  return value < 0x80000000 ? 32 - Math.clz32(value) : 1 + Math.floor(Math.log2(value));
}
