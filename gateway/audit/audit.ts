import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { type Migration, migrate } from '../store/migrations.ts';
import { type Head, hashOf, noHead, type StoredRow } from './chain.ts';
import {
  type AuditAction,
  type AuditEntry,
  type AuditRow,
  type AuditSink,
  assertNoSecret,
  auditActions,
  type Facts,
} from './entry.ts';

/**
 * Append-only by triggers: a row can be changed only after they are removed, and the chain still tells. The third
 * is for INSERT OR REPLACE, which deletes the old row without asking the second.
 */
const steps: readonly Migration[] = [
  `
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
    before TEXT, after TEXT, why TEXT, hash TEXT NOT NULL) STRICT;
  CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  `,
  `
  CREATE TRIGGER audit_appends BEFORE INSERT ON audit
  WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM audit)
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
  `,
];

/** Every change of who may do what, for ever, in the order it happened. */
export class Audit implements AuditSink {
  readonly #db: Database;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #sql: ReturnType<typeof statements>;

  constructor({ db, clock }: { db: Database; clock: Pick<Clock, 'now'> }) {
    this.#db = db;
    this.#clock = clock;
    migrate(db, 'audit', steps);
    this.#sql = statements(db);
    this.#adoptOldRows();
  }

  /**
   * Appends an entry; inside the caller's transaction when there is one, so a change and its row stand or fall together.
   * @throws Error when it holds something like a secret
   */
  write(entry: AuditEntry): void {
    this.#append(entry, this.#clock.now());
  }

  /** The newest row, for keeping elsewhere. */
  head(): Head {
    return this.#sql.head.get() ?? noHead;
  }

  /** The newest row of this kind about this subject. */
  last(action: AuditAction, subject: string): AuditRow | undefined {
    const row = this.#sql.last.get(action, subject);
    return row === undefined ? undefined : rowOf(row);
  }

  /** Rows with an id below `before`, newest first. */
  list({ before, limit }: { before: number | null; limit: number }): AuditRow[] {
    return this.#sql.list.all(before ?? Number.MAX_SAFE_INTEGER, limit).map(rowOf);
  }

  #append(entry: AuditEntry, at: number): void {
    assertNoSecret(entry);
    this.#db.transaction(() => {
      const head = this.head();
      const { action, why } = entry;
      const row = {
        id: head.id + 1,
        at,
        by: kept(entry.by),
        action,
        subject: kept(entry.subject),
        before: json(entry.before),
        after: json(entry.after),
        why: why === null ? null : kept(why),
      };
      this.#sql.append.run({ ...row, hash: hashOf(head.hash, row) });
    })();
  }

  /** The rows of a time before there was a chain become its first ones. */
  #adoptOldRows(): void {
    const has = this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'account_audit'").get();
    if (has === undefined) return;
    this.#db.transaction(() => {
      const old = this.#db.prepare<[], { at: number; action: string; subject: string }>(
        'SELECT at, action, subject FROM account_audit ORDER BY id',
      );
      for (const { at, action, subject } of old.all()) {
        const after = { action };
        this.#append({ by: 'unknown', action: 'before-the-chain', subject, before: null, after, why: null }, at);
      }
      this.#db.exec('DROP TABLE account_audit');
    })();
  }
}

/** Every row of a database, first to last. @throws SqliteError when it has no audit */
export function readAudit(db: Database): IterableIterator<StoredRow> {
  return db.prepare<[], StoredRow>('SELECT * FROM audit ORDER BY id').iterate();
}

function rowOf({ action, before, after, ...row }: StoredRow): AuditRow {
  // A word that is none of ours is kept as it is: the chain says whether it was written by us.
  const known = auditActions.find((each) => each === action) ?? (action as AuditRow['action']);
  return { ...row, action: known, before: facts(before), after: facts(after) };
}

const factsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]));

/** What somebody wrote into the database by hand is shown as it is: the chain tells, and other rows are still to be read. */
function facts(text: string | null): Facts | null {
  if (text === null) return null;
  try {
    return factsSchema.parse(JSON.parse(text));
  } catch {
    return { unreadable: text };
  }
}

/** As the database gives it back: half of a surrogate pair has no UTF-8, and a hash over it would never be met again. */
function kept(text: string): string {
  return text.toWellFormed();
}

function json(value: Facts | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function statements(db: Database) {
  return {
    append: db.prepare<[StoredRow]>(
      'INSERT INTO audit VALUES (@id, @at, @by, @action, @subject, @before, @after, @why, @hash)',
    ),
    head: db.prepare<[], Head>('SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1'),
    last: db.prepare<[string, string], StoredRow>(
      'SELECT * FROM audit WHERE action = ? AND subject = ? ORDER BY id DESC LIMIT 1',
    ),
    list: db.prepare<[number, number], StoredRow>('SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?'),
  };
}
