import type { Hazard, Level } from '../../contract/hazards.ts';
import { alertIdSchema, type BuildingId, type PointRef, type SiteId } from '../../contract/ids.ts';
import { type Alert, isCall, type Moment, type Why } from './alert.ts';
import { zonesOf } from './alert-site.ts';
import type { Draft } from './draft.ts';
import { raise } from './life-cycle.ts';
import { put } from './put.ts';

/** What a new alert is about. */
export type Occurrence = {
  readonly site: SiteId;
  readonly building: BuildingId;
  readonly rule: string;
  readonly hazard: Hazard;
  readonly lifeSafety: boolean;
  readonly level: Level;
  readonly why: Why;
  readonly witnesses: readonly PointRef[];
  readonly since: Moment;
  readonly simulated: boolean;
  readonly late: boolean;
};

/** Opens an alert of its own number, which no other ever had: `fire-17`. */
export function raiseAlert(draft: Draft, of: Occurrence): Alert {
  const id = alertIdSchema.parse(`${of.hazard}-${draft.nextNumber()}`);
  const { simulated, ...facts } = of;
  const { site, building, witnesses } = of;
  const outcome = raise({
    ...facts,
    id,
    latches: of.lifeSafety && !of.late,
    // A person who is in danger is no exercise, whatever the sensors of the building are.
    status: isCall(of) ? 'Actual' : draft.statusOf(site, { building, points: witnesses, simulated }),
    zones: zonesOf(draft.site(site), witnesses),
    group: firstOf(draft, of) ?? id,
    returned: null,
    unverifiable: null,
    acknowledged: null,
    report: null,
    shelved: null,
    maintenance: null,
    suppressedBy: null,
    cause: null,
  });
  put(draft, null, outcome);
  return outcome.alert;
}

/** The open alert of the same building that began this trouble, if it began lately. */
function firstOf(draft: Draft, { site, building, late }: Occurrence): Alert['group'] | undefined {
  if (late) return undefined;
  const from = draft.at.mono - draft.context.policy.groupMs.value;
  let first: Alert | undefined;
  for (const alert of draft.open()) {
    if (alert.site !== site || alert.building !== building || alert.late || alert.since.mono < from) continue;
    if (first === undefined || alert.since.mono < first.since.mono) first = alert;
  }
  return first?.group;
}
