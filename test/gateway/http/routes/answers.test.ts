import { describe, expect, onTestFinished, test } from 'vitest';
import type { Site } from '../../../../config/site.ts';
import type { AlertPeople, OwnCall, PhotoItem, ReachedPerson } from '../../../../contract/http/answers.ts';
import type { DutyItem } from '../../../../contract/http/notices.ts';
import type { Role } from '../../../../contract/roles.ts';
import { checkedBuilding, type PersonItem } from '../../../../gateway/accounts/people.ts';
import { AlertService } from '../../../../gateway/alerts/service.ts';
import { AnswerService } from '../../../../gateway/answers/service.ts';
import { Audit } from '../../../../gateway/audit/audit.ts';
import { ContactTable } from '../../../../gateway/notify/contact-table.ts';
import { DeliveryTable } from '../../../../gateway/notify/delivery-table.ts';
import { NoticeTable } from '../../../../gateway/notify/notice-table.ts';
import { targetsOf } from '../../../../gateway/notify/targets.ts';
import { plainBuilding } from '../../../plain-site.ts';
import { fireRule, parts as points } from '../../alerts/alerts-world.ts';
import { jpeg, png } from '../../answers/pictures.ts';
import { Core, readings, siteOf } from '../../core.ts';
import { makeWorld, noReach, said, serve, tokenOf } from '../fakes.ts';

const place = { point: null, storey: null, at: null, height: null, name: null };
const [agent] = siteOf(points).agents;
const devices = (agent?.buses ?? []).flatMap((bus) => bus.devices.map(({ id }) => id));
const site: Site = {
  ...siteOf(points, 'boolean'),
  buildings: [
    {
      ...plainBuilding('hanbit', { ko: '한빛상가', en: 'Hanbit Arcade' }),
      rules: [fireRule],
      places: devices.map((device) => ({ ...place, device, zone: device })),
    },
    plainBuilding('byeol', { ko: '별빛빌라', en: 'Byeol Villa' }),
  ],
};

const rotaOf = (role: string, building: string | null): DutyItem => ({
  ...{ site: 'saesol', role, building, buildingName: null, onDuty: [], until: null, isGap: true },
  ...{ turns: [], unreachable: [] },
});
const rotas = [rotaOf('operator', null), rotaOf('manager', 'hanbit'), rotaOf('manager', 'byeol')];

const homes: Record<string, { role: Role; building: string | null }> = {
  han: { role: 'resident', building: 'hanbit' },
  seo: { role: 'resident', building: 'hanbit' },
  byeol: { role: 'resident', building: 'byeol' },
  lee: { role: 'manager', building: 'hanbit' },
  oh: { role: 'operator', building: null },
  view: { role: 'viewer', building: null },
};

