import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { list, mapping } from '../../config/handed/plain.ts';
import type { Site } from '../../config/site.ts';
import type { FileVersion } from './record.ts';

/** A site with the text that made it. */
export type Running = { readonly site: Site; readonly value: unknown; readonly profiles: FileVersion['profiles'] };

/** What a site runs, with what its file holds: what a draft is held against. */
export function runningOf(site: Site, value: unknown): Running {
  const names = list(mapping(value).profiles).map(String);
  const profiles = names.map((folder, index) => ({ folder, files: textsIn(site.profileFolders[index]) }));
  return { site, value, profiles };
}

function textsIn(folder: string | undefined): Record<string, string> {
  try {
    const names = folder === undefined ? [] : readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder ?? '', name), 'utf8')]));
  } catch {
    return {}; // the loader has said so
  }
}
