import { describe, expect, onTestFinished, test } from 'vitest';
import type { Site } from '../../../../config/site.ts';
import type { AlertDetail } from '../../../../contract/http/alerts.ts';
import type { Role } from '../../../../contract/roles.ts';
import { AlertService } from '../../../../gateway/alerts/service.ts';
import { NoticeTable } from '../../../../gateway/notify/notice-table.ts';
import { plainBuilding } from '../../../plain-site.ts';
import { doorRule, fireRule, parts as points } from '../../alerts/alerts-world.ts';
import { Core, readings, siteOf } from '../../core.ts';
import { makeWorld, serve, signedIn } from '../fakes.ts';

const building = plainBuilding('hanbit', { ko: '한빛상가', en: 'Hanbit Arcade' });
const place = { point: null, storey: null, at: null, height: null, name: null };
const site: Site = {
  ...siteOf(points, 'boolean'),
  buildings: [
    {
      ...building,
      rules: [fireRule, doorRule],
      places: Object.keys(points).map((device) => ({ ...place, device: deviceOf(device), zone: device })),
    },
  ],
};

function deviceOf(name: string) {
  const found = siteOf(points).agents[0]?.buses[0]?.devices.find(({ id }) => id === name)?.id;
  if (found === undefined) throw new Error(`no device ${name}`);
  return found;
}

