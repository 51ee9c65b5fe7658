import type { RecordKind } from '../../contract/city.ts';
import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';
import { decodeRanges, encodeRanges } from '../store/ranges.ts';
import type { Handed } from './handed.ts';

/**
 * Records that wait for the city, and what it has agreed to. A record is (epoch, seq): an epoch is one start of the
 * gateway, and seq is the place behind the last record of the start before.
 */
const steps: readonly Migration[] = [
  `
  CREATE TABLE city_epochs (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, base INTEGER NOT NULL) STRICT;
  CREATE TABLE city_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    epoch INTEGER NOT NULL,
    kind TEXT NOT NULL,
    site TEXT NOT NULL,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT
  ) STRICT;
  CREATE TABLE city_handed (source TEXT PRIMARY KEY, mark INTEGER NOT NULL, above BLOB NOT NULL, thinned INTEGER NOT NULL) STRICT;
  `,
];

const stayRecord = `INSERT INTO city_records (epoch, kind, site, key, at, body)
    SELECT (SELECT max(id) FROM city_epochs), 'stay', spaces.site, NEW.id, NEW.from_at, json_object(
      'lot', spaces.lot, 'space', spaces.space, 'from', NEW.from_at, 'to', NEW.to_at, 'version', NEW.version,
      'state', NEW.state, 'simulated', NEW.simulated)
    FROM parking_spaces AS spaces WHERE spaces.id = NEW.space;`;

/**
 * What alerts and parking write is taken down in their own transaction, by triggers of this connection alone: a gateway
 * without a city has none, and no service knows of them.
 */
const triggers = `
  CREATE TEMP TRIGGER city_alert_made AFTER INSERT ON main.alerts BEGIN
    INSERT INTO city_records (epoch, kind, site, key, at, body)
    VALUES ((SELECT max(id) FROM city_epochs), 'alert', NEW.site, NEW.id, NEW.since, NEW.body);
  END;
  CREATE TEMP TRIGGER city_alert_changed AFTER UPDATE ON main.alerts BEGIN
    INSERT INTO city_records (epoch, kind, site, key, at, body)
    VALUES ((SELECT max(id) FROM city_epochs), 'alert', NEW.site, NEW.id, coalesce(NEW.closed, NEW.since), NEW.body);
  END;
  CREATE TEMP TRIGGER city_transition AFTER INSERT ON main.alert_transitions BEGIN
    INSERT INTO city_records (epoch, kind, site, key, at, body)
    SELECT (SELECT max(id) FROM city_epochs), 'transition', coalesce((SELECT site FROM alerts WHERE id = NEW.alert), ''),
      NEW.alert, NEW.at, json_object('from', NEW.from_state, 'to', NEW.to_state, 'code', NEW.code);
  END;
  CREATE TEMP TRIGGER city_stay AFTER INSERT ON main.parking_stays BEGIN
    ${stayRecord}
  END;
  CREATE TEMP TRIGGER city_stay_changed AFTER UPDATE ON main.parking_stays BEGIN
    ${stayRecord}
  END;
`;

/** Only where CAP messages are kept. */
const capTrigger = `
  CREATE TEMP TRIGGER city_cap AFTER INSERT ON main.cap_messages BEGIN
    INSERT INTO city_records (epoch, kind, site, key, at, body)
    VALUES ((SELECT max(id) FROM city_epochs), 'cap', json_extract(NEW.view, '$.site'), NEW.identifier, NEW.sent, json_object(
      'number', NEW.number, 'head', json(NEW.head), 'view', json(NEW.view), 'xml', NEW.xml));
  END;
`;

export type NewRecord = {
  readonly kind: RecordKind;
  readonly site: string;
  readonly key: string;
  readonly at: number;
  readonly body: string | null;
};

export type StoredRecord = NewRecord & {
  readonly id: number;
  readonly epoch: string;
  readonly start: number;
  readonly seq: number;
};

export type SourceName = 'log' | 'records';

/** The tables of handing on. Statements run within whatever transaction is open. */
export class RecordTables {
  readonly #sql: ReturnType<typeof statements>;

  /** Begins an epoch. `name` is new at every start. */
  constructor(db: Database, name: string) {
    migrate(db, 'city', steps);
    this.#sql = statements(db);
    db.transaction(() => this.#sql.begin.run(name, this.last)).immediate();
    db.exec(triggers);
    if (this.#sql.hasCap.get() === 1) db.exec(capTrigger);
  }

  get last(): number {
    return this.#sql.last.get() ?? 0;
  }

  add({ kind, site, key, at, body }: NewRecord): void {
    this.#sql.add.run(kind, site, key, Math.round(at), body);
  }

  read(after: number, limit: number): StoredRecord[] {
    return this.#sql.read.all(after, limit);
  }

  handed(source: SourceName): (Handed & { readonly thinned: number }) | null {
    const row = this.#sql.handed.get(source);
    return row === undefined ? null : { mark: row.mark, above: decodeRanges(row.above), thinned: row.thinned };
  }

  /** Keeps what is agreed, and forgets the records below it. */
  keep(source: SourceName, { mark, above, thinned }: Handed & { readonly thinned: number }): void {
    this.#sql.keep.run(source, mark, encodeRanges(above), thinned);
    if (source === 'records') this.#sql.forget.run(mark);
  }
}

function statements(db: Database) {
  return {
    begin: db.prepare<[string, number]>('INSERT INTO city_epochs (name, base) VALUES (?, ?)'),
    last: db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'city_records'").pluck(),
    add: db.prepare<[string, string, string, number, string | null]>(
      `INSERT INTO city_records (epoch, kind, site, key, at, body)
       VALUES ((SELECT max(id) FROM city_epochs), ?, ?, ?, ?, ?)`,
    ),
    read: db.prepare<[number, number], StoredRecord>(
      `SELECT record.id, epoch.name AS epoch, epoch.id AS start, record.id - epoch.base AS seq, kind, site, key, at, body
       FROM city_records AS record JOIN city_epochs AS epoch ON epoch.id = record.epoch
       WHERE record.id > ? ORDER BY record.id LIMIT ?`,
    ),
    handed: db.prepare<[string], { mark: number; above: Buffer; thinned: number }>(
      'SELECT mark, above, thinned FROM city_handed WHERE source = ?',
    ),
    keep: db.prepare<[string, number, Buffer, number]>('INSERT OR REPLACE INTO city_handed VALUES (?, ?, ?, ?)'),
    hasCap: db.prepare<[], number>("SELECT count(*) FROM sqlite_master WHERE name = 'cap_messages'").pluck(),
    forget: db.prepare<[number]>('DELETE FROM city_records WHERE id <= ?'),
  };
}
