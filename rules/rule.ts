import type { Hazard } from '../contract/hazards.ts';
import type { BuildingId, PointRef } from '../contract/ids.ts';
import type { RulePoint } from './compiled-rule.ts';
import type { Condition } from './condition.ts';

export type { CompiledRule, Judgement, RuleInput, RulePoint, RuleState, Sample } from './compiled-rule.ts';

export type Text = { readonly ko: string; readonly en: string };

/** Where the numbers that decide come from, and who stood up for them at this site. */
export type Provenance = { readonly source: string; readonly confirmedBy: string | null };

/** One rule of a site for one alert subject: what `compileRule` takes, and all that an alert of it says. */
export type Rule = {
  /** Unique in the site and stable: `{building}/{name}`, with `:{device}/{point}` behind it where each point has its own. */
  readonly id: string;
  /** As the site file names it; the same for all that one entry became. */
  readonly name: string;
  /** null: it belongs to no building. */
  readonly building: BuildingId | null;
  readonly hazard: Hazard;
  /** The point that the alert is about; null: the building. */
  readonly about: PointRef | null;
  readonly title: Text;
  /** People may be hurt: never shelved, latched, and told whatever the hour. */
  readonly lifeSafety: boolean;
  /** What happens if nobody does anything. */
  readonly consequence: Text;
  /** What a person is to do; null: nothing, so it makes a log entry and no alert. */
  readonly action: Text | null;
  /** Role that is to do it. */
  readonly who: string;
  /** By when, ms from the alert. */
  readonly withinMs: number;
  /** Levels are the facility's own: no authority issued them. */
  readonly levels: 'own';
  readonly provenance: Provenance;
  readonly condition: Condition;
  readonly points: readonly RulePoint[];
};
