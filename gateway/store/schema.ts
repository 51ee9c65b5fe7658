import type { Migration } from './migrations.ts';

/**
 * The store's tables. Names become small numbers once; readings go to `log`, one row a message, and from there into
 * `chunks`, both only ever appended to, because each commit into a table clustered by series would dirty a page a series.
 */
export const schema: readonly Migration[] = [
  `
  CREATE TABLE parts (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
  CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  INSERT INTO meta VALUES ('boots', 0), ('events', 0), ('sealed', 0);

  CREATE TABLE sites (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE agents (
    id INTEGER PRIMARY KEY,
    site INTEGER NOT NULL,
    name TEXT NOT NULL,
    rejected INTEGER NOT NULL DEFAULT 0,
    conflicts INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    late INTEGER NOT NULL DEFAULT 0,
    UNIQUE (site, name)
  ) STRICT;
  CREATE TABLE devices (id INTEGER PRIMARY KEY, site INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (site, name)) STRICT;
  CREATE TABLE points (id INTEGER PRIMARY KEY, device INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (device, name)) STRICT;

  CREATE TABLE epochs (
    id INTEGER PRIMARY KEY,
    agent INTEGER NOT NULL,
    name TEXT NOT NULL,
    start INTEGER NOT NULL,
    missing INTEGER NOT NULL DEFAULT 0,
    received BLOB NOT NULL DEFAULT x'',
    lost BLOB NOT NULL DEFAULT x'',
    UNIQUE (agent, name)
  ) STRICT;
  CREATE TABLE digests (id INTEGER PRIMARY KEY, block BLOB NOT NULL) STRICT;

  CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    device INTEGER NOT NULL,
    at INTEGER,
    time INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    from_at INTEGER,
    to_at INTEGER,
    late_from INTEGER,
    late_to INTEGER,
    readings INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE chunks (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;

  CREATE TABLE latest (
    point INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER,
    time INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    value ANY,
    fault INTEGER NOT NULL,
    good ANY,
    good_at INTEGER
  ) STRICT;
  CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    agent INTEGER NOT NULL,
    device INTEGER NOT NULL,
    kind TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (agent, device, kind)
  ) STRICT;
  CREATE TABLE rejected (
    id INTEGER PRIMARY KEY,
    received_at INTEGER NOT NULL,
    agent INTEGER NOT NULL,
    topic TEXT NOT NULL,
    reason TEXT NOT NULL,
    payload BLOB NOT NULL
  ) STRICT;
  `,
  // Each question of the history asks which segments a time is in, and there are some 50,000 of them a year.
  `
  CREATE INDEX segments_to ON segments (to_at, from_at);
  CREATE INDEX segments_from ON segments (from_at);
  CREATE INDEX segments_late ON segments (late_to, late_from) WHERE late_to IS NOT NULL;
  `,
  // By hour first: what is folded and what goes again is of one time, so both touch few pages. A question of one point reads by the other.
  `
  CREATE TABLE hours (
    hour INTEGER NOT NULL, point INTEGER NOT NULL, count INTEGER NOT NULL, bad INTEGER NOT NULL,
    min REAL NOT NULL, max REAL NOT NULL, total REAL NOT NULL,
    first_at INTEGER NOT NULL, first REAL NOT NULL, last_at INTEGER NOT NULL, last REAL NOT NULL,
    PRIMARY KEY (hour, point)) STRICT, WITHOUT ROWID;
  CREATE INDEX hours_of ON hours (point, hour);
  `,
  // Last values are behind the log from here on: a program that does not bring them up to it would take old ones for the last.
  'SELECT 1',
  // Epochs too, and the log has the digests that are not in their table yet. The same holds of a program from before: it would take
  // messages that it does not know of for new ones.
  'ALTER TABLE log ADD COLUMN digest INTEGER',
];
