import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { noNotify } from '../../../config/notify/notify-config.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { silentLog } from '../../../gateway/log.ts';
import type { Outgoing, Sent } from '../../../gateway/notify/channels/channel.ts';
import { ContactTable } from '../../../gateway/notify/contact-table.ts';
import { Deliveries } from '../../../gateway/notify/delivery.ts';
import { DeliveryTable } from '../../../gateway/notify/delivery-table.ts';
import { NoticeTable } from '../../../gateway/notify/notice-table.ts';
import { PushProbes } from '../../../gateway/notify/push-probes.ts';
import { QuietTable } from '../../../gateway/notify/quiet-table.ts';
import { reachedOf, staleDays } from '../../../gateway/notify/reach-test.ts';
import { seoul } from '../../../gateway/parking/calendar/local-day.ts';
import { memoryDatabase } from '../store/memory-db.ts';

const hour = 3_600_000;
const day = 24 * hour;
const accepted: Sent = { outcome: 'accepted', detail: 'HTTP 201' };
const endpoint = 'https://push.example.kr/1';
const of = { person: 'kim', channel: 'push', address: endpoint, language: 'ko' } as const;

/** Ten in the morning in Seoul. */
function world({ db = memoryDatabase(), clock = new SimClock(Date.UTC(2026, 10, 2, 1)), enabled = true } = {}) {
  const [notices, deliveries] = [new NoticeTable(db), new DeliveryTable(db)];
  const [contacts, quiet] = [new ContactTable(db), new QuietTable(db)];
  const commit = <T>(work: () => T): T => db.transaction(work)();
  const answer: { sent: Sent } = { sent: accepted };
  const sent: Outgoing[] = [];
  const troubles: string[] = [];
  const service = new Deliveries({
    ...{ store: { commit }, notices, deliveries, contacts, clock, log: silentLog, random: () => 0.5 },
    targetsOf: () => [],
    channelOf: () => ({
      send: async (_address, message) => {
        sent.push(message);
        return answer.sent;
      },
    }),
    onTrouble: ({ code }) => troubles.push(code),
  });
  const probes = new PushProbes({
    ...{ contacts, notices, deliveries, quiet, commit, now: () => clock.now() },
    people: () => [{ name: 'kim', buildings: [] }],
    sites: [{ id: 'saesol', policy: { ...noNotify.pushProbe, enabled }, zone: seoul, kinds: ['push', 'sms'] }],
  });
  service.start();
  /** Looks as often as the gateway does; counts the probes that began. */
  const pass = async (ms: number) => {
    let began = 0;
    for (let passed = 0; passed < ms; passed += 5 * 60_000) {
      await clock.advance(5 * 60_000);
      if (!probes.look()) continue;
      began++;
      service.wake();
      await clock.advance(1);
      await clock.advance(100);
    }
    return began;
  };
  const contact = () => contacts.of('kim')[0];
  const rows = () => deliveries.counts().map(({ state, count }) => `${state} ${count}`);
  return { db, clock, answer, sent, troubles, service, probes, contacts, quiet, pass, contact, rows, deliveries };
}

