import { describe, expect, onTestFinished, test } from 'vitest';
import { dutyFileSchema, orderFileSchema } from '../../../config/notify/order-file.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { silentLog } from '../../../gateway/log.ts';
import type { ChannelKind, Sent } from '../../../gateway/notify/channels/channel.ts';
import { ContactTable } from '../../../gateway/notify/contact-table.ts';
import { Deliveries } from '../../../gateway/notify/delivery.ts';
import { DeliveryTable } from '../../../gateway/notify/delivery-table.ts';
import { tellHeld } from '../../../gateway/notify/held.ts';
import type { Notice } from '../../../gateway/notify/notice.ts';
import { NoticeTable } from '../../../gateway/notify/notice-table.ts';
import { QuietTable } from '../../../gateway/notify/quiet-table.ts';
import { WhoIsTold } from '../../../gateway/notify/who-is-told.ts';
import { Store } from '../../../gateway/store/store.ts';
import { plainGateway } from '../../plain-site.ts';
import { tempDir } from '../../temp.ts';

const names = ['kim', 'lee', 'park'];
const minute = 60_000;
const centre = {
  ...{ id: 'centre', url: 'https://centre.example.org/', secretFile: '', roles: ['operator'], allowPrivate: false },
};
/** 15:00 in Seoul, a Monday. */
const monday = Date.UTC(2026, 10, 30, 6);

type Of = {
  role?: 'operator' | 'resident';
  order?: object;
  duty?: object;
  dir?: string;
  clock?: SimClock;
  dead?: string[];
  busy?: string[];
  hasProgram?: boolean;
};
/** Three people of one role of a site, its order, its rota and their quiet hours, on a clock that is moved by hand. */
function world(of: Of = {}) {
  const { dir = tempDir(), clock = new SimClock(monday), dead = [], busy = [], role = 'operator' } = of;
  const store = Store.open({ dir, clock, log: silentLog, defer: () => {} });
  const [notices, deliveries] = [new NoticeTable(store.db), new DeliveryTable(store.db)];
  const [contacts, quiet] = [new ContactTable(store.db), new QuietTable(store.db)];
  const sent: { at: number; to: string; language: string; body: string; title: string }[] = [];
  const answered = new Set<string>();
  const notify = {
    webhooks: of.hasProgram === true ? [centre] : plainGateway().notify.webhooks,
    order: of.order === undefined ? [] : [orderFileSchema.parse({ role, ...of.order })],
    duty: of.duty === undefined ? [] : [dutyFileSchema.parse({ role, ...of.duty })],
  };
  const told = new WhoIsTold({
    sites: [
      { id: 'saesol' as never, timezone: 'Asia/Seoul', holidays: [], roles: {}, buildings: [], gateway: { notify } },
    ],
    quiet,
    people: () => names.map((name) => ({ name, role, buildings: [{ site: 'saesol', building: 'hanbit' }] })),
    contacts: () => contacts.all(),
    kinds: () => ['sms', 'email', 'push'],
    toldOf: (alert) => deliveries.toldOf(alert),
    now: () => clock.now(),
  });
  const begun = clock.monotonic();
  const service = new Deliveries({
    ...{ store, notices, deliveries, contacts, clock, log: silentLog, random: () => 0.5 },
    targetsOf: (notice) => told.targetsOf(notice),
    paceOf: (notice) => told.tellingFor(notice),
    isAnswered: ({ alert }) => answered.has(alert ?? ''),
    isAsleep: (person, notice) => told.isAsleep(person, notice),
    channelOf: () => ({
      send: async (to, { language, title, body }): Promise<Sent> => {
        sent.push({ at: Math.round((clock.monotonic() - begun) / 1000), to, language, body, title });
        if (busy.includes(to)) return { outcome: 'later', detail: 'HTTP 503' };
        return dead.includes(to) ? { outcome: 'gone', detail: 'HTTP 410' } : { outcome: 'accepted', detail: 'ok' };
      },
    }),
  });
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    service.close();
    store.close();
  };
  onTestFinished(close);
  const reach = (person: string, channel: ChannelKind = 'sms', address = person) =>
    contacts.put({ person, channel, address, language: 'ko' }, clock.now());
  if (contacts.all().length === 0) for (const name of names) reach(name);
  const say = (more: Partial<Notice> = {}) => {
    store.commit(() => notices.add({ ...notice(clock), ...more }));
    service.wake();
  };
  const lookAtHeld = () => {
    const isAsleep = told.isAsleep.bind(told);
    const commit = (work: () => void) => store.commit(work);
    if (tellHeld({ deliveries, notices, isAsleep, commit, now: () => clock.now() })) service.wake();
  };
  service.start();
  const said = () => sent.map(({ at, to }) => `${to} ${at}`);
  return { clock, sent, said, say, reach, answered, quiet, store, deliveries, told, lookAtHeld, close, dir };
}

