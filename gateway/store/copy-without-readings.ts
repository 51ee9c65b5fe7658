import Sqlite from 'better-sqlite3';
import { Epochs } from './epochs.ts';
import { LatestReadings } from './latest.ts';
import { everyMessage } from './message-log.ts';

/** What a gateway needs not in order to judge: readings as they were, and what tells a replay from a conflict. */
const leftOut: readonly string[] = ['log', 'segments', 'chunks', 'hours', 'digests', 'rejected'];

type Part = { readonly type: string; readonly name: string; readonly sql: string };

/**
 * Copies the database `from`, which may be on a disk that can only be read, into the new file `to`: every table, and the rows
 * of all but those of readings. Who may come in, alerts, stays, reservations and last values are in the copy.
 * @throws what SQLite throws when `from` cannot be read
 */
export function copyWithoutReadings(from: string, to: string): void {
  const source = new Sqlite(from, { readonly: true, fileMustExist: true });
  const target = new Sqlite(to);
  try {
    const parts = source
      .prepare<[], Part>("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
      .all();
    // Whose it is, and how far its tables have come: without the version they would be made once more.
    for (const name of ['application_id', 'user_version'])
      target.pragma(`${name} = ${Number(source.pragma(name, { simple: true }))}`);
    target.transaction(() => {
      const tables = parts.filter(({ type }) => type === 'table');
      for (const { name, sql } of tables) {
        target.exec(sql);
        if (!leftOut.includes(name)) copyRows(source, target, name);
      }
      for (const { type, sql } of parts) if (type !== 'table') target.exec(sql);
    })();
    // What has come and last values are behind the log, which stays where it is.
    new Epochs(target).bringUpTo(target, everyMessage(source));
    new LatestReadings(target).bringUpTo(target, everyMessage(source));
  } finally {
    source.close();
    target.close();
  }
}

function copyRows(source: Sqlite.Database, target: Sqlite.Database, name: string): void {
  const rows = source.prepare(`SELECT * FROM "${name}"`).raw().safeIntegers();
  const columns = rows.columns().map(() => '?');
  const insert = target.prepare(`INSERT INTO "${name}" VALUES (${columns.join(', ')})`);
  for (const row of rows.iterate()) insert.run(row);
}
