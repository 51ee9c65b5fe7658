import type { InterlockConfig } from '../../config/site.ts';
import type { PointRef } from '../../contract/ids.ts';
import type { FaultCode, Value } from '../../contract/reading.ts';
import type { CommandReason } from '../../contract/reasons/commands.ts';
import { compileRule } from '../../rules/compile.ts';
import type { CompiledRule, Judgement, RuleState } from '../../rules/compiled-rule.ts';

/**
 * What an output is to be, and why: a pure machine that the loop beside it drives. The condition is a rule like that of an
 * alert, so unknown never counts as unmet: a siren that sounds goes on when its detector falls silent.
 */
export type Interlock = {
  readonly config: InterlockConfig;
  readonly rule: CompiledRule;
  readonly state: RuleState;
  readonly judgement: Judgement | null;
  /** What the condition asks of the output; null: hold it as it is. */
  readonly wanted: boolean | null;
  /** Points that detected when a person silenced it; another one ends the silence. Null while it is not silenced. */
  readonly silenced: readonly PointRef[] | null;
  /** The silence contact as it was last read. */
  readonly contact: boolean | null;
  /** A test ends at this moment, ms monotonic. */
  readonly testUntil: number | null;
  /** Gas points of the zone that the output stands in, as they were last read. */
  readonly gas: ReadonlyMap<PointRef, Value>;
};

export type InterlockEvent =
  | {
      readonly kind: 'reading';
      readonly point: PointRef;
      readonly value: Value;
      readonly fault: FaultCode | null;
      readonly mono: number;
    }
  | { readonly kind: 'tick'; readonly mono: number }
  | { readonly kind: 'silence'; readonly mono: number }
  | { readonly kind: 'test'; readonly mono: number };

/** What the loop is to do. A held output is not written; one that may not be switched in gas keeps its state. */
export type Drive =
  | { readonly kind: 'set'; readonly on: boolean }
  | { readonly kind: 'hold' }
  | { readonly kind: 'blocked'; readonly reason: CommandReason };

/** Longest test of an output, ms: it proves the wire and the siren, and is over before people leave by it. */
export const testMs = 10_000;

export function newInterlock(config: InterlockConfig): Interlock {
  const rule = compileRule({ id: config.id, condition: config.condition, points: config.points });
  const start: Interlock = {
    config,
    rule,
    state: rule.start(),
    judgement: null,
    wanted: null,
    silenced: null,
    contact: null,
    testUntil: null,
    gas: new Map(config.gas?.points.map((point) => [point, null])),
  };
  return { ...start, wanted: whenUnknown(config, null) };
}

/** Every point whose readings it wants. */
export function pointsOf({ config, rule }: Pick<Interlock, 'config' | 'rule'>): ReadonlySet<PointRef> {
  const silence = config.silence === null ? [] : [config.silence];
  return new Set([...rule.points, ...silence, ...(config.gas?.points ?? [])]);
}

export function nextInterlock(before: Interlock, event: InterlockEvent): Interlock {
  switch (event.kind) {
    case 'reading':
      return onReading(before, event);
    case 'tick': {
      const over = before.testUntil !== null && event.mono >= before.testUntil;
      return judged(over ? { ...before, testUntil: null } : before, { kind: 'tick', mono: event.mono });
    }
    case 'silence':
      return silence(before);
    case 'test':
      return { ...before, testUntil: event.mono + testMs };
  }
}

/** The moment at which something changes without any reading; null when nothing runs. */
export function dueOf({ judgement, testUntil }: Interlock): number | null {
  const times = [judgement?.due ?? null, testUntil].flatMap((at) => at ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

export function driveOf(interlock: Interlock): Drive {
  const { config, wanted, testUntil, silenced } = interlock;
  const gas = gasReason(interlock);
  if (gas !== null) return { kind: 'blocked', reason: gas };
  if (testUntil !== null) return { kind: 'set', on: config.on };
  if (wanted === null) return { kind: 'hold' };
  if (wanted && silenced !== null) return { kind: 'set', on: !config.on };
  return { kind: 'set', on: wanted ? config.on : !config.on };
}

export function isSounding({ wanted, silenced }: Interlock): boolean {
  return wanted === true && silenced === null;
}

function onReading(before: Interlock, reading: Extract<InterlockEvent, { kind: 'reading' }>): Interlock {
  const { point, value, fault, mono } = reading;
  const { config } = before;
  let next = before;
  if (before.gas.has(point)) next = { ...next, gas: new Map(before.gas).set(point, fault === null ? value : null) };
  if (point === config.silence) next = onContact(next, value);
  if (!before.rule.points.includes(point)) return next;
  return judged(next, { kind: 'sample', point, sample: { value, fault, epoch: 1, mono } });
}

/** The contact silences when it closes, not while it is closed: a stuck button silences once. */
function onContact(before: Interlock, value: Value): Interlock {
  if (typeof value !== 'boolean') return before;
  const next = { ...before, contact: value };
  return value && before.contact === false ? silence(next) : next;
}

function silence(before: Interlock): Interlock {
  return isSounding(before) ? { ...before, silenced: before.judgement?.witnesses ?? [] } : before;
}

function judged(before: Interlock, input: Parameters<CompiledRule['step']>[1]): Interlock {
  const { state, judgement } = before.rule.step(before.state, input);
  const wanted =
    judgement.verdict === 'met'
      ? true
      : judgement.verdict === 'unmet'
        ? false
        : whenUnknown(before.config, before.wanted);
  const isNew = judgement.witnesses.some((point) => before.silenced?.includes(point) === false);
  const silenced = wanted !== true || isNew ? null : before.silenced;
  return { ...before, state, judgement, wanted, silenced };
}

function whenUnknown({ onUnknown }: InterlockConfig, held: boolean | null): boolean | null {
  return onUnknown === 'hold' ? held : onUnknown === 'on';
}

/** Why the output may not be switched now. Gas that nobody can read is gas. */
function gasReason({ config, gas }: Interlock): CommandReason | null {
  if (config.gas === null) return null;
  const { zone, above } = config.gas;
  for (const [point, value] of gas) {
    if (typeof value === 'number' && value < above) continue;
    return { code: 'gas-zone', zone, point, value };
  }
  return null;
}
