import type { SpaceConfig } from '../../config/lots/lot-config.ts';

/** How long a sensor will last, by the date it was put in and by its battery. */
export type SensorAge = {
  /** YYYY-MM-DD; null where the site file does not say. */
  readonly installed: string | null;
  readonly replaceBy: string | null;
  /** Days until then; negative when it is over. */
  readonly daysLeft: number | null;
  readonly battery: number | null;
  readonly state: 'ok' | 'due' | 'overdue' | 'battery-low' | 'unknown';
};

const dayMs = 86_400_000;
/** Ordering and digging take a season. */
const dueDays = 180;

/** `today`: epoch ms; `battery`: the last good reading, null when there is none. */
export function ageOf({ sensor }: Pick<SpaceConfig, 'sensor'>, today: number, battery: number | null): SensorAge {
  const { installed, lifeYears, batteryLow } = sensor;
  const replaceBy = installed === null || lifeYears === null ? null : after(installed, lifeYears);
  const daysLeft = replaceBy === null ? null : Math.floor((Date.parse(replaceBy) - today) / dayMs);
  const isLow = battery !== null && batteryLow !== null && battery < batteryLow;
  return { installed, replaceBy, daysLeft, battery, state: isLow ? 'battery-low' : stateOf(daysLeft) };
}

function stateOf(daysLeft: number | null): SensorAge['state'] {
  if (daysLeft === null) return 'unknown';
  if (daysLeft < 0) return 'overdue';
  return daysLeft <= dueDays ? 'due' : 'ok';
}

/** Months are whole; 29 February becomes 1 March in a year without one. */
function after(date: string, years: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + Math.round(years * 12), day)).toISOString().slice(0, 10);
}
