import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Accounts } from '../../../gateway/accounts/accounts.ts';
import { Audit } from '../../../gateway/audit/audit.ts';
import { ContactTable } from '../../../gateway/notify/contact-table.ts';
import { PersonRecords } from '../../../gateway/notify/person-records.ts';
import { PushTable } from '../../../gateway/notify/push-table.ts';
import { QuietTable } from '../../../gateway/notify/quiet-table.ts';
import { ReachTestTable } from '../../../gateway/notify/reach-test-table.ts';
import { memoryDatabase } from '../store/memory-db.ts';

const said = { by: 'test', why: null } as const;
const endpoint = 'https://push.example.kr/1';

function world() {
  const [db, clock] = [memoryDatabase(), new SimClock()];
  const records = new PersonRecords(db);
  const accounts = new Accounts({
    ...{ db, clock, audit: new Audit({ db, clock }), sessionKey: () => new Uint8Array(32) },
    onGone: (name) => records.forget(name),
  });
  const [contacts, push] = [new ContactTable(db), new PushTable(db)];
  const [quiet, tests] = [new QuietTable(db), new ReachTestTable(db)];
  const add = (name: string) => accounts.people.write({ name, role: 'operator', buildings: [] }, 'none', said);
  const fill = (name: string) => {
    contacts.put({ person: name, channel: 'sms', address: '0101', language: 'ko' }, 1);
    contacts.put({ person: name, channel: 'push', address: endpoint, language: 'ko' }, 1);
    push.put({ endpoint, person: name, p256dh: 'p', auth: 'a' });
    quiet.put(name, { from: 0, to: 60 });
    tests.put({ person: name, number: 1, key: 'k', askedAt: 1, answeredAt: null, unansweredSince: 1 });
  };
  const left = (name: string) => [
    ...contacts.of(name).map(({ address }) => address),
    ...[push.find(endpoint)?.person === name, quiet.of(name) !== null, tests.of(name) !== undefined],
  ];
  return { records, accounts, add, fill, left };
}

test.each([
  ['removed', ({ accounts }: ReturnType<typeof world>) => accounts.people.remove('room-302', said)],
  ['added again', ({ add }: ReturnType<typeof world>) => add('room-302')],
])('where and when one is told goes with who was %s: who has the name next begins with nothing', (_what, happens) => {
  const here = world();
  for (const name of ['boss', 'room-302']) here.add(name);
  here.fill('room-302');
  expect(here.left('room-302')).toEqual(['https://push.example.kr/1', '0101', true, true, true]);
  happens(here);
  here.add('room-302');
  expect(here.left('room-302')).toEqual([false, false, false]);
});

test('another role or another password leaves them; what nobody has is swept', async () => {
  const { accounts, add, fill, left, records } = world();
  for (const name of ['boss', 'kim']) add(name);
  fill('kim');
  accounts.people.change('kim', { role: 'viewer', buildings: [] }, said);
  accounts.people.writePassword('kim', 'hash', said);
  expect(left('kim')).toHaveLength(5);
  records.keepOnly(new Set(['boss', 'kim']));
  expect(left('kim')).toHaveLength(5);
  records.keepOnly(new Set(['boss']));
  expect(left('kim')).toEqual([false, false, false]);
});
