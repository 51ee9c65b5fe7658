import { describe, expect, onTestFinished, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { silentLog } from '../../../gateway/log.ts';
import type { Channel, ChannelKind, Sent } from '../../../gateway/notify/channels/channel.ts';
import { ContactTable } from '../../../gateway/notify/contact-table.ts';
import { Deliveries, type Trouble } from '../../../gateway/notify/delivery.ts';
import { DeliveryTable } from '../../../gateway/notify/delivery-table.ts';
import type { Notice } from '../../../gateway/notify/notice.ts';
import { NoticeTable } from '../../../gateway/notify/notice-table.ts';
import { targetsOf } from '../../../gateway/notify/targets.ts';
import { Store } from '../../../gateway/store/store.ts';
import { tempDir } from '../../temp.ts';

const kim = { name: 'kim', role: 'operator' as const, buildings: [] };
const lee = { name: 'lee', role: 'manager' as const, buildings: [{ site: 'saesol', building: 'hanbit' }] };

type Answer = (to: string, nth: number) => Sent | Promise<Sent>;
const accepted: Sent = { outcome: 'accepted', detail: 'ok' };
const later: Sent = { outcome: 'later', detail: 'HTTP 503' };

type Options = {
  dir?: string;
  clock?: SimClock;
  answer?: Answer;
  more?: readonly string[];
  over?: ReadonlySet<string>;
};

function world(options: Options = {}) {
  const { dir = tempDir(), clock = new SimClock(), answer = () => accepted, more = [], over } = options;
  const people = [kim, lee, ...more.map((name) => ({ ...kim, name }))];
  const store = Store.open({ dir, clock, log: silentLog, defer: () => {} });
  const [notices, deliveries, contacts] = [
    new NoticeTable(store.db),
    new DeliveryTable(store.db),
    new ContactTable(store.db),
  ];
  const sent: { at: number; channel: ChannelKind; to: string; key: string }[] = [];
  const troubles: Trouble[] = [];
  const channel = (kind: ChannelKind): Channel => ({
    send: async (to, { key }) => {
      sent.push({ at: clock.monotonic(), channel: kind, to, key });
      return answer(to, sent.filter((each) => each.to === to).length);
    },
  });
  const service = new Deliveries({
    store,
    notices,
    deliveries,
    contacts,
    clock,
    log: silentLog,
    random: () => 0.5,
    targetsOf: (notice) => targetsOf(notice, { people, contacts: contacts.all(), webhooks: [] }),
    channelOf: ({ channel: kind }) => channel(kind),
    isOver: (alert) => over?.has(alert) === true,
    onTrouble: (trouble) => troubles.push(trouble),
  });
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    service.close();
    store.close();
  };
  onTestFinished(close);
  const reach = (person: string, kind: ChannelKind, address: string) =>
    contacts.put({ person, channel: kind, address, language: 'ko' }, clock.now());
  const say = (more: Partial<Notice> = {}) => {
    store.commit(() => notices.add({ ...notice(clock), ...more }));
    service.wake();
  };
  service.start();
  return { clock, service, sent, troubles, deliveries, contacts, reach, say, close, store };
}

function notice(clock: SimClock): Notice {
  return {
    key: 'fire-7/1/operator',
    part: 'alerts',
    site: 'saesol',
    building: 'hanbit',
    alert: 'fire-7',
    audience: { role: 'operator', step: 0 },
    reason: 'raised',
    urgency: 'life-safety',
    payload: {},
    created: clock.now(),
  };
}

