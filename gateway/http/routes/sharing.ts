import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SpaceConfig } from '../../../config/lots/lot-config.ts';
import { type SharingWindow, sharingWindowSchema } from '../../../config/lots/sharing.ts';
import {
  ownerTokenSchema,
  recallCreateSchema,
  recallMadeSchema,
  sharingSchema,
  windowsChangeSchema,
} from '../../../contract/http/reservations.ts';
import { isToken, tokenHash } from '../../accounts/reservation-tokens.ts';
import { newSecret } from '../../accounts/secrets.ts';
import type { Said } from '../../audit/entry.ts';
import type { ReservationAction, ReservationAnswer } from '../../parking/reservations/actions.ts';
import type { Place } from '../../parking/reservations/reservation.ts';
import { known, saidBy } from '../access.ts';
import { siteQuery } from '../catalog.ts';
import { HttpProblem } from '../problem.ts';
import { iso, sharingItem, spanItem } from '../reservation-items.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';
import { isOperator, problemOf, whereOf } from './reservations.ts';

/** An owner changes windows now and then. */
const pace = { burst: 30, perMinute: 30 };

const params = z.object({ lot: z.string().max(63), space: z.string().max(63) });
const recallParams = z.object({ ...params.shape, recall: z.string().max(63) });
const headers = z.object({
  'owner-token': z.string().max(128).optional().describe('as an operator gave it out for the space'),
});
const querystring = z.object(siteQuery);
const own = { tag: 'parking', right: 'keep-own-space', pace } as const;
const path = '/api/v1/lots/:lot/spaces/:space';

/** Sharing windows and recalls of a space: by its owner's token, or by an operator. */
export const sharingRoutes: readonly Route[] = [
  route({
    ...own,
    method: 'GET',
    path: `${path}/sharing`,
    id: 'sharing',
    summary: 'When a space is shared',
    schema: { params, headers, querystring, response: { 200: sharingSchema } },
    handle(services, request) {
      return shown(services, mustBeOwn(services, request));
    },
  }),
  route({
    ...own,
    method: 'PUT',
    path: `${path}/sharing`,
    id: 'setSharing',
    summary: 'Set the weekly windows; reservations that stand are kept',
    schema: { params, headers, querystring, body: windowsChangeSchema, response: { 200: sharingSchema } },
    handle(services, request) {
      const owned = mustBeOwn(services, request);
      const windows = request.body.windows.map((given) => windowOf(given, owned.space));
      done(act(services, owned, { kind: 'set-windows', place: owned.place, windows }));
      return shown(services, owned);
    },
  }),
  route({
    ...own,
    method: 'DELETE',
    path: `${path}/sharing`,
    id: 'resetSharing',
    summary: 'Go back to the windows of the site file',
    schema: { params, headers, querystring, response: { 200: sharingSchema } },
    handle(services, request) {
      const owned = mustBeOwn(services, request);
      done(act(services, owned, { kind: 'set-windows', place: owned.place, windows: null }));
      return shown(services, owned);
    },
  }),
  route({
    ...own,
    method: 'POST',
    path: `${path}/recalls`,
    id: 'recall',
    summary: 'Take a shared space back for some time; reservations that stand are kept',
    schema: { params, headers, querystring, body: recallCreateSchema, response: { 201: recallMadeSchema } },
    handle(services, request, reply) {
      const owned = mustBeOwn(services, request);
      const time = { from: Date.parse(request.body.from), to: Date.parse(request.body.to) };
      const answer = act(services, owned, { kind: 'recall', id: randomUUID(), place: owned.place, time });
      if (answer.kind === 'refused') throw problemOf(answer.refusal);
      if (answer.kind !== 'recalled') throw new Error(`a recall was asked for, and ${answer.kind} came`);
      const { recall, kept } = answer;
      return reply
        .code(201)
        .send({ id: recall.id, from: iso(recall.from), to: iso(recall.to), kept: kept.map(spanItem) });
    },
  }),
  route({
    ...own,
    method: 'DELETE',
    path: `${path}/recalls/:recall`,
    id: 'endRecall',
    summary: 'End a recall: the space is shared again',
    schema: { params: recallParams, headers, querystring, response: { 204: z.null().describe('ended') } },
    handle(services, request, reply) {
      const owned = mustBeOwn(services, request);
      done(act(services, owned, { kind: 'end-recall', id: request.params.recall, place: owned.place }));
      return reply.code(204).send(null);
    },
  }),
  route({
    method: 'POST',
    path: `${path}/owner`,
    right: 'keep-reservations',
    tag: 'parking',
    id: 'giveOwnerToken',
    summary: "A new token for the space's owner; the old one ends",
    schema: { params, querystring, response: { 201: ownerTokenSchema.describe('the token is told here alone') } },
    handle(services, request, reply) {
      const { place } = spaceOf(services, request);
      const token = newSecret();
      services.reservations.act(saidBy(known(request)), { kind: 'set-owner', place, token: tokenHash(token) });
      return reply.code(201).send({ ...place, token });
    },
  }),
  route({
    method: 'DELETE',
    path: `${path}/owner`,
    right: 'keep-reservations',
    tag: 'parking',
    id: 'endOwnerToken',
    summary: "End the token of the space's owner",
    schema: { params, querystring, response: { 204: z.null().describe('ended') } },
    handle(services, request, reply) {
      const { place } = spaceOf(services, request);
      services.reservations.act(saidBy(known(request)), { kind: 'set-owner', place, token: null });
      return reply.code(204).send(null);
    },
  }),
];

