import type { Clock } from '../../contract/clock.ts';
import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';
import { Heap } from './heap.ts';
import type { Deadline, Instant } from './participant.ts';

const steps: readonly Migration[] = [
  `
  CREATE TABLE deadlines (
    part TEXT NOT NULL, key TEXT NOT NULL, due_at INTEGER NOT NULL, length INTEGER NOT NULL,
    PRIMARY KEY (part, key)) STRICT, WITHOUT ROWID;
  `,
];

/** `at`: the monotonic clock at which it is due. */
type Armed = Deadline & { readonly at: number; readonly stored: boolean };
type Row = { part: string; key: string; due_at: number; length: number };

/**
 * Moments that services asked to be called at. While the process runs the monotonic clock counts; the row holds the wall
 * time and the whole length, so that after a restart what is left goes on: never longer than the length, however the wall
 * clock was set meanwhile.
 */
export class Deadlines {
  readonly #sql: ReturnType<typeof statements>;
  readonly #armed = new Map<string, Armed>();
  readonly #heap = new Heap<Armed>();
  /** Of the transaction that is open. */
  readonly #changes = new Map<string, Armed | null>();

  constructor({ db, clock }: { db: Database; clock: Pick<Clock, 'now' | 'monotonic'> }) {
    migrate(db, 'deadlines', steps);
    this.#sql = statements(db);
    for (const row of this.#sql.all.all()) {
      const leftMs = Math.min(Math.max(0, row.due_at - clock.now()), row.length);
      this.#put({ part: row.part, key: row.key, at: clock.monotonic() + leftMs, stored: true });
    }
  }

  /** Within a transaction. */
  arm(part: string, key: string, afterMs: number, { wall, mono }: Instant): void {
    const length = Math.max(0, Math.ceil(afterMs));
    this.#sql.arm.run(part, key, wall + length, length);
    this.#changes.set(nameOf(part, key), { part, key, at: mono + length, stored: true });
  }

  /** Within a transaction; not kept over a restart. */
  wake(part: string, key: string, afterMs: number, { mono }: Instant): void {
    this.#delete(part, key);
    this.#changes.set(nameOf(part, key), { part, key, at: mono + Math.max(0, afterMs), stored: false });
  }

  /** Within a transaction. */
  cancel(part: string, key: string): void {
    this.#delete(part, key);
    this.#changes.set(nameOf(part, key), null);
  }

  /** The transaction is on disk. */
  kept(): void {
    for (const [name, armed] of this.#changes) {
      if (armed === null) this.#armed.delete(name);
      else this.#put(armed);
    }
    this.#changes.clear();
  }

  /** The transaction was rolled back. */
  forget(): void {
    this.#changes.clear();
  }

  /** Those whose time has come, the earliest first. They stay until `cancel`. */
  due(mono: number): Deadline[] {
    const due: Armed[] = [];
    for (let first = this.#first(); first !== undefined && first.at <= mono; first = this.#first()) {
      due.push(first);
      this.#heap.pop();
    }
    // What comes of them may fail, and then they are still due.
    for (const armed of due) this.#heap.push(armed);
    return due.map(({ part, key }) => ({ part, key }));
  }

  /** The monotonic clock at the next one; null when there is none. */
  next(): number | null {
    return this.#first()?.at ?? null;
  }

  /** The wall clock was set: what is stored moves along, or a restart would count the jump. Within a transaction. */
  stepped(byMs: number): void {
    this.#sql.step.run(Math.round(byMs));
  }

  #put(armed: Armed): void {
    this.#armed.set(nameOf(armed.part, armed.key), armed);
    this.#heap.push(armed);
  }

  /** Drops those that were cancelled or armed again since. */
  #first(): Armed | undefined {
    for (let first = this.#heap.peek(); first !== undefined; first = this.#heap.peek()) {
      if (this.#armed.get(nameOf(first.part, first.key)) === first) return first;
      this.#heap.pop();
    }
    return undefined;
  }

  #delete(part: string, key: string): void {
    const name = nameOf(part, key);
    const changed = this.#changes.get(name);
    const armed = changed === undefined ? this.#armed.get(name) : changed;
    if (armed?.stored === true) this.#sql.cancel.run(part, key);
  }
}

const nameOf = (part: string, key: string) => `${part}\n${key}`;

function statements(db: Database) {
  return {
    all: db.prepare<[], Row>('SELECT * FROM deadlines ORDER BY part, key'),
    arm: db.prepare<[string, string, number, number]>(
      'INSERT OR REPLACE INTO deadlines (part, key, due_at, length) VALUES (?, ?, ?, ?)',
    ),
    cancel: db.prepare<[string, string]>('DELETE FROM deadlines WHERE part = ? AND key = ?'),
    step: db.prepare<[number]>('UPDATE deadlines SET due_at = due_at + ?'),
  };
}