function notice(clock: SimClock): Notice {
  return {
    ...{ key: 'fire-7/1/operator', part: 'alerts', site: 'saesol', building: 'hanbit', alert: 'fire-7' },
    ...{ audience: { role: 'operator', step: 0 }, reason: 'raised', urgency: 'life-safety' },
    payload: { title: { ko: '화재', en: 'Fire' }, text: { ko: '가세요', en: 'Go' } },
    created: clock.now(),
  };
}

describe('people of one role', () => {
  test('are told one after the other, 2 min apart, and the others after the last', async () => {
    const { clock, say, said } = world({ order: { people: ['lee'] } });
    say();
    await clock.advance(119_000);
    expect(said()).toEqual(['lee 0']);
    await clock.advance(10 * minute);
    expect(said()).toEqual(['lee 0', 'kim 120', 'park 120']);
  });

  test('are not told any more once somebody acknowledged; the end is told to who was told', async () => {
    const { clock, say, said, answered, deliveries } = world({ order: { people: ['lee', 'kim', 'park'] } });
    say();
    await clock.advance(130_000);
    answered.add('fire-7');
    await clock.advance(10 * minute);
    expect(said()).toEqual(['lee 0', 'kim 120']);
    expect(deliveries.of(1).map(({ state }) => state)).toEqual(['accepted', 'accepted', 'spared']);
    say({ key: 'end', reason: 'cleared', urgency: 'routine' });
    await clock.advance(1000);
    expect(said().slice(2)).toEqual(['kim 730', 'lee 730']);
  });

  test('whose addresses are dead keep nobody waiting', async () => {
    const { clock, say, said } = world({ order: { people: ['lee', 'kim'] }, dead: ['lee'] });
    say();
    await clock.advance(1000);
    expect(said()).toEqual(['lee 0', 'kim 0']);
  });

  test('are not kept waiting by a program that was told with the first of them', async () => {
    const { clock, say, said } = world({ order: { people: ['lee', 'kim'] }, dead: ['lee'], hasProgram: true });
    say();
    await clock.advance(1000);
    expect(said()).toEqual(['https://centre.example.org/ 0', 'lee 0', 'kim 0']);
  });

  test('are told in the order, by the channels and in the language that the site file gives', async () => {
    const { clock, say, sent, reach } = world({
      order: { people: ['kim'], channels: ['email', 'sms'], language: 'en', acceptWithin: '10s', receiveWithin: '20s' },
    });
    reach('kim', 'email', 'kim@x');
    say();
    await clock.advance(30_000);
    expect(sent.map(({ to, at, title }) => [to, at, title])).toEqual([
      ['kim@x', 0, 'Fire'],
      ['kim', 20, 'Fire'],
    ]);
  });

  test('go on where they were after a kill, each once, though the rota has changed meanwhile', async () => {
    const shifts = [
      { days: ['mon'], hours: '09:00-15:01', people: ['park'] },
      { days: ['mon'], hours: '15:01-18:00', people: ['kim'] },
    ];
    const before = world({ duty: { shifts } });
    before.say();
    await before.clock.advance(90_000);
    before.close();
    const after = world({ duty: { shifts }, dir: before.dir, clock: before.clock });
    await after.clock.advance(29_000);
    expect([...before.said(), ...after.said()]).toEqual(['park 0']);
    await after.clock.advance(10 * minute);
    expect(after.said()).toEqual(['kim 30', 'lee 30']);
  });
});

describe.each([-60 * minute, 60 * minute])('while the wall clock steps %i ms', (step) => {
  test('the next person is told after 2 min all the same', async () => {
    const { clock, say, said } = world({ order: { people: ['lee', 'kim'] } });
    say();
    await clock.advance(minute);
    clock.stepWall(step);
    await clock.advance(10 * minute);
    expect(said()).toEqual(['lee 0', 'kim 120', 'park 240']);
  });

  test.each([
    ['without acceptance the next channel begins after 29 s', ['kim@x'], 'kim 29'],
    ['without a receipt it begins after 60 s', [], 'kim 60'],
  ])('%s', async (_what, busy, expected) => {
    const { clock, say, said, reach } = world({ order: { people: ['kim'], channels: ['email', 'sms'] }, busy });
    reach('kim', 'email', 'kim@x');
    say();
    await clock.advance(10_000);
    clock.stepWall(step);
    await clock.advance(90_000);
    expect(said().filter((each) => each.startsWith('kim '))).toEqual([expected]);
  });
});

test.each([
  ['an order', { order: { people: ['lee', 'kim'] } }],
  ['a rota', { duty: { shifts: [{ days: ['mon'], hours: '09:00-18:00', people: ['park'] }] } }],
])('residents are all told at once, acknowledged or not, whatever %s says', async (_what, of) => {
  const { clock, say, said, answered } = world({ role: 'resident', ...of });
  answered.add('fire-7');
  say({ audience: { role: 'resident', step: 0 } });
  await clock.advance(10 * minute);
  expect(said()).toEqual(['kim 0', 'lee 0', 'park 0']);
});

