import { z } from 'zod';
import { spaceTypes } from '../../../config/lots/space-types.ts';
import { offersSchema, quoteSchema } from '../../../contract/http/reservations.ts';
import type { BookingRefusal } from '../../../contract/problems/reservations.ts';
import { type Answer, type Ask, choose } from '../../parking/reservations/availability.ts';
import { siteQuery } from '../catalog.ts';
import { HttpProblem } from '../problem.ts';
import { instantSchema } from '../query.ts';
import { iso, lineItem } from '../reservation-items.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';
import { problemOf, whereOf } from './reservations.ts';

/** A person looking for a space asks often; 120 in a row, then two a second. */
const pace = { burst: 120, perMinute: 120 };
/** Longest time that is priced, so that an answer is quick. */
const longestMs = 31 * 24 * 3_600_000;

const lotParams = z.object({ lot: z.string().max(63) });
const offerQuery = z.object({
  from: instantSchema.describe('start of the stay'),
  to: instantSchema.describe('its end'),
  type: z.enum(spaceTypes).optional().describe('type of space'),
  discount: z
    .union([z.string().max(63), z.array(z.string().max(63)).max(10)])
    .transform((given) => [given].flat())
    .optional()
    .describe('discount class; may be given several times'),
  ...siteQuery,
});
type Query = z.infer<typeof offerQuery>;

/** What a stay costs and which spaces are free for it; asked of the function that confirms reservations. */
export const offerRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/lots/:lot/quote',
    right: 'see-offers',
    tag: 'parking',
    id: 'quote',
    summary: 'What a stay costs, line by line',
    pace,
    schema: { params: lotParams, querystring: offerQuery, response: { 200: quoteSchema } },
    handle(services, request) {
      const { query } = request;
      const where = whereOf(services, { site: query.site, lot: request.params.lot });
      const answer = ask(services, where, query);
      const { fee } = answer;
      const refusal = refusalOf(answer);
      if (refusal !== null && cannotBePriced.has(refusal.code)) throw problemOf(refusal);
      if (fee.kind === 'unknown') throw new HttpProblem('calendar-unknown', { day: fee.day });
      const [from, to] = [iso(query.from), iso(query.to)];
      const lines = fee.lines.map(lineItem);
      return { ...where, from, to, amount: fee.amount, currency: 'KRW' as const, lines, refusal: codeOf(refusal) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/lots/:lot/availability',
    right: 'see-offers',
    tag: 'parking',
    id: 'availability',
    summary: 'Spaces that can be reserved for a time; what is listed confirms, if nothing changes',
    pace,
    schema: { params: lotParams, querystring: offerQuery, response: { 200: offersSchema } },
    handle(services, request) {
      const { query } = request;
      const where = whereOf(services, { site: query.site, lot: request.params.lot });
      const answer = ask(services, where, query);
      const { fee, spaces } = answer;
      const refusal = refusalOf(answer);
      if (refusal !== null && problemOf(refusal).body.status === 400) throw problemOf(refusal);
      const time = { from: iso(query.from), to: iso(query.to) };
      const amount = fee.kind === 'fee' ? fee.amount : 0;
      const free = spaces.filter((each) => each.refusal === null);
      const items = free.map(({ space }) => ({ ...where, space: space.id, type: space.type, ...time, amount }));
      return { items, next: null, refusal: codeOf(refusal) };
    },
  }),
];

/** What keeps a price from being told; everything else keeps from reserving alone. */
const cannotBePriced: ReadonlySet<BookingRefusal['code']> = new Set([
  'zero-length',
  'ends-before-start',
  'no-such-discount',
  'no-such-type',
]);

function ask({ reservations, clock }: Services, where: ReturnType<typeof whereOf>, query: Query): Answer {
  const time = { from: query.from, to: query.to };
  if (time.to - time.from > longestMs) throw new HttpProblem('too-long', { minutes: longestMs / 60_000 });
  const asked: Ask = { time, space: null, type: query.type ?? null, classes: query.discount ?? [], own: null };
  return reservations.service.answer(asked, where, { wall: clock.now(), mono: clock.monotonic() });
}

/** Why nothing can be had, by the space that is nearest to it where the lot itself refuses nothing. */
function refusalOf(answer: Answer): BookingRefusal | null {
  const chosen = choose(answer);
  return 'refusal' in chosen ? chosen.refusal : null;
}

function codeOf(refusal: BookingRefusal | null): { code: string } | null {
  return refusal === null ? null : { code: refusal.code };
}