type Asked = FastifyRequest<{ Params: z.infer<typeof params>; Querystring: z.infer<typeof querystring> }>;
type Owned = { readonly place: Place; readonly space: SpaceConfig; readonly said: Said };

function spaceOf(services: Services, { params: given, query }: Asked): Omit<Owned, 'said'> {
  const { site, lot } = whereOf(services, { site: query.site, lot: given.lot });
  const spaces = services.catalog.sites.find(({ id }) => id === site)?.lots.find(({ id }) => id === lot)?.spaces;
  const space = spaces?.find(({ id }) => id === given.space);
  if (space === undefined) throw new HttpProblem('no-such-space', { lot, space: given.space });
  return { place: { site, lot, space: space.id }, space };
}

function mustBeOwn(services: Services, request: Asked & { headers: z.infer<typeof headers> }): Owned {
  const token = request.headers['owner-token'];
  if (isOperator(request)) return { ...spaceOf(services, request), said: saidBy(known(request)) };
  if (token === undefined) throw new HttpProblem('owner-token-missing', {});
  const found = spaceOf(services, request);
  const stored = services.reservations.service.tables.owner(found.place);
  if (stored === undefined || !isToken(token, stored)) throw new HttpProblem('owner-token-wrong', {});
  const { site, lot, space } = found.place;
  return { ...found, said: { by: `owner:${site}/${lot}/${space}`, why: null } };
}

/** An owner says when; what is earned by it is the operator's to say, and stays as the site file has it. */
function windowOf(given: { days: string[]; window: string }, { sharing }: SpaceConfig): SharingWindow {
  const ownerShare = sharing.find(({ lender }) => lender === 'holder')?.ownerShare ?? 0;
  const parsed = sharingWindowSchema.safeParse({ ...given, ownerShare });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path: at, message }) => ({
    where: `body/windows/${at.join('/')}`,
    message,
  }));
  throw new HttpProblem('invalid-request', { errors });
}

function act({ reservations }: Services, { said }: Owned, action: ReservationAction): ReservationAnswer {
  return reservations.act(said, action);
}

function done(answer: ReservationAnswer): void {
  if (answer.kind === 'refused') throw problemOf(answer.refusal);
}

function shown({ reservations, clock }: Services, { place, space }: Owned): z.infer<typeof sharingSchema> {
  return sharingItem(place, reservations.service.sharing(space, place, { wall: clock.now(), mono: clock.monotonic() }));
}
