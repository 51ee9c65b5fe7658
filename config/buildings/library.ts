import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explain } from '../files/explain.ts';
import { formatProblem } from '../files/problem.ts';
import { ReadOnDemand } from '../files/read-on-demand.ts';
import { openYaml } from '../files/yaml-file.ts';
import { readBeforehand } from '../read-beforehand.ts';
import { readyRuleSchema } from './rule-file.ts';

/** The ready rules by id, each as its file has it; durations are still text, for a site lays its own words over it. */
export type RuleLibrary = ReadonlyMap<string, { readonly [key: string]: unknown }>;

let builtIn: RuleLibrary | undefined;

/**
 * The rules that come with the program, each read once, when it is asked for; a package has all of them read and checked.
 * @throws on reading one that is not valid, which is a bug
 */
export function readyRules(): RuleLibrary {
  builtIn ??= readBeforehand()?.rules ?? openFolder(fileURLToPath(new URL('../../rules/library', import.meta.url)));
  return builtIn;
}

function openFolder(folder: string): RuleLibrary {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const ids = names.toSorted().map((name) => name.slice(0, -'.yaml'.length));
  return new ReadOnDemand(ids, (id) => readFile(join(folder, `${id}.yaml`), id));
}

function readFile(file: string, id: string): { readonly [key: string]: unknown } {
  const opened = openYaml(file);
  if (!opened.ok) throw new Error(opened.problems.map(formatProblem).join('\n'));
  const { value, problem } = opened.yaml;
  const parsed = readyRuleSchema.safeParse(value);
  if (!parsed.success)
    throw new Error(explain(readyRuleSchema, value, parsed.error).map(problem).map(formatProblem).join('\n'));
  if (parsed.data.id !== id) throw new Error(`${file}: its id is ${parsed.data.id}; name the file so`);
  return isMapping(value) ? value : {};
}

export function isMapping(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
