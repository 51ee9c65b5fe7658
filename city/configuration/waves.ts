import { createHash } from 'node:crypto';
import type { GatewayReport } from '../../contract/configuration.ts';
import type { CityHalt, CityWait } from '../../contract/reasons/city-configuration.ts';
import type { ConfigurationReason } from '../../contract/reasons/configuration.ts';
import type { setStateNames, targetStateNames } from '../../contract/words/city-configuration.ts';
import { type Fitness, worseThan } from './fitness.ts';

/**
 * A set on its way to gateways: some, more, then all; halted when one of them is worse off. Pure: facts in, the next state out.
 *
 * | state | until |
 * |---|---|
 * | running | all have it; or one returned or refused it, is worse or silent: halted |
 * | halted | somebody says go on, or return |
 * | returning | all that had it have said that they went back |
 * | done, returned, ended | for good; a newer set ends one that is halted |
 */
export type SetState = keyof typeof setStateNames;
export type TargetState = keyof typeof targetStateNames;

/** What somebody may decide of a set. */
const steps = ['halt', 'go', 'return'] as const;
export type Step = (typeof steps)[number];

export const isStep = (name: unknown): name is Step => steps.some((step) => step === name);

const stepsFrom: Partial<Record<SetState, readonly Step[]>> = {
  running: ['halt', 'return'],
  halted: ['go', 'return'],
  done: ['return'],
};

export const stepsOf = (state: SetState): readonly Step[] => stepsFrom[state] ?? [];

/** Numbers that decide, with where they come from. Times ms, shares 0–1. */
export type Plan = {
  /** Share of all gateways that has it after each wave. At least one gateway more than the wave before. */
  readonly shares: readonly number[];
  /** Who gets it first, by name: they are the first wave then. */
  readonly first: readonly string[];
  /** Between the last gateway of a wave that kept it and the next wave. */
  readonly soakMs: number;
  /** From the offer until it is kept or gone back. */
  readonly overdueMs: number;
  readonly silentMs: number;
  /** So long something is worse before it counts. */
  readonly settleMs: number;
  readonly devicesShare: number;
  readonly backlogMs: number;
  readonly source: string;
};

export const usualPlan: Plan = {
  ...{ shares: [0.01, 0.1, 1], first: [], soakMs: 3_600_000, overdueMs: 7_200_000, silentMs: 180_000 },
  ...{ settleMs: 180_000, devicesShare: 0.95, backlogMs: 600_000 },
  source: 'project default: a trial at a gateway lasts three times ten minutes, a gateway says how it is every 5 s',
};

export type Rollout = {
  readonly state: SetState;
  readonly version: number;
  readonly plan: Plan;
  /** Waves begun. */
  readonly waves: number;
  readonly halt: CityHalt | null;
  readonly wait: CityWait | null;
};

export type Target = {
  readonly gateway: string;
  readonly site: string;
  /** The wave in which it was offered, from 1; null: not yet. */
  readonly wave: number | null;
  readonly state: TargetState;
  readonly reason: ConfigurationReason | null;
  /** As it was when it was offered. */
  readonly before: Fitness | null;
  /** Epoch ms of the database's clock, all of them. */
  readonly offeredAt: number | null;
  readonly settledAt: number | null;
  readonly worseAt: number | null;
  /** Somebody knows what is wrong there, and said go on. */
  readonly excused: boolean;
};

/** How a gateway is now. */
export type Seen = {
  /** Ms since something of it was committed; null: never. */
  readonly agreedAgo: number | null;
  readonly fitness: Fitness | null;
  readonly reports: readonly GatewayReport[];
};
export type Facts = { readonly now: number; readonly gateways: ReadonlyMap<string, Seen> };
export type Turn = { readonly set: Rollout; readonly targets: readonly Target[] };

/** Who comes in which order: those named first, then by a digest, so that it is not always the same who try first. */
export function ordered(gateways: readonly string[], first: readonly string[], version: number): string[] {
  const digest = (gateway: string) => createHash('sha256').update(`${version}/${gateway}`).digest('hex');
  const named = first.filter((id) => gateways.includes(id));
  const rest = gateways.filter((id) => !named.includes(id));
  return [
    ...named,
    ...rest
      .map((id) => [digest(id), id] as const)
      .sort(byFirst)
      .map(([, id]) => id),
  ];
}

