import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { capAtom, capMessages, liveOf } from '../../../city/feeds/cap.ts';
import { dueEvents } from '../../../city/platform/due.ts';
import { openPlatform } from '../../../city/platform/open-platform.ts';
import { pushEvents } from '../../../city/platform/push.ts';
import type { PlatformRow, StateRow } from '../../../city/store/views.ts';
import { parseXml } from '../../../gateway/feeds/cap/xml.ts';

const now = Date.UTC(2026, 10, 29, 3);
const hourMs = 3_600_000;

type Of = { site?: string; alert?: string; number: number; sent?: number; expires?: number; headline?: string };

function row({
  site = 'saesol',
  alert = 'a',
  number,
  sent = now - hourMs,
  expires = now + hourMs,
  headline = '불',
}: Of): StateRow {
  const platform = {
    headers: { 'X-Scsns-svcTy': 'EVENT' },
    body: { svcTy: 'EVENT', rrKey: `${site}.${alert}.${number}` },
  };
  return {
    ...{ kind: 'cap', site, key: `${site}.b.${alert}.${number}`, district: 'd', at: sent, agreedAgo: 0 },
    body: { alert, number, sent, expires, headline, instruction: '대피', author: site, xml: '<alert/>', platform },
  };
}

const ids = (rows: readonly StateRow[], at = now) => liveOf(capMessages(rows), at).map(({ identifier }) => identifier);

test('the last message of each alert is in the feed while it lives, whichever order they came in', () => {
  const rows = [row({ number: 2, sent: now - 10 }), row({ number: 1 }), row({ alert: 'b', number: 1, sent: now - 5 })];
  expect(ids(rows)).toEqual(['saesol.b.b.1', 'saesol.b.a.2']);
  expect(ids(rows, now + hourMs)).toEqual([]);
});

test('alerts of the same name at two sites are two alerts', () => {
  expect(ids([row({ number: 3 }), row({ site: 'other', number: 1 })])).toHaveLength(2);
});

test('an update of a message that lived longer is what stands, also when it ends first', () => {
  const rows = [row({ number: 1, expires: now + 5 * hourMs }), row({ number: 2, expires: now + 1 })];
  expect(ids(rows, now + 1)).toEqual([]);
});

test('what is no such message is none', () => {
  expect(
    capMessages([
      { ...row({ number: 1 }), body: null },
      { ...row({ number: 1 }), body: { xml: 1 } },
    ]),
  ).toEqual([]);
});

test('the feed is Atom, and its date is that of its last change, which may be an end', () => {
  const last = now - 5 * hourMs;
  const feed = (at: number, rows = [row({ number: 1, headline: '<불> & "연기"' })]) => {
    const messages = capMessages(rows);
    const parsed = parseXml(capAtom(messages, { base: 'http://c/feeds', title: '도시', now: at, last }));
    if (!('root' in parsed)) throw new Error('no XML');
    return parsed.root;
  };
  const text = (name: string, at = now) => feed(at).children.find((child) => child.name === name)?.text;
  expect(text('updated')).toBe(new Date(now - hourMs).toISOString());
  expect(text('updated', now + 2 * hourMs)).toBe(new Date(now + hourMs).toISOString());
  const entry = feed(now).children.find(({ name }) => name === 'entry');
  expect(entry?.children.find(({ name }) => name === 'title')?.text).toBe('<불> & "연기"');
  expect(feed(now, []).children.find(({ name }) => name === 'updated')?.text).toBe(new Date(last).toISOString());
  expect(feed(now + hourMs).children.some(({ name }) => name === 'entry')).toBe(false);
});

const event = (of: Of, more: Partial<PlatformRow> = {}): PlatformRow => {
  const { key: identifier, site, district, at, body } = row(of);
  return { identifier, site, district, at, body, doneAt: null, tries: 0, nextAt: null, error: null, ...more };
};
const due = (rows: readonly PlatformRow[]) => dueEvents(rows, now).map(({ identifier }) => identifier);

test('events of an alert go in their order: an end never overtakes what it ends', () => {
  const [first, second, other] = [event({ number: 1 }), event({ number: 2 }), event({ alert: 'b', number: 1 })];
  expect(due([first, second, other])).toEqual(['saesol.b.a.1', 'saesol.b.b.1']);
  expect(due([{ ...first, doneAt: now }, second])).toEqual(['saesol.b.a.2']);
  expect(due([{ ...first, tries: 1, nextAt: now + 1 }, second, other])).toEqual(['saesol.b.b.1']);
  expect(due([{ ...first, tries: 1, nextAt: now }, second])).toEqual(['saesol.b.a.1']);
});

test('an alert whose hazard has no event id is not sent', () => {
  const none = event({ number: 1 });
  expect(due([{ ...none, body: { ...none.body, platform: null } }])).toEqual([]);
});

test('a platform is posted each event once, with its headers; what it refuses comes again, later each time', async () => {
  const got: { secret: unknown; kind: unknown; body: string }[] = [];
  let status = 500;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      got.push({ secret: request.headers['x-scsns-secret'], kind: request.headers['x-scsns-svcty'], body });
      response.writeHead(status).end('{"responseCd":"X"}');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const rows = new Map([event({ number: 1 }), event({ number: 2 })].map((each) => [each.identifier, each]));
  const at = { now };
  const round = () =>
    pushEvents({
      task: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, secret: 's' },
      rows: async () => [...rows.values()],
      keep: async ({ identifier }, of) => {
        const old = rows.get(identifier);
        if (old !== undefined) rows.set(identifier, { ...old, ...of, doneAt: of.nextAt === null ? at.now : null });
      },
      now: () => at.now,
      random: () => 1,
    });
  expect(await round()).toEqual({ taken: 0, refused: 1 });
  expect(await round()).toEqual({ taken: 0, refused: 0 });
  at.now += 1000;
  status = 200;
  expect([await round(), await round(), await round()].map(({ taken }) => taken)).toEqual([1, 1, 0]);
  expect(got.map(({ body }) => JSON.parse(body).rrKey)).toEqual(['saesol.a.1', 'saesol.a.1', 'saesol.a.2']);
  expect(got[0]).toMatchObject({ secret: 's', kind: 'EVENT' });
  await new Promise((done) => server.close(done));
});

test.each([
  [{ platform: 'x' }, '--platform x'],
  [{ platform: 'https://u:p@h' }, '--platform'],
  [{ platform: 'https://h', platformSecretFile: '/nowhere' }, '--platform-secret-file'],
])('a platform of %j is refused in words', (of, words) => {
  expect(() => openPlatform(of)).toThrow(words);
});
