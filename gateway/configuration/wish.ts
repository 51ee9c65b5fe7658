import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { confirmationOf } from '../../config/against/confirm.ts';
import type { Site } from '../../config/site.ts';
import { Refusal } from '../../contract/problems/refusal.ts';
import type { ConfigurationRefusal } from '../../contract/reasons/configuration.ts';
import type { SiteChange } from '../../contract/reasons/site-changes.ts';
import { siteChangeWords } from '../../contract/words/site-changes.ts';
import { folderOf } from './chosen-sites.ts';
import { type Draft, readDraft, unconfirmed } from './draft.ts';
import type { FileVersion, SiteRecord } from './record.ts';
import { isActive, type RolloutFacts } from './rollout.ts';

/** A site file that somebody wants to try. */
export type Wish = Pick<FileVersion, 'text' | 'profiles'> & {
  readonly confirm: readonly string[];
  readonly first?: string | undefined;
  /** Handed down by the city under this version. */
  readonly city?: FromCity;
};

export type FromCity = {
  readonly version: number;
  /** Losses that what was signed allows besides those it confirms word by word. */
  allows(change: SiteChange): boolean;
};

/** What the city handed down is not taken; what runs goes on. */
export class NotTaken extends Error {
  override name = 'NotTaken';
  readonly reason: ConfigurationRefusal;

  constructor(reason: ConfigurationRefusal) {
    super(reason.code);
    this.reason = reason;
  }
}

/** Where drafts are unpacked, and the site file that the gateway was given. */
export type Place = { readonly dir: string; readonly given: string };

/**
 * The wish as it can be tried.
 * @throws Refusal with what is wrong with the file, or what nobody has confirmed that it takes away
 * @throws NotTaken for what only something of the city is refused
 */
export async function checkedWish(
  { text, profiles, confirm, city }: Wish,
  { site, record, facts, place }: { site: Site; record: SiteRecord; facts: RolloutFacts; place: Place },
): Promise<{ draft: Draft; version: FileVersion }> {
  if (record.rollout !== null && isActive(record.rollout))
    throw new Refusal('configuration-under-way', { version: record.rollout.version });
  const version: FileVersion = { version: versionAfter(record, facts), text, profiles };
  const folder = folderOf(place.dir, site.id, version.version);
  const read = await readDraft(version, site, { folder, given: place.given });
  if (!read.ok) {
    rmSync(folder, { recursive: true, force: true });
    throw new Refusal('configuration-refused', { problems: read.problems.slice(0, 50) });
  }
  if (city !== undefined && !isDeepStrictEqual(read.draft.site.gateway.city, site.gateway.city))
    throw new NotTaken({ code: 'way-changed' });
  refuseDraft(read.draft, { confirm, city }, facts);
  return { draft: read.draft, version };
}

function refuseDraft(
  draft: Draft,
  { confirm, city }: Pick<Wish, 'confirm'> & { city: FromCity | undefined },
  { agents }: RolloutFacts,
): void {
  if (draft.changes.length === 0 && draft.parts.size === 0) throw new Refusal('configuration-same', {});
  const open = unconfirmed(draft, confirm).filter((change) => city?.allows(change) !== true);
  if (open.length > 0) {
    const losses = open.map((change) => ({ confirm: confirmationOf(change), ...siteChangeWords(change) }));
    throw new Refusal('configuration-not-confirmed', { losses });
  }
  const unwilling = [...draft.parts.keys()].filter((id) => agents.get(id)?.report?.pull === false);
  if (unwilling.length > 0) throw new Refusal('configuration-pull-off', { agents: unwilling });
}

/** Above every one that the gateway gave and every one that an agent reports. */
function versionAfter(record: SiteRecord, { agents }: RolloutFacts): number {
  const reported = [...agents.values()].map(({ report }) => report?.highest ?? 0);
  return Math.max(record.highest, ...reported) + 1;
}

/** Who gets it in which order. @throws Refusal when the first cannot try it */
export function orderOf(draft: Draft, { agents }: RolloutFacts, first: string | null): string[] {
  const ids: string[] = [...draft.parts.keys()];
  const isHeard = (id: string) => agents.get(id)?.heard === true;
  const chosen = first !== null && ids.includes(first) ? first : ids.find(isHeard);
  if (ids.length === 0) return [];
  if (chosen === undefined || !isHeard(chosen))
    throw new Refusal('configuration-nobody-to-try', { agent: chosen ?? null });
  return [chosen, ...ids.filter((id) => id !== chosen)];
}
