import { parse } from 'yaml';
import { changedCondition, type Setting, withChangedRule } from '../../../config/buildings/change-rule.ts';
import { readyRules } from '../../../config/buildings/library.ts';
import { readyRuleSchema } from '../../../config/buildings/rule-file.ts';
import { formatProblem, type LoadedSite, loadChangedSite, loadSite } from '../../../config/load-site.ts';
import { rulesOf, type Site } from '../../../config/site.ts';
import { type PointRef, pointRefSchema } from '../../../contract/ids.ts';
import { InputError } from '../../../contract/input-error.ts';
import { conditionProblems } from '../../../rules/checks/condition.ts';
import { type Condition, conditionSchema } from '../../../rules/condition.ts';
import type { Rule, RulePoint } from '../../../rules/rule.ts';
import type { Pair } from './trial.ts';

/** The rules that are tried: of a site file, or a ready rule on a recording. */

/** `levels.주의.above=8` as a person types it. @throws InputError */
export function settingOf(text: string): Setting {
  const at = text.indexOf('=');
  if (at < 1) throw new InputError([`--set ${text}: write a key of the condition and its value, as in hysteresis=2`]);
  try {
    return { key: text.slice(0, at), to: parse(text.slice(at + 1)) };
  } catch {
    throw new InputError([`--set ${text}: what stands behind = is no value; write 8, 10s or { n: 2, m: 3 }`]);
  }
}

/** Every subject of a rule of the site, as it is and with the settings changed. @throws InputError */
export function pairsOfSite(file: string, name: string, settings: readonly Setting[]): { site: Site; pairs: Pair[] } {
  const site = siteOf(loadSite(file));
  const present = named(site, name);
  if (present.length === 0) throw new InputError([`${file}: ${noRule(name, site)}`]);
  if (settings.length === 0) return { site, pairs: present.map((rule) => ({ present: rule, changed: null })) };
  const whole = `${present[0]?.building ?? 'site'}/${present[0]?.name}`;
  const changed = rulesOf(
    siteOf(loadChangedSite(file, (value) => withChangedRule(value, whole, settings, readyRules()))),
  );
  const pairs = present.map((rule) => ({ present: rule, changed: changed.find(({ id }) => id === rule.id) ?? null }));
  return { site, pairs };
}

function named(site: Site, name: string): Rule[] {
  const ids = ({ id, building, name: own }: Rule) => [id, own, `${building ?? 'site'}/${own}`];
  return rulesOf(site).filter((rule) => ids(rule).includes(name));
}

function noRule(name: string, site: Site): string {
  const all = [...new Set(rulesOf(site).map(({ building, name: own }) => `${building ?? 'site'}/${own}`))];
  return `there is no rule "${name}"; ${all.length === 0 ? 'it has none' : `it has ${all.join(', ')}`}`;
}

function siteOf(loaded: LoadedSite): Site {
  if (loaded.ok) return loaded.site;
  throw new InputError(loaded.problems.filter(({ severity }) => severity === 'error').map(formatProblem));
}

/** A ready rule on one point that is nowhere but in a recording. @throws InputError */
export function pairOfReady(id: string, settings: readonly Setting[], point: RulePoint): Pair {
  const ready = readyRules().get(id);
  if (ready === undefined)
    throw new InputError([`there is no ready rule "${id}"; there are ${[...readyRules().keys()].join(', ')}`]);
  const said = readyRuleSchema.parse(ready);
  const at = (condition: unknown): Rule => ({
    id,
    name: id,
    building: null,
    hazard: said.hazard,
    about: point.ref,
    title: said.title,
    lifeSafety: said.lifeSafety,
    consequence: said.consequence,
    action: said.action,
    who: said.who,
    withinMs: said.within,
    levels: 'own',
    provenance: { source: said.source ?? '', confirmedBy: null },
    condition: checked(condition, { ...point, unit: said.unit ?? point.unit }),
    points: [{ ...point, unit: said.unit ?? point.unit }],
  });
  const changed = settings.length === 0 ? null : at(changedCondition(ready.condition, settings));
  return { present: at(ready.condition), changed };
}

/** What a recording is called as a point. */
export const recordedPoint: PointRef = pointRefSchema.parse('recording/value');

function checked(raw: unknown, point: RulePoint): Condition {
  const parsed = conditionSchema.safeParse(raw);
  if (!parsed.success)
    throw new InputError(parsed.error.issues.map(({ path, message }) => `--set ${path.join('.')}: ${message}`));
  const condition = onePointOf(parsed.data, point.ref);
  const wrong = conditionProblems(condition, [point]).filter(({ severity }) => severity === 'error');
  if (wrong.length > 0)
    throw new InputError(wrong.map(({ path, message }) => `${path.join('.')}: ${point.ref} ${message}`));
  return condition;
}

/** One witness of a vote: whatever one alone would decide. */
function onePointOf(condition: Condition, ref: PointRef): Condition {
  if (condition.kind !== 'voting') return condition;
  const [first, ...rest] = condition.witnesses;
  const alone = Object.entries(condition.levels).filter(([, count]) => count === 1);
  if (first === undefined) return condition;
  return { ...condition, levels: Object.fromEntries(alone), witnesses: [{ ...first, points: [ref] }, ...rest] };
}
