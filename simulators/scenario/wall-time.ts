import { LocalTime } from '../world/local-time.ts';

const pattern = /^(\d{2}):([0-5]\d)(?::([0-5]\d))?$/;

/** Milliseconds since midnight of `10:12` or `17:48:10`; hours from 24 are of the next day. Undefined for anything else. */
export function tryTimeOfDay(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** `10:12`, or `17:48:10` where there are seconds. */
export function timeOfDayText(ms: number): string {
  const parts = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60];
  const [hours = '', minutes = '', seconds = ''] = parts.map((part) => String(part).padStart(2, '0'));
  return seconds === '00' ? `${hours}:${minutes}` : `${hours}:${minutes}:${seconds}`;
}

/** The epoch ms of a time of day in a zone, on the day that `now` is there. */
export function atTimeOfDay(options: { now: number; timezone: string; msOfDay: number }): number {
  const { now, timezone, msOfDay } = options;
  const zone = new LocalTime(timezone);
  const midnight = Math.floor(zone.at(now) / dayMs) * dayMs;
  const local = midnight + msOfDay;
  // The zone's offset at that time, which may differ from the one now.
  const guess = local - zone.offsetMs(now);
  return local - zone.offsetMs(guess);
}

const dayMs = 86_400_000;
