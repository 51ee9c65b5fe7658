import { roles as accountRoles, isOfBuildings, type Role } from '../../contract/roles.ts';
import type { ChannelKind, PersonChannel } from './channels/channel.ts';
import type { Contact } from './contact-table.ts';
import type { Notice } from './notice.ts';
import { type Telling, turnsOf } from './who-next.ts';

/** One address that a notice goes to. Pure. */
export type Target = {
  /** Unique within the notice: `webhook:{id}`, `{channel}:{person}:{address}`. */
  readonly id: string;
  readonly channel: ChannelKind;
  /** null: a program. */
  readonly person: string | null;
  readonly address: string;
  readonly language: 'ko' | 'en';
  /** Place among the person's own channels: the first is tried at once, the next when it is not enough. */
  readonly rank: number;
  /** Place of the person among those who are told one after the other: 0 is told at once. */
  readonly turn: number;
};

type Person = {
  readonly name: string;
  readonly role: Role;
  readonly buildings: readonly { readonly site: string; readonly building: string }[];
};
type Webhook = { readonly site: string; readonly id: string; readonly url: string; readonly roles: readonly string[] };

/** Who is there to be told. What decides the order may be left out: everybody of the role is told at once then. */
export type Who = {
  readonly people: readonly Person[];
  readonly contacts: readonly Contact[];
  readonly webhooks: readonly Webhook[];
  readonly telling?: Pick<Telling, 'people' | 'channels' | 'language'>;
  /** Null: there is no rota. */
  readonly onDuty?: readonly string[] | null;
  /** Everybody whom the site file names for the role: they fill a role of the site's own. */
  readonly named?: readonly string[];
  /** Who wants to hear nothing just now that can wait. */
  readonly quiet?: ReadonlySet<string>;
  /** Who was told of the alert before; asked for when it is over. */
  told?(): ReadonlySet<string>;
};

/** A phone in the hand first; a mailbox last. */
const usualOrder: readonly PersonChannel[] = ['push', 'sms', 'email'];
/** What can wait goes to the mailbox, and to a phone only where there is none. */
const routineOrder: readonly PersonChannel[] = ['email', 'push', 'sms'];

/** The reason of a notice that tries each of a person's channels by itself. */
export const reachTest = 'reach-test';

type TargetNotice = Pick<Notice, 'site' | 'building' | 'audience' | 'urgency' | 'reason' | 'alert'>;

export function targetsOf(notice: TargetNotice, who: Who): Target[] {
  const { audience, reason } = notice;
  const addresses = addressesOf(notice, who);
  if (audience.person !== undefined && audience.person !== null) {
    const own = ofPerson(audience.person, addresses, { turn: 0, language: null });
    return reason === reachTest ? own.map((target) => ({ ...target, rank: 0 })) : own;
  }
  const language = who.telling?.language ?? null;
  const people = turnsFor(notice, who, addresses).flatMap((names, turn) =>
    names.flatMap((name) => ofPerson(name, addresses, { turn, language })),
  );
  return [...programsOf(notice, who), ...people];
}

function programsOf({ site, audience }: TargetNotice, { webhooks }: Who): Target[] {
  return webhooks
    .filter((hook) => hook.site === site && hook.roles.includes(audience.role))
    .map(
      ({ id, url }): Target => ({
        ...{ id: `webhook:${id}`, channel: 'webhook', person: null, address: url },
        ...{ language: 'ko', rank: 0, turn: 0 },
      }),
    );
}

type Addresses = ReadonlyMap<string, readonly Contact[]>;

/**
 * Names by turn. What no acknowledgement can stop has one turn; who was told of an alert is told of its end. Residents have
 * one turn always: that somebody has taken an alert is no reason to stay in the building.
 */
