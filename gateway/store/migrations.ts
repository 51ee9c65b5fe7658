import type Sqlite from 'better-sqlite3';
import { ownReader } from './reader.ts';
import { StoreError } from './store-error.ts';

/** What brings a part's tables from one version to the next: SQL, run once, never edited after a release. */
export type Migration = string | Expansion;

/**
 * A step that only adds: a table, an index, a column with a default. Older programs go on reading and writing the file, so an
 * upgrade that goes back keeps it.
 */
export type Expansion = { readonly expands: string };

/**
 * Brings the tables of one part (`store`, `accounts` …) up to the last of its steps, each in a transaction of its own.
 * The store's version is the file's user_version, those of other parts are rows of `parts`.
 * @throws StoreError when the file was written by a newer program
 */
export function migrate(db: Sqlite.Database, part: string, steps: readonly Migration[]): void {
  const versions = part === 'store' ? ofFile(db) : ofPart(db, part);
  const from = versions.read();
  if (from > steps.length) {
    if (steps.length >= lastChange(db, part, from)) return;
    throw new StoreError(
      `${db.name}: its ${part} tables are of version ${from}, and this program knows up to ${steps.length}; ` +
        'start the newer program again, or put a backup from before the update in its place',
    );
  }
  steps.slice(from).forEach((step, index) => {
    db.transaction(() => {
      const version = from + index + 1;
      db.exec(typeof step === 'string' ? step : step.expands);
      versions.write(version);
      if (typeof step === 'string') raiseReader(db, part, version);
    }).immediate();
  });
}

/** The oldest program that may read it from now on; see reader.ts. */
export function minReader(db: Sqlite.Database): number {
  if (!hasMeta(db)) return 0;
  return db.prepare<[], number>("SELECT value FROM meta WHERE key = 'min-reader'").pluck().get() ?? 0;
}

function hasMeta(db: Sqlite.Database): boolean {
  return db.prepare<[], number>("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'").pluck().get() === 1;
}

/** The last step of a part that changed what was there; `from`, where no program has noted it. */
function lastChange(db: Sqlite.Database, part: string, from: number): number {
  return db.prepare<[string], number>('SELECT value FROM meta WHERE key = ?').pluck().get(`changed:${part}`) ?? from;
}

function raiseReader(db: Sqlite.Database, part: string, version: number): void {
  if (!hasMeta(db)) return;
  db.prepare<[string, number]>('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(
    `changed:${part}`,
    version,
  );
  db.prepare<[number]>(
    `INSERT INTO meta (key, value) VALUES ('min-reader', ?)
     ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)`,
  ).run(ownReader);
}

type Versions = { read(): number; write(version: number): void };

function ofFile(db: Sqlite.Database): Versions {
  return {
    read: () => Number(db.pragma('user_version', { simple: true })),
    write: (version) => db.pragma(`user_version = ${version}`),
  };
}

function ofPart(db: Sqlite.Database, part: string): Versions {
  const select = db.prepare<[string], number>('SELECT version FROM parts WHERE name = ?').pluck();
  const replace = db.prepare<[string, number]>('INSERT OR REPLACE INTO parts (name, version) VALUES (?, ?)');
  return { read: () => select.get(part) ?? 0, write: (version) => replace.run(part, version) };
}
