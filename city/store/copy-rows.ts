import { type CityMessage, cityTime } from '../../contract/city.ts';
import { type FaultCode, faultCodes, type Value } from '../../contract/reading.ts';

/**
 * Readings as rows of PostgreSQL's COPY in its binary format (PostgreSQL 15 manual, COPY, "Binary Format"): numbers are neither
 * printed here nor read there.
 */

/** 1: it came late; 2: its time is estimated; 4: it has none. */
export const flagsOf = { late: 1, estimated: 2, untimed: 4 } as const;

/** 0 for none. The order of the codes is part of what is stored. */
export function faultNumber(fault: FaultCode | null): number {
  return fault === null ? 0 : faultCodes.indexOf(fault) + 1;
}

/** Of one message: `epoch`, and the number of each of its series. */
export type Columns = { readonly epoch: number; series(point: string): number };

/** A row for each reading, into the rows that `of` gives for its time. */
export function addReadings(message: CityMessage, { epoch, series }: Columns, of: (at: number) => CopyRows): void {
  const { seq } = message;
  const estimated = message.time === 'estimated' ? flagsOf.estimated : 0;
  for (const point in message.points) {
    const column = message.points[point as keyof typeof message.points];
    if (column === undefined) continue;
    const number = series(point);
    const base = (column.late === true ? flagsOf.late : 0) + estimated;
    for (let i = 0; i < column.v.length; i++) {
      const time = cityTime(message, column.dt[i] ?? 0);
      const at = Math.floor(time.at);
      const flags = time.timed ? base : (base & flagsOf.late) + flagsOf.untimed;
      const fault = faultNumber(column.q?.[i] ?? null);
      of(at).add({ at, series: number, epoch, seq, value: column.v[i] ?? null, fault, flags });
    }
  }
}

export type CopyRow = {
  /** Epoch ms, whole. */
  readonly at: number;
  readonly series: number;
  readonly epoch: number;
  readonly seq: number;
  readonly value: Value;
  readonly fault: number;
  readonly flags: number;
};

const chunkBytes = 1 << 16;
const fields = 8;
/** Of a row whose text is empty: the number of fields, the length of each, and 8 + 4 + 4 + 8 + 8 + 0 + 2 + 2 bytes. */
const rowBytes = 2 + fields * 4 + 36;
const isNull = -1;

/** Before all rows: the signature, no flags, no extension. */
const head = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const tail = Buffer.from([0xff, 0xff]);

/** Rows of at, series, epoch, seq, value, said, fault and flags. */
export class CopyRows {
  count = 0;
  readonly #full: Buffer[] = [head];
  #chunk: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(this.#chunk.buffer);
  #at = 0;

  /** Numbers as they are, true and false as 1 and 0 with the word, texts as the word. */
  add({ at, series, epoch, seq, value, fault, flags }: CopyRow): void {
    const said = typeof value === 'string' ? textOf(value) : typeof value === 'boolean' ? String(value) : null;
    const number = typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : null;
    const saidBytes = said === null ? 0 : Buffer.byteLength(said);
    this.#room(rowBytes + saidBytes);
    this.count++;
    this.#view.setInt16(this.#at, fields);
    this.#at += 2;
    this.#int64(at);
    this.#int32(series);
    this.#int32(epoch);
    this.#int64(seq);
    if (number === null) this.#length(isNull);
    else {
      this.#length(8);
      this.#view.setFloat64(this.#at, number);
      this.#at += 8;
    }
    if (said === null) this.#length(isNull);
    else {
      this.#length(saidBytes);
      this.#at += this.#chunk.write(said, this.#at);
    }
    this.#int16(fault);
    this.#int16(flags);
  }

  /** Everything, with its head and tail. */
  chunks(): Buffer[] {
    return [...this.#full, this.#chunk.subarray(0, this.#at), tail];
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#chunk.length) return;
    if (this.#at > 0) this.#full.push(this.#chunk.subarray(0, this.#at));
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(chunkBytes, bytes));
    this.#view = new DataView(this.#chunk.buffer);
    this.#at = 0;
  }

  #length(bytes: number): void {
    this.#view.setInt32(this.#at, bytes);
    this.#at += 4;
  }

  #int16(value: number): void {
    this.#length(2);
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
  }

  #int32(value: number): void {
    this.#length(4);
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  /** Below 2⁵³, so that its halves are whole. */
  #int64(value: number): void {
    this.#length(8);
    this.#view.setInt32(this.#at, Math.floor(value / 0x1_0000_0000));
    this.#view.setUint32(this.#at + 4, value >>> 0);
    this.#at += 8;
  }
}

/** PostgreSQL has no text with a NUL. */
const textOf = (text: string) => text.replaceAll('\0', '\uFFFD');

export function countReadings({ points }: CityMessage): number {
  let count = 0;
  for (const point in points) count += points[point as keyof typeof points]?.v.length ?? 0;
  return count;
}
