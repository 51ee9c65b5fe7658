import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { RawMqtt } from '../gateway/mqtt/raw-mqtt.ts';
import { tempDir } from '../temp.ts';
import { addAgent, createToken, type Gateway, jariOnce, startGateway, until, writeSite } from './harness.ts';
import { RawAgent } from './raw-agent.ts';
import { filesBelow, leaks, type Place, type Secret } from './secret-search.ts';

/** A driver who types where nobody asks for it: what a plate, a telephone number and a name could look like. */
const typed: readonly Secret[] = [
  { name: 'a plate', text: '987가6543', keptIn: [] },
  { name: 'a telephone number', text: '010-9876-5432', keptIn: [] },
  { name: 'a name', text: '이름자리 Nameplatz', keptIn: [] },
];

const lots = `lots:
  - id: yard
    name: { ko: 마당, en: Yard }
    booking: { open: true }
    tariff: { base: { time: 30m, amount: 1000 }, unit: { time: 10m, amount: 300 } }
    detection: { occupiedAfter: 0s, freeAfter: 0s, minStay: 0s }
    spaces:
      - { id: s1, type: general, occupancy: di/di_0, bookable: true }
      - { id: s2, type: general, occupancy: di/di_1, bookable: true }
      - { id: s3, type: general, occupancy: di/di_2, bookable: true }
`;

test('no plate, number or name that a driver types is in any file, log, topic or figure', async () => {
  vi.stubEnv('JARI_LOG', 'debug');
  const dir = tempDir();
  const bus =
    '- { id: line, kind: modbus-tcp, host: 127.0.0.1, port: 502, devices: [{ id: di, profile: generic-contacts-8, unit: 1 }] }';
  const { site, passwordFile } = writeSite(dir, bus, lots);
  const data = join(dir, 'gateway');
  await addAgent({ id: 'box-1', site, dir: data, passwordFile });
  const token = await createToken(data);
  const admin = JSON.parse(
    (await jariOnce(['token', 'create', '--data', data, '--name', 'all', '--scope', 'read,audit,metrics', '--json']))
      .output,
  ) as { token: string };
  const gateway = await startGateway({ site, dir: data, more: [] });
  const agent = await speaking(gateway, passwordFile);
  const made = await typeEverywhere(gateway);
  expect(made).toBe(typed.length);
  const shown: Place[] = [{ where: 'the log', bytes: Buffer.from(gateway.output()) }];
  for (const path of [
    '/metrics',
    '/api/v1/audit',
    '/api/v1/latest',
    '/api/v1/lots',
    '/api/v1/lots/yard/spaces',
    '/api/v1/feeds/parking.geojson',
  ]) {
    const answer = await fetch(`${gateway.http}${path}`, { headers: { authorization: `Bearer ${admin.token}` } });
    shown.push({ where: `${path} (${answer.status})`, bytes: Buffer.from(await answer.text()) });
  }
  shown.push({ where: 'what is retained', bytes: await retained(gateway, token) });
  agent.destroy();
  expect(leaks(typed, [...filesBelow(dir), ...shown])).toEqual([]);
  await gateway.stop();
  expect(leaks(typed, [...filesBelow(dir), { where: 'the log', bytes: Buffer.from(gateway.output()) }])).toEqual([]);
  // What was looked through is what there is: reservations are in the file, and the log says something.
  const db = filesBelow(data).find(({ where }) => where.endsWith('gateway.db'));
  expect(db?.bytes.includes(Buffer.from('"reserved"'))).toBe(true);
  expect(shown.map(({ bytes }) => bytes.length > 0)).not.toContain(false);
});

/** An agent that says that all bays are free, once the gateway knows it. */
async function speaking(gateway: Gateway, passwordFile: string): Promise<RawAgent> {
  const password = readFileSync(passwordFile, 'utf8').trim();
  const agent = await RawAgent.connect({ port: gateway.mqttPort, id: 'box-1', password });
  const status = { v: 1, state: 'online', epoch: 'e1', start: 1, version: 'x', simulated: false, lost: [] };
  await agent.published('jari/v1/test/box-1/status', JSON.stringify(status), true);
  const points = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`di_${n}`, { dt: [0], v: [false] }]));
  const say = (seq: number) =>
    agent.published(
      'jari/v1/test/box-1/di/readings',
      JSON.stringify({ v: 1, epoch: 'e1', start: 1, seq, at: Date.now() - 100, age: 100, clock: 'synced', points }),
    );
  await say(1);
  await until('the bays are free', async () => {
    const { items } = (await (await fetch(`${gateway.http}/api/v1/lots`)).json()) as { items: { free: number }[] };
    return items[0]?.free === 3 ? true : undefined;
  });
  return agent;
}

