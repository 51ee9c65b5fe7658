import { Agent, request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LotConfig } from '../../../../config/lots/lot-config.ts';
import { ReservationTokens } from '../../../../gateway/accounts/reservation-tokens.ts';
import { alley, lotOf, seoulTime } from '../../parking/lots.ts';
import { World as Parking } from '../../parking/reservations/world.ts';
import { makeWorld, serve, signedIn, tokenOf, twoDevices, type World } from '../fakes.ts';

const nine = '2026-11-25T09:00:00+09:00';
const ten = '2026-11-25T10:00:00+09:00';
const tokens = new ReservationTokens(new Uint8Array(32).fill(3));

let world: World;
let parking: Parking;
let server: Awaited<ReturnType<typeof serve>>;
let operator: string;

beforeEach(() => start([alley(), yard(), lotOf({ id: 'programs', booking: { open: false }, spaces: spaces('p', 1) })]));
afterEach(() => server.close());

async function start(lots: LotConfig[]): Promise<void> {
  await server?.close();
  world = makeWorld([twoDevices]);
  parking = new Parking(lots, '2026-11-22T00:00');
  const sites = world.sites.map((site) => ({ ...site, lots }));
  const act = parking.actAs.bind(parking);
  const reservations = { service: parking.service, tokenOf: (id: string) => tokens.tokenOf(id), act };
  server = await serve(world, { sites, reservations });
  operator = signedIn(world, 'operator');
}

type Reply = {
  status: number;
  code: string | null;
  body: Record<string, never> & Record<string, unknown>;
  text: string;
};

