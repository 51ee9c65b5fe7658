import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';
import type { Notice, NoticeSink } from './notice.ts';

/** `done` is null until delivery has nothing more to do for the row. */
const steps: readonly Migration[] = [
  `
  CREATE TABLE notices (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    part TEXT NOT NULL,
    site TEXT NOT NULL,
    building TEXT NOT NULL,
    alert TEXT,
    role TEXT NOT NULL,
    step INTEGER NOT NULL,
    reason TEXT NOT NULL,
    urgency TEXT NOT NULL,
    payload TEXT NOT NULL,
    created INTEGER NOT NULL,
    done INTEGER
  ) STRICT;
  CREATE INDEX notices_undone ON notices (id) WHERE done IS NULL;
  CREATE INDEX notices_of_alert ON notices (alert) WHERE alert IS NOT NULL;
  `,
  'ALTER TABLE notices ADD COLUMN person TEXT;',
];

/** A stored notice, as delivery and the alert's own page read it. */
export type NoticeRow = Notice & { readonly id: number; readonly done: number | null };

type Stored = Omit<Notice, 'audience' | 'payload'> & {
  readonly id: number;
  readonly role: string;
  readonly person: string | null;
  readonly step: number;
  readonly payload: string;
  readonly done: number | null;
};

/** The table of notices: services add rows in their transaction, delivery takes the undone ones in order. */
export class NoticeTable implements NoticeSink {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'notices', steps);
    this.#sql = statements(db);
  }

  add({ audience, payload, ...notice }: Notice): void {
    const { role, step, person = null } = audience;
    this.#sql.add.run({ ...notice, role, step, person, payload: JSON.stringify(payload) });
  }

  /** Notices that are not done, the oldest first, after the row `after` (0: from the start). */
  undone(after: number, limit: number): NoticeRow[] {
    return this.#sql.undone.all(after, limit).map(read);
  }

  /** Every notice of an alert, the oldest first. */
  ofAlert(alert: string): NoticeRow[] {
    return this.#sql.ofAlert.all(alert).map(read);
  }

  find(id: number): NoticeRow | undefined {
    const row = this.#sql.find.get(id);
    return row === undefined ? undefined : read(row);
  }

  byKey(key: string): NoticeRow | undefined {
    const row = this.#sql.byKey.get(key);
    return row === undefined ? undefined : read(row);
  }

  /** Ids of a part's notices of before `before` (epoch ms); its keys begin with its name. */
  idsOf(part: string, before: number): number[] {
    return this.#sql.idsOf.all(`${part}/`, `${part}0`, before);
  }

  /** Deletes a notice that nobody will ask for again. Within a transaction. */
  forget(id: number): void {
    this.#sql.forget.run(id);
  }

  /** Nothing more will be done for this row. `at` is wall time, epoch ms. */
  finish(id: number, at: number): void {
    this.#sql.finish.run(at, id);
  }
}

function read({ role, step, person, payload, ...row }: Stored): NoticeRow {
  return { ...row, audience: { role, step, ...(person === null ? {} : { person }) }, payload: JSON.parse(payload) };
}

function statements(db: Database) {
  const columns = 'id, key, part, site, building, alert, role, step, person, reason, urgency, payload, created, done';
  return {
    add: db.prepare(
      `INSERT INTO notices (key, part, site, building, alert, role, step, person, reason, urgency, payload, created)
       VALUES (@key, @part, @site, @building, @alert, @role, @step, @person, @reason, @urgency, @payload, @created)
       ON CONFLICT (key) DO NOTHING`,
    ),
    undone: db.prepare<[number, number], Stored>(
      `SELECT ${columns} FROM notices WHERE done IS NULL AND id > ? ORDER BY id LIMIT ?`,
    ),
    find: db.prepare<[number], Stored>(`SELECT ${columns} FROM notices WHERE id = ?`),
    byKey: db.prepare<[string], Stored>(`SELECT ${columns} FROM notices WHERE key = ?`),
    ofAlert: db.prepare<[string], Stored>(`SELECT ${columns} FROM notices WHERE alert = ? ORDER BY id`),
    // '0' is what follows '/': a range of the index on keys.
    idsOf: db
      .prepare<[string, string, number], number>('SELECT id FROM notices WHERE key >= ? AND key < ? AND created < ?')
      .pluck(),
    forget: db.prepare<[number]>('DELETE FROM notices WHERE id = ?'),
    finish: db.prepare<[number, number]>('UPDATE notices SET done = ? WHERE id = ?'),
  };
}
