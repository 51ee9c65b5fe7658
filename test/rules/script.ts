import { expect, test } from 'vitest';
import { tryPointRef } from '../../contract/ids.ts';
import type { FaultCode, Value } from '../../contract/reading.ts';
import { compileRule } from '../../rules/compile.ts';
import { conditionSchema } from '../../rules/condition.ts';
import type { CompiledRule, Judgement, RuleInput, RulePoint, RuleState } from '../../rules/rule.ts';
import type { Level } from '../../rules/verdict.ts';

/**
 * What happens at which ms to which point, and what stands right after it. `gone`: nothing may be said of the point any
 * more. `tick`: time alone has passed. A fault stands behind the value: `[value, 'stuck']`. `epoch` begins another epoch.
 */
export type Line = [ms: number, point: string, what: What, stands: Stands, about?: Partial<Expected>];
type What = Value | 'gone' | 'tick' | readonly [Value, FaultCode];
type Stands = 'unmet' | 'unknown' | Level;
type Expected = {
  readonly unknown: readonly string[];
  readonly witnesses: readonly string[];
  readonly why: string;
  readonly due: number | null;
};

export type Script = {
  readonly name: string;
  readonly rule: unknown;
  readonly points: readonly RulePoint[];
  readonly lines: readonly (Line | 'new epoch' | 'restart')[];
};

export function ref(text: string) {
  const made = tryPointRef(text);
  if (made === undefined) throw new Error(`${text} is no point`);
  return made;
}

export function point(text: string, given: Partial<RulePoint> = {}): RulePoint {
  return {
    ref: ref(text),
    type: 'number',
    unit: '',
    kind: 'value',
    valid: null,
    words: null,
    bits: null,
    everyMs: 1000,
    maxSilenceMs: 10_000,
    ...given,
  };
}

export const contact = (text: string, kind = 'smoke') => point(text, { type: 'boolean', kind });

export function compiled(condition: unknown, points: readonly RulePoint[], id = 'rule'): CompiledRule {
  return compileRule({ id, condition: conditionSchema.parse(condition), points });
}

/** Runs every script twice: as it is, and with the state through JSON after every line. */
export function runScripts(scripts: readonly Script[]): void {
  for (const script of scripts) {
    test(script.name, () => play(script, (state) => state));
    test(`${script.name} (restarted at every line)`, () => play(script, throughJson));
  }
}

export function throughJson(state: RuleState): RuleState {
  return JSON.parse(JSON.stringify(state));
}

function play({ rule: condition, points, lines }: Script, kept: (state: RuleState) => RuleState): void {
  const rule = compiled(condition, points);
  let state = rule.start();
  let epoch = 1;
  for (const [index, line] of lines.entries()) {
    if (line === 'new epoch') epoch += 1;
    else if (line === 'restart') state = throughJson(state);
    else {
      const [ms, where, what, stands, about = {}] = line;
      const result = rule.step(kept(state), inputOf(ms, where, what, epoch));
      state = result.state;
      expect({ line: index, at: ms, ...shown(result.judgement, about) }).toEqual({
        line: index,
        at: ms,
        stands,
        ...about,
      });
    }
  }
}

export function inputOf(mono: number, where: string, what: What, epoch: number): RuleInput {
  if (what === 'tick') return { kind: 'tick', mono };
  if (what === 'gone') return { kind: 'unknown', point: ref(where), mono, why: { code: 'agent-lost' } };
  const [value, fault] = isDoubted(what) ? what : [what, null];
  return { kind: 'sample', point: ref(where), sample: { value, fault, epoch, mono } };
}

function isDoubted(what: What): what is readonly [Value, FaultCode] {
  return Array.isArray(what);
}

function shown(judgement: Judgement, about: Partial<Expected>) {
  const { verdict, level, why } = judgement;
  const all: Expected = { ...judgement, why: why.code };
  const asked = Object.keys(about).map((key) => [key, all[key as keyof Expected]]);
  return { stands: verdict === 'met' ? level : verdict, ...Object.fromEntries(asked) };
}