/** A gateway with people of two buildings; `fire` makes the alert fire-1. */
async function open() {
  const world = makeWorld();
  const core = new Core({ site });
  const { store, commit, clock } = core;
  const { db } = store;
  const [notices, deliveries, contacts] = [new NoticeTable(db), new DeliveryTable(db), new ContactTable(db)];
  const alerts = new AlertService({ db, commit, sites: [site], notices, clock });
  const people = (): PersonItem[] => world.accounts.people.list();
  const answers = new AnswerService({
    ...{ db, commit, alerts, notices, deliveries, contacts, clock, people },
    audit: new Audit({ db, clock }),
    transaction: (work) => store.commit(work),
  });
  alerts.start();
  commit.start();
  core.online();
  for (const [name, { role, building }] of Object.entries(homes)) {
    const buildings = building === null ? [] : [checkedBuilding({ site: 'saesol', building })];
    world.accounts.people.write({ name, role, buildings }, 'none', said);
  }
  const http = await serve(world, { sites: [site], alerts, answers, clock, reach: { ...noReach, duty: () => rotas } });
  onTestFinished(() => http.close());
  const cookies = new Map<string, string>();
  const cookieOf = (name: string) => {
    const person = people().find((one) => one.name === name);
    if (person === undefined) return cookies.get(name) ?? '';
    const cookie = cookies.get(name) ?? `jari_session=${world.accounts.sessions.begin(person)}`;
    cookies.set(name, cookie);
    return cookie;
  };
  const ask = async <T>(as: string, method: string, path: string, body?: object) => {
    const auth = as.startsWith('token:') ? { authorization: `Bearer ${tokenOf('read')}` } : { cookie: cookieOf(as) };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${http.url}${path}`, { method, headers: { ...auth, ...type }, ...sent });
    return { status: answer.status, body: (await answer.json()) as T & { type?: string } };
  };
  const fire = () => core.take(readings(core, { seq: 1, device: 'contacts-1', points: { p_0: { v: [true] } } }));
  /** Takes the notices up as delivery would, without sending anything. */
  const deliver = () =>
    store.commit(() => {
      const all = contacts.all();
      for (const notice of notices.undone(0, 1000)) {
        for (const target of targetsOf(notice, { people: people(), contacts: all, webhooks: [] }))
          deliveries.add(notice.id, target);
      }
    });
  const reach = (person: string, address: string) =>
    contacts.put({ person, channel: 'sms', address, language: 'ko' }, clock.now());
  const answer = (as: string, what: object, alert = 'fire-1') => ask(as, 'PUT', `/api/v1/alerts/${alert}/answer`, what);
  const sos = (as: string, body: object = {}) => ask<OwnCall>(as, 'POST', '/api/v1/sos', body);
  const peopleOf = (as: string, alert = 'fire-1') => ask<AlertPeople>(as, 'GET', `/api/v1/alerts/${alert}/people`);
  const send = async (as: string, bytes: Uint8Array, type = 'image/jpeg', alert = 'fire-1') => {
    const headers = { cookie: cookieOf(as), 'content-type': type };
    const path = `${http.url}/api/v1/alerts/${alert}/photos`;
    const sent = await fetch(path, { method: 'POST', headers, body: Buffer.from(bytes) });
    const body = (await sent.json()) as PhotoItem & { type?: string };
    return { status: sent.status, code: body.type?.replace('/problems/', ''), body };
  };
  const see = (as: string, photo: string) =>
    fetch(`${http.url}/api/v1/alerts/fire-1/photos/${photo}`, { headers: { cookie: cookieOf(as) } });
  return { send, see, world, core, ask, fire, deliver, reach, answer, sos, peopleOf, notices, alerts };
}

describe('an answer to an alert', () => {
  test('is kept, changed, and the same again changes nothing', async () => {
    const { fire, answer, ask, core } = await open();
    fire();
    expect((await answer('han', { answer: 'need-help', text: '302호' })).status).toBe(200);
    const commits = () => core.store.db.prepare<[], number>('SELECT count(*) FROM notices').pluck().get();
    const before = commits();
    expect((await answer('han', { answer: 'need-help' })).body).toMatchObject({ alert: 'fire-1', answer: 'need-help' });
    expect(commits()).toBe(before);
    await answer('han', { answer: 'safe' });
    expect((await ask('han', 'GET', '/api/v1/answers')).body).toMatchObject({
      answers: [{ alert: 'fire-1', answer: 'safe' }],
      calls: [],
    });
  });

  test.each([
    ['of another building', 'byeol', 'fire-1', 403, 'not-of-building'],
    ['to an alert that never was', 'han', 'fire-9', 404, 'no-such-alert'],
    ['of a viewer', 'view', 'fire-1', 403, 'not-allowed'],
    ['of a program', 'token:read', 'fire-1', 403, 'people-only'],
  ])('%s is refused as a typed problem', async (_name, as, alert, status, code) => {
    const { fire, answer, peopleOf } = await open();
    fire();
    const refused = await answer(as, { answer: 'safe' }, alert);
    expect([refused.status, refused.body.type]).toEqual([status, `/problems/${code}`]);
    expect((await peopleOf('oh')).body.counts).toMatchObject({ safe: 0, needHelp: 0 });
  });

  test('of one who moved out is refused, at once and with the same session', async () => {
    const { fire, answer, sos, world } = await open();
    fire();
    expect((await answer('han', { answer: 'safe' })).status).toBe(200);
    world.accounts.people.change('han', { role: 'resident', buildings: [{ site: 'saesol', building: 'byeol' }] }, said);
    const moved = await answer('han', { answer: 'need-help' });
    expect([moved.status, moved.body.type]).toEqual([403, '/problems/not-of-building']);
    expect(await sos('han', { building: 'hanbit' })).toMatchObject({
      status: 403,
      body: { type: '/problems/not-of-building' },
    });
    world.accounts.people.remove('han', said);
    expect((await answer('han', { answer: 'need-help' })).status).toBe(401);
  });

  test('comes too late once the alert is closed', async () => {
    const { fire, answer, ask, core } = await open();
    fire();
    core.take(readings(core, { seq: 2, device: 'contacts-1', points: { p_0: { v: [false] } } }));
    await ask('oh', 'POST', '/api/v1/alerts/fire-1/acknowledge', { version: 2, reason: '확인' });
    const reset = await ask('oh', 'POST', '/api/v1/alerts/fire-1/reset', {
      version: 3,
      reason: '복구',
      cause: 'cooking',
    });
    expect(reset.status).toBe(200);
    expect((await answer('han', { answer: 'safe' })).body.type).toBe('/problems/alert-closed');
  });

  test('that is changed in a loop is held, and says for how long', async () => {
    const { fire, answer } = await open();
    fire();
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 12; i++)
      codes.push((await answer('han', { answer: i % 2 === 0 ? 'safe' : 'need-help' })).body.type);
    expect(codes.filter((code) => code === '/problems/too-many-answers')).toHaveLength(2);
    expect((await answer('seo', { answer: 'safe' })).status).toBe(200);
  });

  test('“need help” is told to who helps at once, and more of them together every 30 s', async () => {
    const { fire, answer, notices, core } = await open();
    fire();
    const told = () => notices.undone(0, 100).filter(({ reason }) => reason === 'need-help').length;
    await answer('han', { answer: 'need-help' });
    expect(told()).toBe(2); // an operator and a manager
    await answer('seo', { answer: 'need-help' });
    await answer('lee', { answer: 'need-help' });
    expect(told()).toBe(2);
    await core.clock.advance(30_000);
    expect(told()).toBe(4);
    await core.clock.advance(300_000);
    expect(told()).toBe(4);
  });
});

describe('a call for help', () => {
  test('pressed fifty times is one alert with a count, told once', async () => {
    const { sos, ask, notices } = await open();
    const first = await sos('han', { text: '지하 계단' });
    expect([first.status, first.body]).toEqual([
      201,
      { site: 'saesol', building: 'hanbit', alert: 'sos-1', since: expect.any(String), times: 1 },
    ]);
    for (let i = 1; i < 50; i++) expect((await sos('han')).status).toBe(200);
    const { body } = await ask<{ items: object[] }>('oh', 'GET', '/api/v1/alerts');
    expect(body.items).toMatchObject([
      { alert: 'sos-1', status: 'Actual', lifeSafety: true, reason: { code: 'sos', callers: 1, times: 50 } },
    ]);
    expect(notices.undone(0, 1000).map(({ audience }) => audience.role)).toEqual(['operator']);
  });

  test('of somebody else in the building is news: it is told again although the first was acknowledged', async () => {
    const { sos, ask, notices } = await open();
    await sos('han');
    await ask('oh', 'POST', '/api/v1/alerts/sos-1/acknowledge', { version: 1, reason: '출동' });
    await sos('han');
    expect(notices.undone(0, 1000)).toHaveLength(1);
    await sos('lee');
    expect(notices.undone(0, 1000)).toHaveLength(2);
    expect((await ask('oh', 'GET', '/api/v1/alerts/sos-1')).body).toMatchObject({
      state: 'unack',
      reason: { callers: 2, times: 3 },
    });
  });

  test('is over when who went there has reported and reset it; the next press is a new one', async () => {
    const { sos, ask } = await open();
    await sos('han');
    await ask('lee', 'POST', '/api/v1/alerts/sos-1/report', { version: 1, reason: '부축해 내려옴' });
    const reset = await ask('lee', 'POST', '/api/v1/alerts/sos-1/reset', { version: 2, reason: '종료' });
    expect(reset.body).toMatchObject({ state: 'normal' });
    expect((await ask('han', 'GET', '/api/v1/answers')).body).toMatchObject({ calls: [] });
    expect((await sos('han')).body).toMatchObject({ alert: 'sos-2', times: 1 });
  });

  test.each([
    ['for a building that is not theirs', 'han', { building: 'byeol' }, 403, 'not-of-building'],
    ['of one who belongs to no building', 'oh', {}, 403, 'not-allowed'],
    ['with a text that is too long', 'han', { text: 'x'.repeat(201) }, 400, 'invalid-request'],
  ])('%s is refused', async (_name, as, body, status, code) => {
    const { sos, ask } = await open();
    const refused = await sos(as, body);
    expect([refused.status, (refused.body as { type?: string }).type]).toEqual([status, `/problems/${code}`]);
    expect((await ask('oh', 'GET', '/api/v1/alerts')).body).toMatchObject({ items: [] });
  });

  test('is no neighbour’s business, and stands after a restart of the alerts', async () => {
    const { sos, ask, alerts } = await open();
    await sos('han');
    expect((await ask('seo', 'GET', '/api/v1/buildings/hanbit/alerts')).body).toMatchObject({ items: [] });
    expect((await ask('seo', 'PUT', '/api/v1/alerts/sos-1/answer', { answer: 'safe' })).status).toBe(404);
    alerts.start();
    expect((await ask('oh', 'GET', '/api/v1/alerts')).body).toMatchObject({ items: [{ alert: 'sos-1' }] });
  });
});

describe('who was reached', () => {
  test('is counted by person: told, accepted, received, answered, silent, and who cannot be reached at all', async () => {
    const { fire, deliver, reach, answer, peopleOf } = await open();
    reach('oh', '010-1');
    reach('han', '01022223333');
    reach('seo', '01044445555');
    fire();
    deliver();
    await answer('han', { answer: 'need-help', text: '302호' });
    const { body } = await peopleOf('oh');
    // lee has no address; byeol and view are not meant.
    expect(body.counts).toEqual({
      people: 4,
      unreachable: 1,
      told: 3,
      accepted: 1,
      received: 1,
      answered: 1,
      safe: 0,
      needHelp: 1,
      silent: 2,
    });
    expect(body.items.map(({ person, state }: ReachedPerson) => [person, state])).toEqual([
      ['han', 'answered'],
      ['lee', 'unreachable'],
      ['oh', 'told'],
      ['seo', 'told'],
    ]);
    expect(body.items[0]).toMatchObject({ answer: 'need-help', text: '302호', phones: ['01022223333'] });
  });

  test('with numbers for the roles that may see them, and for nobody else', async () => {
    const { fire, deliver, reach, peopleOf } = await open();
    reach('han', '01022223333');
    fire();
    deliver();
    const phones = async (as: string) => {
      const { status, body } = await peopleOf(as);
      return status === 200 ? body.items.find(({ person }) => person === 'han')?.phones : status;
    };
    expect(await phones('oh')).toEqual(['01022223333']);
    expect(await phones('lee')).toEqual(['01022223333']);
    expect(await phones('token:read')).toBe(null);
    expect(await phones('view')).toBe(403);
    expect(await phones('han')).toBe(403);
  });
});

describe('a photo of what was done', () => {
  test('is kept without where it was taken, seen by who may work on the alert, and kept once', async () => {
    const { fire, send, see, ask } = await open();
    fire();
    const { status, body } = await send('lee', jpeg());
    expect({ status, body }).toMatchObject({ status: 201, body: { by: 'person:lee', width: 640, height: 480 } });
    expect((await send('oh', jpeg({ behind: 'another tail' }))).body.photo).toBe(body.photo);
    const shown = await see('oh', body.photo);
    expect(shown.headers.get('content-type')).toBe('image/jpeg');
    const bytes = Buffer.from(await shown.arrayBuffer());
    expect([bytes.length, bytes.includes('GPS')]).toEqual([body.size, false]);
    expect((await ask('oh', 'GET', '/api/v1/alerts/fire-1/photos')).body).toMatchObject({
      items: [{ photo: body.photo }],
    });
    expect((await see('han', body.photo)).status).toBe(403);
    expect((await see('oh', '0'.repeat(32))).status).toBe(404);
  });

  test.each([
    ['of 40 MB', 'oh', Buffer.alloc(40_000_000), 'image/jpeg', 413, 'body-too-large'],
    ['that is a HEIC', 'oh', Buffer.from('\0\0\0\x18ftypheic'), 'image/heic', 415, 'photo-type'],
    ['that is an SVG', 'oh', Buffer.from('<svg/>'), 'image/svg+xml', 415, 'photo-type'],
    ['of a false type', 'oh', png(), 'image/jpeg', 415, 'photo-type'],
    ['that is no picture', 'oh', Buffer.from('{}'), 'application/json', 415, 'photo-type'],
    ['that is cut off', 'oh', jpeg().subarray(0, 200), 'image/jpeg', 400, 'photo-damaged'],
    ['by a resident', 'han', jpeg(), 'image/jpeg', 403, undefined],
    ['by who only looks', 'view', jpeg(), 'image/jpeg', 403, undefined],
  ])('%s is refused', async (_what, as, bytes, type, status, code) => {
    const { fire, send } = await open();
    fire();
    const sent = await send(as, bytes, type).catch(() => ({ status: 413, code: 'body-too-large' }));
    expect(sent.status).toBe(status);
    if (code !== undefined) expect(sent.code).toBe(code);
  });
});

describe('who is told', () => {
  test.each([
    ['the manager of the building', 'lee', ['hanbit'], 200],
    ['the manager of another', 'gu', ['byeol'], 404],
    ['an operator', 'oh', [null, 'hanbit', 'byeol'], 200],
    ['a program', 'token:read', [null, 'hanbit', 'byeol'], 200],
  ])('%s sees rotas, and who was told of an alert, of what they may see alone', async (_who, as, places, status) => {
    const { fire, ask, world } = await open();
    const byeol = checkedBuilding({ site: 'saesol', building: 'byeol' });
    world.accounts.people.write({ name: 'gu', role: 'manager', buildings: [byeol] }, 'none', said);
    fire();
    const { body } = await ask<{ items: DutyItem[] }>(as, 'GET', '/api/v1/duty');
    expect(body.items.map(({ building }) => building)).toEqual(places);
    expect((await ask(as, 'GET', '/api/v1/alerts/fire-1/reach')).status).toBe(status);
    expect((await ask(as, 'GET', '/api/v1/alerts/fire-9/reach')).status).toBe(404);
  });
});
