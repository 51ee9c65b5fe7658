import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { commandCreateSchema, commandItemSchema, commandSentSchema } from '../../../contract/http/commands.ts';
import { listOf } from '../../../contract/http/common.ts';
import { pointRefSchema } from '../../../contract/ids.ts';
import { known, saidBy, sitesOf } from '../access.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

const listQuery = z.object({
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'a cursor of commands is a time')
    .optional()
    .describe('`next` of the page before'),
  device: z.string().max(63).optional().describe('those of this device alone'),
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('items of one page'),
});

/** Writes to devices: sent to an agent that is online now, and answered by what the device reads back. */
export const commandRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/v1/commands',
    right: 'send-commands',
    tag: 'operation',
    id: 'sendCommand',
    summary: 'Write a point; the result comes by id or event',
    schema: {
      body: commandCreateSchema,
      response: { 202: commandSentSchema.describe('sent; what came of it is read by id') },
    },
    handle({ commands, catalog }, request, reply) {
      const who = known(request);
      const { point: text, value, deadlineMs, reason } = request.body;
      const site = catalog.one(request.body.site, sitesOf(who));
      const point = pointRefSchema.safeParse(text);
      if (!point.success) throw new HttpProblem('no-such-point', { site, point: text });
      const roles = who.by === 'session' ? [who.person.role] : null;
      const wish = { id: randomUUID(), site, point: point.data, value, deadlineMs, roles };
      const answer = commands.send(saidBy(who, reason), wish);
      if (answer.ok) return reply.code(202).send({ id: answer.command.id, state: answer.command.state });
      const { refusal } = answer;
      switch (refusal.code) {
        case 'no-such-point':
          throw new HttpProblem('no-such-point', { site, point: text });
        case 'read-only':
          throw new HttpProblem('point-read-only', { point: text });
        case 'not-yours':
          throw new HttpProblem('point-not-yours', { point: text });
        case 'value-type':
          throw new HttpProblem('value-type-wrong', { point: text, given: typeof value });
        case 'outputs-off':
          throw new HttpProblem('outputs-off', {});
        case 'agent-offline':
          throw new HttpProblem('agent-offline', { agent: refusal.agent });
      }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/commands',
    right: 'read-commands',
    tag: 'operation',
    id: 'commands',
    summary: 'Commands and what came of them, newest first',
    schema: { querystring: listQuery, response: { 200: listOf(commandItemSchema) } },
    handle({ commands, catalog }, request) {
      const { cursor, limit, device = null } = request.query;
      const shown = catalog.shown(undefined, sitesOf(known(request)));
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
      const items = commands.list({ before, limit, device });
      const last = items.at(-1);
      const next = last === undefined || items.length < limit ? null : String(Date.parse(last.at));
      return { items: items.filter(({ site }) => shown === null || shown.has(site)), next };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/commands/:command',
    right: 'read-commands',
    tag: 'operation',
    id: 'command',
    summary: 'One command and what came of it',
    schema: { params: z.object({ command: z.uuid() }), response: { 200: commandItemSchema } },
    handle({ commands, catalog }, request) {
      const { command: id } = request.params;
      const shown = catalog.shown(undefined, sitesOf(known(request)));
      const item = commands.find(id);
      if (item === undefined || !(shown === null || shown.has(item.site)))
        throw new HttpProblem('no-such-command', { command: id });
      return item;
    },
  }),
];
