import { z } from 'zod';
import {
  alertPeopleSchema,
  answerSchema,
  ownAnswerSchema,
  ownCallSchema,
  ownSaidSchema,
  photoItemSchema,
  sosSchema,
} from '../../../contract/http/answers.ts';
import { listOf } from '../../../contract/http/common.ts';
import { alertIdSchema, buildingIdSchema, siteIdSchema } from '../../../contract/ids.ts';
import { countsOf } from '../../answers/people-of-alert.ts';
import { PhotoError } from '../../answers/photos/photo-error.ts';
import { maxPhotos } from '../../answers/photos/photos.ts';
import { strip } from '../../answers/photos/strip.ts';
import { has, rights } from '../../permissions.ts';
import { isOfTheirs, known, personOf, saidBy, sitesOf, type Who } from '../access.ts';
import { mustManage } from '../alert-answers.ts';
import { siteQuery } from '../catalog.ts';
import { isForEverybody } from '../for-everybody.ts';
import type { Pace } from '../pacing.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

const params = z.object({ alert: alertIdSchema });
const photoOf = { right: 'answer-alerts', tag: 'alerts' } as const;
const picture = {
  description: 'the picture, as JPEG or PNG',
  content: { 'image/jpeg': { schema: z.any() }, 'image/png': { schema: z.any() } },
};
/** The page sends a tenth of this. */
const maxPhotoBytes = 2 * 1024 * 1024;
/** Of one person. Somebody who changes their mind is heard; a loop is not. */
const answerPace: Pace = { burst: 10, perMinute: 20 };
/** More presses than this are not counted any more; none is ever refused. */
const callPace: Pace = { burst: 100, perMinute: 60 };

