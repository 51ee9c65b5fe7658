import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';

const steps: readonly Migration[] = [
  `
  CREATE TABLE reach_tests (
    person TEXT PRIMARY KEY, number INTEGER NOT NULL, key TEXT NOT NULL, asked_at INTEGER NOT NULL,
    answered_at INTEGER) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE reach_tests ADD COLUMN unanswered_since INTEGER NOT NULL DEFAULT 0;
  UPDATE reach_tests SET unanswered_since = asked_at;
  `,
];

const rowSchema = z.object({
  person: z.string(),
  number: z.int(),
  key: z.string(),
  asked_at: z.int(),
  answered_at: z.int().nullable(),
  unanswered_since: z.int(),
});

/** The last test of a person's channels. `key`: its notice's. Times are epoch ms. */
export type ReachTest = {
  readonly person: string;
  /** Counts a person's tests, from 1. */
  readonly number: number;
  readonly key: string;
  readonly askedAt: number;
  /** The first answer, or receipt of a device, by whatever channel. */
  readonly answeredAt: number | null;
  /** When the first test was asked that nothing has arrived since of: this one, or one before. */
  readonly unansweredSince: number;
};

export class ReachTestTable {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'reach-tests', steps);
    this.#sql = statements(db);
  }

  of(person: string): ReachTest | undefined {
    const row = this.#sql.of.get(person);
    return row === undefined ? undefined : read(row);
  }

  all(): ReachTest[] {
    return this.#sql.all.all().map(read);
  }

  /** Takes the place of the person's test before. Within a transaction. */
  put({ person, number, key, askedAt, answeredAt, unansweredSince }: ReachTest): void {
    this.#sql.put.run(person, number, key, askedAt, answeredAt, unansweredSince);
  }

  /** The first answer counts; false where the person's test is another by now, or none. Within a transaction. */
  answered(key: string, at: number): boolean {
    return this.#sql.answered.run(at, key).changes > 0;
  }

  /** Within a transaction. */
  forget(person: string): void {
    this.#sql.forget.run(person);
  }
}

function read(row: unknown): ReachTest {
  const { asked_at, answered_at, unanswered_since, ...rest } = rowSchema.parse(row);
  return { ...rest, askedAt: asked_at, answeredAt: answered_at, unansweredSince: unanswered_since };
}

function statements(db: Database) {
  return {
    of: db.prepare<[string]>('SELECT * FROM reach_tests WHERE person = ?'),
    all: db.prepare<[]>('SELECT * FROM reach_tests ORDER BY person'),
    put: db.prepare<[string, number, string, number, number | null, number]>(
      `INSERT OR REPLACE INTO reach_tests (person, number, key, asked_at, answered_at, unanswered_since)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    answered: db.prepare<[number, string]>(
      'UPDATE reach_tests SET answered_at = ? WHERE key = ? AND answered_at IS NULL',
    ),
    forget: db.prepare<[string]>('DELETE FROM reach_tests WHERE person = ?'),
  };
}