describe('the rota', () => {
  const shifts = [{ days: ['weekday'], hours: '09:00-18:00', people: ['park'] }];

  test('puts who is on duty first; when nobody is, everybody is told and it is a gap', async () => {
    const { clock, say, said, told } = world({ duty: { shifts } });
    expect(told.rotas('saesol')).toEqual([{ role: 'operator', building: null, people: ['park'], isGap: false }]);
    say();
    await clock.advance(1000);
    expect(said()).toEqual(['park 0']);
    await clock.advance(4 * 60 * minute);
    expect(told.rotas('saesol')).toEqual([{ role: 'operator', building: null, people: [], isGap: true }]);
    say({ key: 'late', alert: 'fire-8', created: clock.now() });
    await clock.advance(1000);
    expect(
      said()
        .slice(3)
        .map((each) => each.split(' ')[0]),
    ).toEqual(['kim', 'lee', 'park']);
  });

  test('that names nobody with an address is a gap as well', () => {
    const { told } = world({ duty: { shifts: [{ ...shifts[0], people: ['nobody'] }] } });
    expect(told.duty('saesol')).toMatchObject([
      { isGap: true, onDuty: [{ person: 'nobody', isReachable: false }], turns: [{ people: names, afterS: 0 }] },
    ]);
  });
});

describe('quiet hours', () => {
  /** 14:00 to 16:00; it is 15:00. */
  const hours = { from: 14 * 60, to: 16 * 60 };
  const prompt = { urgency: 'prompt' as const, alert: null };

  test('hold what can wait, take no turn, and tell all of it in one message at their end', async () => {
    const { clock, say, said, sent, quiet, store, lookAtHeld, deliveries } = world({
      order: { people: ['kim', 'lee'] },
    });
    store.commit(() => quiet.put('kim', hours));
    say({ urgency: 'prompt' });
    say({ ...prompt, key: 'second', created: clock.now() });
    await clock.advance(1000);
    lookAtHeld();
    await clock.advance(1000);
    expect(said().filter((each) => each.startsWith('kim'))).toEqual([]);
    expect(said()).toContain('lee 0');
    await clock.advance(60 * minute);
    lookAtHeld();
    lookAtHeld();
    await clock.advance(1000);
    const toKim = sent.filter(({ to }) => to === 'kim');
    expect(toKim).toMatchObject([{ title: '조용한 시간에 온 알림 2건', body: '화재\n화재' }]);
    expect(deliveries.held()).toEqual([]);
  });

  test('do not keep the end from who was told in the message after them, or is to be', async () => {
    for (const isOver of [false, true]) {
      const { clock, say, sent, quiet, store, lookAtHeld } = world({ order: { people: ['lee', 'kim'] } });
      store.commit(() => quiet.put('park', hours));
      say({ urgency: 'prompt' });
      await clock.advance(1000);
      if (isOver) {
        await clock.advance(60 * minute);
        lookAtHeld();
        await clock.advance(1000);
      }
      say({ key: 'end', reason: 'cleared', urgency: 'prompt', created: clock.now() });
      await clock.advance(60 * minute);
      lookAtHeld();
      await clock.advance(1000);
      expect(sent.filter(({ to }) => to === 'park').map(({ title }) => title)).toEqual(
        isOver ? ['조용한 시간에 온 알림 1건', '화재'] : ['조용한 시간에 온 알림 2건'],
      );
    }
  });

  test('never hold life safety, nor anything of who is on duty', async () => {
    const shifts = [{ days: ['mon'], hours: '09:00-18:00', people: ['park'] }];
    const { clock, say, said, quiet, store } = world({ duty: { shifts } });
    store.commit(() => {
      for (const name of names) quiet.put(name, hours);
    });
    say({ urgency: 'prompt' });
    await clock.advance(1000);
    expect(said()).toEqual(['park 0']);
    say({ key: 'fire', alert: 'fire-9', created: clock.now() });
    await clock.advance(3 * minute);
    expect(said().slice(1)).toEqual(['park 1', 'kim 121', 'lee 121']);
  });

  test('outlast a restart: what was held is told once, after it', async () => {
    const before = world();
    before.store.commit(() => before.quiet.put('kim', hours));
    before.say(prompt);
    await before.clock.advance(1000);
    before.close();
    before.clock.stepWall(2 * 60 * minute);
    for (const expected of [['kim 0'], []]) {
      const after = world({ dir: before.dir, clock: before.clock });
      after.lookAtHeld();
      await after.clock.advance(1000);
      expect(after.said()).toEqual(expected);
      after.close();
    }
  });
});
