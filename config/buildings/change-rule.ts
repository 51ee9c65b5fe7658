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
  const place = placeOf(value, name);
  if (place === undefined) return undefined;
  const entry = valueAt(value, place);
  if (!isMapping(entry)) return undefined;
  const ready = typeof entry.use === 'string' ? library.get(entry.use) : undefined;
  const whole = laidOver(ready ?? {}, entry).condition;
  return withValue(value, [...place, 'condition'], changedCondition(whole, settings));
}

/** A condition as a file has it, with settings changed. */
export function changedCondition(condition: unknown, settings: readonly Setting[]): unknown {
  return settings.reduce<unknown>((now, { key, to }) => withValue(now, key.split('.'), to), condition);
}

function placeOf(value: unknown, name: string): (string | number)[] | undefined {
  const buildings = valueAt(value, ['buildings']);
  const lists = (Array.isArray(buildings) ? buildings : []).map((_, index) => ({
    owner: valueAt(value, ['buildings', index, 'id']),
    path: ['buildings', index, 'rules'] as (string | number)[],
  }));
  for (const { owner, path } of [...lists, { owner: 'site', path: ['rules'] }]) {
    const rules = valueAt(value, path);
    if (!Array.isArray(rules)) continue;
    const index = rules.findIndex((rule: unknown) => {
      const id = isMapping(rule) ? (rule.id ?? rule.use) : undefined;
      return id !== undefined && (id === name || `${owner}/${id}` === name);
    });
    if (index >= 0) return [...path, index];
  }
  return undefined;
}

/** The same tree with one value in it replaced; what is on the way there and no mapping or list becomes one. */
function withValue(tree: unknown, [key, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(tree))
    return tree.map((item, index) => (String(index) === String(key) ? withValue(item, rest, to) : item));
  const mapping: Raw = isMapping(tree) ? tree : {};
  return { ...mapping, [key]: withValue(mapping[key], rest, to) };
}