async function ask(
  method: string,
  path: string,
  given: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<Reply> {
  const { headers = {}, body } = given;
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const parsed = isJson ? JSON.parse(text) : {};
  const code = typeof parsed.type === 'string' && parsed.type.startsWith('/problems/') ? parsed.type.slice(10) : null;
  return { status: response.status, code, body: parsed, text };
}

let keys = 0;
function reserve(body: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Reply> {
  keys += 1;
  return ask('POST', '/api/v1/reservations', { headers: { 'idempotency-key': `key-${keys}`, ...headers }, body });
}
const r1 = { lot: 'alley', space: 'r1', start: nine, end: ten };
const instants = `from=${encodeURIComponent(nine)}&to=${encodeURIComponent(ten)}`;

describe('a driver without any account', () => {
  test('asks for free spaces, reserves one, looks at it and cancels it', async () => {
    const free = await ask('GET', `/api/v1/lots/alley/availability?${instants}`);
    expect(free.body).toEqual({
      items: [
        {
          site: 'saesol',
          lot: 'alley',
          space: 'r1',
          type: 'resident',
          from: '2026-11-25T00:00:00.000Z',
          to: '2026-11-25T01:00:00.000Z',
          amount: 1200,
        },
        expect.objectContaining({ space: 'r2' }),
      ],
      next: null,
      refusal: null,
    });
    const made = await reserve(r1);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...{ lot: 'alley', space: 'r1', state: 'confirmed', amount: 1200, currency: 'KRW', due: null },
      ...{
        start: '2026-11-25T00:00:00.000Z',
        end: '2026-11-25T01:00:00.000Z',
        token: expect.stringMatching(/^[\w-]{43}$/),
      },
      lines: [{ amount: 1200, reason: { code: 'units' } }],
    });
    const headers = { 'reservation-token': String(made.body.token) };
    const path = `/api/v1/reservations/${String(made.body.id)}`;
    expect((await ask('GET', path, { headers })).body).toMatchObject({
      state: 'confirmed',
      happenings: [{ from: 'requested', to: 'confirmed', text: { ko: '예약 확정', en: 'Reserved' } }],
    });
    expect((await ask('GET', `/api/v1/lots/alley/availability?${instants}`)).body.items).toHaveLength(1);
    expect((await ask('DELETE', path, { headers })).body).toMatchObject({ state: 'cancelled' });
    expect((await ask('DELETE', path, { headers })).body).toMatchObject({ state: 'cancelled' });
    expect((await ask('GET', `/api/v1/lots/alley/availability?${instants}`)).body.items).toHaveLength(2);
  });

  test('has a reservation forgotten once it is over; what is owed stays in the books', async () => {
    const keyed = { 'idempotency-key': 'once' };
    const made = await reserve(r1, keyed);
    const path = `/api/v1/reservations/${String(made.body.id)}`;
    const headers = { 'reservation-token': String(made.body.token) };
    const forget = (given = {}) => ask('DELETE', `${path}/record`, given);
    expect((await forget()).code).toBe('reservation-token-missing');
    expect((await forget({ headers: { 'reservation-token': 'x' } })).code).toBe('reservation-token-wrong');
    const early = await forget({ headers });
    expect([early.code, early.status, early.body.detail]).toEqual([
      'not-over',
      409,
      expect.stringMatching(/now confirmed/),
    ]);
    await ask('DELETE', path, { headers });
    expect((await forget({ headers })).status).toBe(204);
    expect((await ask('GET', path, { headers })).code).toBe('no-such-reservation');
    expect((await forget({ headers })).code).toBe('no-such-reservation');
    // A repetition of the request that made it, hours late, reserves nothing.
    expect((await reserve(r1, keyed)).code).toBe('no-such-reservation');
    const { tables } = parking.service;
    const id = String(made.body.id);
    expect([tables.happenings(id), tables.paymentsOf(id)]).toEqual([[], []]);
    const [from, to] = [0, Date.parse(ten) + 1];
    expect(tables.settlements({ site: 'saesol', lot: null, from, to })).toMatchObject([{ reservation: id, due: 0 }]);
    parking.restart();
    expect((await ask('GET', path, { headers })).code).toBe('no-such-reservation');
  });

  test('gets the same answer for the same key, token included, and reserves once', async () => {
    const headers = { 'idempotency-key': 'mine' };
    const [first, second] = [await reserve(r1, headers), await reserve(r1, headers)];
    expect(second).toEqual(first);
    expect((await reserve({ ...r1, space: 'r2' }, headers)).code).toBe('idempotency-key-reused');
  });

  test('is told what a stay costs, line by line in both languages', async () => {
    const quote = await ask('GET', `/api/v1/lots/alley/quote?${instants}`);
    expect(quote.body).toEqual({
      ...{ site: 'saesol', lot: 'alley', from: '2026-11-25T00:00:00.000Z', to: '2026-11-25T01:00:00.000Z' },
      ...{ amount: 1200, currency: 'KRW', refusal: null },
      lines: [
        {
          text: { ko: '2026-11-25 09:00–10:00 30분마다 600원 × 2', en: '2026-11-25 09:00–10:00 2 × 30 min at 600 KRW' },
          reason: { code: 'units', day: '2026-11-25', from: '09:00', to: '10:00', count: 2, minutes: 30, each: 600 },
          minutes: 60,
          amount: 1200,
        },
      ],
    });
  });

  test('is told with price and list why there is nothing, also where the lot itself takes reservations', async () => {
    const night = `from=${encodeURIComponent('2026-11-25T22:00:00+09:00')}&to=${encodeURIComponent('2026-11-25T23:00:00+09:00')}`;
    for (const what of ['quote', 'availability'])
      expect((await ask('GET', `/api/v1/lots/alley/${what}?${night}`)).body).toMatchObject({
        refusal: { code: 'outside-window' },
      });
    expect((await ask('GET', `/api/v1/lots/alley/availability?${instants}`)).body.refusal).toBeNull();
  });

  test('hears of another space in their own reservation and takes it', async () => {
    parking.sense('alley/r1', 'occupied');
    const made = await reserve(r1);
    await parking.passUntil('2026-11-25T08:46');
    const headers = { 'reservation-token': String(made.body.token) };
    const path = `/api/v1/reservations/${String(made.body.id)}`;
    expect((await ask('GET', path, { headers })).body).toMatchObject({ alternative: { lot: 'alley', space: 'r2' } });
    expect((await ask('POST', `${path}/alternative`, { headers })).body).toMatchObject({
      space: 'r2',
      alternative: null,
    });
    expect((await ask('POST', `${path}/alternative`, { headers })).code).toBe('no-alternative');
  });
});