function turnsFor(notice: TargetNotice, who: Who, addresses: Addresses): readonly (readonly string[])[] {
  const { urgency, reason, alert } = notice;
  const { telling, onDuty = null, quiet } = who;
  const all = holdersOf(notice, who).filter((name) => addresses.has(name));
  if (notice.audience.role === 'resident') return [all];
  const isAsleep = (name: string) =>
    urgency !== 'life-safety' && quiet?.has(name) === true && !(onDuty?.includes(name) ?? false);
  const { turns } = turnsOf({ holders: all.filter((name) => !isAsleep(name)), order: telling?.people ?? [], onDuty });
  const [first = [], ...later] = turns;
  // What is held for those who sleep takes nobody's turn.
  const asleep = all.filter(isAsleep);
  if (later.length === 0) return [[...first, ...asleep]];
  if (reason === 'cleared') {
    const told = who.told?.() ?? new Set();
    const own = all.filter((name) => told.has(name));
    return [own.length === 0 ? all : own];
  }
  if (alert !== null) return [[...first, ...asleep], ...later];
  return onDuty === null || urgency === 'life-safety' ? [all] : [all.filter((name) => onDuty.includes(name))];
}

const isAccountRole = (role: string): role is Role => (accountRoles as readonly string[]).includes(role);

/** Names of those who fill the notice's role: by their account, or named for a role that is the site's own. */
export function holdersOf(
  { audience: { role }, site, building }: Pick<Notice, 'audience' | 'site' | 'building'>,
  { people, named = [] }: Pick<Who, 'people' | 'named'>,
): string[] {
  const isOwn = !isAccountRole(role);
  return people
    .filter((person) => (isOwn ? named.includes(person.name) : holds(person, { role, site, building })))
    .map(({ name }) => name);
}

/** Managers and residents hold their role in their own buildings; trouble that belongs to no building is the operators'. */
export function holds(
  { role, buildings }: Person,
  of: { readonly role: string; readonly site: string; readonly building: string },
): boolean {
  if (role !== of.role) return false;
  if (!isOfBuildings(role)) return true;
  return buildings.some((own) => own.site === of.site && own.building === of.building);
}

type Address = Pick<Contact, 'person' | 'channel' | 'goneAt'>;

/** Everybody who has an address that works. They are told whatever an order says: it decides the place of channels alone. */
export function reachable(contacts: readonly Address[]): Set<string> {
  return new Set(contacts.filter(isAlive).map(({ person }) => person));
}

function isAlive({ goneAt }: Address): boolean {
  return goneAt === null;
}

/** Addresses that work, by person, in the order in which they are tried. */
function addressesOf({ urgency, reason }: TargetNotice, { contacts, telling }: Who): Addresses {
  const usual = urgency === 'routine' ? routineOrder : usualOrder;
  const named = telling?.channels ?? usual;
  const others = usual.filter((channel) => !named.includes(channel));
  const isByAll = urgency === 'life-safety' || reason === reachTest;
  const of = new Map<string, readonly Contact[]>();
  for (const [person, own] of Map.groupBy(contacts.filter(isAlive), (contact) => contact.person)) {
    const first = inOrder(own, named);
    // Who has none of the channels that are named is told by what they have.
    of.set(person, isByAll || first.length === 0 ? [...first, ...inOrder(own, others)] : first);
  }
  return of;
}

function inOrder(own: readonly Contact[], channels: readonly PersonChannel[]): Contact[] {
  return channels.flatMap((channel) => own.filter((contact) => contact.channel === channel));
}

function ofPerson(person: string, addresses: Addresses, of: { turn: number; language: 'ko' | 'en' | null }): Target[] {
  return (addresses.get(person) ?? []).map((contact, rank) => targetOf(contact, { ...of, rank }));
}

/** One address of a person; `language` null: the address's own. */
export function targetOf(
  { person, channel, address, language }: Pick<Contact, 'person' | 'channel' | 'address' | 'language'>,
  of: { rank: number; turn: number; language: 'ko' | 'en' | null },
): Target {
  return {
    ...{ id: `${channel}:${person}:${address}`, channel, person, address },
    ...{ language: of.language ?? language, rank: of.rank, turn: of.turn },
  };
}
