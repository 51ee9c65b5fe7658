import { z } from 'zod';
import { known, sitesOf, stillKnown } from '../access.ts';
import type { App } from '../app.ts';
import type { AccountsView } from '../ports.ts';
import { HttpProblem } from '../problem.ts';
import type { Streams } from '../streams.ts';

const eventId = z
  .string()
  .regex(/^\d{1,15}$/, 'an event id is a whole number')
  .transform(Number);

const eventStream = {
  description:
    '`event:` reading, device, agent or reset; `id:` a rising integer; `data:` one item of the matching list',
  content: { 'text/event-stream': { schema: z.string() } },
};

/** Changes as they happen. `reset` says: what you know has a gap, fetch the lists again. */
export function eventsRoute(app: App, { streams, accounts }: { streams: Streams; accounts: AccountsView }): void {
  app.get(
    '/api/v1/events',
    {
      exposeHeadRoute: false,
      schema: {
        querystring: z.object({ lastEventId: eventId.optional().describe('as the header, for who cannot send one') }),
        headers: z.object({ 'last-event-id': z.string().max(64).optional().describe('resumes after this event') }),
        response: { 200: eventStream },
      },
    },
    async (request, reply) => {
      const who = known(request);
      if (streams.full)
        throw new HttpProblem(503, 'too many open event streams; try again later', { 'retry-after': '30' });
      const after = lastSeen(request.headers['last-event-id'], request.query.lastEventId);
      // A proxy that buffers would hold events back for minutes.
      reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.raw.writeHead(200);
      const sites = sitesOf(who);
      streams.open(reply.raw, { after, sites, allowed: () => stillKnown(who, accounts) });
    },
  );
}

/** The header comes from a browser that reconnects, so it is the newer of the two. An id that is none gets a reset. */
function lastSeen(header: string | undefined, query: number | undefined): number | null {
  if (header === undefined || header === '') return query ?? null;
  const id = eventId.safeParse(header);
  return id.success ? id.data : -1;
}