describe('is refused with a code', () => {
  const at = (from: string, to: string) => ({ ...r1, start: `${from}:00+09:00`, end: `${to}:00+09:00` });

  test.each<[string, number, Record<string, unknown>]>([
    ['in-the-past', 400, at('2026-11-20T09:00', '2026-11-20T10:00')],
    ['zero-length', 400, at('2026-11-25T09:00', '2026-11-25T09:00')],
    ['ends-before-start', 400, at('2026-11-25T10:00', '2026-11-25T09:00')],
    ['too-long', 400, at('2026-11-25T09:00', '2026-11-27T09:00')],
    ['outside-window', 409, at('2026-11-25T17:30', '2026-11-25T18:30')],
    ['lot-closed', 409, { lot: 'yard', ...{ start: '2026-11-29T09:00:00+09:00', end: '2026-11-29T10:00:00+09:00' } }],
    ['not-bookable', 409, { ...r1, space: 'r4' }],
    ['no-such-space', 404, { ...r1, space: 'nowhere' }],
    ['no-such-lot', 404, { ...r1, lot: 'nowhere' }],
    ['no-such-lot', 404, { ...r1, lot: 'Nowhere!' }],
    ['no-such-type', 404, { lot: 'alley', type: 'spaceship', start: nine, end: ten }],
    ['no-such-site', 404, { ...r1, site: 'elsewhere' }],
    ['no-such-discount', 400, { ...r1, discounts: ['veteran'] }],
    ['not-open-to-all', 403, { ...r1, lot: 'programs', space: 'p0' }],
    ['invalid-request', 400, { ...r1, start: 'tomorrow' }],
    ['invalid-request', 400, { ...r1, start: '2026-02-29T09:00:00+09:00' }],
    ['invalid-request', 400, { ...r1, plate: '12가3456' }],
    ['invalid-request', 400, { lot: 'alley' }],
  ])('%s (%i)', async (code, status, body) => {
    const reply = await reserve(body);
    expect([reply.code, reply.status]).toEqual([code, status]);
  });

  test('a reservation without a key', async () => {
    const reply = await ask('POST', '/api/v1/reservations', { body: r1 });
    expect([reply.code, reply.status]).toEqual(['idempotency-key-missing', 400]);
  });

  test('a space that is taken, or whose sensor says nothing', async () => {
    await reserve(r1);
    expect([(await reserve(r1)).code, (await reserve(r1)).status]).toEqual(['slot-taken', 409]);
    parking.sense('alley/r2', 'unknown');
    expect((await reserve({ ...r1, space: 'r2' })).code).toBe('sensor-unknown');
  });

  test("another's token, or none", async () => {
    const [one, other] = [await reserve(r1), await reserve({ ...r1, space: 'r2' })];
    const path = `/api/v1/reservations/${String(one.body.id)}`;
    for (const method of ['GET', 'DELETE']) {
      const wrong = await ask(method, path, { headers: { 'reservation-token': String(other.body.token) } });
      expect([wrong.code, wrong.status]).toEqual(['reservation-token-wrong', 403]);
      expect((await ask(method, path)).code).toBe('reservation-token-missing');
    }
    const nothing = await ask('GET', '/api/v1/reservations/none', { headers: { 'reservation-token': 'x' } });
    expect([nothing.code, nothing.status]).toEqual(['no-such-reservation', 404]);
    const read = await ask('GET', path, { headers: { authorization: `Bearer ${tokenOf('read')}` } });
    expect(read.code).toBe('reservation-token-missing');
  });

  test('a quote of no time, of too long a time, or for a day that no calendar reaches', async () => {
    const quote = (query: string) => ask('GET', `/api/v1/lots/yard/quote?${query}`);
    expect((await quote(`from=${Date.parse(nine)}&to=${Date.parse(nine)}`)).code).toBe('zero-length');
    expect((await quote(`from=0&to=${Date.parse(nine)}`)).code).toBe('too-long');
    expect((await quote('from=2029-01-02T00:00:00Z&to=2029-01-02T01:00:00Z')).code).toBe('calendar-unknown');
    expect((await quote('from=2028-02-29T00:00:00Z&to=2028-02-29T01:00:00Z')).body).toMatchObject({
      amount: 400,
      refusal: { code: 'too-far-ahead' },
    });
  });
});

