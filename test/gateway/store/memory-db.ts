import Sqlite from 'better-sqlite3';

/** A database that is gone with its last reference, with what `migrate` needs to begin. */
export function memoryDatabase(): Sqlite.Database {
  const db = new Sqlite(':memory:');
  db.exec('CREATE TABLE parts (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT');
  return db;
}
