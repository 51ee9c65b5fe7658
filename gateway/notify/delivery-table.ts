import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';
import { type ChannelKind, channelKinds } from './channels/channel.ts';
import type { Target } from './targets.ts';

const steps: readonly Migration[] = [
  `
  CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY, notice INTEGER NOT NULL, target TEXT NOT NULL, channel TEXT NOT NULL, person TEXT,
    address TEXT NOT NULL, language TEXT NOT NULL, rank INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
    handed_at INTEGER, accepted_at INTEGER, received_at INTEGER, opened_at INTEGER, answered_at INTEGER, detail TEXT,
    UNIQUE (notice, target)) STRICT;
  CREATE INDEX deliveries_waiting ON deliveries (notice) WHERE state = 'waiting';
  `,
  'CREATE INDEX deliveries_of_person ON deliveries (notice, person) WHERE person IS NOT NULL;',
  `
  ALTER TABLE deliveries ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE deliveries ADD COLUMN begun_at INTEGER;
  CREATE INDEX deliveries_held ON deliveries (person) WHERE state = 'held';
  `,
];

/**
 * What became of a notice for one target. waiting: a try is to come. accepted: the next server has it. spared: another
 * channel or another person was enough. given-up: it was tried for as long as there was sense in it. held: the person's quiet
 * hours. gathered: told in one message at their end.
 */
