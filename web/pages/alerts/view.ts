import type { Level } from '../../../contract/hazards.ts';
import type { AlertItem, AlertState } from '../../gateway/items.ts';
import { levels, levelTones, type Tone } from '../../text/tones.ts';

/** What a person is to see of alerts: their order, their groups, and what may be done. Pure. */

/** Nobody has said yet that they are on it. */
export function isUnacknowledged({ state }: Pick<AlertItem, 'state'>): boolean {
  return state === 'unack' || state === 'rtn-unack';
}

/** Kept out of the way, on purpose: they are counted, and come back by themselves when it gets worse. */
export function isAside({ state }: Pick<AlertItem, 'state'>): boolean {
  return state === 'shelved' || state === 'suppressed' || state === 'out-of-service';
}

/** Unacknowledged first; then by level, the highest first; then the oldest first. Late records come last of all. */
export function byUrgency(a: AlertItem, b: AlertItem): number {
  return (
    rankOf(a) - rankOf(b) ||
    levels.indexOf(b.level) - levels.indexOf(a.level) ||
    Date.parse(a.since) - Date.parse(b.since) ||
    (a.alert < b.alert ? -1 : 1)
  );
}

function rankOf(alert: AlertItem): number {
  if (isUnacknowledged(alert)) return 0;
  return alert.state === 'late' || alert.state === 'normal' ? 2 : 1;
}

/** The newest first, for what is over. */
export function byRecency(a: AlertItem, b: AlertItem): number {
  return Date.parse(b.since) - Date.parse(a.since);
}

export type Filter = { readonly level: string | null; readonly building: string | null };

export function fits(alert: AlertItem, { level, building }: Filter): boolean {
  return (level === null || alert.level === level) && (building === null || alert.building === building);
}

/** One line of the list: an alert, and those that belong to the same trouble. */
export type Row = { readonly head: AlertItem; readonly related: readonly AlertItem[] };

/** The first of each group leads it; the order of the rows is that of their heads. */
export function rowsOf(alerts: readonly AlertItem[]): Row[] {
  const groups = new Map<string, AlertItem[]>();
  for (const alert of alerts) {
    const key = `${alert.site}/${alert.group}`;
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  return [...groups.values()].flatMap(([head, ...related]) => (head === undefined ? [] : [{ head, related }]));
}

/**
 * The list as a reader has it before them: those that stand in it keep their order, one that is over its line, and what came since
 * is not among them. `all`: every alert that is open, whatever the list asks for: one that is missing there is over.
 */
export function standing(before: readonly AlertItem[], all: readonly AlertItem[]): AlertItem[] {
  const open = new Map(all.map((alert) => [keyOf(alert), alert]));
  return before.map((alert) => open.get(keyOf(alert)) ?? { ...alert, state: 'normal' as const });
}

/** How many are not in the list before the reader. */
export function comeSince(before: readonly AlertItem[], now: readonly AlertItem[]): number {
  const known = new Set(before.map(keyOf));
  return now.filter((alert) => !known.has(keyOf(alert))).length;
}

const keyOf = ({ site, alert }: AlertItem): string => `${site}/${alert}`;

export function toneOf({ level, state }: Pick<AlertItem, 'level' | 'state'>): Tone {
  return state === 'normal' || state === 'late' ? 'normal' : levelTones[level];
}

export type Action = 'acknowledge' | 'reset' | 'shelve' | 'unshelve' | 'report';

/** What the state lets a person do; the gateway has the last word. */
const actions: Record<AlertState, readonly Action[]> = {
  normal: [],
  unack: ['acknowledge', 'shelve', 'report'],
  acked: ['shelve', 'report'],
  'rtn-unack': ['acknowledge', 'report'],
  latched: ['reset', 'report'],
  shelved: ['unshelve', 'report'],
  suppressed: ['report'],
  'out-of-service': ['report'],
  late: ['acknowledge', 'report'],
};

export function actionsOf({ state }: Pick<AlertItem, 'state'>): readonly Action[] {
  return actions[state];
}

/** Viewers look; residents have a page of their own. */
export function mayAct(role: string | undefined): boolean {
  return role === 'operator' || role === 'manager' || role === 'admin';
}

/** The causes of these are asked for when they are reset. */
export function asksCause({ hazard }: Pick<AlertItem, 'hazard'>): boolean {
  return hazard === 'fire' || hazard === 'gas' || hazard === 'co';
}

export type Bar = {
  /** Open alerts by level, the highest first; levels without any are left out. */
  readonly counts: readonly { readonly level: Level; readonly count: number }[];
  readonly open: number;
  readonly unacknowledged: number;
  /** The most urgent one that nobody is on; else the most urgent one. */
  readonly first: AlertItem | null;
  readonly oldest: AlertItem | null;
  /** Waits for a person to say that it is over. */
  readonly latched: AlertItem | null;
  readonly tone: Tone;
};

/** What stands on every page. Alerts that were put aside are not counted: the list has them. */
export function barOf(alerts: readonly AlertItem[]): Bar {
  const open = alerts.filter((alert) => !isAside(alert) && alert.state !== 'late' && alert.state !== 'normal');
  const sorted = open.toSorted(byUrgency);
  const waiting = sorted.filter(isUnacknowledged);
  const counts = levels
    .toReversed()
    .map((level) => ({ level, count: open.filter((alert) => alert.level === level).length }))
    .filter(({ count }) => count > 0);
  const [top] = counts;
  return {
    counts,
    open: open.length,
    unacknowledged: waiting.length,
    first: sorted[0] ?? null,
    oldest: waiting.toSorted((a, b) => Date.parse(a.since) - Date.parse(b.since))[0] ?? null,
    latched: sorted.find(({ state }) => state === 'latched') ?? null,
    tone: top === undefined ? 'normal' : levelTones[top.level],
  };
}

/** Whether a sound is called for: life safety that nobody has acknowledged. */
export function soundsFor(alert: AlertItem): boolean {
  return alert.state === 'unack' && alert.lifeSafety && (alert.level === '경계' || alert.level === '심각');
}

/** What makes an alert news: a new one, or one that rose. Its version alone does not. */
export const newsKey = ({ site, alert, level }: AlertItem): string => `${site}/${alert}/${level}`;

/** Who did something, as people say it: `person:kim` → kim. */
export function nameOf(by: string): string {
  return by.replace(/^(person|command|token):/, '');
}