describe('who asks too often', () => {
  test('is held back by address, and a program with the scope is not', async () => {
    const codes = await Promise.all(Array.from({ length: 80 }, () => reserve(r1).then(({ code }) => code)));
    expect(codes).toContain('too-many-requests');
    const headers = { authorization: `Bearer ${tokenOf('reserve')}` };
    const more = await Promise.all(Array.from({ length: 80 }, () => reserve(r1, headers).then(({ code }) => code)));
    expect(more).not.toContain('too-many-requests');
    expect((await reserve({ ...r1, lot: 'programs', space: 'p0' }, headers)).status).toBe(201);
  });

  test('10,000 at once: each answer is typed, none is 5xx, and each slot is given once', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 400 });
    const send = (n: number) => {
      const body = { lot: 'yard', space: `y${n % 5}`, start: nine, end: ten };
      const key = `flood-${n}`;
      return raw(agent, { headers: n % 2 === 0 ? { authorization: `Bearer ${tokenOf('reserve')}` } : {}, key, body });
    };
    const replies = await Promise.all(Array.from({ length: 10_000 }, (_, n) => send(n)));
    agent.destroy();
    const counts = new Map<string, number>();
    for (const { status, type } of replies) {
      const name = `${status} ${type}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(replies.filter(({ status }) => status >= 500)).toEqual([]);
    expect(counts.get('201 none')).toBe(5);
    expect([...counts.keys()].sort()).toEqual([
      '201 none',
      '409 /problems/slot-taken',
      '429 /problems/too-many-requests',
    ]);
    const listed = parking.service.tables.inLot(
      { site: 'saesol', lot: 'yard', from: 0, to: seoulTime('2026-12-31T00:00') },
      null,
      100,
    );
    expect(listed).toHaveLength(5);
  }, 120_000);
});

describe('an operator', () => {
  const as = () => ({ headers: { cookie: operator } });

  test('sees every reservation and cancels one with a reason, which is in the audit', async () => {
    const made = await reserve(r1);
    const path = `/api/v1/reservations/${String(made.body.id)}`;
    const from = encodeURIComponent('2026-11-25T00:00:00Z');
    expect((await ask('GET', `/api/v1/reservations?from=${from}`, as())).body.items).toMatchObject([{ space: 'r1' }]);
    expect(JSON.stringify((await ask('GET', path, as())).body)).not.toContain(String(made.body.token));
    const sent = await ask('DELETE', `${path}?reason=works`, as());
    expect(sent.body).toMatchObject({ state: 'cancelled' });
    expect(parking.audit.at(-1)).toMatchObject({ action: 'reservation-cancel', by: 'person:operator', why: 'works' });
  });

  test('others do not see them', async () => {
    expect((await ask('GET', '/api/v1/reservations')).code).toBe('sign-in-needed');
    const viewer = signedIn(world, 'viewer');
    expect((await ask('GET', '/api/v1/reservations', { headers: { cookie: viewer } })).code).toBe('not-allowed');
  });

  test("gives out an owner's token; the owner sets windows, recalls and shares again", async () => {
    const path = '/api/v1/lots/alley/spaces/r1';
    const given = await ask('POST', `${path}/owner`, as());
    const headers = { 'owner-token': String(given.body.token) };
    expect((await ask('GET', `${path}/sharing`, { headers })).body).toMatchObject({
      source: 'site',
      windows: [{ days: ['weekday'], window: '09:00-18:00', ownerShare: 0.4 }],
      open: expect.arrayContaining([{ from: '2026-11-23T00:00:00.000Z', to: '2026-11-23T09:00:00.000Z' }]),
    });
    const windows = [{ days: ['weekday'], window: '10:00-12:00' }];
    expect((await ask('PUT', `${path}/sharing`, { headers, body: { windows } })).body).toMatchObject({
      source: 'owner',
      windows: [{ window: '10:00-12:00', ownerShare: 0.4, lender: 'holder' }],
    });
    expect((await reserve(r1)).code).toBe('outside-window');
    const twice = { windows: [...windows, { days: ['mon'], window: '11:00-13:00' }] };
    expect((await ask('PUT', `${path}/sharing`, { headers, body: twice })).code).toBe('windows-overlap');
    const midnight = { windows: [{ days: ['weekday'], window: '09:00-09:00' }] };
    expect((await ask('PUT', `${path}/sharing`, { headers, body: midnight })).code).toBe('invalid-request');
    expect((await ask('DELETE', `${path}/sharing`, { headers })).body).toMatchObject({ source: 'site' });

    const recall = await ask('POST', `${path}/recalls`, { headers, body: { from: nine, to: ten } });
    expect([recall.status, recall.body.kept]).toEqual([201, []]);
    expect((await reserve(r1)).code).toBe('outside-window');
    const one = `${path}/recalls/${String(recall.body.id)}`;
    expect((await ask('DELETE', one, { headers })).status).toBe(204);
    expect((await ask('DELETE', one, { headers })).code).toBe('no-such-recall');
    expect((await reserve(r1)).status).toBe(201);
    expect(parking.audit.map(({ action }) => action)).toEqual([
      ...['space-owner', 'sharing-windows', 'sharing-windows', 'space-recall', 'space-recall'],
    ]);
  });

  test("an owner's token opens their own space alone, until another is given out", async () => {
    const given = await ask('POST', '/api/v1/lots/alley/spaces/r1/owner', as());
    const headers = { 'owner-token': String(given.body.token) };
    expect((await ask('GET', '/api/v1/lots/alley/spaces/r2/sharing', { headers })).code).toBe('owner-token-wrong');
    expect((await ask('GET', '/api/v1/lots/alley/spaces/r1/sharing')).code).toBe('owner-token-missing');
    await ask('POST', '/api/v1/lots/alley/spaces/r1/owner', as());
    expect((await ask('GET', '/api/v1/lots/alley/spaces/r1/sharing', { headers })).code).toBe('owner-token-wrong');
    expect((await ask('POST', '/api/v1/lots/alley/spaces/r1/owner')).code).toBe('sign-in-needed');
  });
});

describe('money', () => {
  test('is answered for by the provider, twice the same without effect, and settled for the books', async () => {
    await start([alley({ booking: { charge: 'before' } })]);
    const made = await reserve(r1);
    expect(made.body).toMatchObject({ state: 'held', payments: [{ kind: 'charge', amount: 1200, state: 'asked' }] });
    const payment = `/api/v1/payments/${String(made.body.id)}.0/answer`;
    const headers = { authorization: `Bearer ${tokenOf('payments')}` };
    const paid = { headers, body: { outcome: 'paid', amount: 1200 } };
    expect((await ask('POST', payment, paid)).body).toMatchObject({ code: 'accepted', state: 'paid' });
    expect((await ask('POST', payment, paid)).body).toMatchObject({ code: 'again', state: 'paid' });
    expect((await ask('POST', '/api/v1/payments/nothing.0/answer', paid)).code).toBe('no-such-payment');
    expect((await ask('POST', payment, { body: paid.body })).code).toBe('sign-in-needed');
    const reader = { authorization: `Bearer ${tokenOf('read')}` };
    expect((await ask('POST', payment, { headers: reader, body: paid.body })).code).toBe('scope-lacking');

    await parking.passUntil('2026-11-25T09:02');
    parking.sense('alley/r1', 'occupied');
    await parking.passUntil('2026-11-25T09:50');
    parking.sense('alley/r1', 'free');
    await parking.passUntil('2026-11-25T10:30');
    const span = `from=${Date.parse(nine)}&to=${Date.parse(ten)}`;
    expect((await ask('GET', `/api/v1/settlements?${span}`, { headers })).body.items).toMatchObject([
      {
        state: 'completed',
        due: 1200,
        ownerShare: 480,
        shares: [{ window: 0, minutes: 60, amount: 1200, share: 480 }],
      },
    ]);
    const { text } = await ask('GET', `/api/v1/settlements.csv?${span}`, { headers });
    expect(text.split('\r\n').slice(0, 2)).toEqual([
      'reservation,site,lot,space,start,end,arrivedAt,leftAt,state,quoted,overstay,due,currency,ownerShare,settledAt',
      expect.stringContaining(',alley,r1,2026-11-25T00:00:00.000Z,'),
    ]);
  });
});

function raw(
  agent: Agent,
  { headers, key, body }: { headers: Record<string, string>; key: string; body: object },
): Promise<{ status: number; type: string }> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${server.url}/api/v1/reservations`, {
      agent,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': key },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const parsed = JSON.parse(Buffer.concat(chunks).toString()) as { type?: string; token?: string };
        resolve({
          status: response.statusCode ?? 0,
          type: parsed.token === undefined ? (parsed.type ?? 'none') : 'none',
        });
      });
    });
    sent.end(text);
  });
}

function spaces(prefix: string, count: number) {
  return Array.from({ length: count }, (_, n) => ({
    ...{ id: `${prefix}${n}`, type: 'general', occupancy: `${prefix}-${n}/occupied`, bookable: true },
  }));
}

/** Open Monday to Saturday, 08–18; paid on weekdays. */
function yard() {
  const hours = { weekday: '08:00-18:00', saturday: '08:00-18:00', holiday: 'closed' };
  const tariff = {
    ...{ base: { time: '0m', amount: 0 }, unit: { time: '1h', amount: 400 } },
    paid: { weekday: 'all-day', saturday: 'free', holiday: 'free' },
  };
  return lotOf({ id: 'yard', hours, tariff, booking: { open: true }, spaces: spaces('y', 5) });
}
