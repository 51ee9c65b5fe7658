import { describe, expect, onTestFinished, test } from 'vitest';
import { noNotify } from '../../../../config/notify/notify-config.ts';
import type { SiteMode } from '../../../../config/site.ts';
import { silentLog } from '../../../../gateway/log.ts';
import { withAnswerLink } from '../../../../gateway/notify/channels/with-answer-link.ts';
import { openChannels } from '../../../../gateway/notify/channels.ts';
import { ContactTable } from '../../../../gateway/notify/contact-table.ts';
import { Deliveries } from '../../../../gateway/notify/delivery.ts';
import { DeliveryTable } from '../../../../gateway/notify/delivery-table.ts';
import { NoticeTable } from '../../../../gateway/notify/notice-table.ts';
import { PersonRecords } from '../../../../gateway/notify/person-records.ts';
import { PushKeys } from '../../../../gateway/notify/push-keys.ts';
import { PushTable } from '../../../../gateway/notify/push-table.ts';
import { QuietTable } from '../../../../gateway/notify/quiet-table.ts';
import { Reach } from '../../../../gateway/notify/reach.ts';
import { ReachTestTable } from '../../../../gateway/notify/reach-test-table.ts';
import { ReachTests } from '../../../../gateway/notify/reach-tests.ts';
import { targetsOf } from '../../../../gateway/notify/targets.ts';
import { calendarOf } from '../../../../gateway/parking/calendar/calendar.ts';
import { Store } from '../../../../gateway/store/store.ts';
import { plainGateway } from '../../../plain-site.ts';
import { tempDir } from '../../../temp.ts';
import { makeBrowser, openPush } from '../../notify/open-push.ts';
import { httpReceiver } from '../../notify/receivers.ts';
import { makeWorld, serve, signedIn } from '../fakes.ts';

const home = [{ site: 'saesol', building: 'hanbit' }];

