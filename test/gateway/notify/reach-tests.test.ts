import { describe, expect, test } from 'vitest';
import { noNotify } from '../../../config/notify/notify-config.ts';
import { buildingIdSchema, siteIdSchema } from '../../../contract/ids.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { ContactTable } from '../../../gateway/notify/contact-table.ts';
import { DeliveryTable } from '../../../gateway/notify/delivery-table.ts';
import { NoticeTable } from '../../../gateway/notify/notice-table.ts';
import { PersonRecords } from '../../../gateway/notify/person-records.ts';
import { ReachTestTable } from '../../../gateway/notify/reach-test-table.ts';
import { ReachTests } from '../../../gateway/notify/reach-tests.ts';
import { reachTroubles } from '../../../gateway/notify/reach-troubles.ts';
import { calendarOf } from '../../../gateway/parking/calendar/calendar.ts';
import { memoryDatabase } from '../store/memory-db.ts';

const hour = 3_600_000;
const day = 24 * hour;
const saesol = siteIdSchema.parse('saesol');
const hanbit = { site: saesol, building: buildingIdSchema.parse('hanbit') };
const kim = { name: 'kim', role: 'operator' as const, buildings: [] };
const oh = { name: 'oh', role: 'resident' as const, buildings: [hanbit] };

/** Noon in Seoul. */
function world({ db = memoryDatabase(), clock = new SimClock(Date.UTC(2026, 10, 2, 3)), everyDays = 30 } = {}) {
  const [notices, deliveries, contacts] = [new NoticeTable(db), new DeliveryTable(db), new ContactTable(db)];
  const now = () => clock.now();
  const people = [kim, oh];
  const tests = new ReachTests({
    ...{ contacts, notices, deliveries, now, table: new ReachTestTable(db), records: new PersonRecords(db) },
    people: () => people,
    commit: (work) => db.transaction(work)(),
    sites: [
      {
        id: saesol,
        policy: { ...noNotify.reachTest, everyDays, silentDays: 7 },
        calendar: calendarOf('Asia/Seoul'),
        kinds: ['sms', 'push'],
      },
    ],
  });
  const asked = () => notices.undone(0, 99).map(({ audience, key }) => `${audience.person} ${key.split('/')[2]}`);
  const reachOf = (name: string) => tests.report().find(({ person }) => person === name);
  const states = () =>
    reachTroubles(
      { buildings: [{ id: hanbit.building }] as never },
      { roles: [], rotas: [], people: tests.states('saesol'), channels: [] },
    );
  const troubles = () =>
    states()
      .filter(({ stands }) => stands)
      .map(({ why }) => (why.code === 'person-unreached' ? `${why.person} ${why.cause}` : why.code));
  const put = (person: string, address: string) =>
    contacts.put({ person, channel: 'sms', address, language: 'ko' }, clock.now());
  return { db, clock, tests, notices, contacts, deliveries, asked, reachOf, states, troubles, put, people };
}

