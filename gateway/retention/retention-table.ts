import type { Database } from 'better-sqlite3';
import { type Migration, migrate } from '../store/migrations.ts';

const steps: readonly Migration[] = [
  `CREATE TABLE retention_wear (
     one INTEGER PRIMARY KEY CHECK (one = 1), bytes INTEGER NOT NULL, readings INTEGER NOT NULL, ms INTEGER NOT NULL) STRICT;
   INSERT INTO retention_wear VALUES (1, 0, 0, 0);`,
];

export type Written = { readonly bytes: number; readonly readings: number; readonly ms: number };

/** What was written over all starts: bytes to disk and readings, over so many ms of running. */
export class RetentionTable {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'retention', steps);
    this.#sql = statements(db);
  }

  read(): Written {
    return this.#sql.read.get() ?? { bytes: 0, readings: 0, ms: 0 };
  }

  add({ bytes, readings, ms }: Written): void {
    this.#sql.add.run(Math.round(bytes), readings, Math.round(ms));
  }
}

function statements(db: Database) {
  return {
    read: db.prepare<[], Written>('SELECT bytes, readings, ms FROM retention_wear'),
    add: db.prepare<[number, number, number]>(
      'UPDATE retention_wear SET bytes = bytes + ?, readings = readings + ?, ms = ms + ?',
    ),
  };
}