/** A gateway that pushes to a push service of this machine, and delivers. */
async function open(answer: (nth: number) => number = () => 201, mode: SiteMode = 'public') {
  const world = makeWorld();
  const { clock } = world;
  const store = Store.open({ dir: tempDir(), clock, log: silentLog, defer: () => {} });
  const { db } = store;
  const [notices, deliveries, contacts] = [new NoticeTable(db), new DeliveryTable(db), new ContactTable(db)];
  const [keys, table] = [new PushKeys(new Uint8Array(32).fill(5)), new PushTable(db)];
  const [site] = world.sites;
  if (site === undefined) throw new Error('no site');
  const gateway = plainGateway();
  const pushed = { subject: 'mailto:safety@jari.kr', allowHosts: ['127.0.0.1'] };
  const channels = openChannels({
    sites: [{ ...site, gateway: { ...gateway, mode, notify: { ...gateway.notify, push: pushed } } }],
    clock,
    push: { keys, table, pages: () => 'https://jari.example.kr' },
    readSecret: () => '',
  });
  const people = () => world.accounts.people.list();
  const troubles: object[] = [];
  const service = new Deliveries({
    ...{ store, notices, deliveries, contacts, clock, log: silentLog, random: () => 0.5 },
    targetsOf: (notice) => targetsOf(notice, { people: people(), contacts: contacts.all(), webhooks: [] }),
    channelOf(target, notice) {
      const channel = channels.of(notice.site, target);
      const pages = () => 'https://jari.example.kr';
      const tokenOf = ({ row, key }: { row: number | null; key: string }) => keys.tokenOf({ row: row ?? 0, key });
      return channel && withAnswerLink(target.channel, channel, { tokenOf, pages });
    },
    onReceipt: ({ key }) => tests.heard(key),
    onTrouble: (trouble) => troubles.push(trouble),
    onGone: ({ address }) => table.remove(address),
  });
  const commit = (work: () => void) => store.commit(work);
  const tests: ReachTests = new ReachTests({
    ...{
      table: new ReachTestTable(db),
      records: new PersonRecords(db),
      contacts,
      notices,
      deliveries,
      people,
      commit,
      now: () => clock.now(),
    },
    sites: [
      {
        id: site.id,
        policy: { ...noNotify.reachTest, silentDays: 7 },
        calendar: calendarOf('Asia/Seoul'),
        kinds: ['push'],
      },
    ],
  });
  const reach = new Reach({
    ...{ store, contacts, notices, deliveries, service, clock, people },
    kinds: (of) => channels.kinds(of),
    ...{
      quiet: new QuietTable(store.db),
      told: { duty: () => [] },
      sites: [site.id],
      isClosed: mode === 'closed',
      tests,
    },
    wake: () => service.wake(),
    push: { keys, table, allowHosts: mode === 'closed' ? null : pushed.allowHosts },
  });
  service.start();
  const http = await serve(world, { reach });
  onTestFinished(async () => {
    service.close();
    await http.close();
    store.close();
  });
  const receiver = await httpReceiver(answer);
  const cookie = signedIn(world, 'resident', home);
  const ask = async (method: string, path: string, body?: object, more: Record<string, string> = { cookie }) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const answered = await fetch(`${http.url}${path}`, { method, headers: { ...more, ...type }, ...sent });
    const text = await answered.text();
    const read = text === '' ? null : JSON.parse(text);
    return { status: answered.status, code: read?.type?.replace('/problems/', '') ?? null, body: read };
  };
  const browser = makeBrowser();
  const subscribe = (endpoint = receiver.url, headers?: Record<string, string>, more = {}) =>
    ask('POST', '/api/v1/push/subscriptions', { endpoint, keys: browser.keys, ...more }, headers ?? { cookie });
  const say = (key = 'fire-7/1/resident') => {
    store.commit(() =>
      notices.add({
        ...{ key, part: 'alerts', site: 'saesol', building: 'hanbit', alert: 'fire-7', reason: 'raised' },
        ...{ audience: { role: 'resident', step: 0 }, urgency: 'life-safety', created: clock.now() },
        payload: { title: { ko: '화재', en: 'Fire' }, text: { ko: '나가세요', en: 'Leave' } },
      }),
    );
    service.wake();
  };
  /** What the push service has by now, opened as the browser would. */
  const pushes = async (count: number) => {
    await expect
      .poll(async () => {
        await clock.advance(20);
        return receiver.received.length;
      })
      .toBe(count);
    return receiver.received.map(({ bytes }) => JSON.parse(openPush(browser, bytes)).notification);
  };
  const receipt = (token: string, what: string) => ask('POST', '/api/v1/receipts', { token, receipt: what }, {});
  const name = 'resident-saesol-hanbit';
  return { ask, subscribe, say, pushes, receipt, keys, deliveries, contacts, table, troubles, world, receiver, name };
}

test('a closed site offers no push, says so, and takes no subscription', async () => {
  const { ask, subscribe } = await open(() => 201, 'closed');
  expect((await ask('GET', '/api/v1/push')).body).toEqual({ publicKey: null, mode: 'closed', channels: [] });
  expect(await subscribe()).toMatchObject({ status: 409, code: 'push-not-there' });
});

