import { z } from 'zod';
import { type AuditItem, auditItemSchema, listOf } from '../../../contract/http.ts';
import type { AuditRow } from '../../audit/entry.ts';
import type { App } from '../app.ts';
import type { AuditView } from '../ports.ts';
import { HttpProblem } from '../problem.ts';

const auditQuery = z.object({
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'a cursor of the audit is the number of a row')
    .optional()
    .describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('items of one page'),
});

/** The audit, newest first. `jari audit verify` says whether its chain is whole. */
export function auditRoute(app: App, audit: AuditView): void {
  app.get(
    '/api/v1/audit',
    { schema: { querystring: auditQuery, response: { 200: listOf(auditItemSchema) } } },
    async (request) => {
      const { cursor, limit } = request.query;
      const before = cursor === undefined ? null : Number(cursor);
      if (before === 0) throw new HttpProblem(400, 'cursor: rows are numbered from 1');
      const rows = audit.list({ before, limit });
      const last = rows.at(-1);
      return { items: rows.map(itemOf), next: last === undefined || last.id === 1 ? null : String(last.id) };
    },
  );
}

function itemOf({ at, before, after, ...row }: AuditRow): AuditItem {
  return { ...row, at: new Date(at).toISOString(), before: writable(before), after: writable(after) };
}

function writable(facts: AuditRow['before']): AuditItem['before'] {
  if (facts === null) return null;
  const entries = Object.entries(facts).map(([name, value]): [string, NonNullable<AuditItem['before']>[string]] => [
    name,
    typeof value === 'object' && value !== null ? [...value] : value,
  ]);
  return Object.fromEntries(entries);
}