describe('a test of people’s channels', () => {
  test('is due 30 days after the last proof of any of them, by day, and is sent once', () => {
    const { clock, tests, asked, contacts, put, db } = world();
    put('kim', '0101');
    put('kim', '0102');
    clock.stepWall(20 * day);
    contacts.proven({ person: 'kim', channel: 'sms', address: '0101' }, clock.now());
    clock.stepWall(10 * day - 12 * hour);
    expect(tests.look(), 'at midnight').toBe(false);
    clock.stepWall(10 * hour - 1000);
    expect(tests.look(), 'before the hours of tests').toBe(false);
    clock.stepWall(1000);
    expect(tests.look()).toBe(true);
    expect(tests.look()).toBe(false);
    expect(world({ db, clock }).tests.look(), 'after a restart').toBe(false);
    expect(asked()).toEqual(['kim 1']);
    clock.stepWall(30 * day);
    expect(tests.look()).toBe(true);
    expect(asked()).toEqual(['kim 1', 'kim 2']);
  });

  test('a day apart finds an address within 24 h that takes nothing any more, whenever it died', () => {
    const { clock, tests, troubles, contacts, notices, put } = world({ everyDays: 1 });
    put('kim', '0101');
    clock.stepWall(8 * hour); // eight in the evening
    contacts.proven({ person: 'kim', channel: 'sms', address: '0101' }, clock.now());
    clock.stepWall(hour);
    const diedAt = clock.now();
    for (; !tests.look(); clock.stepWall(hour));
    expect(notices.undone(0, 9)).toHaveLength(1);
    contacts.gone({ person: 'kim', channel: 'sms', address: '0101' }, 'HTTP 410', clock.now());
    expect(troubles()).toEqual(['kim gone']);
    expect(clock.now() - diedAt).toBeLessThan(day);
  });

  test('without an answer for 7 days is a trouble of the person; whatever arrives ends it', () => {
    const { clock, tests, troubles, contacts, put, reachOf } = world();
    put('kim', '0101');
    put('oh', '0102');
    expect(reachOf('kim')).toMatchObject({ reached: 'unproven', lastReachedAt: null });
    tests.ask('kim');
    tests.ask('oh');
    clock.stepWall(7 * day - 1);
    expect(troubles()).toEqual([]);
    clock.stepWall(1);
    expect(troubles()).toEqual(['kim unanswered', 'residents-unreached']);
    expect(reachOf('kim')).toMatchObject({ reached: 'unanswered', channels: [{ channel: 'sms', provenAt: null }] });
    contacts.proven({ person: 'kim', channel: 'sms', address: '0101' }, clock.now());
    expect(troubles()).toEqual(['residents-unreached']);
    expect(reachOf('kim')).toMatchObject({ reached: 'reached' });
  });

  test('that follows one without an answer says no more than it: the trouble stands until something arrives', () => {
    const { clock, tests, troubles, contacts, put, db } = world();
    put('kim', '0101');
    tests.ask('kim');
    clock.stepWall(7 * day);
    tests.ask('kim');
    expect(troubles()).toEqual(['kim unanswered']);
    clock.stepWall(day);
    expect(world({ db, clock }).troubles(), 'after a restart').toEqual(['kim unanswered']);
    contacts.proven({ person: 'kim', channel: 'sms', address: '0101' }, clock.now());
    expect(troubles()).toEqual([]);
    clock.stepWall(day);
    tests.ask('kim');
    expect(troubles(), 'the next counts by itself').toEqual([]);
  });

  test('an address that was removed, or entered again, does not end the trouble of who fills a role', () => {
    const { contacts, put, states } = world();
    put('kim', '0101');
    const kims = () => states().find(({ why }) => why.code === 'person-unreached' && why.person === 'kim')?.stands;
    contacts.gone({ person: 'kim', channel: 'sms', address: '0101' }, 'unknown', 1);
    expect(kims()).toBe(true);
    contacts.remove('kim', 'sms', '0101');
    expect(kims(), 'whatever stood before stays').toBeNull();
    put('kim', '0102');
    expect(kims()).toBeNull();
    contacts.proven({ person: 'kim', channel: 'sms', address: '0102' }, 2);
    expect(kims()).toBe(false);
  });

  test('that was answered is none, and the next is due a month after', () => {
    const { clock, tests, troubles, notices, put, reachOf } = world();
    put('kim', '0101');
    tests.ask('kim');
    const [notice] = notices.undone(0, 9);
    tests.heard(notice?.key ?? '');
    clock.stepWall(8 * day);
    expect(troubles()).toEqual([]);
    expect(reachOf('kim')?.answeredAt).not.toBeNull();
  });

  test('of a device that shows nothing for 40 days is a trouble of its person, though texts arrive; residents are only listed', () => {
    const { clock, troubles, contacts, put, reachOf } = world();
    for (const [person, address] of [
      ['kim', 'https://push/1'],
      ['oh', 'https://push/2'],
    ] as const) {
      put(person, '0101');
      contacts.put({ person, channel: 'push', address, language: 'ko' }, clock.now());
      contacts.proven({ person, channel: 'push', address }, clock.now());
    }
    clock.stepWall(40 * day - 1);
    for (const person of ['kim', 'oh']) contacts.proven({ person, channel: 'sms', address: '0101' }, clock.now());
    expect([troubles(), reachOf('kim')?.reached]).toEqual([[], 'reached']);
    clock.stepWall(1);
    expect(troubles()).toEqual(['kim stale']);
    expect([reachOf('kim')?.reached, reachOf('oh')?.reached]).toEqual(['stale', 'stale']);
    contacts.proven({ person: 'kim', channel: 'push', address: 'https://push/1' }, clock.now());
    expect(troubles()).toEqual([]);
  });

  test('an address that is dead is a trouble of its person at once, whatever else works', () => {
    const { clock, troubles, contacts, put, reachOf } = world();
    put('kim', '0101');
    contacts.put({ person: 'kim', channel: 'push', address: 'https://push', language: 'ko' }, clock.now());
    contacts.proven({ person: 'kim', channel: 'sms', address: '0101' }, clock.now());
    contacts.gone({ person: 'kim', channel: 'push', address: 'https://push' }, 'HTTP 410', clock.now());
    expect(troubles()).toEqual(['kim gone']);
    expect(reachOf('kim')).toMatchObject({ reached: 'gone' });
  });

  test('cannot have arrived by a channel that it was not sent by yet', () => {
    const { tests, notices, deliveries, put } = world();
    put('kim', '0101');
    tests.ask('kim');
    const [notice] = notices.undone(0, 9);
    const target = { id: 'sms:kim:0101', channel: 'sms', person: 'kim', address: '0101' } as const;
    deliveries.add(notice?.id ?? 0, { ...target, language: 'ko', rank: 0, turn: 0 });
    const [delivery] = deliveries.of(notice?.id ?? 0);
    if (delivery === undefined) throw new Error('no delivery');
    const said: number[] = [];
    const say = (arrived: boolean) => tests.answer('kim', delivery.row, arrived, (row) => said.push(row));
    expect([say(true), said]).toEqual([false, []]);
    expect(say(false), 'that it has not is true').toBe(true);
    deliveries.write({ ...delivery, attempts: 1, begunAt: 1, handedAt: 1 });
    expect([say(true), said]).toEqual([true, [delivery.row]]);
  });

  test('that its person says did not arrive is a trouble at once, whatever else works, until something does', () => {
    const { clock, troubles, contacts, put, reachOf } = world();
    put('kim', '0101');
    put('kim', '0102');
    for (const address of ['0101', '0102']) contacts.proven({ person: 'kim', channel: 'sms', address }, clock.now());
    contacts.denied({ person: 'kim', channel: 'sms', address: '0102' }, clock.now());
    expect(troubles()).toEqual(['kim denied']);
    expect(reachOf('kim')).toMatchObject({ reached: 'denied' });
    contacts.proven({ person: 'kim', channel: 'sms', address: '0102' }, clock.now());
    expect(troubles()).toEqual([]);
  });

  test('is nobody’s without an address, or of a channel that the site has not; who left is forgotten', () => {
    const { clock, tests, asked, contacts, reachOf, people, put, db } = world();
    contacts.put({ person: 'kim', channel: 'email', address: 'k@x', language: 'ko' }, clock.now());
    put('oh', '0102');
    tests.ask('oh');
    people.pop();
    clock.stepWall(40 * day);
    expect(tests.look()).toBe(false);
    expect(asked()).toEqual(['oh 1']);
    expect(reachOf('kim')).toMatchObject({ reached: 'no-address', dueAt: null });
    expect(new ReachTestTable(db).all()).toEqual([]);
  });

  test('of many people goes out a part at a time', () => {
    const { clock, tests, asked, people, put } = world();
    for (let n = 0; n < 120; n++) {
      people.push({ ...oh, name: `r${n}` });
      put(`r${n}`, `010${n}`);
    }
    clock.stepWall(30 * day);
    const counts = [1, 2, 3, 4].map(() => {
      tests.look();
      return asked().length;
    });
    expect(counts).toEqual([50, 99, 99, 99]);
  });
});
