import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from 'yaml';
import type { RuleSettings } from '../../contract/configuration.ts';
import { valueAt } from '../files/schema-walk.ts';
import { conditionAt, placesOfRule } from './change-rule.ts';
import { isMapping, type RuleLibrary } from './library.ts';

/** `text`: the site file with the settings in it, comments as they were. `changed`: rules of them that the site has. */
export type LaidRules =
  | { readonly ok: true; readonly text: string; readonly changed: readonly string[] }
  | { readonly ok: false; readonly rule: string };

/**
 * Lays settings of rules over a site file, wherever a rule of that name stands; a rule that the site does not have changes
 * nothing. Each changed rule says where its numbers come from. Refused with the rule's name where the file is written so that the
 * rule cannot be changed alone, as where several share one by an anchor. Pure.
 */
export function withRuleSettings(text: string, rules: readonly RuleSettings[], library: RuleLibrary): LaidRules {
  const doc = parseDocument(text, { stringKeys: true, logLevel: 'error' });
  const changed: string[] = [];
  for (const { rule, set, source, confirmedBy } of rules) {
    const value: unknown = doc.toJS();
    const settings = Object.entries(set).map(([key, to]) => ({ key, to }));
    // Of a merged or shared mapping more would change than this rule.
    const wanted = JSON.parse(JSON.stringify(value)) as unknown;
    for (const place of placesOfRule(value, rule)) {
      const keys = { condition: conditionAt(value, place, settings, library), source, confirmedBy };
      for (const [key, to] of Object.entries(keys)) {
        if (!trySet(() => doc.setIn([...place, key], to))) return { ok: false, rule };
      }
      const entry = valueAt(wanted, place);
      if (isMapping(entry)) Object.assign(entry, keys);
    }
    if (!isDeepStrictEqual(doc.toJS(), wanted)) return { ok: false, rule };
    if (placesOfRule(value, rule).length > 0) changed.push(rule);
  }
  return { ok: true, text: changed.length === 0 ? text : doc.toString({ lineWidth: 0 }), changed };
}

function trySet(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false; // an alias stands there in place of the rule
  }
}