describe('a browser that is pushed to', () => {
  test('is probed each day by day, with a message that asks nobody and lives two hours', async () => {
    const { contacts, clock, pass, sent, rows } = world();
    contacts.put(of, clock.now());
    expect(await pass(4 * day)).toBeGreaterThanOrEqual(4);
    expect(new Set(sent.map(({ isProbe, topic, until, at }) => `${isProbe} ${topic} ${(until - at) / hour}`))).toEqual(
      new Set(['true push-probe 2']),
    );
    const hours = sent.map(({ at }) => new Date(at + seoul.offsetMs).getUTCHours());
    expect(Math.min(...hours)).toBeGreaterThanOrEqual(9);
    expect(Math.max(...hours)).toBeLessThan(18);
    expect(rows()).toEqual([`accepted ${sent.length}`]);
  });

  test('that its push service does not know any more is trouble within 24 h, whenever it ended', async () => {
    for (const after of [1, 14, 23]) {
      const { contacts, clock, pass, answer, troubles, contact } = world();
      contacts.put(of, clock.now());
      await pass(2 * day + after * hour);
      answer.sent = { outcome: 'gone', detail: 'HTTP 410' };
      const endedAt = clock.now();
      await pass(day - 6 * 60_000);
      expect(troubles, `${after} h`).toEqual(['address-gone']);
      expect(contact()?.goneAt ?? 0).toBeGreaterThan(endedAt);
      expect(await pass(day), 'it is not probed any more').toBe(0);
    }
  });

  test('whose push service refuses for two hours is asked the next day again, and is no trouble', async () => {
    const { contacts, clock, pass, answer, troubles, rows, contact } = world();
    contacts.put(of, clock.now());
    answer.sent = { outcome: 'later', detail: 'HTTP 503' };
    expect(await pass(27 * hour)).toBe(1);
    expect([rows(), troubles, contact()?.goneAt]).toEqual([['given-up 1'], [], null]);
    answer.sent = accepted;
    await pass(day);
    expect(rows()).toEqual(['accepted 1', 'given-up 1']);
  });

  test('that says nothing in a day is known to be silent since, and a trouble of its person in a week', async () => {
    const { contacts, clock, pass, contact, service, deliveries } = world();
    contacts.put(of, clock.now());
    contacts.proven(of, clock.now());
    await pass(day);
    const since = contact()?.silentSince ?? 0;
    expect(since).toBe(contact()?.probedAt);
    const policy = { answerDays: 7, proofDays: 40, silentDays: 7 };
    const reached = (now: number, silentDays: number | null = 7) =>
      reachedOf(contacts.of('kim'), undefined, { ...policy, silentDays, now });
    expect([reached(since + 7 * day - 1), reached(since + 7 * day)]).toEqual(['reached', 'stale']);
    expect(staleDays(contacts.of('kim'), { ...policy, now: since + 7 * day })).toBe(7);
    expect(reached(since + 7 * day, null), 'no probes are sent').toBe('reached');
    await pass(day);
    expect(contact()?.silentSince, 'since the first').toBe(since);
    const provenAt = contact()?.provenAt;
    const [, second] = [1, 2].map((notice) => deliveries.of(notice)[0]);
    service.receipt(second?.row ?? 0, 'received');
    expect(contact()).toMatchObject({ silentSince: null, probeSeenAt: clock.now() });
    expect(contact()?.provenAt, 'a browser proves nothing of a person').toBe(provenAt);
    service.receipt(second?.row ?? 0, 'opened');
    expect(contact()?.provenAt, 'who taps it does').toBe(clock.now());
  });

  test('is probed once, whatever starts again in between', async () => {
    const { db, clock, contacts, probes, service, sent, rows } = world();
    contacts.put(of, clock.now());
    await clock.advance(23.6 * hour);
    expect([probes.look(), probes.look()]).toEqual([true, false]);
    service.close();
    const next = world({ db, clock });
    expect(next.probes.look()).toBe(false);
    await clock.advance(1);
    await clock.advance(100);
    expect([sent.length + next.sent.length, rows()]).toEqual([1, ['accepted 1']]);
  });

  test('is not probed where something came from it, in its person’s quiet hours, or where the site says no', async () => {
    const proven = world();
    proven.contacts.put(of, proven.clock.now());
    await proven.clock.advance(20 * hour);
    proven.contacts.proven(of, proven.clock.now());
    expect(await proven.pass(10 * hour)).toBe(0);
    const asleep = world();
    asleep.contacts.put(of, asleep.clock.now());
    asleep.quiet.put('kim', { from: 480, to: 1140 });
    await asleep.pass(3 * day);
    const hours = asleep.sent.map(({ at }) => new Date(at + seoul.offsetMs).getUTCHours());
    expect(hours.length).toBeGreaterThanOrEqual(3);
    expect(hours.filter((at) => at >= 8 && at < 19)).toEqual([]);
    const off = world({ enabled: false });
    off.contacts.put(of, off.clock.now());
    off.contacts.put({ ...of, channel: 'sms', address: '0101' }, off.clock.now());
    expect(await off.pass(2 * day)).toBe(0);
  });
});

describe('the worker of the pages', () => {
  type Shown = { title: string; tag: string; silent: boolean; renotify: boolean; close(): void };

  /** As a browser runs it: what is shown, what is said to the gateway, and what is left to be done after the event. */
  function worker() {
    const listeners = new Map<string, (event: object) => void>();
    const shown = new Set<Shown>();
    const told: string[] = [];
    const later: (() => void)[] = [];
    runInNewContext(readFileSync('web/public/push-worker.js', 'utf8'), {
      self: {
        addEventListener: (name: string, listen: (event: object) => void) => listeners.set(name, listen),
        registration: {
          showNotification: async (title: string, options: Omit<Shown, 'title' | 'close'>) => {
            const one: Shown = { ...options, title, close: () => shown.delete(one) };
            shown.add(one);
          },
          getNotifications: async ({ tag }: { tag: string }) => [...shown].filter((one) => one.tag === tag),
        },
      },
      fetch: async (path: string, { body }: { body: string }) => told.push(`${path} ${body} ${shown.size}`),
      setTimeout: (work: () => void) => later.push(work),
    });
    const push = async (notification: object, more = {}) => {
      const waits: Promise<unknown>[] = [];
      const waitUntil = (wait: Promise<unknown>) => waits.push(wait);
      listeners.get('push')?.({ data: { json: () => ({ notification }) }, waitUntil, ...more });
      await Promise.all(waits);
    };
    const passEvent = async () => {
      for (const work of later.splice(0)) await work();
    };
    return { push, passEvent, told, titles: () => [...shown].map(({ title }) => title), shown };
  }
  const probe = { title: '점검', tag: 'push-probe', silent: true, data: { receipt: '1.x', probe: true } };

  test('shows a probe without a sound, says then that it is received, and takes it away after the event', async () => {
    const { push, passEvent, told, titles, shown } = worker();
    await push(probe);
    expect([...shown]).toMatchObject([{ silent: true, renotify: false }]);
    expect(told, 'what browsers count when the event ends is there').toEqual([
      '/api/v1/receipts {"token":"1.x","receipt":"received"} 1',
    ]);
    await passEvent();
    expect(titles()).toEqual([]);
  });

  test('leaves it in Safari, where an alert shows beside it', async () => {
    const { push, passEvent, titles } = worker();
    await push(probe, { notification: {} });
    await passEvent();
    expect(titles()).toEqual(['점검']);
    await push({ title: '화재', tag: 'fire-7', data: {} });
    await passEvent();
    expect(titles(), 'and the next worker takes it away').toEqual(['화재']);
  });
});
