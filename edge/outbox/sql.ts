/** `JROB`, so that a foreign database is never taken for an outbox. */
export const applicationId = 0x4a524f42;
export const schemaVersion = 1;

/** `id` rises with (start, seq) and is never given twice while a process holds the file. */
export const schema = `
  CREATE TABLE rows (
    id INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL,
    start INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    device TEXT NOT NULL,
    at INTEGER NOT NULL,
    mono REAL NOT NULL,
    clock TEXT NOT NULL,
    points TEXT NOT NULL
  ) STRICT;
  CREATE TABLE starts (last INTEGER NOT NULL) STRICT;
  INSERT INTO starts VALUES (0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/** Files of before it get it when they are opened; programs of before it leave it alone. */
export const marksTable = 'CREATE TABLE IF NOT EXISTS marks (device TEXT PRIMARY KEY, mark TEXT NOT NULL) STRICT';
export const putMark = 'INSERT INTO marks VALUES (?, ?) ON CONFLICT (device) DO UPDATE SET mark = excluded.mark';

export const insertRow = `
  INSERT INTO rows (id, epoch, start, seq, device, at, mono, clock, points)
  VALUES (@id, @epoch, @start, @seq, @device, @at, @mono, @clock, @points)
`;
export const selectPage = `
  SELECT id, epoch, start, seq, device, at, mono, clock, points FROM rows WHERE id > ? ORDER BY id LIMIT ?
`;
