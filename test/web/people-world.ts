import { checkedBuilding } from '../../gateway/accounts/people.ts';
import { makeWorld, said, twoDevices, type World } from '../gateway/http/fakes.ts';
import { plainBuilding } from '../plain-site.ts';

/** A site with two buildings, for the pages that people come and go by. */

export const hanbit = { site: 'saesol', building: 'hanbit' };
export const saebyeok = { site: 'saesol', building: 'saebyeok' };

const buildings = [
  plainBuilding('hanbit', { ko: '한빛상가', en: 'Hanbit Arcade' }),
  plainBuilding('saebyeok', { ko: '새벽빌라', en: 'Saebyeok Villa' }),
];

export function peopleWorld(): World {
  const world = makeWorld([twoDevices]);
  world.sites = world.sites.map((site) => ({ ...site, buildings }));
  return world;
}

const week = { lifeMs: 7 * 24 * 3_600_000 };

/** The code of a new invitation for residents. */
export function invited(world: World, building = hanbit, uses = 1): string {
  const offer = { for: 'join', role: 'resident', building: checkedBuilding(building) } as const;
  return world.accounts.invitations.create(offer, { uses, ...week }, said).code;
}

/** The code of a new link for a new password. */
export function passwordLink(world: World, person: string): string {
  return world.accounts.invitations.create({ for: 'password', person }, { uses: 1, ...week }, said).code;
}
