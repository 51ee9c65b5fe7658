import type { SharingWindow } from '../../../config/lots/sharing.ts';
import type { LotId, SiteId, SpaceId } from '../../../contract/ids.ts';
import type { Database } from '../../store/database.ts';
import { type Migration, migrate } from '../../store/migrations.ts';
import type { Recall } from '../sharing/recalls.ts';
import type { Payment } from './payments.ts';
import type { Happening, Place, Reservation } from './reservation.ts';
import type { Settlement } from './settlement.ts';

/**
 * What reservations keep on disk. Nobody's name, number or plate is among it: a reservation is known by its token, and of
 * that and of Idempotency-Keys only digests are kept. `live` is 1 while something may still happen to it.
 */
const steps: readonly Migration[] = [
  `
  CREATE TABLE reservations (
    id TEXT PRIMARY KEY, site TEXT NOT NULL, lot TEXT NOT NULL, space TEXT NOT NULL,
    start_at INTEGER NOT NULL, end_at INTEGER NOT NULL, state TEXT NOT NULL, live INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reservations_live ON reservations (live) WHERE live = 1;
  CREATE INDEX reservations_of_lot ON reservations (site, lot, start_at);
  CREATE TABLE reservation_happenings (
    id INTEGER PRIMARY KEY, reservation TEXT NOT NULL, at INTEGER NOT NULL,
    from_state TEXT NOT NULL, to_state TEXT NOT NULL, reason TEXT NOT NULL
  ) STRICT;
  CREATE INDEX happenings_of_reservation ON reservation_happenings (reservation);
  CREATE TABLE reservation_keys (
    key TEXT PRIMARY KEY, body TEXT NOT NULL, reservation TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE reservation_payments (
    id TEXT PRIMARY KEY, reservation TEXT NOT NULL, kind TEXT NOT NULL, amount INTEGER NOT NULL,
    state TEXT NOT NULL, asked_at INTEGER NOT NULL, moved INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE settlements (
    reservation TEXT PRIMARY KEY, site TEXT NOT NULL, lot TEXT NOT NULL, start_at INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX settlements_of_lot ON settlements (site, lot, start_at);
  CREATE TABLE sharing_windows (
    site TEXT NOT NULL, lot TEXT NOT NULL, space TEXT NOT NULL, windows TEXT NOT NULL,
    PRIMARY KEY (site, lot, space)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE space_owners (
    site TEXT NOT NULL, lot TEXT NOT NULL, space TEXT NOT NULL, token TEXT NOT NULL,
    PRIMARY KEY (site, lot, space)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE recalls (
    id TEXT PRIMARY KEY, site TEXT NOT NULL, lot TEXT NOT NULL, space TEXT NOT NULL,
    from_at INTEGER NOT NULL, to_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

export type PlacedRecall = Recall & Place;
export type PlacedWindows = Place & { readonly windows: readonly SharingWindow[] };
/** A key that was used, and the reservation that it made. `body` tells one request from another. */
export type UsedKey = {
  readonly key: string;
  readonly body: string;
  readonly reservation: string;
  readonly at: number;
};
export type InLot = { readonly site: string; readonly lot: string | null; readonly from: number; readonly to: number };

type RecallRow = { id: string; site: string; lot: string; space: string; from_at: number; to_at: number };
type WindowRow = { site: string; lot: string; space: string; windows: string };
type HappeningRow = { reservation: string; at: number; from_state: string; to_state: string; reason: string };
type PaymentRow = Omit<Payment, 'askedAt'> & { asked_at: number };

/** The tables of reservations. Writing is for the commit's transaction alone. */
export class ReservationTables {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'reservations', steps);
    this.#sql = statements(db);
  }

  putReservation(reservation: Reservation, live: boolean): void {
    const { id, site, lot, space, start, end, state } = reservation;
    this.#sql.putReservation.run(id, site, lot, space, start, end, state, live ? 1 : 0, JSON.stringify(reservation));
  }

  reservation(id: string): Reservation | undefined {
    const body = this.#sql.reservation.get(id);
    return body === undefined ? undefined : (JSON.parse(body) as Reservation);
  }

  live(): Reservation[] {
    return this.#sql.live.all().map((body) => JSON.parse(body) as Reservation);
  }

  /** Those that begin in a span, by their start; `after` is the id that a page went up to. */
  inLot({ site, lot, from, to }: InLot, state: string | null, limit: number): Reservation[] {
    return this.#sql.inLot
      .all(site, lot, lot, from, to, state, state, limit)
      .map((body) => JSON.parse(body) as Reservation);
  }

  addHappening({ reservation, at, from, to, reason }: Happening): void {
    this.#sql.addHappening.run(reservation, at, from, to, JSON.stringify(reason));
  }

  happenings(reservation: string): Happening[] {
    return this.#sql.happenings.all(reservation).map(({ from_state, to_state, reason, ...row }) => {
      return { ...row, from: from_state, to: to_state, reason: JSON.parse(reason) } as Happening;
    });
  }

  putKey({ key, body, reservation, at }: UsedKey): void {
    this.#sql.putKey.run(key, body, reservation, at);
  }

  key(key: string): UsedKey | undefined {
    return this.#sql.key.get(key);
  }

  putPayment({ id, reservation, kind, amount, state, askedAt, moved }: Payment): void {
    this.#sql.putPayment.run(id, reservation, kind, amount, state, askedAt, moved);
  }

  payment(id: string): Payment | undefined {
    const row = this.#sql.payment.get(id);
    return row === undefined ? undefined : paymentOf(row);
  }

  paymentsOf(reservation: string): Payment[] {
    return this.#sql.paymentsOf.all(reservation).map(paymentOf);
  }

  putSettlement(settlement: Settlement): void {
    const { reservation, site, lot, start } = settlement;
    this.#sql.putSettlement.run(reservation, site, lot, start, JSON.stringify(settlement));
  }

  settlements({ site, lot, from, to }: InLot): Settlement[] {
    return this.#sql.settlements.all(site, lot, lot, from, to).map((body) => JSON.parse(body) as Settlement);
  }

  /** null: those of the site file hold again. */
  putWindows({ site, lot, space }: Place, windows: readonly SharingWindow[] | null): void {
    if (windows === null) this.#sql.dropWindows.run(site, lot, space);
    else this.#sql.putWindows.run(site, lot, space, JSON.stringify(windows));
  }

  windows(): PlacedWindows[] {
    return this.#sql.windows.all().map((row) => ({ ...placeOf(row), windows: JSON.parse(row.windows) }));
  }

  putOwner({ site, lot, space }: Place, token: string | null): void {
    if (token === null) this.#sql.dropOwner.run(site, lot, space);
    else this.#sql.putOwner.run(site, lot, space, token);
  }

  /** The digest of the owner's token; undefined when none was given out. */
  owner({ site, lot, space }: Place): string | undefined {
    return this.#sql.owner.get(site, lot, space);
  }

  putRecall({ id, site, lot, space, from, to }: PlacedRecall): void {
    this.#sql.putRecall.run(id, site, lot, space, from, to);
  }

  dropRecall(id: string): void {
    this.#sql.dropRecall.run(id);
  }

  /** Those that are not over. */
  recalls(now: number): PlacedRecall[] {
    return this.#sql.recalls.all(now).map((row) => ({ id: row.id, ...placeOf(row), from: row.from_at, to: row.to_at }));
  }

  /**
   * Drops what is known of one that is over. Its settlement stays, it is the operator's books; so does the digest of its
   * Idempotency-Key for as long as others, or a late repetition would reserve again.
   */
  forget(id: string): void {
    this.#sql.dropHappenings.run(id);
    this.#sql.dropPayments.run(id);
    this.#sql.dropReservation.run(id);
  }

  /** Drops what ended before `before` (epoch ms): settlements stay, they are the operator's books. */
  forgetBefore(before: number): void {
    for (const sql of [this.#sql.forgetHappenings, this.#sql.forgetPayments, this.#sql.forgetReservations])
      sql.run(before);
    this.#sql.forgetKeys.run(before);
    this.#sql.forgetRecalls.run(before);
  }
}

function paymentOf({ asked_at, ...row }: PaymentRow): Payment {
  return { ...row, askedAt: asked_at };
}

/** Names that this program has written itself. */
function placeOf({ site, lot, space }: { site: string; lot: string; space: string }): Place {
  return { site: site as SiteId, lot: lot as LotId, space: space as SpaceId };
}

function statements(db: Database) {
  const ended = 'SELECT id FROM reservations WHERE live = 0 AND end_at < ?';
  return {
    putReservation: db.prepare(
      `INSERT INTO reservations (id, site, lot, space, start_at, end_at, state, live, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET lot = excluded.lot, space = excluded.space, state = excluded.state,
         live = excluded.live, body = excluded.body`,
    ),
    reservation: db.prepare<[string], string>('SELECT body FROM reservations WHERE id = ?').pluck(),
    live: db.prepare<[], string>('SELECT body FROM reservations WHERE live = 1 ORDER BY start_at, id').pluck(),
    inLot: db
      .prepare<[string, string | null, string | null, number, number, string | null, string | null, number], string>(
        `SELECT body FROM reservations WHERE site = ? AND (? IS NULL OR lot = ?) AND start_at >= ? AND start_at < ?
         AND (? IS NULL OR state = ?) ORDER BY start_at, id LIMIT ?`,
      )
      .pluck(),
    addHappening: db.prepare(
      'INSERT INTO reservation_happenings (reservation, at, from_state, to_state, reason) VALUES (?, ?, ?, ?, ?)',
    ),
    happenings: db.prepare<[string], HappeningRow>(
      'SELECT reservation, at, from_state, to_state, reason FROM reservation_happenings WHERE reservation = ? ORDER BY id',
    ),
    putKey: db.prepare('INSERT INTO reservation_keys (key, body, reservation, at) VALUES (?, ?, ?, ?)'),
    key: db.prepare<[string], UsedKey>('SELECT key, body, reservation, at FROM reservation_keys WHERE key = ?'),
    putPayment: db.prepare('INSERT OR REPLACE INTO reservation_payments VALUES (?, ?, ?, ?, ?, ?, ?)'),
    payment: db.prepare<[string], PaymentRow>('SELECT * FROM reservation_payments WHERE id = ?'),
    paymentsOf: db.prepare<[string], PaymentRow>(
      'SELECT * FROM reservation_payments WHERE reservation = ? ORDER BY asked_at, id',
    ),
    putSettlement: db.prepare('INSERT OR REPLACE INTO settlements VALUES (?, ?, ?, ?, ?)'),
    settlements: db
      .prepare<[string, string | null, string | null, number, number], string>(
        `SELECT body FROM settlements WHERE site = ? AND (? IS NULL OR lot = ?) AND start_at >= ? AND start_at < ?
         ORDER BY start_at, reservation`,
      )
      .pluck(),
    putWindows: db.prepare('INSERT OR REPLACE INTO sharing_windows VALUES (?, ?, ?, ?)'),
    dropWindows: db.prepare('DELETE FROM sharing_windows WHERE site = ? AND lot = ? AND space = ?'),
    windows: db.prepare<[], WindowRow>('SELECT * FROM sharing_windows'),
    putOwner: db.prepare('INSERT OR REPLACE INTO space_owners VALUES (?, ?, ?, ?)'),
    dropOwner: db.prepare('DELETE FROM space_owners WHERE site = ? AND lot = ? AND space = ?'),
    owner: db
      .prepare<[string, string, string], string>(
        'SELECT token FROM space_owners WHERE site = ? AND lot = ? AND space = ?',
      )
      .pluck(),
    putRecall: db.prepare('INSERT INTO recalls VALUES (?, ?, ?, ?, ?, ?)'),
    dropRecall: db.prepare('DELETE FROM recalls WHERE id = ?'),
    recalls: db.prepare<[number], RecallRow>('SELECT * FROM recalls WHERE to_at > ? ORDER BY from_at'),
    dropHappenings: db.prepare('DELETE FROM reservation_happenings WHERE reservation = ?'),
    dropPayments: db.prepare('DELETE FROM reservation_payments WHERE reservation = ?'),
    dropReservation: db.prepare('DELETE FROM reservations WHERE id = ? AND live = 0'),
    forgetHappenings: db.prepare(`DELETE FROM reservation_happenings WHERE reservation IN (${ended})`),
    forgetPayments: db.prepare(`DELETE FROM reservation_payments WHERE reservation IN (${ended})`),
    forgetReservations: db.prepare('DELETE FROM reservations WHERE live = 0 AND end_at < ?'),
    forgetKeys: db.prepare('DELETE FROM reservation_keys WHERE at < ?'),
    forgetRecalls: db.prepare('DELETE FROM recalls WHERE to_at < ?'),
  };
}
