import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';
import { type ChannelKind, channelKinds } from './channels/channel.ts';

const steps: readonly Migration[] = [
  `
  CREATE TABLE contacts (
    person TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, language TEXT NOT NULL, since INTEGER NOT NULL,
    gone_at INTEGER, gone_why TEXT, proven_at INTEGER,
    PRIMARY KEY (person, channel, address)) STRICT, WITHOUT ROWID;
  `,
  'ALTER TABLE contacts ADD COLUMN denied_at INTEGER;',
  `
  ALTER TABLE contacts ADD COLUMN probed_at INTEGER;
  ALTER TABLE contacts ADD COLUMN probe_seen_at INTEGER;
  ALTER TABLE contacts ADD COLUMN silent_since INTEGER;
  `,
];

/** Where a person can be reached. Times are epoch ms. */
export type Contact = {
  readonly person: string;
  readonly channel: ChannelKind;
  readonly address: string;
  readonly language: 'ko' | 'en';
  readonly since: number;
  /** When a server said that this address takes nothing any more; null while it does. */
  readonly goneAt: number | null;
  readonly goneWhy: string | null;
  /** The last time that the person's own device or a person said that something arrived; null when it never did. */
  readonly provenAt: number | null;
  /** When the person said that a test did not arrive there; null once something did. */
  readonly deniedAt: number | null;
  /** When a probe was last written for this browser, and when it last said that it shows one; null: never. */
  readonly probedAt: number | null;
  readonly probeSeenAt: number | null;
  /** The first probe since which nothing has come from this browser; null where something has. */
  readonly silentSince: number | null;
};

const rowSchema = z.object({
  person: z.string(),
  channel: z.enum(channelKinds),
  address: z.string(),
  language: z.enum(['ko', 'en']),
  since: z.number(),
  gone_at: z.number().nullable(),
  gone_why: z.string().nullable(),
  proven_at: z.number().nullable(),
  denied_at: z.number().nullable(),
  probed_at: z.number().nullable(),
  probe_seen_at: z.number().nullable(),
  silent_since: z.number().nullable(),
});

/** People's addresses: they live here and nowhere else, and go with the person. */
export class ContactTable {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'contacts', steps);
    this.#sql = statements(db);
  }

  /** Adds an address, or says again that it is alive. One that took nothing has proven nothing until something arrives again. */
  put(
    { person, channel, address, language }: Pick<Contact, 'person' | 'channel' | 'address' | 'language'>,
    at: number,
  ): void {
    this.#sql.put.run(person, channel, address, language, at);
  }

  remove(person: string, channel: ChannelKind, address: string): boolean {
    return this.#sql.remove.run(person, channel, address).changes > 0;
  }

  of(person: string): Contact[] {
    return this.#sql.of.all(person).map(read);
  }

  /** Who has this address on a channel where only one person can. Within a transaction. */
  release(channel: ChannelKind, address: string): void {
    this.#sql.release.run(channel, address);
  }

  all(): Contact[] {
    return this.#sql.all.all().map(read);
  }

  gone({ person, channel, address }: Pick<Contact, 'person' | 'channel' | 'address'>, why: string, at: number): void {
    this.#sql.gone.run(at, why.slice(0, 200), person, channel, address);
  }

  proven({ person, channel, address }: Pick<Contact, 'person' | 'channel' | 'address'>, at: number): void {
    this.#sql.proven.run(at, person, channel, address);
  }

  /** A probe was written for this browser. Within a transaction. */
  probed({ person, channel, address }: Pick<Contact, 'person' | 'channel' | 'address'>, at: number): void {
    this.#sql.probed.run(at, at, person, channel, address);
  }

  /** The browser shows a probe, which proves nothing of a person. Within a transaction. */
  probeSeen({ person, channel, address }: Pick<Contact, 'person' | 'channel' | 'address'>, at: number): void {
    this.#sql.probeSeen.run(at, person, channel, address);
  }

  /** The person says that a test did not arrive. */
  denied({ person, channel, address }: Pick<Contact, 'person' | 'channel' | 'address'>, at: number): void {
    this.#sql.denied.run(at, person, channel, address);
  }

  /** Every address of a person. Within a transaction. */
  forget(person: string): void {
    this.#sql.forget.run(person);
  }
}

function read(row: unknown): Contact {
  const { gone_at, gone_why, proven_at, denied_at, probed_at, probe_seen_at, silent_since, ...rest } =
    rowSchema.parse(row);
  return {
    ...{ ...rest, goneAt: gone_at, goneWhy: gone_why, provenAt: proven_at, deniedAt: denied_at },
    ...{ probedAt: probed_at, probeSeenAt: probe_seen_at, silentSince: silent_since },
  };
}

function statements(db: Database) {
  const where = 'WHERE person = ? AND channel = ? AND address = ?';
  return {
    put: db.prepare<[string, string, string, string, number]>(
      `INSERT INTO contacts (person, channel, address, language, since) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET language = excluded.language, gone_at = NULL, gone_why = NULL,
         proven_at = CASE WHEN gone_at IS NULL THEN proven_at END,
         probe_seen_at = CASE WHEN gone_at IS NULL THEN probe_seen_at END,
         silent_since = CASE WHEN gone_at IS NULL THEN silent_since END`,
    ),
    remove: db.prepare<[string, string, string]>(`DELETE FROM contacts ${where}`),
    of: db.prepare<[string]>('SELECT * FROM contacts WHERE person = ? ORDER BY channel, address'),
    all: db.prepare<[]>('SELECT * FROM contacts ORDER BY person, channel, address'),
    gone: db.prepare<[number, string, string, string, string]>(
      `UPDATE contacts SET gone_at = ?, gone_why = ? ${where}`,
    ),
    proven: db.prepare<[number, string, string, string]>(
      `UPDATE contacts SET proven_at = ?, denied_at = NULL, silent_since = NULL ${where}`,
    ),
    probed: db.prepare<[number, number, string, string, string]>(
      `UPDATE contacts SET probed_at = ?, silent_since = coalesce(silent_since, ?) ${where}`,
    ),
    probeSeen: db.prepare<[number, string, string, string]>(
      `UPDATE contacts SET probe_seen_at = ?, silent_since = NULL ${where}`,
    ),
    denied: db.prepare<[number, string, string, string]>(`UPDATE contacts SET denied_at = ? ${where}`),
    release: db.prepare<[string, string]>('DELETE FROM contacts WHERE channel = ? AND address = ?'),
    forget: db.prepare<[string]>('DELETE FROM contacts WHERE person = ?'),
  };
}
