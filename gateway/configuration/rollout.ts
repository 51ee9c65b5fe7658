import { z } from 'zod';
import { type ConfigurationReport, trialSchema } from '../../contract/configuration.ts';
import type { DeviceState } from '../../contract/http/live.ts';
import {
  type ConfigurationFailure,
  type ConfigurationReason,
  configurationReasonSchema,
} from '../../contract/reasons/configuration.ts';

/**
 * A new configuration on its way: one agent, then the others, then the gateway itself; each on trial, and everything back
 * when something is worse. Pure: facts in, the next state out.
 *
 * | stage | until |
 * |---|---|
 * | first | the first agent has passed its trial |
 * | rest | all others that it concerns have |
 * | gateway | the gateway itself has worked with it for as long |
 * | done, halted | somebody tries another |
 */
export const rolloutSchema = z.object({
  version: z.int().min(1),
  by: z.string(),
  why: z.string().nullable(),
  /** Epoch ms. */
  at: z.int(),
  trial: trialSchema,
  stage: z.enum(['first', 'rest', 'gateway', 'done', 'halted']),
  /** Those whose part changes, in the order in which they get it. */
  agents: z.array(
    z.object({
      agent: z.string(),
      step: z.enum(['waiting', 'offered', 'trial', 'passed', 'failed']),
      /** As it was when it was offered. */
      before: z.object({ heard: z.boolean(), devices: z.record(z.string(), z.string()) }).nullable(),
    }),
  ),
  /** The gateway with every agent before it took the file itself; null until then. */
  before: z
    .object({
      agents: z.array(z.string()),
      devices: z.array(z.string()),
      hops: z.array(z.string()),
      failing: z.array(z.string()),
    })
    .nullable(),
  /** How often the gateway has started with it. */
  starts: z.int().min(0),
  reason: configurationReasonSchema.nullable(),
  /** What it takes away, as was confirmed; shown for as long as it stands. */
  losses: z.array(z.string()),
  dismissed: z.boolean(),
});
export type Rollout = z.infer<typeof rolloutSchema>;
type Step = Rollout['agents'][number];

/** How everything is at this moment. */
export type RolloutFacts = {
  /** The gateway's monotonic clock, ms. */
  readonly mono: number;
  readonly agents: ReadonlyMap<string, AgentFacts>;
  /** Hops at which the chain of alerts is broken, and services that fail. */
  readonly hops: readonly string[];
  readonly failing: readonly string[];
  readonly cannotStore: boolean;
};
export type AgentFacts = {
  readonly heard: boolean;
  readonly report: ConfigurationReport | null;
  readonly devices: Readonly<Record<string, DeviceState>>;
};

/** What is remembered between two looks, and forgotten by a restart: since when something is as it should not be. */
export type Watch = { readonly since: Readonly<Record<string, number>>; readonly gatewaySince: number | null };
export const noWatch: Watch = { since: {}, gatewaySince: null };

export type Stepped = { readonly rollout: Rollout; readonly watch: Watch };

/** An agent begins its work again within seconds; twice what a device may be silent, and a minute at least. */
const leastSilenceMs = 60_000;
/** The agent judges its own devices first, and says so; the gateway when it does not. */
const agentFirstMs = 20_000;

export function isActive({ stage }: Pick<Rollout, 'stage'>): boolean {
  return stage !== 'done' && stage !== 'halted';
}

/** What is offered now. */
export function offered({ agents }: Rollout): string[] {
  return agents.flatMap(({ agent, step }) => (step === 'waiting' ? [] : [agent]));
}

/** Begins: the first agent is offered it, or the gateway takes it where no agent is concerned. */
export function begin(
  rollout: Omit<Rollout, 'stage' | 'before' | 'starts' | 'reason' | 'dismissed'>,
  facts: RolloutFacts,
): Rollout {
  const begun: Rollout = { ...rollout, stage: 'first', before: null, starts: 0, reason: null, dismissed: false };
  const [first] = rollout.agents;
  return first === undefined ? toGateway(begun, facts) : offerTo(begun, facts, ({ agent }) => agent === first.agent);
}

export function step(rollout: Rollout, watch: Watch, facts: RolloutFacts): Stepped {
  if (!isActive(rollout)) return { rollout, watch };
  const seen = { ...rollout, agents: rollout.agents.map((each) => followed(each, rollout.version, facts)) };
  const next = watched(seen, watch, facts);
  const reason = troubleOf(seen, next, facts);
  if (reason !== null) return { rollout: halt(seen, reason), watch: noWatch };
  return { rollout: advanced(seen, next, facts), watch: next };
}

/** Stops it: all that have it go back. */
export function halt(rollout: Rollout, reason: ConfigurationReason): Rollout {
  return { ...rollout, stage: 'halted', reason };
}

/** The gateway starts with it. Halted where it had to too often. */
export function gatewayStarted(rollout: Rollout): Rollout {
  const starts = rollout.starts + 1;
  const { starts: most } = rollout.trial;
  return starts > most ? halt(rollout, { code: 'restarts', times: most }) : { ...rollout, starts };
}

function followed(each: Step, version: number, { agents }: RolloutFacts): Step {
  const report = agents.get(each.agent)?.report ?? null;
  if (each.step === 'waiting' || each.step === 'passed' || report === null) return each;
  if (report.version !== version) return each;
  return { ...each, step: report.trial === null ? 'passed' : 'trial' };
}

/** Since when each agent is silent and each device worse, as far as it concerns this. */
function watched(rollout: Rollout, watch: Watch, facts: RolloutFacts): Watch {
  const bad =
    rollout.stage === 'gateway'
      ? worseAtGateway(rollout, facts)
      : rollout.agents.flatMap((each) => worseAt(each, facts));
  const since = Object.fromEntries(bad.map((key) => [key, watch.since[key] ?? facts.mono]));
  return { since, gatewaySince: rollout.stage === 'gateway' ? (watch.gatewaySince ?? facts.mono) : null };
}

