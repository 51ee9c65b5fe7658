import { valueAt } from '../files/schema-walk.ts';
import { isMapping, type RuleLibrary } from './library.ts';
import { laidOver } from './resolve-rule.ts';

/** One setting of a condition: `levels.주의.above` and what it is to be, as the file would have it. */
export type Setting = { readonly key: string; readonly to: unknown };

type Raw = { readonly [key: string]: unknown };

/**
 * What a site file holds, with settings of one rule's condition changed; undefined when no such rule stands in it.
 * `name` is the rule's id in its building, or `{building}/{id}`; `site/{id}` of those that belong to none.
 */
export function withChangedRule(
  value: unknown,
  name: string,
  settings: readonly Setting[],
  library: RuleLibrary,
): unknown {
  const [place] = placesOfRule(value, name);
  if (place === undefined) return undefined;
  return withValue(value, [...place, 'condition'], conditionAt(value, place, settings, library));
}

/** The whole condition of the rule that stands at `place`, with settings changed. */
export function conditionAt(
  value: unknown,
  place: RulePlace,
  settings: readonly Setting[],
  library: RuleLibrary,
): unknown {
  const entry = valueAt(value, place);
  if (!isMapping(entry)) return undefined;
  const ready = typeof entry.use === 'string' ? library.get(entry.use) : undefined;
  return changedCondition(laidOver(ready ?? {}, entry).condition, settings);
}

/** A condition as a file has it, with settings changed. */
export function changedCondition(condition: unknown, settings: readonly Setting[]): unknown {
  return settings.reduce<unknown>((now, { key, to }) => withValue(now, key.split('.'), to), condition);
}

export type RulePlace = readonly (string | number)[];

/** Where rules of this name stand in what a site file holds, in its order. */
export function placesOfRule(value: unknown, name: string): RulePlace[] {
  const buildings = valueAt(value, ['buildings']);
  const lists = (Array.isArray(buildings) ? buildings : []).map((_, index) => ({
    owner: valueAt(value, ['buildings', index, 'id']),
    path: ['buildings', index, 'rules'] as (string | number)[],
  }));
  return [...lists, { owner: 'site', path: ['rules'] }].flatMap(({ owner, path }) => {
    const rules = valueAt(value, path);
    if (!Array.isArray(rules)) return [];
    return rules.flatMap((rule: unknown, index) => {
      if (!isMapping(rule)) return [];
      const id = rule.id ?? rule.use;
      return id !== undefined && (id === name || `${owner}/${id}` === name) ? [[...path, index]] : [];
    });
  });
}

/** The same tree with one value in it replaced; what is on the way there and no mapping or list becomes one. */
function withValue(tree: unknown, [key, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(tree))
    return tree.map((item, index) => (String(index) === String(key) ? withValue(item, rest, to) : item));
  const mapping: Raw = isMapping(tree) ? tree : {};
  return { ...mapping, [key]: withValue(mapping[key], rest, to) };
}