const byFirst = ([a]: readonly [string, string], [b]: readonly [string, string]) => (a < b ? -1 : 1);

/** How many gateways have it after each wave. */
export function sizes(count: number, { shares, first }: Pick<Plan, 'shares' | 'first'>): number[] {
  const all: number[] = [];
  for (const [wave, share] of shares.entries()) {
    const least =
      wave === 0 && first.length > 0 ? first.length : Math.max(Math.ceil(count * share), 1 + (all.at(-1) ?? 0));
    all.push(Math.min(count, least));
    if (all.at(-1) === count) break;
  }
  if (all.at(-1) !== count) all.push(count);
  return all;
}

/** `targets` in their order. */
export function turn(set: Rollout, targets: readonly Target[], facts: Facts): Turn {
  const followed = targets.map((target) => follow(target, set, facts));
  if (set.state === 'returning') {
    const isOver = followed.every(({ state }) => !holds.has(state));
    return { set: isOver ? { ...set, state: 'returned' } : set, targets: followed };
  }
  if (set.state !== 'running') return { set, targets: followed };
  const watched = followed.map((target) => watch(target, set.plan, facts));
  const halt = haltOf(watched, set.plan, facts);
  if (halt !== null) return { set: { ...set, state: 'halted', halt, wait: null }, targets: watched };
  return advance(set, watched, facts);
}

const holds: ReadonlySet<TargetState> = new Set(['offered', 'trying', 'kept', 'replaced']);
const rank: Record<TargetState, number> = {
  ...{ waiting: 0, offered: 1, trying: 2, refused: 3, kept: 4, replaced: 5, returned: 6 },
};

/** What its gateway says of it. Words overtake each other, so a state never goes back. */
function follow(target: Target, { version, state: setState }: Rollout, { now, gateways }: Facts): Target {
  const seen = gateways.get(target.gateway);
  const report = seen?.reports.find(({ site }) => site === target.site);
  if (target.wave === null) return setState === 'running' ? unasked(target, seen, report) : target;
  if (report === undefined) return target;
  if (setState === 'returning' && report.seen > version && report.state !== 'trying' && holds.has(target.state))
    return { ...target, state: 'returned', reason: report.version === version ? report.reason : null, settledAt: now };
  if (report.version !== version) return target;
  const { state, reason } = report;
  if (state === 'waiting') return target.state === 'offered' ? { ...target, reason } : target;
  if (state === 'none' || rank[state] <= rank[target.state]) return target;
  return { ...target, state, reason, settledAt: state === 'trying' ? null : now };
}

/** Whose people gave it no key is asked nothing, and proves nothing for a wave. */
function unasked(target: Target, seen: Seen | undefined, report: GatewayReport | undefined): Target {
  if (seen === undefined || seen.fitness === null) return target;
  if (report?.pull === true) return { ...target, state: 'waiting', reason: null };
  return { ...target, state: 'refused', reason: { code: 'pull-off' } };
}

function watch(target: Target, plan: Plan, { now, gateways }: Facts): Target {
  if (target.excused || !holds.has(target.state)) return { ...target, worseAt: null };
  const seen = gateways.get(target.gateway);
  const isWorse = seen !== undefined && worseOf(target, seen, plan) !== null;
  return { ...target, worseAt: isWorse ? (target.worseAt ?? now) : null };
}

function isConnected(seen: Seen | undefined, { silentMs }: Plan): boolean {
  return seen !== undefined && seen.agreedAgo !== null && seen.agreedAgo <= silentMs;
}

/** Silence has its own time; everything else is judged of a gateway that speaks. */
function worseOf({ gateway, before }: Target, { agreedAgo, fitness }: Seen, plan: Plan): CityHalt | null {
  const silent = agreedAgo === null || agreedAgo > plan.silentMs;
  if (silent) return { code: 'silent', gateway, seconds: Math.round((agreedAgo ?? plan.silentMs) / 1000) };
  return before === null || fitness === null ? null : worseThan(before, fitness, { ...plan, gateway });
}

