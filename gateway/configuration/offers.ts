import type { Site } from '../../config/site.ts';
import { claimOf } from '../../contract/configuration.ts';
import type { SiteId } from '../../contract/ids.ts';
import type { ConfigurationReason } from '../../contract/reasons/configuration.ts';
import { topics } from '../../contract/topics.ts';
import type { Signer } from '../ca/document.ts';
import type { Draft } from './draft.ts';
import type { SiteRecord } from './record.ts';
import { offered, type Rollout } from './rollout.ts';
import { signPart, signWithdrawal } from './sign-part.ts';

export type Offers = SiteRecord['offers'];
export type OfferMessage = { readonly topic: string; readonly payload: string };

export function isAnyOffered(offers: Offers, version: number): boolean {
  return Object.keys(offers).some((agent) => isOffered(offers, agent, version));
}

/** Whose turn has come: those who have been told, and those who are to be. */
export function tellingOf(rollout: Rollout, offers: Offers): { told: string[]; untold: string[] } {
  const isTold = (agent: string) => isOffered(offers, agent, rollout.version);
  const turn = offered(rollout);
  return { told: turn.filter(isTold), untold: turn.filter((agent) => !isTold(agent)) };
}

/** With a signed part for each of `agents`. */
export function withParts(
  offers: Offers,
  signer: Signer,
  { site, rollout, draft, agents }: { site: SiteId; rollout: Rollout; draft: Draft; agents: readonly string[] },
): Offers {
  const { version, trial } = rollout;
  const all = { ...offers };
  for (const [agent, part] of draft.parts)
    if (agents.includes(agent)) all[agent] = signPart(signer, part, { site, agent, version, trial });
  return all;
}

/** With a signed withdrawal for each of `agents`. */
export function withWithdrawals(
  offers: Offers,
  signer: Signer,
  about: { site: Site; agents: readonly string[]; version: number; withdraws: number; reason: ConfigurationReason },
): Offers {
  const { site, agents, ...said } = about;
  const all = { ...offers };
  for (const { id } of site.agents)
    if (agents.includes(id)) all[id] = signWithdrawal(signer, { site: site.id, agent: id, ...said });
  return all;
}

/** What stands at the topics of a site's agents. */
export function messagesOf(site: Site, offers: Offers): OfferMessage[] {
  return messagesTo(site, offers, Object.keys(offers));
}

/** The same, for some of them. */
export function messagesTo(site: Site, offers: Offers, agents: readonly string[]): OfferMessage[] {
  return site.agents.flatMap(({ id }) => {
    const signed = offers[id];
    if (signed === undefined || !agents.includes(id)) return [];
    return [{ topic: topics.configuration(site.id, id), payload: JSON.stringify(signed) }];
  });
}

function isOffered(offers: Offers, agent: string, version: number): boolean {
  const signed = offers[agent];
  return signed !== undefined && claimOf(signed).version === version;
}