/** A gateway of this site with HTTP on it, whose agent is online and reads what it is told. */
async function open() {
  const world = makeWorld();
  const core = new Core({ site });
  const notices = new NoticeTable(core.store.db);
  const alerts = new AlertService({
    db: core.store.db,
    commit: core.commit,
    sites: [site],
    notices,
    clock: core.clock,
  });
  alerts.start();
  core.online();
  const http = await serve(world, { sites: [site], alerts, clock: core.clock });
  onTestFinished(() => http.close());
  let seq = 0;
  const read = (device: string, value: boolean) => {
    seq += 1;
    core.take(readings(core, { seq, device, points: { p_0: { v: [value] } } }));
  };
  const ask = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: object, as: Role = 'operator') => {
    const buildings = as === 'manager' ? [{ site: 'saesol', building: 'hanbit' }] : [];
    const headers = { cookie: signedIn(world, as, buildings), 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${http.url}${path}`, { method, headers, ...sent });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  };
  return { core, read, ask, http, world };
}

describe('alerts over HTTP', () => {
  test('are listed open, the most urgent first, and found with history, evidence and notices', async () => {
    const { read, ask } = await open();
    read('door-1', true);
    read('contacts-1', true);
    const { body } = await ask('GET', '/api/v1/alerts?building=hanbit');
    expect(body.items.map(({ alert, level }: AlertDetail) => [alert, level])).toEqual([
      ['fire-2', '경계'],
      ['entrance-1', '주의'],
    ]);
    expect((await ask('GET', '/api/v1/alerts?building=site')).body.items).toEqual([]);
    const { body: one } = await ask('GET', '/api/v1/alerts/fire-2');
    expect(one).toMatchObject({ site: 'saesol', state: 'unack', status: 'Exercise', version: 1, acknowledged: null });
    expect(one.transitions).toMatchObject([{ from: 'normal', to: 'unack', by: 'system', reason: { code: 'raised' } }]);
    expect(one.evidence).toMatchObject([{ part: 'raise', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(one.notices.map(({ role }: { role: string }) => role).sort()).toEqual(['manager', 'operator', 'resident']);
  });

  test('are acknowledged, reported on and reset, by whom the history says', async () => {
    const { read, ask } = await open();
    read('contacts-1', true);
    const acked = await ask(
      'POST',
      '/api/v1/alerts/fire-1/acknowledge',
      { version: 1, reason: '확인하러 감' },
      'manager',
    );
    expect(acked).toMatchObject({ status: 200, body: { state: 'acked', version: 2 } });
    await ask('POST', '/api/v1/alerts/fire-1/report', { version: 2, reason: '소화 완료' });
    read('contacts-1', false);
    const reset = await ask('POST', '/api/v1/alerts/fire-1/reset', { version: 4, reason: '복구', cause: 'cooking' });
    expect(reset.body).toMatchObject({ state: 'normal', cause: 'cooking', closed: expect.any(String) });
    expect(reset.body.transitions.map(({ by, to }: { by: string; to: string }) => [by, to])).toEqual([
      ['system', 'unack'],
      ['person:manager-saesol-hanbit', 'acked'],
      ['person:operator', 'acked'],
      ['system', 'latched'],
      ['person:operator', 'normal'],
    ]);
    expect((await ask('GET', '/api/v1/alerts')).body.items).toEqual([]);
    expect((await ask('GET', '/api/v1/alerts?state=all')).body.items).toHaveLength(1);
    expect((await ask('GET', '/api/v1/nuisances')).body.items).toMatchObject([{ point: 'contacts-1/p_0', times: 1 }]);
  });

  test.each([
    ['an alert that never was', 'fire-9/acknowledge', { version: 1, reason: 'x' }, 404, 'no-such-alert'],
    ['an old version', 'fire-1/acknowledge', { version: 7, reason: 'x' }, 409, 'alert-changed'],
    ['no reason', 'fire-1/acknowledge', { version: 1, reason: ' ' }, 400, 'invalid-request'],
    ['an unknown key', 'fire-1/acknowledge', { version: 1, reason: 'x', by: 'me' }, 400, 'invalid-request'],
    [
      'shelving of life safety',
      'fire-1/shelve',
      { version: 1, reason: 'x', minutes: 5 },
      409,
      'life-safety-not-shelved',
    ],
    ['a reset while it stands', 'fire-1/reset', { version: 1, reason: 'x' }, 409, 'condition-stands'],
  ])('refuse %s as a typed problem, with nothing changed', async (_name, path, body, status, code) => {
    const { read, ask } = await open();
    read('contacts-1', true);
    const answer = await ask('POST', `/api/v1/alerts/${path}`, body);
    expect(answer).toMatchObject({ status, body: { type: `/problems/${code}`, status } });
    expect((await ask('GET', '/api/v1/alerts/fire-1')).body).toMatchObject({ version: 1, state: 'unack' });
  });

  test('refuse a deed on a closed alert, and shelving beyond the limit', async () => {
    const { read, ask } = await open();
    read('door-1', true);
    const long = { version: 1, reason: 'x', minutes: 481 };
    expect((await ask('POST', '/api/v1/alerts/entrance-1/shelve', long)).body.type).toBe('/problems/shelf-too-long');
    read('door-1', false);
    await ask('POST', '/api/v1/alerts/entrance-1/acknowledge', { version: 2, reason: 'x' });
    const again = await ask('POST', '/api/v1/alerts/entrance-1/acknowledge', { version: 3, reason: 'x' });
    expect(again).toMatchObject({ status: 409, body: { type: '/problems/alert-closed' } });
  });

  test('are read by a viewer and answered by nobody who may not', async () => {
    const { read, ask } = await open();
    read('contacts-1', true);
    expect((await ask('GET', '/api/v1/alerts/fire-1', undefined, 'viewer')).status).toBe(200);
    const body = { version: 1, reason: 'x' };
    expect((await ask('POST', '/api/v1/alerts/fire-1/acknowledge', body, 'viewer')).status).toBe(403);
    expect((await ask('PUT', '/api/v1/buildings/hanbit/live', { live: true, reason: 'x' }, 'operator')).status).toBe(
      403,
    );
  });

  test('are real once an admin has switched the building live', async () => {
    const { read, ask } = await open();
    await ask('PUT', '/api/v1/buildings/hanbit/live', { live: true, reason: '준공' }, 'admin');
    read('contacts-1', true);
    expect((await ask('GET', '/api/v1/alerts/fire-1')).body.status).toBe('Actual');
  });
});

type MaintenanceRow = [string, { target: string; ms?: number; reason?: string }, number, string];

const refusedMaintenance: readonly MaintenanceRow[] = [
  ['of nothing', { target: 'contacts-9' }, 404, 'no-such-target'],
  ['that is over already', { target: 'contacts-1', ms: -1000 }, 400, 'end-in-the-past'],
  ['that lasts for ever', { target: 'contacts-1', ms: 8 * 86_400_000 }, 400, 'maintenance-too-long'],
  ['without a reason', { target: 'contacts-1', reason: '' }, 400, 'invalid-request'],
];

describe('maintenance over HTTP', () => {
  test('takes a device out of service, stands as an alert of its own, and ends', async () => {
    const { core, read, ask } = await open();
    read('contacts-1', true);
    const until = new Date(core.clock.now() + 3_600_000).toISOString();
    const begun = await ask('POST', '/api/v1/maintenance', { target: 'contacts-1', until, reason: '교체' });
    expect(begun).toMatchObject({ status: 201, body: { target: 'device:contacts-1', mode: 'maintenance' } });
    expect((await ask('GET', '/api/v1/alerts/fire-1')).body.state).toBe('out-of-service');
    const open1 = (await ask('GET', '/api/v1/alerts')).body.items;
    expect(open1.map(({ rule }: AlertDetail) => rule)).toContain(`out-of-action:${begun.body.maintenance}`);
    await ask('POST', `/api/v1/maintenance/${begun.body.maintenance}/end`, { reason: '완료' });
    expect((await ask('GET', '/api/v1/alerts/fire-1')).body.state).toBe('unack');
    expect((await ask('GET', '/api/v1/maintenance')).body.items).toEqual([]);
  });

  test.each(refusedMaintenance)(
    '%s is refused',
    async (_name, { target, ms = 60_000, reason = '점검' }, status, code) => {
      const { core, ask } = await open();
      const until = new Date(core.clock.now() + ms).toISOString();
      const answer = await ask('POST', '/api/v1/maintenance', { target, until, reason });
      expect(answer).toMatchObject({ status, body: { type: `/problems/${code}` } });
    },
  );

  test('a test raises alerts of status Test, told to test people alone', async () => {
    const { core, read, ask } = await open();
    const until = new Date(core.clock.now() + 60_000).toISOString();
    await ask('POST', '/api/v1/maintenance', { target: 'hanbit', until, reason: '월간 시험', mode: 'test' });
    read('contacts-1', true);
    const [alert] = (await ask('GET', '/api/v1/alerts')).body.items;
    expect(alert).toMatchObject({ status: 'Test', hazard: 'fire' });
    const { notices } = (await ask('GET', `/api/v1/alerts/${alert.alert}`)).body;
    expect(notices.map(({ role }: { role: string }) => role)).toEqual(['test']);
  });
});

test('rules say where their figures come from and what they say now', async () => {
  const { read, ask } = await open();
  read('contacts-1', true);
  const { items } = (await ask('GET', '/api/v1/rules')).body;
  expect(items).toMatchObject([
    { rule: 'hanbit/fire', verdict: 'met', level: '경계', provenance: { source: 'test' } },
    { rule: 'hanbit/door', verdict: 'unknown', level: null },
  ]);
});

test('figures count alarms of the last day by ISA-18.2', async () => {
  const { core, read, ask } = await open();
  read('contacts-1', true);
  await core.clock.advance(1000);
  expect((await ask('GET', '/api/v1/alert-figures')).body).toMatchObject({ alarms: 1, stale: 0, chattering: [] });
});
