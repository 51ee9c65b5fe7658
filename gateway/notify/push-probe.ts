import { dayMs, dayOf, instantOf, minutesOfDay, type Zone } from '../parking/calendar/local-day.ts';
import type { DayHours } from './duty.ts';

/** When browsers are probed that are pushed to. */
export type PushProbePolicy = {
  readonly enabled: boolean;
  /** Minutes of the site's day in which probes are sent. */
  readonly hours: DayHours;
  /** A device that showed none of its probes for so many days of 24 h is a trouble of its person. */
  readonly silentDays: number;
};

/** Own: a day less what a look, tries and an answer take, so that a subscription that ended is known within 24 h. */
export const probeEveryMs = 23.5 * 3_600_000;
/** Own: a phone that is off for longer is asked the next day, so that no probe of the evening is shown in the night. */
export const probeLastsMs = 2 * 3_600_000;
/** Those that would be due in the night are spread over this end of the hours before it. */
const eveningMs = 2 * 3_600_000;
/** Sooner none follows another. */
const leastMs = probeEveryMs / 4;

/**
 * In which minutes of the day somebody may be probed: what their own quiet hours leave, less the time that a probe lives;
 * the site's hours where they have none, or where nothing is left. Pure, as all here.
 */
export function hoursFor(site: DayHours, quiet: DayHours | null): DayHours {
  if (quiet === null) return site;
  const from = quiet.to % minutesOfDay;
  const length = minutesOfDay - (quiet.to - quiet.from) - probeLastsMs / 60_000;
  return length <= 0 ? site : { from, to: from + length };
}

/**
 * When a browser is probed next (epoch ms), after `last`: something came from it, it was probed, or it subscribed. The latest
 * moment within the hours that is no later than `probeEveryMs` after; `spread`, 0 to 1, keeps those apart that would be due in one
 * night. Where the hours are too short for that, it is the next time they begin.
 */
export function probeDueAt(last: number, spread: number, { from, to }: DayHours, zone: Zone): number {
  const latest = last + probeEveryMs;
  const spanMs = (to - from) * 60_000;
  for (let day = dayOf(latest, zone); day >= dayOf(latest, zone) - 2; day--) {
    const [opens, closes] = [instantOf(day, from, zone), instantOf(day, to, zone)];
    if (latest < opens) continue;
    const at = latest < closes ? latest : closes - 1 - spread * Math.min(eveningMs, spanMs / 4);
    if (at - last >= leastMs) return at;
    break;
  }
  const opens = instantOf(dayOf(latest, zone), from, zone);
  return opens > latest ? opens : opens + dayMs;
}