/** Every field, path and header that a driver without an account reaches. @returns reservations that were made */
async function typeEverywhere({ http }: Gateway): Promise<number> {
  const hour = 3_600_000;
  const start = new Date(Math.ceil(Date.now() / hour) * hour + hour).toISOString();
  const end = new Date(Date.parse(start) + hour).toISOString();
  let made = 0;
  for (const [n, { text }] of typed.entries()) {
    const coded = encodeURIComponent(text);
    const header = Buffer.from(text).toString('latin1');
    const good = { lot: 'yard', space: `s${n + 1}`, start, end };
    const headers = {
      'content-type': 'application/json',
      ...{ 'idempotency-key': header, 'user-agent': header, referer: `http://x/${coded}`, cookie: `a=${coded}` },
      ...{ 'x-forwarded-for': coded, 'reservation-token': coded, 'x-request-id': coded, origin: `http://x/${coded}` },
    };
    const ask = async (method: string, path: string, body?: unknown) => {
      const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
      const answer = await fetch(`${http}${path}`, { method, headers, ...sent });
      return { status: answer.status, body: (await answer.json()) as { id?: string; token?: string } };
    };
    const bad = [
      ...[
        { plate: text },
        { name: text },
        { phone: text },
        { lot: text },
        { space: text },
        { type: text },
        { site: text },
      ],
      ...[{ start: text }, { discounts: [text] }, { [text]: 1 }],
    ];
    for (const more of bad)
      expect((await ask('POST', '/api/v1/reservations', { ...good, ...more })).status).toBeLessThan(500);
    for (const body of [text, `{"lot":"${text}"`, `"${text}"`]) await ask('POST', '/api/v1/reservations', body);
    const { origin: _other, ...own } = headers;
    const answer = await fetch(`${http}/api/v1/reservations`, {
      method: 'POST',
      headers: own,
      body: JSON.stringify(good),
    });
    if (answer.status === 201) made += 1;
    const { id, token } = (await answer.json()) as { id: string; token: string };
    const query = `from=${encodeURIComponent(start)}&to=${encodeURIComponent(end)}`;
    const paths = [
      ...[`lots/yard/availability?${query}&discount=${coded}`, `lots/yard/availability?from=${coded}`, `lots/${coded}`],
      ...[`lots/yard/quote?${query}&discount=${coded}`, `lots/${coded}/quote?${query}`, `lots/yard/spaces/${coded}`],
      ...[`reservations/${coded}`, `reservations/${id}`, `nowhere/${coded}?q=${coded}`, `lots?site=${coded}`],
    ];
    for (const path of paths) expect((await ask('GET', `/api/v1/${path}`)).status).toBeLessThan(500);
    await ask('PUT', `/api/v1/lots/yard/spaces/${coded}/sharing`, { windows: [{ days: [text], window: text }] });
    await ask('POST', `/api/v1/reservations/${coded}/alternative`);
    const mine = { 'reservation-token': token };
    const ended = await fetch(`${http}/api/v1/reservations/${id}?reason=${coded}`, { method: 'DELETE', headers: mine });
    expect(ended.status).toBe(200);
  }
  return made;
}

async function retained({ mqttPort }: Gateway, token: string): Promise<Buffer> {
  const raw = await RawMqtt.open(mqttPort);
  const seen: Buffer[] = [];
  raw.socket.on('data', (chunk: Buffer) => seen.push(chunk));
  expect(await raw.connect({ clientId: 'look', username: 'test', password: Buffer.from(token), keepalive: 60 })).toBe(
    0,
  );
  await raw.subscribe('jari/v1/test/#');
  await until('a space', () => (Buffer.concat(seen).includes('s3') ? true : undefined));
  raw.socket.destroy();
  return Buffer.concat(seen);
}