function worseAt({ agent, step: at, before }: Step, { agents }: RolloutFacts): string[] {
  const facts = agents.get(agent);
  if (before === null || at === 'waiting' || facts === undefined) return [];
  if (!facts.heard) return before.heard ? [`agent ${agent}`] : [];
  if (at === 'offered') return [];
  return Object.entries(facts.devices).flatMap(([device, state]) =>
    state === 'offline' && isGood(before.devices[device]) ? [`device ${device}`] : [],
  );
}

function worseAtGateway({ before }: Rollout, { agents }: RolloutFacts): string[] {
  if (before === null) return [];
  const silent = before.agents.filter((agent) => agents.get(agent)?.heard !== true).map((agent) => `agent ${agent}`);
  const states = new Map([...agents.values()].flatMap(({ devices }) => Object.entries(devices)));
  // Of a device that the file takes out nobody says anything any more.
  const worse = before.devices.filter((device) => states.get(device) === 'offline').map((device) => `device ${device}`);
  return [...silent, ...worse];
}

function troubleOf(rollout: Rollout, { since }: Watch, facts: RolloutFacts): ConfigurationFailure | null {
  for (const { agent, step: at } of rollout.agents) {
    const said = at === 'waiting' ? null : saidBy(agent, rollout.version, facts.agents.get(agent)?.report ?? null);
    if (said !== null) return said;
  }
  const lasts = (key: string, ms: number) => facts.mono - (since[key] ?? facts.mono) >= ms;
  const { settleMs } = rollout.trial;
  for (const key of Object.keys(since)) {
    const ms = Math.max(leastSilenceMs, 2 * settleMs);
    const agent = /^agent (.*)$/.exec(key)?.[1];
    if (agent !== undefined && lasts(key, ms)) return { code: 'agent-silent', agent, seconds: Math.round(ms / 1000) };
  }
  const devices = Object.keys(since).flatMap((key) => {
    const device = /^device (.*)$/.exec(key)?.[1];
    return device !== undefined && lasts(key, settleMs + agentFirstMs) ? [device] : [];
  });
  if (devices.length > 0) return { code: 'devices-worse', devices: devices.toSorted().slice(0, 50) };
  return rollout.stage === 'gateway' ? gatewayTrouble(rollout, facts) : null;
}

function saidBy(agent: string, version: number, report: ConfigurationReport | null): ConfigurationFailure | null {
  if (report?.pull === false) return { code: 'agent-refused', agent, why: { code: 'pull-off' } };
  const last = report?.last;
  if (last?.version !== version || last.outcome === 'kept' || last.reason === null) return null;
  return isFailure(last.reason) ? last.reason : { code: 'agent-refused', agent, why: last.reason };
}

const failureCodes = [
  ...([
    'polls-fewer',
    'devices-worse',
    'loop-slow',
    'restarts',
    'not-started',
    'agent-silent',
    'agent-refused',
  ] as const),
  ...(['chain-broken', 'service-failing', 'store-failing', 'by-hand'] as const),
] as const satisfies readonly ConfigurationFailure['code'][];

function isFailure(reason: ConfigurationReason): reason is ConfigurationFailure {
  return failureCodes.some((code) => code === reason.code);
}

function gatewayTrouble({ before }: Rollout, facts: RolloutFacts): ConfigurationFailure | null {
  if (facts.cannotStore) return { code: 'store-failing' };
  const failing = facts.failing.filter((service) => before?.failing.includes(service) !== true);
  if (failing.length > 0) return { code: 'service-failing', services: failing };
  const hops = facts.hops.filter((hop) => before?.hops.includes(hop) !== true);
  return hops.length > 0 ? { code: 'chain-broken', hops } : null;
}

function advanced(rollout: Rollout, { gatewaySince, since }: Watch, facts: RolloutFacts): Rollout {
  const passed = rollout.agents.filter(({ step: at }) => at === 'passed').length;
  if (rollout.stage === 'first' && passed > 0)
    return advanced(
      offerTo({ ...rollout, stage: 'rest' }, facts, () => true),
      { gatewaySince, since },
      facts,
    );
  if (rollout.stage === 'rest' && passed === rollout.agents.length) return toGateway(rollout, facts);
  const isOver = gatewaySince !== null && facts.mono - gatewaySince >= rollout.trial.ms;
  // What is worse just now is waited for: it comes back, or it counts.
  if (rollout.stage === 'gateway' && rollout.starts > 0 && isOver && Object.keys(since).length === 0)
    return { ...rollout, stage: 'done' };
  return rollout;
}

function offerTo(rollout: Rollout, { agents }: RolloutFacts, whom: (step: Step) => boolean): Rollout {
  const offer = (each: Step): Step => {
    if (each.step !== 'waiting' || !whom(each)) return each;
    const now = agents.get(each.agent);
    return { ...each, step: 'offered', before: { heard: now?.heard ?? false, devices: { ...now?.devices } } };
  };
  return { ...rollout, agents: rollout.agents.map(offer) };
}

function toGateway(rollout: Rollout, { agents, hops, failing }: RolloutFacts): Rollout {
  const heard = [...agents].filter(([, facts]) => facts.heard);
  const devices = heard.flatMap(([, facts]) =>
    Object.entries(facts.devices).flatMap(([id, state]) => (isGood(state) ? [id] : [])),
  );
  const before = { agents: heard.map(([agent]) => agent), devices, hops: [...hops], failing: [...failing] };
  return { ...rollout, stage: 'gateway', before };
}

function isGood(state: string | undefined): boolean {
  return state === 'online' || state === 'degraded';
}