/** What people of a building say of themselves, their calls for help, and who was reached. */
export const answerRoutes: readonly Route[] = [
  route({
    method: 'PUT',
    path: '/api/v1/alerts/:alert/answer',
    right: 'answer-for-oneself',
    tag: 'alerts',
    id: 'answerAlert',
    summary: 'Say that one is safe, or needs help',
    schema: { params, body: answerSchema, querystring: z.object(siteQuery), response: { 200: ownAnswerSchema } },
    handle(services, request) {
      const who = known(request);
      const person = personOf(who);
      const { alert } = request.params;
      const { site, building } = mustBeToldOf(services, who, alert);
      mustPace(services, person);
      const { answer, text = null } = request.body;
      const ids = { site: siteIdSchema.parse(site), building: buildingIdSchema.parse(building) };
      const answered = services.answers.answer(saidBy(who), { alert, person, answer, text, ...ids });
      if ('refused' in answered) throw new HttpProblem('alert-closed', {});
      return answered;
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/sos',
    right: 'call-for-help',
    tag: 'alerts',
    id: 'callForHelp',
    summary: 'Call for help; pressing again counts, and makes no second call',
    schema: {
      body: sosSchema,
      response: { 200: ownCallSchema.describe('it stands already'), 201: ownCallSchema.describe('called') },
    },
    handle({ answers, catalog, clock, pacing }, request, reply) {
      const who = known(request);
      const person = personOf(who);
      const of = { person, text: request.body.text ?? null, ...buildingOf(who, request.body) };
      catalog.mustHaveBuilding(of);
      const standing = answers.callOf(person, of.site, of.building);
      const waitMs = pacing.take('sos', person, { pace: callPace, now: clock.monotonic() });
      if (waitMs > 0 && standing !== undefined) return reply.code(200).send(standing);
      const call = answers.sos(saidBy(who), of);
      if (call === undefined) throw new HttpProblem('internal-error', {});
      return reply.code(standing === undefined ? 201 : 200).send(call);
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/answers',
    right: 'answer-for-oneself',
    tag: 'alerts',
    id: 'ownAnswers',
    summary: 'What one has said oneself, of alerts that are open',
    schema: { response: { 200: ownSaidSchema } },
    handle: ({ answers }, request) => answers.saidBy(personOf(known(request))),
  }),
  route({
    ...photoOf,
    method: 'POST',
    path: '/api/v1/alerts/:alert/photos',
    id: 'addPhoto',
    summary: 'Add a photo of what was done; where and when it was taken is not kept. The same one again is kept once',
    bodyLimit: maxPhotoBytes,
    atOnce: { of: 'photos', max: 4 },
    schema: { params, querystring: z.object(siteQuery), response: { 201: photoItemSchema } },
    handle(services, request, reply) {
      const who = known(request);
      const { site, alert, closed } = mustWorkOn(services, who, request.params.alert);
      if (closed !== null) throw new HttpProblem('alert-closed', {});
      const photo = stripped(request.body, request.headers['content-type'] ?? '');
      const added = services.answers.photos.add(saidBy(who), { site, alert }, photo);
      if (added === 'too-many') throw new HttpProblem('too-many-photos', { most: maxPhotos });
      return reply.code(201).send(added);
    },
  }),
  route({
    ...photoOf,
    method: 'GET',
    path: '/api/v1/alerts/:alert/photos',
    id: 'photos',
    summary: 'Photos of what was done about an alert',
    schema: { params, querystring: z.object(siteQuery), response: { 200: listOf(photoItemSchema) } },
    handle(services, request) {
      const { alert } = mustWorkOn(services, known(request), request.params.alert);
      return { items: services.answers.photos.of(alert), next: null };
    },
  }),
  route({
    ...photoOf,
    method: 'GET',
    path: '/api/v1/alerts/:alert/photos/:photo',
    id: 'photo',
    summary: 'One of them, as a picture',
    schema: {
      params: params.extend({ photo: z.string().regex(/^[0-9a-f]{32}$/) }),
      response: { 200: picture },
    },
    handle(services, request, reply) {
      const { alert } = mustWorkOn(services, known(request), request.params.alert);
      const photo = services.answers.photos.find(alert, request.params.photo);
      if (photo === undefined) throw new HttpProblem('no-such-photo', { photo: request.params.photo });
      const { type, bytes } = photo;
      return reply.type(type).header('cache-control', 'private, max-age=86400, immutable').send(Buffer.from(bytes));
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/alerts/:alert/people',
    right: 'read-reach',
    tag: 'people',
    id: 'peopleOfAlert',
    summary: 'Who should know of an alert: told, accepted, received, answered, silent. Numbers for who may see them',
    schema: {
      params,
      querystring: z.object(pageQuery),
      response: { 200: alertPeopleSchema.extend({ next: z.string().nullable() }) },
    },
    handle({ alerts, answers }, request) {
      const who = known(request);
      const { alert: id } = request.params;
      const found = alerts.standing(id) ?? alerts.find(id);
      if (found === undefined || !isOfTheirs(who, [found])) throw new HttpProblem('no-such-alert', { alert: id });
      const { site, building, alert } = found;
      const seesPhones = has(rights['see-phones'], who.actors);
      const all = answers.peopleOf(found).map((item) => (seesPhones ? item : { ...item, phones: null }));
      return { site, building, alert, counts: countsOf(all), ...pageOf(all, (item) => item.person, request.query) };
    },
  }),
];

/** The alert, for those who may work on it. */
function mustWorkOn({ alerts }: Pick<Services, 'alerts'>, who: Who, id: string) {
  const found = alerts.standing(id) ?? alerts.find(id);
  if (found === undefined || !(sitesOf(who)?.has(found.site) ?? true))
    throw new HttpProblem('no-such-alert', { alert: id });
  mustManage(who, found.site, found.building);
  return found;
}

/** @throws HttpProblem when it is no picture that is taken */
function stripped(body: unknown, said: string) {
  if (!(body instanceof Uint8Array)) throw new HttpProblem('photo-type', { cause: said.slice(0, 50) });
  try {
    return strip(body, said.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  } catch (error) {
    if (!(error instanceof PhotoError)) throw error;
    throw new HttpProblem(`photo-${error.fault}`, { cause: error.message });
  }
}

/** An open alert that the person may have been told of. One of a site that is not theirs is as one that is not there. */
function mustBeToldOf({ alerts }: Pick<Services, 'alerts'>, who: Who, id: string) {
  const found = alerts.standing(id) ?? alerts.find(id);
  if (found === undefined || !(sitesOf(who)?.has(found.site) ?? true))
    throw new HttpProblem('no-such-alert', { alert: id });
  if (!isOfTheirs(who, [found])) throw new HttpProblem('not-of-building', { building: found.building });
  const isResident = who.by === 'session' && who.person.role === 'resident';
  if (isResident && !isForEverybody(found)) throw new HttpProblem('no-such-alert', { alert: id });
  if (found.closed !== null) throw new HttpProblem('alert-closed', {});
  return found;
}

/** The building of a call: the one that is named, or the only one of the person. */
function buildingOf(who: Who, asked: { site?: string | undefined; building?: string | undefined }) {
  const own = who.by === 'session' ? who.person.buildings : [];
  const fits = own.filter(
    ({ site, building }) => site === (asked.site ?? site) && building === (asked.building ?? building),
  );
  const [only, second] = fits;
  if (only === undefined) throw new HttpProblem('not-of-building', { building: asked.building ?? '' });
  if (second !== undefined) throw new HttpProblem('building-needed', { buildings: fits.map((one) => one.building) });
  return only;
}

function mustPace({ pacing, clock }: Pick<Services, 'pacing' | 'clock'>, person: string): void {
  const waitMs = pacing.take('answer', person, { pace: answerPace, now: clock.monotonic() });
  if (waitMs > 0) throw new HttpProblem('too-many-answers', { retryAfterS: Math.ceil(waitMs / 1000) });
}
