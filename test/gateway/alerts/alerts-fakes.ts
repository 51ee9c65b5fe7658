import type { Level } from '../../../contract/hazards.ts';
import { alertIdSchema, buildingIdSchema, type PointRef, siteIdSchema, tryPointRef } from '../../../contract/ids.ts';
import type { Alert, Moment } from '../../../gateway/alerts/alert.ts';
import type { Escalation } from '../../../gateway/alerts/elapse.ts';
import { type Judged, type Outcome, raise } from '../../../gateway/alerts/life-cycle.ts';

/** What the tests of alerts build with. The wall clock reads 17:48:10 in Seoul when `mono` is 0. */
export const wallStart = Date.UTC(2026, 10, 21, 8, 48, 10);

export function moment(mono: number, wallStep = 0): Moment {
  return { wall: wallStart + mono + wallStep, mono };
}

export function point(ref: string): PointRef {
  const found = tryPointRef(ref);
  if (found === undefined) throw new Error(`${ref} is no point`);
  return found;
}

export const smokeB1 = point('contacts-1/di_0');
export const smoke1f = point('contacts-1/di_1');
export const heatB1 = point('heat-b1/alarm');

export function met(level: Level, witnesses: readonly PointRef[], zones: readonly string[] = []): Judged {
  return { verdict: 'met', level, witnesses, zones, unknown: [], why: { code: 'witnesses' } };
}

/** Met by its last readings, and every witness has become unknown since. */
export function metButUnknown(level: Level, witnesses: readonly PointRef[]): Judged {
  return { ...met(level, witnesses), unknown: witnesses };
}

export const unmet: Judged = {
  verdict: 'unmet',
  level: null,
  witnesses: [],
  zones: [],
  unknown: [],
  why: { code: 'within-limits' },
};

export const notKnown: Judged = { ...unmet, verdict: 'unknown', unknown: [smokeB1], why: { code: 'no-verdict' } };

export function raised(facts: Partial<Parameters<typeof raise>[0]> = {}): Outcome {
  return raise({
    id: alertIdSchema.parse('fire-1'),
    site: siteIdSchema.parse('saesol'),
    building: buildingIdSchema.parse('hanbit'),
    rule: 'hanbit/fire',
    hazard: 'fire',
    lifeSafety: true,
    latches: facts.latches ?? facts.lifeSafety ?? true,
    status: 'Exercise',
    level: '경계',
    since: moment(0),
    why: { code: 'witnesses' },
    witnesses: [smokeB1],
    zones: ['b1'],
    group: alertIdSchema.parse('fire-1'),
    returned: null,
    unverifiable: null,
    acknowledged: null,
    report: null,
    shelved: null,
    maintenance: null,
    suppressedBy: null,
    cause: null,
    late: false,
    ...facts,
  });
}

/** Three people in turn; an answer holds ten minutes. */
export const escalation: Escalation = {
  steps: [
    { roles: ['operator'], afterMs: 0 },
    { roles: ['manager'], afterMs: 120_000 },
    { roles: ['admin'], afterMs: 300_000 },
  ],
  repeatMs: 300_000,
  acknowledgedForMs: 600_000,
};

export function openAlert(facts?: Parameters<typeof raised>[0]): Alert {
  return raised(facts).alert;
}
