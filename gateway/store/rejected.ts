import type { Database } from './database.ts';

/** Bytes kept, rows and reasons included; beyond it the oldest messages go. */
const maxBytes = 16 * 1024 * 1024;

const longestReason = 500;
/** What a row takes besides its texts. */
const rowBytes = 64;
const sizeOfRow = `${rowBytes} + length(CAST(topic AS BLOB)) + length(CAST(reason AS BLOB)) + length(payload)`;

export type RejectedMessage = {
  readonly receivedAt: number;
  /** The agent's number in the store. */
  readonly agent: number;
  readonly topic: string;
  /** One line: `conflict: …`, or what did not parse. */
  readonly reason: string;
  readonly payload: Uint8Array;
};

/** Messages that could not be taken in, as they came, so that a person can see what an agent really sent. */
export class Rejected {
  readonly #sql: ReturnType<typeof statements>;
  readonly #maxBytes: number;
  #bytes: number;
  #bytesBefore: number;

  constructor(db: Database, options: { maxBytes?: number } = {}) {
    this.#sql = statements(db);
    this.#maxBytes = options.maxBytes ?? maxBytes;
    this.#bytes = this.#sql.bytes.get() ?? 0;
    this.#bytesBefore = this.#bytes;
  }

  add(message: RejectedMessage): void {
    const { receivedAt, agent, topic, reason, payload } = message;
    const said = reason.slice(0, longestReason);
    this.#sql.insert.run(receivedAt, agent, topic, said, payload);
    this.#bytes += rowBytes + Buffer.byteLength(topic) + Buffer.byteLength(said) + payload.length;
    while (this.#bytes > this.#maxBytes) {
      const oldest = this.#sql.oldest.get();
      if (oldest === undefined) return;
      this.#sql.remove.run(oldest.id);
      this.#bytes -= oldest.bytes;
    }
  }

  /** The newest first. */
  list(limit: number): RejectedMessage[] {
    return this.#sql.list.all(limit);
  }

  /** After a commit. */
  kept(): void {
    this.#bytesBefore = this.#bytes;
  }

  /** After a rollback. */
  forget(): void {
    this.#bytes = this.#bytesBefore;
  }
}

function statements(db: Database) {
  return {
    bytes: db.prepare<[], number>(`SELECT coalesce(sum(${sizeOfRow}), 0) FROM rejected`).pluck(),
    insert: db.prepare<[number, number, string, string, Uint8Array]>(
      'INSERT INTO rejected (received_at, agent, topic, reason, payload) VALUES (?, ?, ?, ?, ?)',
    ),
    oldest: db.prepare<[], { id: number; bytes: number }>(
      `SELECT id, ${sizeOfRow} AS bytes FROM rejected ORDER BY id LIMIT 1`,
    ),
    remove: db.prepare<[number]>('DELETE FROM rejected WHERE id = ?'),
    list: db.prepare<[number], RejectedMessage>(
      'SELECT received_at AS receivedAt, agent, topic, reason, payload FROM rejected ORDER BY id DESC LIMIT ?',
    ),
  };
}
