import type { Database } from './database.ts';

/** Messages of which the newest alone counts. */
export type ReportKind = 'status' | 'health' | 'birth' | 'diagnosis';

/** `device` is 0 for what an agent says of itself. */
export type Report = {
  readonly agent: number;
  readonly device: number;
  readonly kind: ReportKind;
  readonly receivedAt: number;
  readonly payload: string;
};

/** The newest status, health, birth and diagnosis of every agent and device, as they came. */
export class Reports {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    this.#sql = statements(db);
  }

  write(report: Report): void {
    this.#sql.upsert.run(report.agent, report.device, report.kind, report.receivedAt, report.payload);
  }

  remove(agent: number, device: number, kind: ReportKind): void {
    this.#sql.remove.run(agent, device, kind);
  }

  read(agent: number, device: number, kind: ReportKind): string | undefined {
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
