import { createHash, randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type SpaceType, spaceTypes } from '../../../config/lots/space-types.ts';
import { listOf } from '../../../contract/http/common.ts';
import {
  reservationCreateSchema,
  reservationItemSchema,
  reservationMadeSchema,
  reservationSchema,
  reservationStateSchema,
} from '../../../contract/http/reservations.ts';
import { type LotId, lotIdSchema, type SiteId } from '../../../contract/ids.ts';
import type { ReservationRefusal } from '../../../contract/problems/reservations.ts';
import { reservationText } from '../../../contract/words/reservations.ts';
import { isToken, tokenHash } from '../../accounts/reservation-tokens.ts';
import type { Said } from '../../audit/entry.ts';
import type { ReservationAnswer } from '../../parking/reservations/actions.ts';
import { byDriver } from '../../parking/reservations/audit.ts';
import type { Reservation } from '../../parking/reservations/reservation.ts';
import { known, saidBy, sitesOf } from '../access.ts';
import { siteQuery } from '../catalog.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { HttpProblem } from '../problem.ts';
import { instantSchema } from '../query.ts';
import { iso, lineItem, paymentItem, reservationItem } from '../reservation-items.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

/** A driver reserves now and then; 60 in a row, then one in two seconds. Programs with a token are not paced. */
const pace = { burst: 60, perMinute: 30 };
/** A driver's page asks for its own reservation every few seconds. */
const ownPace = { burst: 120, perMinute: 120 };

const params = z.object({ reservation: z.string().max(63) });
const tokenHeader = z.object({
  'reservation-token': z.string().max(128).optional().describe('as it was given when the reservation was made'),
});
const own = { tag: 'parking', right: 'keep-own-reservation', pace: ownPace } as const;

/** Reservations: made by anybody where the lot says so, kept by their token or by an operator. */
export const reservationRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/v1/reservations',
    right: 'reserve',
    tag: 'parking',
    id: 'reserve',
    summary: 'Reserve a space, any of a type, or any of a lot',
    pace,
    schema: {
      headers: z.object({
        'idempotency-key': z
          .string()
          .min(1)
          .max(128)
          .optional()
          .describe('needed: new for each reservation and not to be guessed, the same when it is tried again'),
      }),
      body: reservationCreateSchema,
      response: { 201: reservationMadeSchema.describe('the token is told here alone; the same key gives it again') },
    },
    handle(services, request, reply) {
      const { body } = request;
      const key = request.headers['idempotency-key'];
      if (key === undefined) throw new HttpProblem('idempotency-key-missing', {});
      const where = whereOf(services, body);
      const [from, to] = [Date.parse(body.start), Date.parse(body.end)];
      const { space = null, discounts } = body;
      const type = body.type === undefined ? null : typeOf(body.type);
      const id = randomUUID();
      const answer = services.reservations.act(saidOf(request), {
        ...{ kind: 'reserve', id, tokenHash: tokenHash(services.reservations.tokenOf(id)), ...where, space, type },
        ...{ key: hashOf([whose(request), key]), body: hashOf([where, space, type, from, to, discounts]) },
        ...{ time: { from, to }, classes: discounts, isTrusted: isTrusted(request) },
      });
      return reply.code(201).send(made(services, mustBeReservation(answer)));
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/reservations',
    right: 'keep-reservations',
    tag: 'parking',
    id: 'reservations',
    summary: 'Reservations that begin in a span, by their start',
    schema: {
      querystring: z.object({
        lot: z.string().max(63).optional(),
        state: reservationStateSchema.optional(),
        from: instantSchema.optional().describe('first start, included; a day ago when left out'),
        to: instantSchema.optional().describe('end of starts, not included; 30 days ahead when left out'),
        ...siteQuery,
        ...pageQuery,
      }),
      response: { 200: listOf(reservationItemSchema) },
    },
    handle(services, request) {
      const { lot = null, state = null, from, to, ...page } = request.query;
      const site = services.catalog.one(page.site, sitesOf(known(request)));
      const now = services.clock.now();
      const span = { from: from ?? now - dayMs, to: to ?? now + 30 * dayMs };
      const found = services.reservations.service.tables.inLot({ site, lot, ...span }, state, maxListed);
      return pageOf(found.map(reservationItem), (item) => item.id, page);
    },
  }),
  route({
    ...own,
    method: 'GET',
    path: '/api/v1/reservations/:reservation',
    id: 'reservation',
    summary: 'One reservation, with what happened to it',
    schema: { params, headers: tokenHeader, response: { 200: reservationSchema } },
    handle(services, request) {
      return whole(services, mustBeOwn(services, request));
    },
  }),
  route({
    ...own,
    method: 'DELETE',
    path: '/api/v1/reservations/:reservation',
    id: 'endReservation',
    summary: 'Cancel a reservation, or end it early once the car has gone',
    schema: {
      params,
      headers: tokenHeader,
      querystring: z.object({ reason: z.string().max(500).optional().describe('for the audit, of an operator') }),
      response: { 200: reservationSchema.describe('as it stands now; the same when it was cancelled before') },
    },
    handle(services, request) {
      const { id } = mustBeOwn(services, request);
      const said = isOperator(request) ? saidBy(known(request), request.query.reason) : byDriver;
      const answer = services.reservations.act(said, { kind: 'cancel', id });
      return whole(services, mustBeReservation(answer));
    },
  }),
  route({
    ...own,
    method: 'POST',
    path: '/api/v1/reservations/:reservation/alternative',
    id: 'takeAlternative',
    summary: 'Take the other space that is kept for the driver',
    schema: { params, headers: tokenHeader, response: { 200: reservationSchema } },
    handle(services, request) {
      const { id } = mustBeOwn(services, request);
      const answer = services.reservations.act(byDriver, { kind: 'take-alternative', id });
      return whole(services, mustBeReservation(answer));
    },
  }),
  route({
    ...own,
    method: 'DELETE',
    path: '/api/v1/reservations/:reservation/record',
    id: 'forgetReservation',
    summary: 'Forget a reservation that is over: its times, space, history and payments',
    schema: {
      params,
      headers: tokenHeader,
      querystring: z.object({ reason: z.string().max(500).optional().describe('for the audit, of an operator') }),
      response: { 204: z.null().describe('gone; the settlement stays in the books, without a name') },
    },
    handle(services, request, reply) {
      const { id } = mustBeOwn(services, request);
      const said = isOperator(request) ? saidBy(known(request), request.query.reason) : byDriver;
      const answer = services.reservations.act(said, { kind: 'forget', id });
      if (answer.kind === 'refused') throw problemOf(answer.refusal);
      return reply.code(204).send(null);
    },
  }),
];