describe('a notice', () => {
  test('goes to who holds the role, and to the managers of its own building alone', async () => {
    const { clock, reach, say, sent } = world();
    reach('kim', 'email', 'kim@x');
    reach('lee', 'email', 'lee@x');
    say();
    say({ key: 'a', audience: { role: 'manager', step: 0 } });
    say({ key: 'b', audience: { role: 'manager', step: 0 }, building: 'another' });
    await clock.advance(1000);
    expect(sent.map(({ to, key }) => [to, key])).toEqual([
      ['kim@x', 'fire-7/1/operator'],
      ['lee@x', 'a'],
    ]);
  });

  test('that reaches nobody is trouble at once', async () => {
    const { clock, say, troubles } = world();
    say();
    await clock.advance(100);
    expect(troubles).toEqual([{ code: 'nobody-reachable', role: 'operator', building: 'hanbit' }]);
  });

  test('is tried again with the same key, ever more seldom, until it is accepted', async () => {
    const { clock, reach, say, sent, deliveries } = world({ answer: (_to, nth) => (nth < 4 ? later : accepted) });
    reach('kim', 'email', 'kim@x');
    say();
    await clock.advance(60_000);
    expect(sent.map(({ at }) => Math.round(at / 1000))).toEqual([0, 1, 3, 7]);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
    expect(deliveries.of(1)).toMatchObject([{ state: 'accepted', attempts: 4 }]);
  });

  test('goes on to the next channel within 30 s without acceptance', async () => {
    const { clock, reach, say, sent } = world({ answer: (to) => (to === 'phone' ? later : accepted) });
    reach('kim', 'push', 'phone');
    reach('kim', 'email', 'kim@x');
    say();
    await clock.advance(28_000);
    expect(sent.some(({ channel }) => channel === 'email')).toBe(false);
    await clock.advance(1900);
    expect(sent.some(({ channel }) => channel === 'email')).toBe(true);
  });

  test('for life safety goes on after 60 s without a receipt of the device, and not when there is one', async () => {
    for (const hasReceipt of [false, true]) {
      const { clock, reach, say, sent, service, deliveries } = world();
      reach('kim', 'push', 'phone');
      reach('kim', 'sms', '010');
      say();
      await clock.advance(5000);
      const [first] = deliveries.of(1);
      if (hasReceipt) service.receipt(first?.row ?? 0, 'received');
      await clock.advance(57_000);
      expect(sent.map(({ channel }) => channel)).toEqual(hasReceipt ? ['push'] : ['push', 'sms']);
      expect(deliveries.of(1).map(({ state }) => state)).toEqual(['accepted', hasReceipt ? 'spared' : 'accepted']);
    }
  });

  test('that can wait takes the mailbox, and no second channel once that was accepted', async () => {
    const { clock, reach, say, sent } = world();
    reach('kim', 'push', 'phone');
    reach('kim', 'email', 'kim@x');
    say({ urgency: 'routine' });
    await clock.advance(300_000);
    expect(sent.map(({ channel }) => channel)).toEqual(['email']);
  });

  test('finds an address dead once: trouble at once, the next channel at once, and no further try there', async () => {
    const { clock, reach, say, sent, troubles } = world({
      answer: (to) => (to === 'phone' ? { outcome: 'gone', detail: 'HTTP 410' } : accepted),
    });
    reach('kim', 'push', 'phone');
    reach('kim', 'email', 'kim@x');
    say();
    await clock.advance(2000);
    expect(sent.map(({ channel }) => channel)).toEqual(['push', 'email']);
    expect(troubles).toEqual([{ code: 'address-gone', person: 'kim', channel: 'push' }]);
    say({ key: 'second' });
    await clock.advance(2000);
    expect(sent.map(({ channel }) => channel)).toEqual(['push', 'email', 'email']);
  });

  test('of a target that hangs holds up no other', async () => {
    const { clock, reach, say, sent } = world({ answer: (to) => (to === 'kim@x' ? new Promise(() => {}) : accepted) });
    reach('kim', 'email', 'kim@x');
    reach('lee', 'email', 'lee@x');
    for (let i = 0; i < 20; i++) {
      say({ key: `o${i}` });
      say({ key: `m${i}`, audience: { role: 'manager', step: 0 } });
    }
    await clock.advance(1000);
    expect(sent.filter(({ to }) => to === 'lee@x')).toHaveLength(20);
  });

  test('is given up when there is no sense in it any more', async () => {
    const { clock, reach, say, deliveries } = world({ answer: () => later });
    reach('kim', 'email', 'kim@x');
    say({ urgency: 'prompt' });
    await clock.advance(6 * 3_600_000 + 60_000);
    expect(deliveries.of(1)).toMatchObject([{ state: 'given-up', detail: 'HTTP 503' }]);
  });

  test('of life safety is told after an outage of an hour, while its alert stands', async () => {
    const clock = new SimClock();
    const back = clock.now() + 3_600_000;
    const { reach, say, deliveries } = world({ clock, answer: () => (clock.now() < back ? later : accepted) });
    reach('kim', 'sms', '0101');
    say();
    await clock.advance(3_600_000 + 45_000);
    expect(deliveries.of(1)).toMatchObject([{ state: 'accepted' }]);
  });

  test('that was under way at a kill is tried again with the same key, and what was accepted is not', async () => {
    const [dir, clock] = [tempDir(), new SimClock()];
    const before = world({ dir, clock, answer: (to) => (to === 'phone' ? new Promise(() => {}) : accepted) });
    before.reach('kim', 'push', 'phone');
    before.reach('lee', 'email', 'lee@x');
    before.say();
    before.say({ key: 'm', audience: { role: 'manager', step: 0 } });
    await clock.advance(1000);
    before.close();
    const after = world({ dir, clock });
    await clock.advance(1000);
    expect(after.sent.map(({ to, key }) => [to, key])).toEqual([['phone', 'fire-7/1/operator']]);
  });
});

