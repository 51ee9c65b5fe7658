import { formatProblem, loadSite } from '../../../config/load-site.ts';
import { rulesOf } from '../../../config/site.ts';
import { InputError } from '../../../contract/input-error.ts';
import { type Output, table } from '../output.ts';

/** `jari rules list`: every rule of a site, one for each alert subject. @throws InputError */
export function runRulesList(file: string): Output {
  const loaded = loadSite(file);
  if (!loaded.ok)
    throw new InputError(loaded.problems.filter(({ severity }) => severity === 'error').map(formatProblem));
  const rules = rulesOf(loaded.site);
  const rows = rules.map(({ id, hazard, lifeSafety, who, withinMs, points, condition }) => [
    id,
    hazard,
    lifeSafety ? 'life safety' : '',
    condition.kind,
    'levels' in condition ? Object.keys(condition.levels).join(' ') : '',
    `${who} within ${withinMs / 60_000} min`,
    points.length === 1 ? '' : `${points.length} points`,
  ]);
  return {
    text: rows.length === 0 ? `${file}: no rules` : table(['rule', 'hazard', '', 'kind', 'levels', 'who', ''], rows),
    json: { rules },
  };
}
