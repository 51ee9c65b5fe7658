import type { Database } from './database.ts';

/** Messages of which the newest alone counts. */
export type LastMessageKind = 'status' | 'health' | 'birth' | 'diagnosis';

/** `device` is 0 for what an agent says of itself. */
export type LastMessage = {
  readonly agent: number;
  readonly device: number;
  readonly kind: LastMessageKind;
  readonly receivedAt: number;
  readonly payload: string;
};

/** The newest status, health, birth and diagnosis of every agent and device, as they arrived. */
export class LastMessages {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    this.#sql = statements(db);
  }

  write(message: LastMessage): void {
    this.#sql.upsert.run(message.agent, message.device, message.kind, message.receivedAt, message.payload);
  }

  remove(agent: number, device: number, kind: LastMessageKind): void {
    this.#sql.remove.run(agent, device, kind);
  }

  read(agent: number, device: number, kind: LastMessageKind): string | undefined {
    return this.#sql.read.get(agent, device, kind);
  }
}

function statements(db: Database) {
  return {
    upsert: db.prepare<[number, number, string, number, string]>(
      `INSERT INTO reports (agent, device, kind, received_at, payload) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET received_at = excluded.received_at, payload = excluded.payload`,
    ),
    remove: db.prepare<[number, number, string]>('DELETE FROM reports WHERE agent = ? AND device = ? AND kind = ?'),
    read: db
      .prepare<[number, number, string], string>(
        'SELECT payload FROM reports WHERE agent = ? AND device = ? AND kind = ?',
      )
      .pluck(),
  };
}
