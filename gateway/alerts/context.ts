import type { PointRef, SiteId } from '../../contract/ids.ts';
import type { AlertSite } from './alert-site.ts';
import { RuleIndex, type SiteRule } from './evaluate.ts';
import { type AgentWiring, causesOf } from './grouping.ts';
import type { AlertClock } from './memory.ts';
import type { AlertPolicy } from './policy.ts';

/** What never changes while the gateway runs: sites, rules, wiring, policy, clock. */
export class AlertContext {
  readonly sites: ReadonlyMap<SiteId, AlertSite>;
  readonly index: RuleIndex;
  readonly policy: AlertPolicy;
  readonly clock: AlertClock;
  readonly #ofPoint = new Map<string, AgentWiring>();
  readonly #ofCause = new Map<string, { readonly wiring: AgentWiring; readonly wider: readonly string[] }>();

  constructor(of: { sites: readonly AlertSite[]; rules: readonly SiteRule[]; policy: AlertPolicy; clock: AlertClock }) {
    this.sites = new Map(of.sites.map((site) => [site.site, site]));
    this.index = new RuleIndex(of.rules);
    this.policy = of.policy;
    this.clock = of.clock;
    for (const { site, wiring } of of.sites) for (const one of wiring) this.#add(site, one);
  }

  wiringOfPoint(site: SiteId, point: PointRef): AgentWiring | undefined {
    return this.#ofPoint.get(`${site}/${point}`);
  }

  /** The agent whose wiring a trouble is of; undefined for troubles that no wiring tells. */
  wiringOfCause(site: SiteId, cause: string): AgentWiring | undefined {
    return this.#ofCause.get(`${site}/${cause}`)?.wiring;
  }

  /** Wider causes that would explain this one. */
  widerOf(site: SiteId, cause: string): readonly string[] {
    return this.#ofCause.get(`${site}/${cause}`)?.wider ?? [];
  }

  #add(site: SiteId, wiring: AgentWiring): void {
    for (const { devices } of wiring.buses) {
      for (const { points } of devices) for (const { ref } of points) this.#ofPoint.set(`${site}/${ref}`, wiring);
    }
    for (const [cause, wider] of causesOf(wiring)) this.#ofCause.set(`${site}/${cause}`, { wiring, wider });
  }
}
