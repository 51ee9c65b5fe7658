import { isOfBuildings } from '../../contract/roles.ts';
import type { Person } from '../accounts/people.ts';
import type { ChannelKind } from './channels/channel.ts';
import type { Contact } from './contact-table.ts';
import { holds, reachable } from './targets.ts';

/** A role that somebody has to fill, and whether anybody who does can be told. `building` null: of the whole site. */
export type RoleAt = { readonly role: 'operator' | 'manager'; readonly building: string | null };
export type RoleState = RoleAt & { readonly people: number; readonly isReachable: boolean };

export type KnownOfSite = {
  readonly site: string;
  readonly buildings: readonly string[];
  /** By which people of the site are told. */
  readonly kinds: readonly ChannelKind[];
  /** Roles that programs are told of. */
  readonly programs: readonly string[];
  readonly people: readonly Pick<Person, 'name' | 'role' | 'buildings'>[];
  readonly contacts: readonly Pick<Contact, 'person' | 'channel' | 'goneAt'>[];
};

/**
 * The roles that alerts are told to first, and whether anybody of each has an address that works. Pure. Nothing where the
 * site tells people by its pages alone: nobody is expected to have an address then.
 */
export function roleStates(known: KnownOfSite): RoleState[] {
  const { site, buildings, kinds, programs, people, contacts } = known;
  if (kinds.length === 0) return [];
  const roles: RoleAt[] = [
    { role: 'operator', building: null },
    ...buildings.map((building) => ({ role: 'manager' as const, building })),
  ];
  const works = reachable(contacts.filter(({ channel }) => kinds.includes(channel)));
  return roles.map(({ role, building }) => {
    const own = people.filter((person) => holds(person, { role, site, building: building ?? '' }));
    const isReachable = programs.includes(role) || own.some(({ name }) => works.has(name));
    return { role, building: isOfBuildings(role) ? building : null, people: own.length, isReachable };
  });
}
