import type { Site } from '../../config/site.ts';
import type { ReachLook } from '../alerts/do-action.ts';
import type { ChannelHealth } from './channel-health.ts';
import type { Reached } from './reach-test.ts';
import type { ReachTests } from './reach-tests.ts';
import type { RoleState } from './unreachable.ts';
import type { RotaState } from './who-is-told.ts';

type Known = {
  readonly roles: readonly RoleState[];
  readonly rotas: readonly RotaState[];
  readonly people: ReturnType<ReachTests['states']>;
  readonly channels: ReturnType<ChannelHealth['states']>;
};

/** Those who are told first: each of them is a trouble by name. Residents are one a building, and no name is said. */
const staff: ReadonlySet<string> = new Set(['operator', 'manager', 'admin']);

/** Null: nothing is known to arrive, so what stood before stays; nobody becomes reached by taking an address away. */
const standing: Readonly<Record<Reached, boolean | null>> = {
  ...{ gone: true, denied: true, unanswered: true, stale: true, reached: false },
  ...{ 'no-address': null, unproven: null },
};

/** What stands of people who are not reached, and what does not, as the alerts take it. Pure. */
export function reachTroubles(
  { buildings }: Pick<Site, 'buildings'>,
  { roles, rotas, people, channels }: Known,
): ReachLook[] {
  const idOf = (building: string | null) => buildings.find(({ id }) => id === building)?.id ?? null;
  // Residents leave browsers behind; who of them nothing at all reaches has no answer to a test.
  const unreached = people.filter(
    ({ person, reached }) => person.role === 'resident' && standing[reached] === true && reached !== 'stale',
  );
  const dark = new Set(unreached.flatMap(({ person }) => person.buildings.map(({ building }) => building)));
  return [
    ...roles.map(({ role, building, people: count, isReachable }): ReachLook => {
      const at = idOf(building);
      return {
        building: at,
        why: { code: 'role-unreachable', role, building: at, people: count },
        stands: !isReachable,
      };
    }),
    ...rotas.map(({ role, building, people: named, isGap }): ReachLook => {
      const at = idOf(building);
      return { building: at, why: { code: 'rota-gap', role, building: at, people: [...named] }, stands: isGap };
    }),
    ...people.flatMap(({ person, reached, days }): ReachLook[] => {
      if (!staff.has(person.role)) return [];
      const cause = reached === 'gone' || reached === 'denied' || reached === 'stale' ? reached : 'unanswered';
      const why = { code: 'person-unreached', person: person.name, cause, days } as const;
      return [{ building: null, why, stands: standing[reached] }];
    }),
    ...channels.map(({ channel, isFailing }): ReachLook => {
      return { building: null, why: { code: 'channel-failing', channel }, stands: isFailing };
    }),
    ...buildings.map(({ id }): ReachLook => {
      return { building: id, why: { code: 'residents-unreached', building: id }, stands: dark.has(id) };
    }),
  ];
}