describe('old news of an alert', () => {
  test('is not sent any more once it is over: nobody is warned after the all-clear', async () => {
    const over = new Set<string>();
    let isDown = true;
    const { clock, reach, say, sent, deliveries } = world({ over, answer: () => (isDown ? later : accepted) });
    reach('kim', 'push', 'phone');
    reach('kim', 'sms', '0101');
    say();
    await clock.advance(50_000);
    over.add('fire-7');
    say({ key: 'end', reason: 'cleared' });
    isDown = false;
    const before = sent.length;
    await clock.advance(60 * 60_000);
    expect(sent.slice(before).map(({ key }) => key)).not.toContain('fire-7/1/operator');
    expect(sent.slice(before).map(({ key }) => key)).toContain('end');
    expect(deliveries.of(1).map(({ state }) => state)).toEqual(['spared', 'spared']);
  });

  test('is not sent any more to an address that took newer news of it', async () => {
    const { clock, reach, say, sent, deliveries } = world({
      answer: (_to, nth) => (nth === 1 ? later : accepted),
    });
    reach('kim', 'push', 'phone');
    say();
    say({ key: 'unlike', alert: 'fire-8' });
    await clock.advance(20);
    say({ key: 'worse', reason: 'worse' });
    await clock.advance(10 * 60_000);
    const got = deliveries.of(1).map(({ state, person }) => `${person} ${state}`);
    expect(got).toEqual(['kim spared']);
    expect(deliveries.of(2).map(({ state }) => state)).toEqual(['accepted']);
    expect(sent.filter(({ key }) => key === 'worse')).toHaveLength(1);
  });
});

describe('a provider that is down for ten minutes', () => {
  const minute = 60_000;

  // More people than tries at once, where a try takes long.
  test.each<[string, number, (clock: SimClock) => Promise<Sent> | Sent]>([
    ['refuses', 10, () => later],
    ['hangs', 55, (clock) => new Promise((done) => clock.after(10_000, () => done(later)))],
  ])('and %s lets %i people hear by the next channel within 30 s, of every alert', async (_how, count, failing) => {
    const names = Array.from({ length: count }, (_, n) => `p${n}`);
    const clock = new SimClock();
    const begun = clock.now();
    const isDown = () => clock.now() - begun < 10 * minute;
    const answer: Answer = (to) => (to.startsWith('push') && isDown() ? failing(clock) : accepted);
    const { reach, say, sent, deliveries } = world({ clock, more: names, answer });
    for (const name of names) {
      reach(name, 'push', `push ${name}`);
      reach(name, 'sms', `sms ${name}`);
    }
    const alerts = Array.from({ length: 10 }, (_, n) => n);
    const writtenAt = new Map<number, number>();
    for (const n of alerts) {
      writtenAt.set(n + 1, clock.now());
      say({ key: `a${n}`, alert: `fire-${n}` });
      await clock.advance(n === 9 ? minute - 1 : minute);
    }
    expect([clock.now() - begun, isDown()]).toEqual([10 * minute - 1, true]);
    const rows = alerts.flatMap((n) => deliveries.of(n + 1));
    const tried = new Set(rows.filter(({ attempts }) => attempts > 0).map((row) => `${row.notice} ${row.person}`));
    expect(tried.size, 'an attempt of each alert for each person').toBe(10 * count);
    expect(rows.some(({ channel, acceptedAt }) => channel === 'push' && acceptedAt !== null)).toBe(false);
    const texts = rows.filter(({ channel, acceptedAt }) => channel === 'sms' && acceptedAt !== null);
    expect(texts).toHaveLength(10 * count);
    const waits = texts.map(({ notice, begunAt }) => (begunAt ?? Number.NaN) - (writtenAt.get(notice) ?? Number.NaN));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(29_000);
    expect(Math.max(...waits)).toBeLessThan(30_000);
    expect(
      sent.filter(({ channel }) => channel === 'sms'),
      'each once',
    ).toHaveLength(10 * count);
  });
});
