import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { type DrillFailure, drillFailureSchema } from '../../contract/reasons/backup.ts';
import { type Migration, migrate } from '../store/migrations.ts';

const steps: readonly Migration[] = [
  `
  CREATE TABLE backup_runs (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, ok INTEGER NOT NULL, name TEXT,
    reason TEXT, figures TEXT NOT NULL) STRICT;
  CREATE INDEX backup_runs_of ON backup_runs (kind, ok, at);
  CREATE TABLE gateway_identity (
    one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, epoch INTEGER NOT NULL,
    replaced_at INTEGER, outputs_off INTEGER NOT NULL DEFAULT 0) STRICT;
  `,
  `CREATE TABLE replace_codes (digest BLOB PRIMARY KEY, expires INTEGER NOT NULL, used_at INTEGER) STRICT, WITHOUT ROWID;`,
];

export type RunKind = 'backup' | 'drill';
/** One copy or one drill that came to an end. `at`: epoch ms of its beginning. */
export type Run = {
  readonly kind: RunKind;
  readonly at: number;
  readonly ok: boolean;
  readonly name: string | null;
  readonly reason: DrillFailure | null;
  readonly figures: { readonly [name: string]: number };
};

/** Runs that are remembered, of each kind. */
const kept = 100;

/** Which copies were made and which drills ended how; and who this gateway is. */
export class BackupTable {
  readonly #db: Database;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    this.#db = db;
    migrate(db, 'backup', steps);
    this.#sql = statements(db);
  }

  add(run: Run): void {
    const { kind, at, ok, name, reason, figures } = run;
    this.#db.transaction(() => {
      this.#sql.add.run(
        kind,
        at,
        ok ? 1 : 0,
        name,
        reason === null ? null : JSON.stringify(reason),
        JSON.stringify(figures),
      );
      this.#sql.forget.run(kind, kind, kept);
    })();
  }

  /** The newest of a kind; with `ok` the newest that ended well. */
  last(kind: RunKind, ok?: true): Run | null {
    const row = ok === undefined ? this.#sql.last.get(kind) : this.#sql.lastGood.get(kind);
    return row === undefined ? null : read(row);
  }

  /** Notes a code by which a new box may take this gateway's place, once. */
  addCode(digest: Buffer, expires: number): void {
    this.#sql.addCode.run(digest, expires);
  }

  code(digest: Buffer): { expires: number; usedAt: number | null } | undefined {
    return this.#sql.code.get(digest);
  }

  /** This box has taken the gateway's place: the code is used, every other is void, and outputs stay off. */
  replace(digest: Buffer, now: number): void {
    this.#sql.useCode.run(now, digest);
    this.#sql.dropCodes.run();
    this.#sql.replaced.run(now);
  }

  get areOutputsOff(): boolean {
    return this.#sql.outputs.get() === 1;
  }

  outputsOn(): void {
    this.#sql.outputsOn.run();
  }

  /** This gateway's own id, made once and kept through every replacement; `epoch` counts those. */
  identity(): { id: string; epoch: number } {
    this.#sql.begin.run(randomUUID());
    return this.#sql.identity.get() ?? { id: '', epoch: 0 };
  }
}

type Row = { kind: RunKind; at: number; ok: number; name: string | null; reason: string | null; figures: string };

function read({ ok, reason, figures, ...row }: Row): Run {
  const parsed = reason === null ? null : drillFailureSchema.safeParse(JSON.parse(reason));
  // A code of a newer program that was here before: it failed, and of how no more is known.
  const known = parsed === null ? null : (parsed.data ?? ({ code: 'copy-failed', detail: reason ?? '' } as const));
  return { ...row, ok: ok === 1, reason: known, figures: JSON.parse(figures) };
}

function statements(db: Database) {
  const select = 'SELECT kind, at, ok, name, reason, figures FROM backup_runs WHERE kind = ?';
  return {
    add: db.prepare<[RunKind, number, number, string | null, string | null, string]>(
      'INSERT INTO backup_runs (kind, at, ok, name, reason, figures) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    forget: db.prepare<[RunKind, RunKind, number]>(
      `DELETE FROM backup_runs WHERE kind = ? AND id NOT IN
       (SELECT id FROM backup_runs WHERE kind = ? ORDER BY id DESC LIMIT ?)
       AND id NOT IN (SELECT max(id) FROM backup_runs WHERE ok = 1 GROUP BY kind)`,
    ),
    last: db.prepare<[RunKind], Row>(`${select} ORDER BY id DESC LIMIT 1`),
    lastGood: db.prepare<[RunKind], Row>(`${select} AND ok = 1 ORDER BY id DESC LIMIT 1`),
    addCode: db.prepare<[Buffer, number]>('INSERT INTO replace_codes (digest, expires) VALUES (?, ?)'),
    code: db.prepare<[Buffer], { expires: number; usedAt: number | null }>(
      'SELECT expires, used_at AS usedAt FROM replace_codes WHERE digest = ?',
    ),
    useCode: db.prepare<[number, Buffer]>('UPDATE replace_codes SET used_at = ? WHERE digest = ?'),
    dropCodes: db.prepare<[]>('DELETE FROM replace_codes WHERE used_at IS NULL'),
    replaced: db.prepare<[number]>(
      'UPDATE gateway_identity SET epoch = epoch + 1, replaced_at = ?, outputs_off = 1 WHERE one = 1',
    ),
    outputs: db.prepare<[], number>('SELECT outputs_off FROM gateway_identity').pluck(),
    outputsOn: db.prepare<[]>('UPDATE gateway_identity SET outputs_off = 0'),
    begin: db.prepare<[string]>('INSERT OR IGNORE INTO gateway_identity (one, id, epoch) VALUES (1, ?, 1)'),
    identity: db.prepare<[], { id: string; epoch: number }>('SELECT id, epoch FROM gateway_identity'),
  };
}
