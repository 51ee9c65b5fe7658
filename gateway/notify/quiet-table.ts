import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';
import type { DayHours } from './duty.ts';

const steps: readonly Migration[] = [
  `
  CREATE TABLE quiet_hours (
    person TEXT PRIMARY KEY, from_minute INTEGER NOT NULL, to_minute INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
];

const rowSchema = z.object({ person: z.string(), from: z.int(), to: z.int() });

/** When people want to hear nothing that can wait, each day, by the site's wall clock. */
export class QuietTable {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'quiet-hours', steps);
    this.#sql = statements(db);
  }

  of(person: string): DayHours | null {
    const row = this.#sql.of.get(person);
    return row === undefined ? null : rowSchema.parse(row);
  }

  all(): (DayHours & { readonly person: string })[] {
    return this.#sql.all.all().map((row) => rowSchema.parse(row));
  }

  /** Within a transaction. Null: at no time. */
  put(person: string, hours: DayHours | null): void {
    if (hours === null) this.#sql.remove.run(person);
    else this.#sql.put.run(person, hours.from, hours.to);
  }
}

function statements(db: Database) {
  const columns = 'person, from_minute AS "from", to_minute AS "to"';
  return {
    of: db.prepare<[string]>(`SELECT ${columns} FROM quiet_hours WHERE person = ?`),
    all: db.prepare<[]>(`SELECT ${columns} FROM quiet_hours ORDER BY person`),
    put: db.prepare<[string, number, number]>(
      'INSERT OR REPLACE INTO quiet_hours (person, from_minute, to_minute) VALUES (?, ?, ?)',
    ),
    remove: db.prepare<[string]>('DELETE FROM quiet_hours WHERE person = ?'),
  };
}
