import type { FaultCode, Value } from '../../contract/reading.ts';
import { ByteReader, type ByteWriter } from './bytes.ts';
import { readValue, writeValue } from './values.ts';

/**
 * The readings of one message as its log row keeps them: columns, each `point × 2 + late`, how many, then `dt` and value
 * of each. Small and quick rather than smallest: a row lives until it is sealed into chunks.
 */
export type BodyRow = { readonly dt: number; readonly value: Value; readonly fault: FaultCode | null };

/** Begins a column; its rows follow, each by {@link writeRow}. */
export function writeColumnHead(
  writer: ByteWriter,
  column: { readonly point: number; readonly late: boolean; readonly count: number },
): void {
  writer.varint(column.point * 2 + (column.late ? 1 : 0));
  writer.varint(column.count);
}

export function writeRow(writer: ByteWriter, row: BodyRow): void {
  writer.zigzag(row.dt);
  writeValue(writer, row.value, row.fault);
}

/** Hands over every row of a body: which point, whether late, and the row with the number of its fault. */
export function eachRow(
  bytes: Uint8Array,
  visit: (point: number, late: boolean, dt: number, value: Value, faultNumber: number) => void,
): void {
  const reader = new ByteReader(bytes);
  while (!reader.done) {
    const head = reader.varint();
    const count = reader.varint();
    const point = Math.floor(head / 2);
    const late = head % 2 === 1;
    for (let i = 0; i < count; i++) {
      const dt = reader.zigzag();
      const { value, faultNumber } = readValue(reader);
      visit(point, late, dt, value, faultNumber);
    }
  }
}

/** Readings in a body. */
export function countRows(bytes: Uint8Array): number {
  let count = 0;
  eachRow(bytes, () => count++);
  return count;
}
