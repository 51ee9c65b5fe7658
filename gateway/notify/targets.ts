import { isOfBuildings, type Role } from '../../contract/roles.ts';
import type { ChannelKind } from './channels/channel.ts';
import type { Contact } from './contact-table.ts';
import type { Notice, Urgency } from './notice.ts';

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
};

type Person = {
  readonly name: string;
  readonly role: Role;
  readonly buildings: readonly { readonly site: string; readonly building: string }[];
};
type Webhook = { readonly site: string; readonly id: string; readonly url: string; readonly roles: readonly string[] };

/** A phone in the hand first; a mailbox last. */
const order: readonly ChannelKind[] = ['push', 'sms', 'email'];
/** What can wait goes to the mailbox, and to a phone only where there is none. */
const routineOrder: readonly ChannelKind[] = ['email', 'push', 'sms'];

export function targetsOf(
  notice: Pick<Notice, 'site' | 'building' | 'audience' | 'urgency'>,
  who: { people: readonly Person[]; contacts: readonly Contact[]; webhooks: readonly Webhook[] },
): Target[] {
  const { site, building, audience, urgency } = notice;
  const programs = who.webhooks
    .filter((hook) => hook.site === site && hook.roles.includes(audience.role))
    .map(
      ({ id, url }): Target => ({
        id: `webhook:${id}`,
        channel: 'webhook',
        person: null,
        address: url,
        language: 'ko',
        rank: 0,
      }),
    );
  const people = who.people.filter((person) => holds(person, { role: audience.role, site, building }));
  return [...programs, ...people.flatMap(({ name }) => ofPerson(name, who.contacts, urgency))];
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

function ofPerson(person: string, contacts: readonly Contact[], urgency: Urgency): Target[] {
  const channels = urgency === 'routine' ? routineOrder : order;
  return contacts
    .filter((contact) => contact.person === person && contact.goneAt === null && channels.includes(contact.channel))
    .toSorted((a, b) => channels.indexOf(a.channel) - channels.indexOf(b.channel))
    .map(
      ({ channel, address, language }, rank): Target => ({
        id: `${channel}:${person}:${address}`,
        channel,
        person,
        address,
        language,
        rank,
      }),
    );
}
