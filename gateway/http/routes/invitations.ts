import type { FastifyRequest } from 'fastify';
import { renderSVG } from 'uqr';
import { z } from 'zod';
import { isLoopback } from '../../../config/loopback.ts';
import {
  type InvitationItem,
  invitationAcceptSchema,
  invitationCreateSchema,
  invitationItemSchema,
  invitationLookSchema,
  invitationMadeSchema,
  invitationSeenSchema,
  listOf,
} from '../../../contract/http.ts';
import type { Invitation, Offer } from '../../accounts/invitations.ts';
import { checkedBuilding } from '../../accounts/people.ts';
import { known, saidBy, type Who } from '../access.ts';
import type { App } from '../app.ts';
import type { Catalog } from '../catalog.ts';
import { pageOf, pageQuery } from '../paging.ts';
import type { AccountsView } from '../ports.ts';
import { answeringInput, HttpProblem } from '../problem.ts';
import { mayKeep } from './people.ts';

const hourMs = 3_600_000;
const maxAccepts = 8;

/** Links by which people make their own accounts, or a new password. */
export function invitationRoutes(
  app: App,
  options: {
    accounts: AccountsView;
    catalog: Catalog;
    /** Where people on other machines reach the pages; null where nobody has said. */
    pages: () => string | null;
  },
): void {
  const { accounts, catalog, pages } = options;
  let accepts = 0;

  app.post(
    '/api/v1/invitations/look',
    { schema: { body: invitationLookSchema, response: { 200: invitationSeenSchema } } },
    async (request) => {
      const seen = accounts.invitations.look(request.body.code);
      if (seen === undefined) throw new HttpProblem(404, 'this invitation is used up, over or withdrawn');
      const { offer, expires } = itemOf(seen);
      const building = offer.for === 'join' && offer.building !== null ? catalog.building(offer.building) : undefined;
      return { offer, buildingName: building === undefined ? null : { ...building.name }, expires };
    },
  );

  app.post(
    '/api/v1/invitations/accept',
    {
      schema: {
        body: invitationAcceptSchema,
        response: { 201: z.object({ name: z.string() }).describe('may sign in now') },
      },
    },
    async (request, reply) => {
      const { code, user = null, password } = request.body;
      // Before anything that costs: only who holds a code may make us stretch a password.
      if (accounts.invitations.look(code) === undefined)
        throw new HttpProblem(404, 'this invitation is used up, over or withdrawn');
      if (accepts >= maxAccepts) throw new HttpProblem(429, 'too many at once; try again', { 'retry-after': '1' });
      accepts += 1;
      try {
        const name = await answeringInput(() => accounts.invitations.accept({ code, name: user, password }));
        return reply.code(201).send({ name });
      } finally {
        accepts -= 1;
      }
    },
  );

  app.get(
    '/api/v1/invitations',
    { schema: { querystring: z.object(pageQuery), response: { 200: listOf(invitationItemSchema) } } },
    async (request) => {
      const who = known(request);
      const items = accounts.invitations.list().filter((each) => mayOffer(who, each, accounts));
      return pageOf(items.map(itemOf), (item) => item.id, request.query);
    },
  );

  app.post(
    '/api/v1/invitations',
    { schema: { body: invitationCreateSchema, response: { 201: invitationMadeSchema } } },
    async (request, reply) => {
      const who = known(request);
      const { uses, hours, reason } = request.body;
      const offer = await answeringInput(() => offerOf(request.body.offer));
      mustOffer(who, offer, accounts);
      if (offer.for === 'join' && offer.building !== null) catalog.mustHaveBuilding(offer.building);
      const life = { uses, lifeMs: hours * hourMs };
      const made = await answeringInput(() => accounts.invitations.create(offer, life, saidBy(who, reason)));
      const link = `${baseOf(request, pages())}/join#${made.code}`;
      return reply.code(201).send({ ...itemOf(made.invitation), code: made.code, link, qr: renderSVG(link) });
    },
  );

  app.delete(
    '/api/v1/invitations/:invitation',
    {
      schema: {
        params: z.object({ invitation: z.string().max(64) }),
        response: { 204: z.null().describe('withdrawn') },
      },
    },
    async (request, reply) => {
      const who = known(request);
      const { invitation: id } = request.params;
      const found = accounts.invitations.list().find((each) => each.id === id);
      if (found === undefined || !mayOffer(who, found, accounts))
        throw new HttpProblem(404, 'there is no such invitation');
      accounts.invitations.revoke(id, saidBy(who));
      return reply.code(204).send(null);
    },
  );
}

/** Asked before whether the building or person is there, so that a manager learns of no others. */
function mustOffer(who: Who, offer: Offer, accounts: AccountsView): void {
  if (mayOffer(who, offer, accounts)) return;
  if (offer.for === 'password') throw new HttpProblem(404, `there is no person ${offer.person}`);
  throw new HttpProblem(403, 'a manager invites residents of the own buildings, and no others');
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
function baseOf({ protocol, host, hostname }: FastifyRequest, pages: string | null): string {
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
