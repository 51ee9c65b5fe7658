import type { Database } from './database.ts';

/** What is counted of an agent's messages, for ever. */
export const tallyKinds = ['rejected', 'conflicts', 'duplicates', 'late'] as const;
export type TallyKind = (typeof tallyKinds)[number];
export type Tally = { site: string; agent: string; number: number } & Record<TallyKind, number>;

/** Counts of messages by agent. They are written with the transaction that counted, so a kill loses none. */
export class Tallies {
  readonly #db: Database;
  readonly #tallies = new Map<number, Tally>();
  readonly #dirty = new Set<Tally>();

  constructor(db: Database) {
    this.#db = db;
    this.forget();
  }

  add(agent: number, kind: TallyKind): void {
    const tally = this.#tallies.get(agent) ?? this.#load().#tallies.get(agent);
    if (tally === undefined) throw new Error(`agent ${agent} is not in the store`);
    tally[kind]++;
    this.#dirty.add(tally);
  }

  all(): readonly Readonly<Tally>[] {
    return [...this.#load().#tallies.values()];
  }

  /** Writes what the transaction changed. */
  write(): void {
    for (const tally of this.#dirty) {
      this.#db
        .prepare<Tally>(
          'UPDATE agents SET rejected = @rejected, conflicts = @conflicts, duplicates = @duplicates, late = @late WHERE id = @number',
        )
        .run(tally);
    }
    this.#dirty.clear();
  }

  /** Drops what is remembered, after a transaction was rolled back or made an agent. */
  forget(): void {
    this.#tallies.clear();
    this.#dirty.clear();
    this.#load();
  }

  /** Adds agents that are new in the store to those remembered. */
  #load(): this {
    const rows = this.#db.prepare<[], Tally>(
      `SELECT agents.id AS number, sites.name AS site, agents.name AS agent, rejected, conflicts, duplicates, late
       FROM agents JOIN sites ON sites.id = agents.site ORDER BY agents.id`,
    );
    for (const row of rows.all()) {
      if (!this.#tallies.has(row.number)) this.#tallies.set(row.number, row);
    }
    return this;
  }
}
