import type { Site } from '../../config/site.ts';
import type { ConfigurationItem } from '../../contract/http/configuration.ts';
import { configurationWords } from '../../contract/words/configuration.ts';
import type { SiteRecord } from './record.ts';
import type { RolloutFacts } from './rollout.ts';

/** How the configuration of a site stands, as routes and commands show it. Pure. */
export function itemOf(site: Site, record: SiteRecord, { agents }: RolloutFacts): ConfigurationItem {
  const heard = (agent: string) => agents.get(agent)?.heard ?? false;
  const { rollout } = record;
  return {
    site: site.id,
    version: record.current?.version ?? null,
    trying: record.runsDraft,
    rollout:
      rollout === null
        ? null
        : {
            ...{ version: rollout.version, stage: rollout.stage, by: rollout.by, why: rollout.why },
            at: new Date(rollout.at).toISOString(),
            trialMinutes: Math.round(rollout.trial.ms / 6000) / 10,
            agents: rollout.agents.map(({ agent, step }) => ({ agent, step, heard: heard(agent) })),
            halted:
              rollout.reason === null
                ? null
                : { reason: rollout.reason, words: { ...configurationWords(rollout.reason) } },
            losses: [...rollout.losses],
          },
    agents: site.agents.map(({ id }) => ({ agent: id, heard: heard(id), report: agents.get(id)?.report ?? null })),
  };
}
