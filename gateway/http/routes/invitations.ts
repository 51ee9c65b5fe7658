import type { FastifyRequest } from 'fastify';
import { renderSVG } from 'uqr';
import { z } from 'zod';
import { isLoopback } from '../../../config/loopback.ts';
import { listOf } from '../../../contract/http/common.ts';
import {
  type InvitationItem,
  invitationAcceptSchema,
  invitationCreateSchema,
  invitationItemSchema,
  invitationLookSchema,
  invitationMadeSchema,
  invitationSeenSchema,
} from '../../../contract/http/people.ts';
import type { Invitation, Offer } from '../../accounts/invitations.ts';
import { checkedBuilding } from '../../accounts/people.ts';
import { known, saidBy, type Who } from '../access.ts';
import { pageOf, pageQuery } from '../paging.ts';
import type { AccountsView } from '../ports.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { mayKeep } from './people.ts';

const hourMs = 3_600_000;
const common = { method: 'POST', tag: 'people', right: 'keep-people', path: '/api/v1/invitations' } as const;

/** Links by which people make their own accounts, or a new password. */
export const invitationRoutes: readonly Route[] = [
  route({
    ...common,
    path: '/api/v1/invitations/look',
    right: 'sign-in',
    tag: 'session',
    id: 'lookAtInvitation',
    summary: 'What an invitation is for',
    schema: { body: invitationLookSchema, response: { 200: invitationSeenSchema } },
    handle({ accounts, catalog }, request) {
      const { offer, expires } = itemOf(mustLook(accounts, request.body.code));
      const building = offer.for === 'join' && offer.building !== null ? catalog.building(offer.building) : undefined;
      return { offer, buildingName: building === undefined ? null : { ...building.name }, expires };
    },
  }),
  route({
    ...common,
    path: '/api/v1/invitations/accept',
    right: 'sign-in',
    tag: 'session',
    id: 'acceptInvitation',
    summary: 'Take up an invitation',
    atOnce: { of: 'accepts', max: 8 },
    schema: {
      body: invitationAcceptSchema,
      response: { 201: z.object({ name: z.string() }).describe('may sign in now') },
    },
    async handle({ accounts }, request, reply) {
      const { code, user = null, password } = request.body;
      // Before anything that costs: only who holds a code may make us stretch a password.
      mustLook(accounts, code);
      const name = await accounts.invitations.accept({ code, name: user, password });
      return reply.code(201).send({ name });
    },
  }),
  route({
    ...common,
    method: 'GET',
    id: 'invitations',
    summary: 'Invitations that are open',
    schema: { querystring: z.object(pageQuery), response: { 200: listOf(invitationItemSchema) } },
    handle({ accounts }, request) {
      const who = known(request);
      const items = accounts.invitations.list().filter((each) => mayOffer(who, each, accounts));
      return pageOf(items.map(itemOf), (item) => item.id, request.query);
    },
  }),
  route({
    ...common,
    id: 'invite',
    summary: 'Make an invitation',
    schema: { body: invitationCreateSchema, response: { 201: invitationMadeSchema } },
    handle({ accounts, catalog, pagesAt }, request, reply) {
      const who = known(request);
      const { uses, hours, reason } = request.body;
      const offer = offerOf(request.body.offer);
      mustOffer(who, offer, accounts);
      if (offer.for === 'join' && offer.building !== null) catalog.mustHaveBuilding(offer.building);
      const life = { uses, lifeMs: hours * hourMs };
      const made = accounts.invitations.create(offer, life, saidBy(who, reason));
      const link = `${baseOf(request, pagesAt())}/join#${made.code}`;
      return reply.code(201).send({ ...itemOf(made.invitation), code: made.code, link, qr: renderSVG(link) });
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: '/api/v1/invitations/:invitation',
    id: 'withdraw',
    summary: 'Withdraw an invitation',
    schema: {
      params: z.object({ invitation: z.string().max(64) }),
      response: { 204: z.null().describe('withdrawn') },
    },
    handle({ accounts }, request, reply) {
      const who = known(request);
      const { invitation: id } = request.params;
      const found = accounts.invitations.list().find((each) => each.id === id);
      if (found === undefined || !mayOffer(who, found, accounts)) throw new HttpProblem('no-such-invitation', {});
      accounts.invitations.revoke(id, saidBy(who));
      return reply.code(204).send(null);
    },
  }),
];

function mustLook(accounts: AccountsView, code: string): Invitation {
  const seen = accounts.invitations.look(code);
  if (seen === undefined) throw new HttpProblem('invitation-gone', {});
  return seen;
}

/** Asked before whether the building or person is there, so that a manager learns of no others. */
function mustOffer(who: Who, offer: Offer, accounts: AccountsView): void {
  if (mayOffer(who, offer, accounts)) return;
  if (offer.for === 'password') throw new HttpProblem('no-such-person', { person: offer.person });
  throw new HttpProblem('invite-outside-own-buildings', {});
}

function mayOffer(who: Who, offer: Offer, accounts: AccountsView): boolean {
  if (offer.for === 'join') {
    return mayKeep(who, { role: offer.role, buildings: offer.building === null ? [] : [offer.building] });
  }
  const person = accounts.people.find(offer.person);
  return person !== undefined && mayKeep(who, person);
}

function offerOf(body: z.infer<typeof invitationCreateSchema>['offer']): Offer {
  if (body.for === 'password') return body;
  const { role, building } = body;
  return { for: 'join', role, building: building === null ? null : checkedBuilding(building) };
}

/**
 * The address by which the one who asks came in: it is the one that works. Not that of this machine alone, as on its own
 * screen or through a tunnel: the link is for other people's phones.
 */
function baseOf(
  { protocol, host, hostname }: Pick<FastifyRequest, 'protocol' | 'host' | 'hostname'>,
  pages: string | null,
): string {
  return isLoopback(hostname) && pages !== null ? pages : `${protocol}://${host}`;
}

function itemOf(invitation: Invitation): InvitationItem {
  const { id, usesLeft, by } = invitation;
  const offer =
    invitation.for === 'password'
      ? { for: invitation.for, person: invitation.person }
      : { for: invitation.for, role: invitation.role, building: invitation.building };
  return { id, offer, usesLeft, by, at: iso(invitation.at), expires: iso(invitation.expires) };
}

const iso = (ms: number) => new Date(ms).toISOString();
