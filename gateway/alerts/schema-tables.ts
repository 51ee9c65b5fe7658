import type { Migration } from '../store/migrations.ts';

/**
 * The tables of alerts. An alert is one row that is replaced as it changes; its history, its evidence and its notices are
 * only ever added to. Nothing open is ever deleted.
 */
export const alertSchema: readonly Migration[] = [
  `
  CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    site TEXT NOT NULL,
    building TEXT NOT NULL,
    since INTEGER NOT NULL,
    closed INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alerts_open ON alerts (number) WHERE closed IS NULL;
  CREATE INDEX alerts_of_building ON alerts (site, building, number);

  CREATE TABLE alert_transitions (
    id INTEGER PRIMARY KEY,
    alert TEXT NOT NULL,
    at INTEGER NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    by TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alert_transitions_of ON alert_transitions (alert);
  CREATE INDEX alert_transitions_at ON alert_transitions (at);

  CREATE TABLE alert_evidence (
    alert TEXT NOT NULL,
    part TEXT NOT NULL,
    at INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (alert, part)
  ) STRICT;

  CREATE TABLE alert_rules (key TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE alert_gates (audience TEXT PRIMARY KEY, gate TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE alert_live (building TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE alert_maintenance (
    id TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    ended INTEGER,
    ended_by TEXT,
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE alert_ledger (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    alert TEXT NOT NULL,
    point TEXT NOT NULL,
    at INTEGER NOT NULL,
    cause TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alert_ledger_of_point ON alert_ledger (site, point, at);
  CREATE TABLE alert_repairs (
    site TEXT NOT NULL,
    point TEXT NOT NULL,
    due INTEGER,
    repaired INTEGER,
    PRIMARY KEY (site, point)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE alert_log (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    site TEXT NOT NULL,
    rule TEXT NOT NULL,
    level TEXT NOT NULL,
    why TEXT NOT NULL
  ) STRICT;

  CREATE TABLE alert_counter (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, wall INTEGER NOT NULL, mono REAL NOT NULL) STRICT;
  `,
];
