import type { Database } from '../../store/database.ts';
import { type Migration, migrate } from '../../store/migrations.ts';
import type { AlertView } from '../views.ts';
import { type CapHead, isOver } from './chain.ts';

const steps: readonly Migration[] = [
  `
  CREATE TABLE cap_messages (
    identifier TEXT PRIMARY KEY,
    chain TEXT NOT NULL,
    number INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    is_over INTEGER NOT NULL,
    head TEXT NOT NULL,
    view TEXT NOT NULL,
    xml TEXT NOT NULL,
    UNIQUE (chain, number)
  ) STRICT;
  CREATE INDEX cap_messages_expires ON cap_messages (expires);
  `,
];

/** A message as it is kept: what later ones need of it, what it was made of, and its text. */
export type CapRow = { readonly head: CapHead; readonly view: AlertView; readonly xml: string };

type Stored = { readonly chain: string; readonly head: string; readonly view: string };

/** How long a message can still be fetched after the last of its chain has expired. */
export const keptForMs = 30 * 86_400_000;

/** The messages that were sent, by their chains; written inside a commit. */
export class CapTables {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'cap', steps);
    this.#sql = statements(db);
  }

  add(chain: string, number: number, { head, view, xml }: CapRow): void {
    const { identifier, sent, expires } = head;
    const row = { identifier, chain, number, sent: sent.ms, expires: expires.ms, is_over: isOver([head]) ? 1 : 0 };
    this.#sql.add.run({ ...row, head: JSON.stringify(head), view: JSON.stringify(view), xml });
  }

  /** Removes chains whose last message expired before `ms`. */
  forget(ms: number): void {
    this.#sql.forget.run(ms);
  }

  find(identifier: string): { readonly xml: string; readonly sent: number } | undefined {
    return this.#sql.find.get(identifier);
  }

  /** Messages of every chain that is not over, or has one which expires after `ms`, in order. */
  toRemember(ms: number): { readonly chain: string; readonly head: CapHead; readonly view: AlertView }[] {
    return this.#sql.toRemember.all(ms).map(({ chain, head, view }) => ({
      chain,
      head: JSON.parse(head) as CapHead, // as written by `add`
      view: JSON.parse(view) as AlertView,
    }));
  }
}

function statements(db: Database) {
  return {
    add: db.prepare<[object]>(
      `INSERT INTO cap_messages (identifier, chain, number, sent, expires, is_over, head, view, xml)
       VALUES (:identifier, :chain, :number, :sent, :expires, :is_over, :head, :view, :xml)`,
    ),
    forget: db.prepare<[number]>(
      `DELETE FROM cap_messages WHERE chain IN
         (SELECT chain FROM cap_messages GROUP BY chain HAVING max(expires) < ?)`,
    ),
    find: db.prepare<[string], { xml: string; sent: number }>(
      'SELECT xml, sent FROM cap_messages WHERE identifier = ?',
    ),
    toRemember: db.prepare<[number], Stored>(
      `SELECT chain, head, view FROM cap_messages WHERE chain IN
         (SELECT chain FROM cap_messages GROUP BY chain HAVING max(is_over) = 0 OR max(expires) > ?)
       ORDER BY chain, number`,
    ),
  };
}
