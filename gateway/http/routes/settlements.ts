import { z } from 'zod';
import { listOf } from '../../../contract/http/common.ts';
import {
  paymentAnsweredSchema,
  paymentAnswerSchema,
  type SettlementItem,
  settlementSchema,
} from '../../../contract/http/reservations.ts';
import { known, saidBy, sitesOf, type Who } from '../access.ts';
import { siteQuery } from '../catalog.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { instantSchema } from '../query.ts';
import { paymentItem, settlementItem } from '../reservation-items.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';
import { problemOf } from './reservations.ts';

const dayMs = 24 * 3_600_000;

const common = { method: 'GET', right: 'answer-payments', tag: 'parking' } as const;
const csv = { description: 'RFC 4180, UTF-8 with a byte order mark', content: { 'text/csv': { schema: z.string() } } };
const query = {
  lot: z.string().max(63).optional(),
  from: instantSchema.optional().describe('first start, included; 31 days ago when left out'),
  to: instantSchema.optional().describe('end of starts, not included; now when left out'),
  ...siteQuery,
};
type Query = {
  lot?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  site?: string | undefined;
};

/** What reservations came to, and what the payment provider says of what it was asked for. */
export const settlementRoutes: readonly Route[] = [
  route({
    ...common,
    path: '/api/v1/settlements',
    id: 'settlements',
    summary: 'What reservations came to, by their start',
    schema: { querystring: z.object({ ...query, ...pageQuery }), response: { 200: listOf(settlementSchema) } },
    handle: (services, request) =>
      pageOf(itemsOf(services, known(request), request.query), (item) => item.reservation, request.query),
  }),
  route({
    ...common,
    path: '/api/v1/settlements.csv',
    id: 'settlementsAsCsv',
    summary: 'The same, all of them, for a spreadsheet',
    schema: { querystring: z.object(query), response: { 200: csv } },
    handle: (services, request, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="settlements.csv"')
        .send(csvOf(itemsOf(services, known(request), request.query))),
  }),
  route({
    method: 'POST',
    path: '/api/v1/payments/:payment/answer',
    right: 'answer-payments',
    tag: 'parking',
    id: 'answerPayment',
    summary: "The payment provider's answer; the same again changes nothing",
    schema: {
      params: z.object({ payment: z.string().max(80) }),
      body: paymentAnswerSchema,
      response: { 200: paymentAnsweredSchema },
    },
    handle({ reservations }, request) {
      const { outcome, amount } = request.body;
      const action = { kind: 'answer-payment', payment: request.params.payment, answer: { outcome, amount } } as const;
      const answer = reservations.act(saidBy(known(request)), action);
      if (answer.kind === 'refused') throw problemOf(answer.refusal);
      if (answer.kind !== 'payment') throw new Error(`a payment was answered, and ${answer.kind} came`);
      const { payment, code } = answer;
      return { ...paymentItem(payment), reservation: payment.reservation, code };
    },
  }),
];

function itemsOf({ catalog, reservations, clock }: Services, who: Who, given: Query): SettlementItem[] {
  const { lot = null, from, to } = given;
  const site = catalog.one(given.site, sitesOf(who));
  const now = clock.now();
  const span = { from: from ?? now - 31 * dayMs, to: to ?? now };
  return reservations.service.tables.settlements({ site, lot, ...span }).map(settlementItem);
}

const columns = [
  ...(['reservation', 'site', 'lot', 'space', 'start', 'end', 'arrivedAt', 'leftAt', 'state'] as const),
  ...(['quoted', 'overstay', 'due', 'currency', 'ownerShare', 'settledAt'] as const),
] satisfies readonly (keyof SettlementItem)[];

/** RFC 4180, with the byte order mark that spreadsheets need for Korean. No value of it has a comma or a quote. */
function csvOf(items: readonly SettlementItem[]): string {
  const rows = items.map((item) => columns.map((column) => item[column] ?? '').join(','));
  return `\ufeff${[columns.join(','), ...rows].join('\r\n')}\r\n`;
}
