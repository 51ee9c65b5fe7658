import { z } from 'zod';
import { commandStates } from '../../contract/http/commands.ts';
import { agentIdSchema, pointRefSchema, siteIdSchema } from '../../contract/ids.ts';
import { commandReasonSchema } from '../../contract/reasons/commands.ts';
import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';
import type { Command } from './command.ts';

const steps: readonly Migration[] = [
  `
  CREATE TABLE commands (
    id TEXT PRIMARY KEY, at INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX commands_at ON commands (at);
  CREATE INDEX commands_sent ON commands (state) WHERE state = 'sent';
  `,
];

const value = z.union([z.number(), z.boolean(), z.string()]);
const bodySchema = z.object({
  id: z.string(),
  site: siteIdSchema,
  agent: agentIdSchema,
  point: pointRefSchema,
  value,
  state: z.enum(commandStates),
  by: z.string(),
  why: z.string().nullable(),
  reason: commandReasonSchema.nullable(),
  readBack: value.nullable(),
  at: z.int(),
  deadlineMs: z.int(),
  answeredAt: z.int().nullable(),
});

export type CommandsPage = {
  /** Wall clock, epoch ms, not included. */
  readonly before: number;
  readonly limit: number;
  readonly device?: string | null;
};

/** Commands as rows; the newest first where several are asked for. */
export class CommandTables {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'commands', steps);
    this.#sql = statements(db);
  }

  /** Within a transaction. */
  write(command: Command): void {
    this.#sql.write.run(command.id, command.at, command.state, JSON.stringify(command));
  }

  find(id: string): Command | undefined {
    const body = this.#sql.find.get(id);
    return body === undefined ? undefined : bodySchema.parse(JSON.parse(body));
  }

  /** Those that no answer has come to. */
  sent(): Command[] {
    return this.#sql.sent.all().map((body) => bodySchema.parse(JSON.parse(body)));
  }

  /** Newest first; of one device where one is named. */
  list({ before, limit, device = null }: CommandsPage): Command[] {
    return this.#sql.list.all(before, device, device, limit).map((body) => bodySchema.parse(JSON.parse(body)));
  }
}

function statements(db: Database) {
  return {
    write: db.prepare<[string, number, string, string]>(
      'INSERT OR REPLACE INTO commands (id, at, state, body) VALUES (?, ?, ?, ?)',
    ),
    find: db.prepare<[string], string>('SELECT body FROM commands WHERE id = ?').pluck(),
    sent: db.prepare<[], string>("SELECT body FROM commands WHERE state = 'sent' ORDER BY at").pluck(),
    list: db
      .prepare<[number, string | null, string | null, number], string>(
        `SELECT body FROM commands WHERE at < ? AND (? IS NULL OR instr(json_extract(body, '$.point'), ? || '/') = 1)
         ORDER BY at DESC, id LIMIT ?`,
      )
      .pluck(),
  };
}
