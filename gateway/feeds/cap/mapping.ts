import type { Hazard, Level } from '../../../contract/hazards.ts';
import type { CapCategory, CapCertainty, CapResponseType, CapSeverity, CapUrgency } from './message.ts';

/**
 * What a hazard and a level are in CAP's codes. The words are CAP 1.2's (3.2.2); which of them a level takes is this
 * project's proposal, made so that Unknown never appears:
 *
 * | level | severity | urgency | response |
 * |---|---|---|---|
 * | 관심 | Minor | Future | Monitor |
 * | 주의 | Moderate | Expected | Prepare |
 * | 경계 | Severe | Expected; Immediate where minutes count | Avoid or Prepare |
 * | 심각 | Extreme | Immediate | Evacuate or Shelter; Execute where nobody has to leave |
 */
export type CapCodes = {
  readonly severity: CapSeverity;
  readonly urgency: CapUrgency;
  readonly responseTypes: readonly CapResponseType[];
};

type HazardCodes = {
  readonly categories: readonly CapCategory[];
  /** Minutes count already at 경계. */
  readonly isSudden: boolean;
  readonly atWarning: CapResponseType;
  readonly atCritical: CapResponseType;
};

const hazardCodes: Readonly<Record<Hazard, HazardCodes>> = {
  fire: { categories: ['Fire'], isSudden: true, atWarning: 'Avoid', atCritical: 'Evacuate' },
  gas: { categories: ['Safety', 'CBRNE'], isSudden: true, atWarning: 'Avoid', atCritical: 'Evacuate' },
  co: { categories: ['Health', 'Safety'], isSudden: true, atWarning: 'Avoid', atCritical: 'Evacuate' },
  flood: { categories: ['Met', 'Safety'], isSudden: true, atWarning: 'Avoid', atCritical: 'Evacuate' },
  collapse: { categories: ['Infra', 'Safety'], isSudden: false, atWarning: 'Prepare', atCritical: 'Evacuate' },
  vibration: { categories: ['Infra'], isSudden: false, atWarning: 'Avoid', atCritical: 'Evacuate' },
  earthquake: { categories: ['Geo'], isSudden: true, atWarning: 'Prepare', atCritical: 'Shelter' },
  power: { categories: ['Infra'], isSudden: false, atWarning: 'Prepare', atCritical: 'Execute' },
  entrance: { categories: ['Safety'], isSudden: false, atWarning: 'Prepare', atCritical: 'Execute' },
  equipment: { categories: ['Infra'], isSudden: false, atWarning: 'Prepare', atCritical: 'Execute' },
  sos: { categories: ['Rescue'], isSudden: true, atWarning: 'Prepare', atCritical: 'Execute' },
};

export function categoriesOf(hazard: Hazard): readonly CapCategory[] {
  return hazardCodes[hazard].categories;
}

export function codesOf(hazard: Hazard, level: Level): CapCodes {
  const { isSudden, atWarning, atCritical } = hazardCodes[hazard];
  switch (level) {
    case '관심':
      return { severity: 'Minor', urgency: 'Future', responseTypes: ['Monitor'] };
    case '주의':
      return { severity: 'Moderate', urgency: 'Expected', responseTypes: ['Prepare'] };
    case '경계':
      return { severity: 'Severe', urgency: isSudden ? 'Immediate' : 'Expected', responseTypes: [atWarning] };
    case '심각':
      return { severity: 'Extreme', urgency: 'Immediate', responseTypes: [atCritical] };
  }
}

/** What is over, or never was: nothing to fear and nothing to do. */
export const overCodes: CapCodes = { severity: 'Minor', urgency: 'Past', responseTypes: ['AllClear'] };

/** Two independent witnesses observe, one makes it likely, a forecast makes it possible. */
export function certaintyOf({ witnesses, isForecast }: { witnesses: number; isForecast: boolean }): CapCertainty {
  if (isForecast) return 'Possible';
  return witnesses >= 2 ? 'Observed' : 'Likely';
}