describe('a browser', () => {
  test('subscribes by the key of the gateway, is pushed to, and is shown as a contact', async () => {
    const { ask, subscribe, say, pushes, keys } = await open();
    expect((await ask('GET', '/api/v1/push')).body).toEqual({
      ...{ publicKey: keys.vapid.publicKey, mode: 'public', channels: ['push'] },
    });
    expect((await subscribe()).status).toBe(204);
    expect((await subscribe()).status, 'sent again at each opening').toBe(204);
    say();
    expect(await pushes(1)).toMatchObject([{ title: '화재', tag: 'fire-7', lang: 'ko' }]);
    expect((await ask('GET', '/api/v1/contacts')).body.items).toMatchObject([{ channel: 'push', goneAt: null }]);
  });

  test.each([
    ['an address of this network', 'https://192.168.0.10/push'],
    ['an address of this machine in IPv6', 'https://[::1]/push'],
    ['a name of this network', 'https://nas.local/push'],
    ['a name without a dot', 'https://router/push'],
    ['no TLS', 'http://push.example.kr/1'],
    ['a user in the address', 'https://user:word@push.example.kr/1'],
    ['another form', 'ftp://push.example.kr/1'],
  ])('with an endpoint of %s is refused', async (_what, endpoint) => {
    const { subscribe, contacts } = await open();
    expect(await subscribe(endpoint)).toMatchObject({ status: 400, code: 'endpoint-refused' });
    expect(contacts.all()).toEqual([]);
  });

  test('in which somebody else signs in stays whose it was, until that person asks for it', async () => {
    const { subscribe, world, contacts, table, receiver, name } = await open();
    await subscribe();
    const other = { cookie: signedIn(world, 'operator') };
    expect(await subscribe(undefined, other)).toMatchObject({ status: 409, code: 'push-of-another' });
    expect(contacts.all().map(({ person }) => person)).toEqual([name]);
    expect(table.find(receiver.url)).toMatchObject({ person: name });
    expect((await subscribe(undefined, other, { take: true })).status).toBe(204);
    expect(contacts.all().map(({ person }) => person)).toEqual(['operator']);
    expect((await subscribe(undefined, other)).status).toBe(204);
    expect(await subscribe()).toMatchObject({ status: 409, code: 'push-of-another' });
  });

  test('that is not subscribed any more is trouble at once, and forgotten', async () => {
    const { subscribe, say, pushes, table, troubles, contacts, receiver, name, world } = await open(() => 410);
    await subscribe();
    say();
    await pushes(1);
    await expect
      .poll(async () => {
        await world.clock.advance(20);
        return troubles;
      })
      .toEqual([{ code: 'address-gone', person: name, channel: 'push' }]);
    expect(table.find(receiver.url)).toBe(undefined);
    expect(contacts.of(name)).toMatchObject([{ goneWhy: 'HTTP 410' }]);
    await subscribe();
    expect(contacts.of(name)).toMatchObject([{ goneAt: null }]);
  });

  test('that is opened says nothing of a person’s other devices: one that is gone stays so until they take it off their list', async () => {
    const { ask, subscribe, contacts, name, world } = await open();
    const phone = { person: name, channel: 'push', address: 'https://push.example.kr/phone', language: 'ko' } as const;
    const at = world.clock.now();
    contacts.put(phone, at);
    contacts.proven(phone, at);
    contacts.gone(phone, 'HTTP 410', at);
    await world.clock.advance(1000);
    expect((await subscribe()).status).toBe(204);
    const rowOf = () => contacts.of(name).find(({ address }) => address === phone.address);
    expect(rowOf()).toMatchObject({ goneAt: at, since: at });
    expect((await subscribe(phone.address)).status).toBe(204);
    expect(rowOf(), 'sent again it is tried again, and has yet to prove itself').toMatchObject({
      ...{ goneAt: null, since: at, provenAt: null },
    });
    const path = `/api/v1/contacts?channel=push&address=${encodeURIComponent(phone.address)}`;
    expect((await ask('DELETE', path)).status).toBe(204);
    expect(rowOf()).toBe(undefined);
  });

  test('takes itself out', async () => {
    const { ask, subscribe, table, receiver } = await open();
    await subscribe();
    const path = `/api/v1/push/subscriptions?endpoint=${encodeURIComponent(receiver.url)}`;
    expect((await ask('DELETE', path)).status).toBe(204);
    expect(table.find(receiver.url)).toBe(undefined);
    expect(await ask('DELETE', path)).toMatchObject({ status: 404, code: 'no-such-contact' });
  });
});

