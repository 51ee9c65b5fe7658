import type { BuildingAlert } from '../../../contract/http/alerts.ts';
import { levels } from '../../text/tones.ts';

/** What those in a building are shown of its alerts. Pure. */

export type Situation = {
  /** Something is to be done now; the worst comes first. */
  readonly open: readonly BuildingAlert[];
  /** What ended lately, so that nobody is left waiting. */
  readonly over: readonly BuildingAlert[];
  /** People may have to leave: the page becomes large print and nothing else. */
  readonly emergency: BuildingAlert | null;
};

/** A real one stands before an exercise; of the same kind the higher level, then the later one. */
export function situationOf(alerts: readonly BuildingAlert[]): Situation {
  const open = alerts.filter(({ closed, state }) => closed === null && state !== 'normal').toSorted(byWeight);
  const over = alerts
    .filter(({ closed }) => closed !== null)
    .toSorted((a, b) => Date.parse(b.closed ?? '') - Date.parse(a.closed ?? ''));
  return { open, over, emergency: open.find(isEmergency) ?? null };
}

/** Lasting, and of the two upper levels. One whose condition is gone still keeps people outside. */
function isEmergency({ level, state }: BuildingAlert): boolean {
  return (level === '경계' || level === '심각') && state !== 'out-of-service';
}

function byWeight(a: BuildingAlert, b: BuildingAlert): number {
  return (
    Number(b.status === 'Actual') - Number(a.status === 'Actual') ||
    levels.indexOf(b.level) - levels.indexOf(a.level) ||
    Date.parse(b.since) - Date.parse(a.since)
  );
}