function haltOf(targets: readonly Target[], plan: Plan, { now, gateways }: Facts): CityHalt | null {
  for (const target of targets) {
    const { gateway, site, state, reason, worseAt, offeredAt, excused } = target;
    const seen = gateways.get(gateway);
    if (excused || target.wave === null || seen === undefined) continue;
    if (state === 'returned') return { code: 'returned', gateway, site, why: reason };
    if (state === 'refused') return { code: 'refused', gateway, site, why: reason };
    const worse = worseAt === null ? null : worseOf(target, seen, plan);
    if (worse !== null && (worse.code === 'silent' || now - (worseAt ?? now) >= plan.settleMs)) return worse;
    const isOpen = state === 'offered' || state === 'trying';
    if (isOpen && now - (offeredAt ?? now) > plan.overdueMs)
      return { code: 'overdue', gateway, minutes: Math.floor(plan.overdueMs / 60_000) };
  }
  return null;
}

function advance(set: Rollout, targets: readonly Target[], facts: Facts): Turn {
  const { plan } = set;
  const asked = targets.filter(({ state, wave }) => wave !== null || state === 'waiting');
  const gateways = [...new Set(asked.map(({ gateway }) => gateway))];
  const all = sizes(gateways.length, plan);
  const isLast = set.waves >= all.length;
  const away = new Set(targets.flatMap(({ state, gateway }) => (state === 'waiting' ? [gateway] : [])));
  // In the last wave a gateway gets it as soon as it comes.
  if (isLast) {
    const late = [...away].filter((id) => isConnected(facts.gateways.get(id), plan));
    if (late.length > 0) return { set: { ...set, wait: null }, targets: offer(targets, late, set.waves, facts) };
  }
  const wait = waitOf(targets, plan, facts.now);
  if (wait !== null) return { set: { ...set, wait }, targets };
  if (isLast) {
    if (away.size > 0) return { set: { ...set, wait: { code: 'away', gateways: away.size } }, targets };
    return { set: { ...set, state: 'done', wait: null }, targets };
  }
  const next = nextOf([...away], (all[set.waves] ?? 0) - (gateways.length - away.size), set, facts);
  if ('code' in next) return { set: { ...set, wait: next }, targets };
  const waves = set.waves + 1;
  return { set: { ...set, waves, wait: null }, targets: offer(targets, next, waves, facts) };
}

/** What the next wave waits for; null: for nothing. */
function waitOf(targets: readonly Target[], { soakMs }: Plan, now: number): CityWait | null {
  const trying = targets.filter(({ state, excused }) => !excused && (state === 'offered' || state === 'trying'));
  if (trying.length > 0) return { code: 'trying', gateways: new Set(trying.map(({ gateway }) => gateway)).size };
  const last = Math.max(...targets.map(({ settledAt }) => settledAt ?? Number.NEGATIVE_INFINITY));
  const leftMs = last + soakMs - now;
  if (leftMs > 0) return { code: 'soaking', minutes: Math.ceil(leftMs / 60_000) };
  // What is worse just now is waited for: it comes back, or it counts.
  return targets.some(({ worseAt }) => worseAt !== null) ? { code: 'soaking', minutes: 1 } : null;
}

function nextOf(
  waiting: readonly string[],
  wanted: number,
  { plan, waves }: Rollout,
  facts: Facts,
): string[] | CityWait {
  const isHere = (id: string) => isConnected(facts.gateways.get(id), plan);
  const missing = waves === 0 ? plan.first.filter((id) => waiting.includes(id) && !isHere(id)) : [];
  if (missing.length > 0) return { code: 'first-away', gateways: missing };
  const here = waiting.filter(isHere).slice(0, Math.max(1, wanted));
  return here.length === 0 ? { code: 'nobody-connected' } : here;
}

function offer(targets: readonly Target[], whom: readonly string[], wave: number, { now, gateways }: Facts): Target[] {
  return targets.map((target) => {
    if (target.state !== 'waiting' || !whom.includes(target.gateway)) return target;
    const seen = gateways.get(target.gateway);
    return { ...target, state: 'offered', wave, before: seen?.fitness ?? null, offeredAt: now };
  });
}
