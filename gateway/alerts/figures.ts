/**
 * How the alerts of a site load the people who answer them, by ISA-18.2 / IEC 62682 (16.4) and EEMUA 191. Pure.
 *
 * | figure | target |
 * |---|---|
 * | per hour and operator | about 6, at most 12 |
 * | share of 10-minute windows with more than 10 | below 1 % |
 * | time in flood: begins above 10 in 10 min, ends below 5 | below 1 % |
 * | share of the ten rules with the most | below 5 % (1–5 %) |
 * | chattering rules: more than 5 alarms in 5 min | 0 |
 * | fleeting: gone within 10 s | 0 |
 * | standing for more than 24 h | below 5 on any day |
 */
export type Activation = {
  readonly rule: string;
  readonly level: string;
  /** Wall time, epoch ms. */
  readonly at: number;
  /** When the condition was gone; null while it stands. */
  readonly goneAt: number | null;
};

export type AlarmFigures = {
  readonly alarms: number;
  readonly perHour: number;
  /** Most in one 10-minute window. */
  readonly peakIn10Min: number;
  /** 0 to 1. */
  readonly busyWindows: number;
  /** 0 to 1. */
  readonly floodTime: number;
  /** 0 to 1; null without alarms. */
  readonly topTenShare: number | null;
  readonly chattering: readonly string[];
  readonly fleeting: number;
  readonly stale: number;
  readonly byLevel: Readonly<Record<string, number>>;
};

const minuteMs = 60_000;
const windowMs = 10 * minuteMs;
const floodStarts = 10;
const floodEnds = 5;
const chatterMs = 5 * minuteMs;
const chatterCount = 5;
const fleetingMs = 10_000;
const staleMs = 24 * 60 * minuteMs;

/** Of all activations that begin in [from, to); `to` is now for a running period. */
export function alarmFigures(all: readonly Activation[], { from, to }: { from: number; to: number }): AlarmFigures {
  const within = all.filter(({ at }) => at >= from && at < to).toSorted((a, b) => a.at - b.at);
  const windows = countWindows(within, from, to);
  const hours = Math.max(to - from, 1) / (60 * minuteMs);
  const byLevel: Record<string, number> = {};
  for (const { level } of within) byLevel[level] = (byLevel[level] ?? 0) + 1;
  return {
    alarms: within.length,
    perHour: within.length / hours,
    peakIn10Min: Math.max(0, ...windows),
    busyWindows: windows.filter((count) => count > floodStarts).length / Math.max(1, windows.length),
    floodTime: floodShare(windows),
    topTenShare: topTen(within),
    chattering: chatteringRules(within),
    fleeting: within.filter(({ at, goneAt }) => goneAt !== null && goneAt - at < fleetingMs).length,
    stale: all.filter(({ at, goneAt }) => at < to && (goneAt ?? to) - at > staleMs && (goneAt ?? to) >= from).length,
    byLevel,
  };
}

/** Alarms in each whole or begun 10-minute window. */
function countWindows(within: readonly Activation[], from: number, to: number): number[] {
  const counts = Array.from({ length: Math.max(1, Math.ceil((to - from) / windowMs)) }, () => 0);
  for (const { at } of within) {
    const index = Math.floor((at - from) / windowMs);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

function floodShare(windows: readonly number[]): number {
  let inFlood = false;
  let flooded = 0;
  for (const count of windows) {
    inFlood = inFlood ? count >= floodEnds : count > floodStarts;
    if (inFlood) flooded += 1;
  }
  return flooded / Math.max(1, windows.length);
}

function topTen(within: readonly Activation[]): number | null {
  if (within.length === 0) return null;
  const counts = [...byRule(within).values()].map((list) => list.length).toSorted((a, b) => b - a);
  return counts.slice(0, 10).reduce((sum, count) => sum + count, 0) / within.length;
}

function chatteringRules(within: readonly Activation[]): string[] {
  return [...byRule(within)].flatMap(([rule, list]) => (isChattering(list) ? [rule] : []));
}

function isChattering(list: readonly Activation[]): boolean {
  return list.some(({ at }, index) => {
    const after = list[index + chatterCount];
    return after !== undefined && after.at - at <= chatterMs;
  });
}

function byRule(within: readonly Activation[]): Map<string, Activation[]> {
  const rules = new Map<string, Activation[]>();
  for (const one of within) {
    const list = rules.get(one.rule);
    if (list === undefined) rules.set(one.rule, [one]);
    else list.push(one);
  }
  return rules;
}
