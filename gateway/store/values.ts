import { type FaultCode, faultCodes, type Value } from '../../contract/reading.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { decimalsOf, scale, unscale } from './decimals.ts';

/**
 * One value and its fault, by itself: a tag, then what it needs. Numbers come back as the very same double.
 * 0 null · 1 false · 2 true · 3 double · 4 float · 5 text · 6–15 whole number over 10⁰–10⁹ · +16 a fault follows.
 */
const tags = { null: 0, false: 1, true: 2, f64: 3, f32: 4, text: 5, scaled: 6, withFault: 16 } as const;

/** The number of a fault in stored bytes, 0 for none. The order of {@link faultCodes} is therefore never changed. */
export function faultNumber(fault: FaultCode | null): number {
  return fault === null ? 0 : faultCodes.indexOf(fault) + 1;
}

export function faultOf(number: number): FaultCode | null {
  return number === 0 ? null : (faultCodes[number - 1] ?? null);
}

export function writeValue(writer: ByteWriter, value: Value, fault: FaultCode | null): void {
  const extra = fault === null ? 0 : tags.withFault;
  if (typeof value === 'number') writeNumber(writer, value, extra);
  else if (typeof value === 'string') {
    writer.byte(tags.text + extra);
    writer.text(value);
  } else {
    writer.byte((value === null ? tags.null : value ? tags.true : tags.false) + extra);
  }
  if (fault !== null) writer.byte(faultNumber(fault));
}

/** The value, with the number of its fault as {@link faultOf} takes it. */
export function readValue(reader: ByteReader): { value: Value; faultNumber: number } {
  const head = reader.byte();
  const value = readTagged(reader, head % tags.withFault);
  return { value, faultNumber: head >= tags.withFault ? reader.byte() : 0 };
}

function writeNumber(writer: ByteWriter, value: number, extra: number): void {
  const decimals = decimalsOf(value);
  if (decimals >= 0) {
    writer.byte(tags.scaled + decimals + extra);
    writer.zigzag(scale(value, decimals));
  } else if (Object.is(Math.fround(value), value)) {
    writer.byte(tags.f32 + extra);
    writer.f32(value);
  } else {
    writer.byte(tags.f64 + extra);
    writer.f64(value);
  }
}

function readTagged(reader: ByteReader, tag: number): Value {
  switch (tag) {
    case tags.null:
      return null;
    case tags.false:
      return false;
    case tags.true:
      return true;
    case tags.f64:
      return reader.f64();
    case tags.f32:
      return reader.f32();
    case tags.text:
      return reader.text();
    default:
      return unscale(reader.zigzag(), tag - tags.scaled);
  }
}
