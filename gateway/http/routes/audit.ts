import { z } from 'zod';
import { type AuditItem, auditItemSchema } from '../../../contract/http/audit.ts';
import { listOf } from '../../../contract/http/common.ts';
import type { AuditRow } from '../../audit/entry.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

const auditQuery = z.object({
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'a cursor of the audit is the number of a row')
    .optional()
    .describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('items of one page'),
});

/** `jari audit verify` says whether the audit's chain is whole. */
export const auditRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/audit',
    right: 'read-audit',
    tag: 'operation',
    id: 'audit',
    summary: 'What was changed, by whom and why, newest first',
    schema: { querystring: auditQuery, response: { 200: listOf(auditItemSchema) } },
    handle({ audit }, request) {
      const { cursor, limit } = request.query;
      const before = cursor === undefined ? null : Number(cursor);
      if (before === 0) throw new HttpProblem('cursor-invalid', { cause: 'cursor: rows are numbered from 1' });
      const rows = audit.list({ before, limit });
      const last = rows.at(-1);
      return { items: rows.map(itemOf), next: last === undefined || last.id === 1 ? null : String(last.id) };
    },
  }),
];

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
