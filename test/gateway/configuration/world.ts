import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSite } from '../../../config/load-site.ts';
import type { ConfigurationReport } from '../../../contract/configuration.ts';
import { agentIdSchema, siteIdSchema } from '../../../contract/ids.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { verifyPart } from '../../../edge/configuration/verify-part.ts';
import { type AuditEntry, assertNoSecret } from '../../../gateway/audit/entry.ts';
import { AuthorityKeeper } from '../../../gateway/ca/authority-keeper.ts';
import { chosenSites } from '../../../gateway/configuration/chosen-sites.ts';
import type { AgentFacts } from '../../../gateway/configuration/rollout.ts';
import { ConfigurationService } from '../../../gateway/configuration/service.ts';
import { silentLog } from '../../../gateway/log.ts';
import { goodSite } from '../../config/site-text.ts';
import { tempDir } from '../../temp.ts';

export const site = siteIdSchema.parse('test');
export const kim = { by: 'person:kim', why: 'more often' };
export const faster = goodSite.replace('every: 5s }\nlots', 'every: 2s }\nlots');
export const slower = goodSite.replace('unit: 2, every: 5s', 'unit: 2, every: 20s');

/** A gateway's folder and its agent; `start` is a start of the gateway's process on it. */
export function worldOf(text = goodSite) {
  const dir = tempDir();
  const file = join(dir, 'site.yaml');
  writeFileSync(file, text);
  const clock = new SimClock();
  const audit: AuditEntry[] = [];
  const written = (entry: AuditEntry) => {
    assertNoSecret(entry);
    audit.push(entry);
  };
  const authority = new AuthorityKeeper({ dir, clock, audit: { write: (entry) => audit.push(entry) } });
  const loadedGiven = () => {
    const loaded = loadSite(file);
    if (!loaded.ok) throw new Error('the given file is good');
    return [loaded.site];
  };
  const report = (of: Partial<ConfigurationReport>): ConfigurationReport => ({
    ...{ pull: true, version: null, highest: 0, trial: null, last: null },
    ...of,
  });
  const world = {
    ...{ dir, file, clock, audit },
    agent: { heard: true, report: report({}), devices: { air: 'online', meter: 'online' } } as AgentFacts,
    restarts: 0,
    said: [] as string[],
    troubles: [] as { code: string }[],
    tells: (of: Partial<ConfigurationReport>) => {
      world.agent = { ...world.agent, report: report(of) };
    },
    loadedGiven,
    service: undefined as ConfigurationService | undefined,
    start() {
      const sites = chosenSites(loadedGiven(), dir, silentLog);
      world.service = new ConfigurationService({
        ...{ sites, given: new Map([[site, file]]), dir, clock, log: silentLog, authority },
        audit: { write: written },
        facts: () => ({ agents: new Map([['cab', world.agent]]), hops: [], failing: [], cannotStore: false }),
        offer: (_topic, payload) => world.said.push(payload),
        tell: (troubles) => {
          world.troubles = [...troubles];
        },
        onRestart: () => world.restarts++,
      });
      return { service: world.service, every: sites[0]?.agents[0]?.buses[1]?.devices[0]?.points[0]?.everyMs };
    },
    async looks(seconds: number) {
      for (let s = 0; s < seconds; s += 5) {
        await clock.advance(5000);
        await world.service?.look();
      }
    },
    stage: (text: string, confirm: string[] = []) =>
      world.service?.stage(kim, site, { text, profiles: [], confirm }) ?? Promise.reject(new Error('not started')),
    /** What the agent's topic holds, as the agent reads it. */
    offered() {
      const [only] = world.service?.retained() ?? [];
      const pem = readFileSync(join(dir, 'ca/ca.crt'), 'utf8');
      return verifyPart(JSON.parse(only?.payload ?? '{}'), { site, agent: agentIdSchema.parse('cab') }, pem);
    },
    actions: () => audit.map(({ action }) => action).filter((action) => action.startsWith('configuration')),
  };
  return world;
}