describe('a test of one’s own channels', () => {
  test('comes to each of them, by push without a link, and what its token says proves the channel', async () => {
    const { ask, subscribe, pushes, receipt, contacts, name } = await open();
    expect(await ask('POST', '/api/v1/contacts/test')).toMatchObject({ status: 409, code: 'nothing-to-test' });
    await subscribe();
    expect((await ask('POST', '/api/v1/contacts/test')).status).toBe(201);
    const [shown] = await pushes(1);
    expect(shown).toMatchObject({ title: '[시험] 알림 수신 확인' });
    expect(shown.navigate).toBe('https://jari.example.kr/my-notices?test=1');
    const { receipt: token } = shown.data;
    expect(shown.body).not.toContain(token);
    expect((await ask('GET', '/api/v1/contacts/test')).body).toMatchObject({ answeredAt: null });
    expect((await receipt(token, 'answered')).status).toBe(204);
    expect(await receipt(token, 'answered')).toMatchObject({ code: 'receipt-used' });
    const { body } = await ask('GET', '/api/v1/contacts/test');
    expect(body).toMatchObject({
      answeredAt: expect.any(String),
      channels: [{ channel: 'push', arrivedAt: expect.any(String) }],
    });
    expect(contacts.of(name)[0]?.provenAt).not.toBeNull();
  });

  test('is answered by its own person alone, and “no” is kept', async () => {
    const { ask, subscribe, pushes, contacts, name } = await open();
    await subscribe();
    await ask('POST', '/api/v1/contacts/test');
    await pushes(1);
    const [{ delivery }] = (await ask('GET', '/api/v1/contacts/test')).body.channels;
    const other = await ask('POST', '/api/v1/contacts/test/answer', { delivery: delivery + 1, arrived: true });
    expect(other).toMatchObject({ status: 404, code: 'no-such-test' });
    expect((await ask('POST', '/api/v1/contacts/test/answer', { delivery, arrived: false })).status).toBe(200);
    expect(contacts.of(name)).toMatchObject([{ provenAt: null, deniedAt: expect.any(Number) }]);
    expect((await ask('GET', '/api/v1/contacts')).body.items).toMatchObject([{ deniedAt: expect.any(String) }]);
    await ask('POST', '/api/v1/contacts/test/answer', { delivery, arrived: true });
    expect(contacts.of(name)).toMatchObject([{ provenAt: expect.any(Number), deniedAt: null }]);
  });

  test('is refused when it is asked for over and over', async () => {
    const { ask, subscribe } = await open();
    await subscribe();
    for (let n = 0; n < 5; n++) await ask('POST', '/api/v1/contacts/test');
    expect(await ask('POST', '/api/v1/contacts/test')).toMatchObject({ status: 429, code: 'too-many-tests' });
  });
});

describe('a receipt', () => {
  test('is taken once for each that it says, without a session', async () => {
    const { subscribe, say, pushes, receipt, deliveries } = await open();
    await subscribe();
    say();
    const [notification] = await pushes(1);
    const token = notification.data.receipt;
    expect((await receipt(token, 'received')).status).toBe(204);
    const [first] = deliveries.of(1);
    expect(first).toMatchObject({ receivedAt: expect.any(Number), openedAt: null });
    expect(await receipt(token, 'received')).toMatchObject({ status: 409, code: 'receipt-used' });
    expect((await receipt(token, 'opened')).status).toBe(204);
    expect(await receipt(token, 'opened')).toMatchObject({ status: 409, code: 'receipt-used' });
    expect(deliveries.of(1)).toMatchObject([{ receivedAt: first?.receivedAt, openedAt: expect.any(Number) }]);
  });

  test('that is forged changes nothing', async () => {
    const { subscribe, say, pushes, receipt, deliveries, keys } = await open();
    await subscribe();
    say();
    const [notification] = await pushes(1);
    const token: string = notification.data.receipt;
    const of = (row: number, key: string) => keys.tokenOf({ row, key });
    const forged = [
      'x',
      '1',
      `1.${'A'.repeat(43)}`,
      token.replace(/^\d+/, '2'),
      `${token.slice(0, -2)}AA`,
      of(1, 'fire-7/2/resident'),
      of(99, 'fire-7/1/resident'),
      new PushKeys(new Uint8Array(32).fill(6)).tokenOf({ row: 1, key: 'fire-7/1/resident' }),
    ];
    for (const each of forged)
      expect(await receipt(each, 'received')).toMatchObject({ status: 403, code: 'receipt-forged' });
    expect((await receipt(token, 'answered')).code, 'no test').toBe('receipt-forged');
    expect((await receipt(token, 'eaten')).code).toBe('invalid-request');
    expect(deliveries.of(1)).toMatchObject([{ receivedAt: null, openedAt: null }]);
  });
});
