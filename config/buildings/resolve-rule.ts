import type { BuildingId, PointRef } from '../../contract/ids.ts';
import { conditionSchema } from '../../rules/condition.ts';
import type { Rule } from '../../rules/rule.ts';
import { explain } from '../files/explain.ts';
import type { Finding, Path } from '../files/problem.ts';
import { isMapping, type RuleLibrary } from './library.ts';
import { type ReadyRule, type RuleFile, readyRuleSchema } from './rule-file.ts';
import { type Selected, selectPoints } from './select-points.ts';
import type { SitePoint } from './site-points.ts';

/** Where a rule stands: its building, the points it may judge, and its place in the file. */
export type Surrounding = {
  readonly building: BuildingId | null;
  /** Points that a rule takes by their kind: those in the places of the building. */
  readonly own: readonly SitePoint[];
  readonly all: ReadonlyMap<PointRef, SitePoint>;
  readonly library: RuleLibrary;
};

export type Resolved = {
  readonly findings: readonly Finding[];
  /** One for each alert subject; empty where something is wrong. */
  readonly rules: readonly Rule[];
  /** What the entry says, laid over the ready rule; null where that does not hold together. */
  readonly said: (ReadyRule & { readonly condition: unknown }) | null;
};

/** Lays an entry over the ready rule it uses, finds its points, and makes a rule of it for each alert subject. */
export function resolveRule(entry: RuleFile, raw: unknown, around: Surrounding): Resolved {
  const ready = entry.use === undefined ? {} : around.library.get(entry.use);
  if (ready === undefined) return { findings: [], rules: [], said: null };
  const whole = laidOver(ready, isMapping(raw) ? raw : {});
  const parsed = readyRuleSchema.safeParse(whole);
  const condition = conditionSchema.safeParse(whole.condition);
  const findings = [
    ...(parsed.success ? [] : explain(readyRuleSchema, whole, parsed.error)),
    ...(condition.success || whole.condition === undefined
      ? []
      : below(['condition'], explain(conditionSchema, whole.condition, condition.error))),
  ].map((finding) => ({ ...finding, path: standingIn(raw, finding.path) }));
  if (!parsed.success || !condition.success) return { findings, rules: [], said: null };
  const selected = selectPoints(condition.data, parsed.data, around);
  return {
    findings: [
      ...findings,
      ...selected.findings.map((finding) => ({ ...finding, path: standingIn(raw, finding.path) })),
    ],
    rules: ruleFor(parsed.data, selected, around.building),
    said: parsed.data,
  };
}

/** Keys of the entry over those of the ready rule; the condition key by key. */
export function laidOver(ready: { readonly [key: string]: unknown }, raw: { readonly [key: string]: unknown }) {
  const { use: _use, acceptUnverified: _accept, ...own } = raw;
  const condition =
    isMapping(ready.condition) && isMapping(own.condition) && !changesKind(ready.condition, own.condition)
      ? { ...ready.condition, ...own.condition }
      : (own.condition ?? ready.condition);
  return { ...ready, ...own, ...(condition === undefined ? {} : { condition }) };
}

/** Another kind of condition has settings of its own: nothing of the ready one is kept. */
function changesKind(ready: { readonly kind?: unknown }, own: { readonly kind?: unknown }): boolean {
  return own.kind !== undefined && own.kind !== ready.kind;
}

function below(path: Path, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({ ...finding, path: [...path, ...finding.path] }));
}

/** The path as far as the entry itself has it; what the ready rule says is said at the entry. */
function standingIn(raw: unknown, path: Path): Path {
  const [key, ...rest] = path;
  if (key === undefined || !isMapping(raw) || !Object.hasOwn(raw, key))
    return isMapping(raw) && 'use' in raw ? ['use'] : [];
  const inner = Reflect.get(raw, key);
  if (key !== 'condition') return path;
  const [next] = rest;
  return next === undefined || (isMapping(inner) && Object.hasOwn(inner, next)) ? path : [key];
}

function ruleFor(said: ReadyRule, { subjects, condition }: Selected, building: BuildingId | null): Rule[] {
  const { id: name, title, hazard, lifeSafety, consequence, action, who, within } = said;
  const provenance = { source: said.source ?? '', confirmedBy: said.confirmedBy ?? null };
  return subjects.map(({ about, points, condition: own = condition }): Rule => {
    const id = `${building ?? 'site'}/${name}${about === null ? '' : `:${about}`}`;
    const common = { id, name, building, hazard, about, title, lifeSafety, consequence, action, who };
    return { ...common, withinMs: within, levels: 'own', provenance, condition: own, points };
  });
}
