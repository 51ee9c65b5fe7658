import { type BuildingId, type PointRef, type SiteId, tryPointRef } from '../../contract/ids.ts';
import type { Words } from '../../contract/words/words.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Escalation } from './elapse.ts';
import type { AgentWiring } from './grouping.ts';
import type { Place } from './maintenance.ts';
import type { AlertPolicy } from './policy.ts';

/** What alerts must know of a site: its rules, where its points are, and how they are wired. */
export type AlertSite = {
  readonly site: SiteId;
  readonly name: Words;
  readonly timezone: string;
  readonly buildings: ReadonlyMap<BuildingId, Words>;
  /** By id. */
  readonly rules: ReadonlyMap<string, Rule>;
  /** By `device/point`; a point that is not here has no place. */
  readonly places: ReadonlyMap<PointRef, PointPlace>;
  readonly wiring: readonly AgentWiring[];
};

export type PointPlace = Place & {
  /** As an operator would call it. */
  readonly name: Words;
};

const nowhere: Place = { building: null, zone: null };

export function placeOf(site: AlertSite, point: PointRef): Place {
  return site.places.get(point) ?? nowhere;
}

/** The name of a point's place; without one, the point as the site file names it. */
export function nameOf(site: AlertSite, point: string): Words {
  const ref = tryPointRef(point);
  return (ref === undefined ? undefined : site.places.get(ref))?.name ?? { ko: point, en: point };
}

export function zonesOf(site: AlertSite, points: readonly PointRef[]): string[] {
  const zones = points.flatMap((point) => placeOf(site, point).zone ?? []);
  return [...new Set(zones)];
}

/** Who is told of an alert: the rule's own role comes first, beside those whom the policy names. */
export function escalationOf(policy: AlertPolicy, of: { lifeSafety: boolean; who: string }): Escalation {
  const { steps, ...rest } = of.lifeSafety ? policy.lifeSafety.value : policy.other.value;
  const withOwn = steps.map((step, index) =>
    index === 0 && !step.roles.includes(of.who) ? { ...step, roles: [of.who, ...step.roles] } : step,
  );
  return { steps: withOwn, ...rest };
}
