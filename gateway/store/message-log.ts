import type Sqlite from 'better-sqlite3';
import { bytesOf, textOf } from './blob-text.ts';
import type { Database } from './database.ts';
import type { LoggedMessage, LogMessage } from './logged-message.ts';
import { countRows } from './message-body.ts';
import type { Moment } from './reading-time.ts';
import { RecentMessages } from './recent-messages.ts';
import { timeNumber, timeOf } from './times.ts';

type Appended = { readonly moment: Moment; readonly readings: number; readonly digest: number };

type Cell = number | Buffer | null;

type Row = Omit<LoggedMessage, 'time' | 'body'> & { time: number; body: string };

const columns = `id, epoch, seq, device, at, time, received_at AS receivedAt, ${textOf('body')} AS body, digest`;

/** What {@link MessageLog.append} gives a row, beside its number. */
const cellsARow = 8;
/** Rows that one statement inserts: by itself each costs half as much again. */
const rowsAtOnce = 10;

/**
 * Messages of readings in the order in which they came: one row each, only ever appended, without an index. Rows up to
 * `sealed` are in chunks too; they are no longer read and go in slices.
 */
export class MessageLog {
  readonly #sql: ReturnType<typeof statements>;
  /** Of rows that the open commit has not written yet. */
  #cells: Cell[] = [];
  readonly #recent = new RecentMessages();
  #next: number;
  #sealed: number;
  #unsealed: number;
  #appendedReadings = 0;
  #before: { next: number; unsealed: number };
  readonly #marks: (() => number)[] = [];