const dayMs = 24 * 3_600_000;
/** Of one list; narrower spans show the rest. */
const maxListed = 10_000;

/** The lot that is meant. @throws HttpProblem for one that no site file has */
export function whereOf(
  { catalog }: Pick<Services, 'catalog'>,
  { site: asked, lot }: { site?: string | undefined; lot: string },
): { site: SiteId; lot: LotId } {
  const site = catalog.one(asked, null);
  const id = lotIdSchema.safeParse(lot);
  const isThere = catalog.sites.some((each) => each.id === site && each.lots.some((its) => its.id === lot));
  if (!id.success || !isThere) throw new HttpProblem('no-such-lot', { site, lot });
  return { site, lot: id.data };
}

/** A refusal as the answer that it is. */
export function problemOf({ code, ...figures }: ReservationRefusal): HttpProblem {
  // The code and its figures were together in the refusal, which a type made of both cannot show.
  return new HttpProblem(code, figures as never);
}

export function isOperator({ who }: FastifyRequest): boolean {
  return who?.by === 'session' && (who.actors.includes('operator') || who.actors.includes('admin'));
}

function isTrusted(request: FastifyRequest): boolean {
  return isOperator(request) || request.who?.actors.includes('token:reserve') === true;
}

/** Keys of one caller are not those of another; strangers share theirs. */
function whose({ who }: FastifyRequest): string {
  return who === null ? 'anyone' : `${who.by}:${who.name}`;
}

function saidOf(request: FastifyRequest): Said {
  return request.who === null ? byDriver : saidBy(request.who);
}

function typeOf(text: string): SpaceType {
  const type = spaceTypes.find((each) => each === text);
  if (type === undefined) throw new HttpProblem('no-such-type', { type: text });
  return type;
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function mustBeReservation(answer: ReservationAnswer): Reservation {
  if (answer.kind === 'reservation') return answer.reservation;
  if (answer.kind === 'refused') throw problemOf(answer.refusal);
  throw new Error(`a reservation was asked for, and ${answer.kind} came`);
}

function mustBeOwn(
  { reservations }: Services,
  request: FastifyRequest<{ Params: z.infer<typeof params>; Headers: z.infer<typeof tokenHeader> }>,
): Reservation {
  const found = reservations.service.find(request.params.reservation);
  const token = request.headers['reservation-token'];
  if (!isOperator(request) && token === undefined) throw new HttpProblem('reservation-token-missing', {});
  if (found === undefined) throw new HttpProblem('no-such-reservation', {});
  if (isOperator(request) || isToken(token ?? '', found.tokenHash)) return found;
  throw new HttpProblem('reservation-token-wrong', {});
}

function made({ reservations }: Services, reservation: Reservation): z.infer<typeof reservationMadeSchema> {
  const { id, start, end, classes } = reservation;
  const fee = reservations.service.feeOf({ from: start, to: end }, classes, reservation);
  const lines = fee.kind === 'fee' ? fee.lines.map(lineItem) : [];
  const payments = reservations.service.tables.paymentsOf(id).map(paymentItem);
  return { ...reservationItem(reservation), token: reservations.tokenOf(id), lines, payments };
}

function whole({ reservations }: Services, reservation: Reservation): z.infer<typeof reservationSchema> {
  const happenings = reservations.service.tables.happenings(reservation.id).map(({ at, from, to, reason }) => {
    return { at: iso(at), from, to, reason, text: reservationText(reason) };
  });
  const payments = reservations.service.tables.paymentsOf(reservation.id).map(paymentItem);
  return { ...reservationItem(reservation), happenings, payments };
}
