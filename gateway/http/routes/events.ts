import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { eventSchemas } from '../../../contract/http/events.ts';
import { known, sitesOf, stillKnown } from '../access.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

const eventId = z
  .string()
  .regex(/^\d{1,15}$/, 'an event id is a whole number')
  .transform(Number);

const eventStream = {
  description: `\`event:\` ${Object.keys(eventSchemas).join(', ')} or reset; \`id:\` a rising integer; \`data:\` one item of the matching list`,
  content: { 'text/event-stream': { schema: z.string() } },
};

/** Changes as they happen. `reset` says: what you know has a gap, fetch the lists again. */
export const eventRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/events',
    right: 'read-live',
    tag: 'live',
    id: 'events',
    summary: 'Changes as server-sent events',
    head: 'none',
    schema: {
      querystring: z.object({
        lastEventId: eventId.optional().describe('as the header, for who cannot send one'),
        gather: z
          .enum(['1', 'together'])
          .optional()
          .describe(
            'changes at most every 0.5 s and each thing once; alerts and what people did at once. `together`: those of a moment as one message, `event: together` with `data: [[event, item], …]`, or one by one where the reader is behind',
          ),
      }),
      headers: z.object({ 'last-event-id': z.string().max(64).optional().describe('resumes after this event') }),
      response: { 200: eventStream },
    },
    handle({ streams, accounts }, request, reply) {
      const who = known(request);
      if (streams.full) throw new HttpProblem('too-many-streams', { retryAfterS: 30 });
      const after = lastSeen(request.headers['last-event-id'], request.query.lastEventId);
      begin(reply);
      const gather = gatherings[request.query.gather ?? ''];
      streams.open(reply.raw, { after, sites: sitesOf(who), gather, allowed: () => stillKnown(who, accounts) });
    },
  }),
];

const gatherings = { '': 'each', 1: 'gathered', together: 'together' } as const;

/** Sends the head of the answer; from here on the connection is the stream's. */
function begin(reply: FastifyReply): void {
  // A proxy that buffers would hold events back for minutes.
  reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  reply.raw.writeHead(200);
}

/** The header comes from a browser that reconnects, so it is the newer of the two. An id that is none gets a reset. */
function lastSeen(header: string | undefined, query: number | undefined): number | null {
  if (header === undefined || header === '') return query ?? null;
  const id = eventId.safeParse(header);
  return id.success ? id.data : -1;
}
