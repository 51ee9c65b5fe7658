import { describe, expect, onTestFinished, test } from 'vitest';
import { buildingIdSchema } from '../../../contract/ids.ts';
import type { SimClock } from '../../../contract/sim-clock.ts';
import { silentLog } from '../../../gateway/log.ts';
import { ReachWatch } from '../../../gateway/notify/reach-watch.ts';
import { type KnownOfSite, type RoleState, roleStates } from '../../../gateway/notify/unreachable.ts';
import { AlertsWorld } from '../alerts/alerts-world.ts';
import { siteId } from '../core.ts';

const oh = { name: 'oh', role: 'operator' as const, buildings: [] };
const hanbit = { site: siteId, building: buildingIdSchema.parse('hanbit') };
const lee = { name: 'lee', role: 'manager' as const, buildings: [hanbit] };
const of: KnownOfSite = {
  site: 'saesol',
  buildings: ['hanbit'],
  kinds: ['sms', 'push'],
  programs: [],
  people: [oh, lee],
  contacts: [
    { person: 'oh', channel: 'sms', goneAt: null },
    { person: 'lee', channel: 'push', goneAt: null },
  ],
};
const unreachable = (known: KnownOfSite) =>
  roleStates(known)
    .filter(({ isReachable }) => !isReachable)
    .map(({ role, building }) => (building === null ? role : `${role} ${building}`));

describe('a role can be reached', () => {
  test.each<[string, Partial<KnownOfSite>, string[]]>([
    ['by an address that works', {}, []],
    [
      'not by one that is gone',
      { contacts: [{ person: 'oh', channel: 'sms', goneAt: 1 }] },
      ['operator', 'manager hanbit'],
    ],
    ['not by a channel that the site has not', { kinds: ['email'] }, ['operator', 'manager hanbit']],
    ['by a program', { programs: ['operator'], contacts: [] }, ['manager hanbit']],
    ['only by who fills it in that building', { buildings: ['hanbit', 'byeol'] }, ['manager byeol']],
    ['not when nobody fills it', { people: [lee] }, ['operator']],
    ['or nobody is expected to be, where the pages are the only way', { kinds: [], contacts: [] }, []],
  ])('%s', (_what, more, expected) => {
    expect(unreachable({ ...of, ...more })).toEqual(expected);
  });
});

test('a role that cannot be reached is a trouble within the turn, told once, stands over a restart, and ends by itself', async () => {
  const world = new AlertsWorld();
  let states: RoleState[] = roleStates({ ...of, contacts: [] });
  const tell = (on: AlertsWorld) => (_site: string, now: readonly RoleState[]) => {
    const troubles = now.map(({ role, people, isReachable }) => {
      const why = { code: 'role-unreachable', role, building: null, people } as const;
      return { building: null, why, stands: !isReachable };
    });
    on.act({ kind: 'reach', site: siteId, troubles: troubles.slice(0, 1) });
  };
  const { clock } = world.core;
  const watch = (on: AlertsWorld, at: SimClock) => {
    const made = new ReachWatch({
      sites: ['saesol'],
      clock: at,
      log: silentLog,
      troublesOf: () => states,
      tell: tell(on),
    });
    onTestFinished(() => made.close());
    return made;
  };
  const first = watch(world, clock);
  first.start();
  await clock.advance(0);
  const stands = () => world.open('all').filter(({ rule }) => rule === 'reach:operator');
  expect(stands()).toMatchObject([
    { state: 'unack', level: '주의', why: { code: 'role-unreachable', role: 'operator' } },
  ]);
  await clock.advance(90_000);
  expect(stands()).toHaveLength(1);
  const notices = world.notices.undone(0, 99).filter(({ alert }) => alert === stands()[0]?.id);
  expect(notices.map(({ reason }) => reason)).toEqual(['raised']);
  first.close();
  const again = world.restart('kill');
  expect(again.open('all').map(({ rule }) => rule)).toContain('reach:operator');
  states = roleStates(of);
  watch(again, again.core.clock).start();
  await again.core.clock.advance(0);
  expect(again.one('reach:operator')).toMatchObject({ state: 'rtn-unack' });
});
