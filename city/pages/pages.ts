import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../contract/clock.ts';
import type { Intake } from '../intake.ts';
import type { Sql } from '../store/database.ts';
export type PagesOptions = { sql: Sql; clock: Clock; counts: Intake['counts']; isTls: boolean };
export function openPages(app: FastifyInstance, { sql }: PagesOptions): void {
  app.get('/healthz', async () => {
    await sql`select 1`;
    return { ok: true };
  });
}