export const deliveryStates = [
  ...['waiting', 'accepted', 'gone', 'refused', 'given-up', 'spared'],
  ...['held', 'gathered'],
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** A row of the reach ledger. Times are epoch ms; null: it did not happen, or nobody knows. */
export type Delivery = Target & {
  readonly row: number;
  readonly notice: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** The first try. */
  readonly begunAt: number | null;
  readonly handedAt: number | null;
  readonly acceptedAt: number | null;
  /** By a receipt of the device itself. */
  readonly receivedAt: number | null;
  readonly openedAt: number | null;
  readonly answeredAt: number | null;
  readonly detail: string | null;
};

const rowSchema = z.object({
  id: z.number(),
  notice: z.number(),
  target: z.string(),
  channel: z.enum(channelKinds),
  person: z.string().nullable(),
  address: z.string(),
  language: z.enum(['ko', 'en']),
  rank: z.number(),
  state: z.enum(deliveryStates),
  turn: z.number(),
  attempts: z.number(),
  begun_at: z.number().nullable(),
  handed_at: z.number().nullable(),
  accepted_at: z.number().nullable(),
  received_at: z.number().nullable(),
  opened_at: z.number().nullable(),
  answered_at: z.number().nullable(),
  detail: z.string().nullable(),
});

export type Receipt = 'received' | 'opened' | 'answered';

/** Every try of every notice, by target. */
export class DeliveryTable {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'deliveries', steps);
    this.#sql = statements(db);
  }

  /** A target that is there already is left as it is, so that a notice taken up again after a kill is not doubled. */
  add(notice: number, { id, channel, person, address, language, rank, turn }: Target): void {
    this.#sql.add.run(notice, id, channel, person, address, language, rank, turn);
  }

  of(notice: number): Delivery[] {
    return this.#sql.of.all(notice).map(read);
  }

  has(notice: number): boolean {
    return this.#sql.has.get(notice) !== undefined;
  }

  /** Whether a try of any of the notice's targets is to come. */
  isWaiting(notice: number): boolean {
    return this.#sql.isWaiting.get(notice) !== undefined;
  }

  ofPerson(notice: number, person: string): Delivery[] {
    return this.#sql.ofPerson.all(notice, person).map(read);
  }

  write({ row, state, attempts, begunAt, handedAt, acceptedAt, detail }: Delivery): void {
    this.#sql.write.run(state, attempts, begunAt, handedAt, acceptedAt, detail, row);
  }

  /** What goes to people of a turn; programs, which are told beside the first, take none. */
  ofTurn(notice: number, turn: number): Delivery[] {
    return this.#sql.ofTurn.all(notice, turn).map(read);
  }

  /** What waits for the end of somebody's quiet hours. */
  held(): Delivery[] {
    return this.#sql.held.all().map(read);
  }

  /** Who was told anything of an alert, or is to be, or was, in the message after their quiet hours. */
  toldOf(alert: string): Set<string> {
    return new Set(this.#sql.toldOf.all(alert));
  }

  /** Whether newer news of an alert than the notice `after` was taken at an address. */
  isNewsTaken({ alert, target, after }: { alert: string; target: string; after: number }): boolean {
    return this.#sql.isNewsTaken.get(alert, after, target) !== undefined;
  }

  find(row: number): Delivery | undefined {
    const found = this.#sql.find.get(row);
    return found === undefined ? undefined : read(found);
  }

  /** The first receipt of its kind counts; a later kind says that the earlier ones happened as well. */
  receipt(row: number, kind: Receipt, at: number): void {
    this.#sql.received.run(at, row);
    if (kind !== 'received') this.#sql.opened.run(at, row);
    if (kind === 'answered') this.#sql.answered.run(at, row);
  }

  /** A person has answered an alert: every notice of it that went to them. Within a transaction. */
  answered(alert: string, person: string, at: number): void {
    this.#sql.answeredAlert.run(at, person, alert);
  }

  /** Deletes what became of a notice. Within a transaction. */
  forget(notice: number): void {
    this.#sql.forget.run(notice);
  }

  /** How many of each state, by channel. */
  counts(): { channel: ChannelKind; state: DeliveryState; count: number }[] {
    return z
      .array(z.object({ channel: z.enum(channelKinds), state: z.enum(deliveryStates), count: z.number() }))
      .parse(this.#sql.counts.all());
  }
}

function read(row: unknown): Delivery {
  const { id, target, begun_at, handed_at, accepted_at, received_at, opened_at, answered_at, ...rest } =
    rowSchema.parse(row);
  return {
    ...rest,
    row: id,
    id: target,
    begunAt: begun_at,
    handedAt: handed_at,
    acceptedAt: accepted_at,
    receivedAt: received_at,
    openedAt: opened_at,
    answeredAt: answered_at,
  };
}

function statements(db: Database) {
  const receipt = (column: string) =>
    db.prepare<[number, number]>(`UPDATE deliveries SET ${column} = coalesce(${column}, ?) WHERE id = ?`);
  return {
    add: db.prepare<[number, string, string, string | null, string, string, number, number]>(
      `INSERT INTO deliveries (notice, target, channel, person, address, language, rank, turn, state, attempts)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0) ON CONFLICT (notice, target) DO NOTHING`,
    ),
    of: db.prepare<[number]>('SELECT * FROM deliveries WHERE notice = ? ORDER BY id'),
    has: db.prepare<[number]>('SELECT 1 FROM deliveries WHERE notice = ? LIMIT 1'),
    isWaiting: db.prepare<[number]>("SELECT 1 FROM deliveries WHERE notice = ? AND state = 'waiting' LIMIT 1"),
    ofPerson: db.prepare<[number, string]>('SELECT * FROM deliveries WHERE notice = ? AND person = ? ORDER BY id'),
    ofTurn: db.prepare<[number, number]>(
      'SELECT * FROM deliveries WHERE notice = ? AND turn = ? AND person IS NOT NULL ORDER BY id',
    ),
    held: db.prepare<[]>("SELECT * FROM deliveries WHERE state = 'held' ORDER BY person, id"),
    toldOf: db
      .prepare<[string], string>(
        `SELECT DISTINCT person FROM deliveries WHERE person IS NOT NULL
         AND (begun_at IS NOT NULL OR state IN ('held', 'gathered'))
         AND notice IN (SELECT id FROM notices WHERE alert = ?)`,
      )
      .pluck(),
    isNewsTaken: db.prepare<[string, number, string]>(
      `SELECT 1 FROM notices JOIN deliveries ON deliveries.notice = notices.id
       WHERE notices.alert = ? AND notices.part = 'alerts' AND notices.id > ? AND deliveries.target = ?
       AND deliveries.accepted_at IS NOT NULL LIMIT 1`,
    ),
    write: db.prepare<[string, number, number | null, number | null, number | null, string | null, number]>(
      'UPDATE deliveries SET state = ?, attempts = ?, begun_at = ?, handed_at = ?, accepted_at = ?, detail = ? WHERE id = ?',
    ),
    find: db.prepare<[number]>('SELECT * FROM deliveries WHERE id = ?'),
    forget: db.prepare<[number]>('DELETE FROM deliveries WHERE notice = ?'),
    received: receipt('received_at'),
    opened: receipt('opened_at'),
    answered: receipt('answered_at'),
    answeredAlert: db.prepare<[number, string, string]>(
      `UPDATE deliveries SET answered_at = coalesce(answered_at, ?)
       WHERE person = ? AND notice IN (SELECT id FROM notices WHERE alert = ?)`,
    ),
    counts: db.prepare<[]>('SELECT channel, state, count(*) AS count FROM deliveries GROUP BY channel, state'),
  };
}
