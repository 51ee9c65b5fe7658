import type { BuildingItem, SiteItem } from '../../../contract/http/live.ts';
import type { InvitationItem, PersonItem } from '../../../contract/http/people.ts';
import { roleNames } from '../../../contract/words/roles.ts';
import { joinPageWords, joinWords } from '../../text/join.ts';
import type { Language } from '../../text/text.ts';
import { filled } from '../../text/words.ts';

/** Roles, buildings and invitations in words. Pure. */

export type Role = PersonItem['role'];
export type BuildingRef = PersonItem['buildings'][number];
export type Name = BuildingItem['name'];
export type Offer = InvitationItem['offer'];

export const roles = ['resident', 'manager', 'viewer', 'operator', 'admin'] as const satisfies readonly Role[];

/** Managers and residents are of buildings; the others are for everything. */
export function isOfBuildings(role: Role): boolean {
  return role === 'manager' || role === 'resident';
}

/** Also for a role that these pages do not know yet: then it is the gateway's word. */
export function roleText(role: string, language: Language): string {
  const known = roles.find((each) => each === role);
  return known === undefined ? role : roleNames[known][language];
}

/** What an invitation makes; `building` is the building's name, or its id where it has none any more. */
export function offerText(offer: Offer, building: Name | null, language: Language): string {
  if (offer.for === 'password') return filled(joinPageWords.passwordOf[language], { person: offer.person });
  const name = building?.[language] ?? offer.building?.building ?? '';
  return filled(joinWords[offer.role][language], { building: name });
}

/** The buildings one may deal with and what they are called. */
export class Places {
  readonly buildings: readonly BuildingItem[];
  /** The wall clock of the first site; of the reader where there is none. */
  readonly zone: string;
  readonly #sites: readonly SiteItem[];

  constructor(sites: readonly SiteItem[] = [], buildings: readonly BuildingItem[] = []) {
    this.#sites = sites;
    this.buildings = buildings;
    this.zone = sites[0]?.timezone ?? readerZone();
  }

  /** With its site's name where there are several sites; the id of one that no site file has any more. */
  nameOf(ref: BuildingRef, language: Language): string {
    const found = this.buildings.find(({ site, building }) => site === ref.site && building === ref.building);
    const name = found?.name[language] ?? ref.building;
    if (this.#sites.length < 2) return name;
    const site = this.#sites.find(({ site }) => site === ref.site);
    return `${name} (${site?.name[language] ?? ref.site})`;
  }

  siteNames(language: Language): string {
    return this.#sites.map(({ name }) => name[language]).join(' · ');
  }

  offerText(offer: Offer, language: Language): string {
    const ref = offer.for === 'join' ? offer.building : null;
    const name = ref === null ? null : { ko: this.nameOf(ref, 'ko'), en: this.nameOf(ref, 'en') };
    return offerText(offer, name, language);
  }
}

/** One building in one word, as in the value of a choice. */
export const refText = ({ site, building }: BuildingRef) => `${site}/${building}`;

export function readerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
