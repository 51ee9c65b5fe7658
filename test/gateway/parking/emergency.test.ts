import { expect, test } from 'vitest';
import { buildingIdSchema } from '../../../contract/ids.ts';
import type { Participant, Signal } from '../../../gateway/commit/participant.ts';
import { byGateway, Parking } from '../../../gateway/parking/parking.ts';
import { Core, siteId } from '../core.ts';
import { lotId, yardSite } from './yard.ts';

const hanbit = buildingIdSchema.parse('hanbit');
const fire = (active: boolean, alert = 'a1', building = hanbit): Signal => ({
  kind: 'emergency',
  site: siteId,
  building,
  alert,
  hazard: 'fire',
  level: '심각',
  active,
});

/** Alerts as parking sees them: a service before it that says what it is told to. */
function world(dir?: string) {
  const site = yardSite(3, { buildings: ['hanbit'], emergencySign: { ko: '소방차 통행', en: 'Fire engines passing' } });
  const core = new Core({ site, ...(dir === undefined ? {} : { dir }) });
  const alarms: Participant<readonly Signal[], boolean, boolean> = {
    name: 'alarms',
    watches: () => false,
    decide: ({ action }) => (action === null ? null : { decisions: true, answer: true, signals: action.action }),
    record: () => {},
    apply: () => ({}),
  };
  const say = core.commit.join(alarms);
  const parking = new Parking({ db: core.store.db, sites: [site], clock: core.clock });
  const act = core.commit.join(parking);
  core.commit.start();
  act(byGateway, { kind: 'begin' });
  const lot = () => parking.lot(siteId, lotId);
  return { core, lot, say: (...signals: Signal[]) => say({ by: 'gateway', why: null }, signals) };
}

test('a fire in its building sets the sign and lets nobody in, in the same commit', () => {
  const { lot, say } = world();
  say(fire(true));
  expect(lot()).toMatchObject({
    state: 'closed',
    sign: { ko: '소방차 통행', en: 'Fire engines passing' },
    free: 0,
    outOfService: 3,
    fullness: 'closed',
  });
});

test('the sign stays until the last of several alerts has ended, and over a restart', () => {
  const first = world();
  first.say(fire(true, 'a1'), fire(true, 'a2'));
  first.say(fire(false, 'a1'));
  expect(first.lot()?.sign).not.toBe(null);
  first.core.close();
  const second = world(first.core.dir);
  expect(second.lot()?.sign).toEqual({ ko: '소방차 통행', en: 'Fire engines passing' });
  second.say(fire(false, 'a2'));
  expect(second.lot()).toMatchObject({ state: 'open', sign: null });
});

test('a fire elsewhere is none of its business', () => {
  const { lot, say } = world();
  say(fire(true, 'a1', buildingIdSchema.parse('other')));
  expect(lot()).toMatchObject({ state: 'open', sign: null });
});
