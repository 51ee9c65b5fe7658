import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../../config/checks/did-you-mean.ts';
import { InputError } from '../../contract/input-error.ts';

const folder = fileURLToPath(new URL('../../config/sites/scenarios/', import.meta.url));

/** The file of a scenario: a path, or the name of one in `config/sites/scenarios/`. @throws InputError for an unknown name */
export function scenarioFile(nameOrPath: string): string {
  if (/[/\\]|\.ya?ml$/.test(nameOrPath)) return nameOrPath;
  const names = scenarioNames();
  if (names.includes(nameOrPath)) return join(folder, `${nameOrPath}.yaml`);
  const fix = didYouMean(nameOrPath, names) ?? `there is ${names.join(', ')}`;
  throw new InputError([
    `--scenario ${nameOrPath}: no scenario of this name (${fix}); give the path of a file for one of your own`,
  ]);
}

/** Those that come with the program. */
export function scenarioNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .toSorted();
}
