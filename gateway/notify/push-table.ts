import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';

const steps: readonly Migration[] = [
  `
  CREATE TABLE push_subscriptions (
    endpoint TEXT PRIMARY KEY, person TEXT NOT NULL, p256dh TEXT NOT NULL, auth TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
];

const rowSchema = z.object({ endpoint: z.string(), person: z.string(), p256dh: z.string(), auth: z.string() });

/** A browser's subscription (W3C Push API): where to post, and the keys that only it can open. */
export type Subscription = z.infer<typeof rowSchema>;

/** Subscriptions by endpoint. An endpoint is one browser's: it is the person's who asked for it there last. */
export class PushTable {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'push', steps);
    this.#sql = statements(db);
  }

  find(endpoint: string): Subscription | undefined {
    const row = this.#sql.find.get(endpoint);
    return row === undefined ? undefined : rowSchema.parse(row);
  }

  /** Within a transaction. */
  put(subscription: Subscription): void {
    this.#sql.put.run(subscription);
  }

  remove(endpoint: string): void {
    this.#sql.remove.run(endpoint);
  }

  /** Forgets those that no contact stands for any more. */
  tidy(): void {
    this.#sql.tidy.run();
  }
}

function statements(db: Database) {
  return {
    find: db.prepare<[string]>('SELECT endpoint, person, p256dh, auth FROM push_subscriptions WHERE endpoint = ?'),
    put: db.prepare<[Subscription]>(
      `INSERT OR REPLACE INTO push_subscriptions (endpoint, person, p256dh, auth)
       VALUES (@endpoint, @person, @p256dh, @auth)`,
    ),
    tidy: db.prepare<[]>(
      `DELETE FROM push_subscriptions
       WHERE endpoint NOT IN (SELECT address FROM contacts WHERE channel = 'push' AND gone_at IS NULL)`,
    ),
    remove: db.prepare<[string]>('DELETE FROM push_subscriptions WHERE endpoint = ?'),
  };
}
