import { z } from 'zod';
import { listOf } from '../../../contract/http/common.ts';
import {
  channelSchema,
  contactCreateSchema,
  contactItemSchema,
  dutyItemSchema,
  ownReachTestSchema,
  personReachSchema,
  quietHoursSchema,
  reachItemSchema,
  reachTestAnswerSchema,
  roleReachSchema,
} from '../../../contract/http/notices.ts';
import { isOfTheirs, known, personOf } from '../access.ts';
import type { Pace } from '../pacing.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';

/** Somebody tries a few channels, one after the other. An SMS costs. */
const testPace: Pace = { burst: 5, perMinute: 0.2 };

const contactQuery = z.object({ channel: channelSchema, address: z.string().min(1).max(500) });

/** Where people can be reached, and what became of the notices. */
export const noticeRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/contacts',
    right: 'own-contacts',
    tag: 'people',
    id: 'contacts',
    summary: 'Where one can be reached oneself',
    schema: { response: { 200: listOf(contactItemSchema) } },
    handle: ({ reach }, request) => ({ items: reach.contactsOf(personOf(known(request))), next: null }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/contacts',
    right: 'own-contacts',
    tag: 'people',
    id: 'addContact',
    summary: 'Add an address by which one is told',
    schema: { body: contactCreateSchema, response: { 201: contactItemSchema.describe('added') } },
    handle({ reach }, request, reply) {
      const person = personOf(known(request));
      const { channel, address } = request.body;
      if (!reach.addContact({ person, ...request.body })) throw new HttpProblem('contact-invalid', { channel });
      const item = reach.contactsOf(person).find((own) => own.channel === channel && own.address === address);
      if (item === undefined) throw new HttpProblem('no-such-contact', { channel });
      return reply.code(201).send(item);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/contacts',
    right: 'own-contacts',
    tag: 'people',
    id: 'removeContact',
    summary: 'Remove an address',
    schema: { querystring: contactQuery, response: { 204: z.null().describe('removed') } },
    handle({ reach }, request, reply) {
      const { channel, address } = request.query;
      if (!reach.removeContact(personOf(known(request)), channel, address))
        throw new HttpProblem('no-such-contact', { channel });
      return reply.code(204).send(null);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/contacts/quiet-hours',
    right: 'own-contacts',
    tag: 'people',
    id: 'quietHours',
    summary: 'When one wants to hear nothing that can wait',
    schema: { response: { 200: quietHoursSchema } },
    handle: ({ reach }, request) => reach.quietHoursOf(personOf(known(request))),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/contacts/quiet-hours',
    right: 'own-contacts',
    tag: 'people',
    id: 'keepQuiet',
    summary: 'Hear nothing at these hours that can wait; what was held is told at their end. Life safety is never held',
    schema: { body: quietHoursSchema, response: { 200: quietHoursSchema } },
    handle({ reach }, request) {
      const person = personOf(known(request));
      reach.keepQuiet(person, request.body);
      return reach.quietHoursOf(person);
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/contacts/test',
    right: 'own-contacts',
    tag: 'people',
    id: 'testContacts',
    summary: 'Send a test to each of one’s own channels now',
    schema: { response: { 201: ownReachTestSchema.describe('sent') } },
    handle({ reach, pacing, clock }, request, reply) {
      const person = personOf(known(request));
      if (reach.contactsOf(person).length === 0) throw new HttpProblem('nothing-to-test', {});
      const waitMs = pacing.take('reach-test', person, { pace: testPace, now: clock.monotonic() });
      if (waitMs > 0) throw new HttpProblem('too-many-tests', { retryAfterS: Math.ceil(waitMs / 1000) });
      const test = reach.askTest(person);
      if (test === undefined) throw new HttpProblem('nothing-to-test', {});
      return reply.code(201).send(test);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/contacts/test',
    right: 'own-contacts',
    tag: 'people',
    id: 'ownTest',
    summary: 'What became of the last test of one’s own channels',
    schema: { response: { 200: ownReachTestSchema } },
    handle({ reach }, request) {
      const test = reach.ownTest(personOf(known(request)));
      if (test === undefined) throw new HttpProblem('no-such-test', {});
      return test;
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/contacts/test/answer',
    right: 'own-contacts',
    tag: 'people',
    id: 'answerTest',
    summary: 'Say whether a test arrived, by channel',
    schema: { body: reachTestAnswerSchema, response: { 200: ownReachTestSchema } },
    handle({ reach }, request) {
      const person = personOf(known(request));
      const { delivery, arrived } = request.body;
      const test = reach.answerTest(person, delivery, arrived) ? reach.ownTest(person) : undefined;
      if (test === undefined) throw new HttpProblem('no-such-test', {});
      return test;
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/reach/people',
    right: 'read-reach',
    tag: 'people',
    id: 'peopleReached',
    summary: 'Who is reached and who not since when, by channel; managers see the people of their buildings',
    schema: { querystring: z.object(pageQuery), response: { 200: listOf(personReachSchema) } },
    handle({ reach }, request) {
      const who = known(request);
      const items = reach.report().filter((item) => isOfTheirs(who, item.buildings));
      return pageOf(items, (item) => item.person, request.query);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/duty',
    right: 'read-reach',
    tag: 'people',
    id: 'duty',
    summary:
      'Who of a role is told now and who next, where the site file has an order or a rota; managers see their own',
    schema: { response: { 200: listOf(dutyItemSchema) } },
    handle({ reach }, request) {
      const who = known(request);
      const items = reach
        .duty()
        .filter(({ site, building }) => isOfTheirs(who, building === null ? [] : [{ site, building }]));
      return { items, next: null };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/reach',
    right: 'read-reach',
    tag: 'people',
    id: 'reach',
    summary: 'Roles, and how many of their people can be reached',
    schema: { response: { 200: listOf(roleReachSchema) } },
    handle: ({ reach }) => ({ items: reach.roles(), next: null }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/alerts/:alert/reach',
    right: 'read-reach',
    tag: 'people',
    id: 'reachOfAlert',
    summary: 'Who was told of an alert, and what became of it',
    schema: {
      params: z.object({ alert: z.string().min(1).max(127) }),
      response: { 200: listOf(reachItemSchema) },
    },
    handle({ alerts, reach }, request) {
      const { alert } = request.params;
      const found = alerts.standing(alert) ?? alerts.find(alert);
      if (found === undefined || !isOfTheirs(known(request), [found]))
        throw new HttpProblem('no-such-alert', { alert });
      return { items: reach.ofAlert(alert), next: null };
    },
  }),
];