  constructor(db: Database) {
    this.#sql = statements(db);
    this.#sealed = this.#sql.sealed.get() ?? 0;
    // An emptied table would begin at 1 again, below the mark, where nothing is read.
    this.#next = Math.max(this.#sql.last.get() ?? 0, this.#sealed) + 1;
    this.#unsealed = 0;
    for (const body of this.#sql.bodies.iterate(this.#sealed)) this.#unsealed += countRows(bytesOf(body));
    this.#before = { next: this.#next, unsealed: this.#unsealed };
  }

  /** Readings that are in no chunk yet. */
  get unsealed(): number {
    return this.#unsealed;
  }

  /** Messages that were appended since the last commit. */
  get appended(): number {
    return this.#next - this.#before.next;
  }

  /** Their readings. */
  get newReadings(): number {
    return this.#unsealed - this.#before.unsealed;
  }

  /** The first of them, or the next to come. */
  get firstAppended(): number {
    return this.#before.next;
  }

  /** The last message's number. */
  get last(): number {
    return this.#next - 1;
  }

  /** Up to which message everything is in chunks. */
  get sealed(): number {
    return this.#sealed;
  }

  /** Its row is there once {@link write} was called; its body has to stay as it is until then. */
  append(message: Omit<LogMessage, 'at' | 'time' | 'digest'> & Appended): void {
    const { epoch, seq, device, moment, receivedAt, body, digest } = message;
    const { at, time } = moment;
    // With its sign it takes four bytes, and six without.
    this.#cells.push(epoch, seq, device, at, timeNumber(time), receivedAt, body, digest | 0);
    this.#recent.add(this.#next, { epoch, seq, device, at, time, receivedAt, body, digest });
    this.#next++;
    this.#unsealed += message.readings;
    this.#appendedReadings += message.readings;
  }

  /** Within the transaction of a commit. */
  write(): void {
    const cells = this.#cells;
    this.#cells = [];
    const cellsAtOnce = rowsAtOnce * cellsARow;
    let id = this.#before.next;
    let at = 0;
    for (; at + cellsAtOnce <= cells.length; at += cellsAtOnce, id += rowsAtOnce)
      this.#sql.insertMany.run(id, ...cells.slice(at, at + cellsAtOnce));
    for (; at < cells.length; at += cellsARow, id++) this.#sql.insert.run(id, ...cells.slice(at, at + cellsARow));
  }

  /** Readings since this process began, those of failed commits too. */
  get appendedReadings(): number {
    return this.#appendedReadings;
  }

  /** Unsealed messages after `id`, the oldest first. */
  after(id: number, limit: number): LoggedMessage[] {
    const from = Math.max(id, this.#sealed);
    return this.#recent.after(from, limit) ?? this.#sql.after.all(from, limit).map(read);
  }

  /** Messages after `id` that are still here, sealed or not, the oldest first. */
  stillHere(id: number, limit: number): LoggedMessage[] {
    return this.#sql.after.all(id, limit).map(read);
  }

  /** The oldest message that is still here; undefined without one. */
  get first(): number | undefined {
    return this.#sql.first.get();
  }

  /** Sealed messages beyond `mark` stay, for one who still needs them. Asked at each deletion. */
  keepAfter(mark: () => number): void {
    this.#marks.push(mark);
  }

  /** The time of the oldest unsealed message; null where none has a time. */
  earliest(): number | null {
    return this.#sql.earliest.get(this.#sealed) ?? null;
  }

  /** Unsealed messages of one device, the oldest first, as they are now; each is made when it is asked for. */
  ofDevice(device: number): Iterable<LoggedMessage> {
    return this.#sql.ofDevice.all(this.#sealed, device).values().map(read);
  }

  /** Within the transaction that puts their readings into chunks: marks messages as sealed. */
  writeSealed(upTo: number): void {
    this.#sql.seal.run(upTo);
  }

  /** After that transaction. */
  sealedUpTo(upTo: number, readings: number): void {
    this.#sealed = upTo;
    this.#unsealed -= readings;
    this.#recent.drop(upTo);
    this.#before = { next: this.#next, unsealed: this.#unsealed };
  }

  /** Deletes sealed messages, at most `limit`. Says whether there may be more. */
  deleteSealed(limit: number): boolean {
    const first = this.#sql.first.get();
    const upTo = this.#marks.reduce((least, mark) => Math.min(least, mark()), this.#sealed);
    if (first === undefined || first > upTo) return false;
    this.#sql.remove.run(Math.min(upTo, first + limit - 1));
    return true;
  }

  /** After a commit: what is remembered is what is on disk. */
  kept(): void {
    this.#before = { next: this.#next, unsealed: this.#unsealed };
  }

  /** After a rollback. */
  forget(): void {
    this.#next = this.#before.next;
    this.#unsealed = this.#before.unsealed;
    this.#cells = [];
    this.#recent.cut(this.#next);
  }
}

/** All messages that are still in a log, the oldest first. */
export function* everyMessage(db: Pick<Sqlite.Database, 'prepare'>): Generator<LoggedMessage> {
  const rows = db.prepare<[], Row>(`SELECT ${columns} FROM log ORDER BY id`);
  for (const row of rows.iterate()) yield read(row);
}

function read(row: Row): LoggedMessage {
  const { id, epoch, seq, device, at, receivedAt, digest } = row;
  const known = { id, epoch, seq, device, at, receivedAt, digest: digest === null ? null : digest >>> 0 };
  return { ...known, time: timeOf(row.time), body: bytesOf(row.body) };
}

/** The first is numbered; SQLite gives each of the others the number after the last there is. */
function insertRows(count: number): string {
  const cells = Array(cellsARow).fill('?').join(', ');
  const rows = Array.from({ length: count }, (_, n) => `(${n === 0 ? '?' : 'NULL'}, ${cells})`).join(', ');
  return `INSERT INTO log (id, epoch, seq, device, at, time, received_at, body, digest) VALUES ${rows}`;
}

function statements(db: Database) {
  return {
    sealed: db.prepare<[], number>("SELECT value FROM meta WHERE key = 'sealed'").pluck(),
    seal: db.prepare<[number]>("UPDATE meta SET value = ? WHERE key = 'sealed'"),
    first: db.prepare<[], number>('SELECT id FROM log ORDER BY id LIMIT 1').pluck(),
    last: db.prepare<[], number>('SELECT id FROM log ORDER BY id DESC LIMIT 1').pluck(),
    bodies: db.prepare<[number], string>(`SELECT ${textOf('body')} FROM log WHERE id > ?`).pluck(),
    insert: db.prepare<Cell[]>(insertRows(1)),
    insertMany: db.prepare<Cell[]>(insertRows(rowsAtOnce)),
    after: db.prepare<[number, number], Row>(`SELECT ${columns} FROM log WHERE id > ? ORDER BY id LIMIT ?`),
    earliest: db.prepare<[number], number | null>('SELECT MIN(at) FROM log WHERE id > ?').pluck(),
    ofDevice: db.prepare<[number, number], Row>(`SELECT ${columns} FROM log WHERE id > ? AND device = ? ORDER BY id`),
    remove: db.prepare<[number]>('DELETE FROM log WHERE id <= ?'),
  };
}
