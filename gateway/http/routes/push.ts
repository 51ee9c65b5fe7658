import { z } from 'zod';
import { pushSchema, receiptSchema, subscriptionSchema } from '../../../contract/http/notices.ts';
import { known, personOf } from '../access.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

const common = { right: 'own-contacts', tag: 'people' } as const;

/** Browsers that are pushed to, and what they say of the notices that arrived. */
export const pushRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'GET',
    path: '/api/v1/push',
    id: 'push',
    summary: 'Whether the gateway pushes, and by which key browsers subscribe',
    schema: { response: { 200: pushSchema } },
    handle: ({ reach }) => reach.offered(),
  }),
  route({
    ...common,
    method: 'POST',
    path: '/api/v1/push/subscriptions',
    id: 'subscribeToPush',
    summary: 'Push to this browser from now on; sent again at each opening of a page',
    schema: { body: subscriptionSchema, response: { 204: z.null().describe('subscribed') } },
    handle({ reach }, request, reply) {
      const person = personOf(known(request));
      const { endpoint, keys, language, take } = request.body;
      if (reach.pushKey() === null) throw new HttpProblem('push-not-there', {});
      const done = reach.subscribe({ endpoint, person, ...keys }, { language, take });
      if (done === 'refused') throw new HttpProblem('endpoint-refused', { host: new URL(endpoint).host });
      if (done === 'of-another') throw new HttpProblem('push-of-another', {});
      return reply.code(204).send(null);
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: '/api/v1/push/subscriptions',
    id: 'unsubscribeFromPush',
    summary: 'Push to this browser no more',
    schema: {
      querystring: z.object({ endpoint: z.string().min(1).max(500) }),
      response: { 204: z.null().describe('unsubscribed') },
    },
    handle({ reach }, request, reply) {
      const { endpoint } = request.query;
      if (!reach.removeContact(personOf(known(request)), 'push', endpoint))
        throw new HttpProblem('no-such-contact', { channel: 'push' });
      return reply.code(204).send(null);
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/receipts',
    right: 'give-receipts',
    tag: 'people',
    id: 'giveReceipt',
    summary: 'A device says that a notice arrived, or was opened, by the token that came with it; each once',
    // A building's phones share one address, and all say so in the same second.
    pace: { burst: 500, perMinute: 3000 },
    bodyLimit: 1024,
    schema: { body: receiptSchema, response: { 204: z.null().describe('taken') } },
    handle({ reach }, request, reply) {
      const { token, receipt } = request.body;
      const taken = reach.receiptBy(token, receipt);
      if (taken === 'forged') throw new HttpProblem('receipt-forged', {});
      if (taken === 'used') throw new HttpProblem('receipt-used', { receipt });
      return reply.code(204).send(null);
    },
  }),
];
