import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import type { AnyProfile } from '../devices/profile.ts';

/** What comes with the program and every start asks for: device profiles and ready rules, by id. */
export type ReadBeforehand = {
  readonly profiles: ReadonlyMap<string, AnyProfile>;
  readonly rules: ReadonlyMap<string, { readonly [key: string]: unknown }>;
};

/**
 * A package carries these as they were read and checked when it was made, in place of reading their YAML and checking it at
 * every start: a fifth of what it takes to read the demo site. A checkout has no such file, and reads its YAML.
 */
export const beforehandFile = 'config/read-beforehand.bin';

const ownFile = fileURLToPath(new URL(`../${beforehandFile}`, import.meta.url));

/** Undefined where there is no such file. It is the program's own, written by the same version of Node. */
export function readBeforehand(file: string = ownFile): ReadBeforehand | undefined {
  try {
    return deserialize(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function writeBeforehand(file: string, { profiles, rules }: ReadBeforehand): void {
  writeFileSync(file, serialize({ profiles: new Map(profiles), rules: new Map(rules) }));
}
