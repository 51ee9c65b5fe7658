import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import type { FileVersion } from './record.ts';

/** What a gateway calls a site file that it was handed: by which name it was handed, it does not know. */
export const placedName = 'site.yaml';

/**
 * Puts a version of a site file into a folder of its own, to be loaded as if it stood where the site file that the gateway was
 * given stands: relative paths begin there. Its own profiles lie beside it, as it names them.
 */
export function placeFile(version: FileVersion, folder: string, given: string): { file: string; standsIn: string } {
  const file = join(folder, placedName);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, version.text, { mode: 0o600 });
  for (const { folder: name, files } of version.profiles) {
    if (!isInside(name)) continue;
    const place = join(folder, name);
    mkdirSync(place, { recursive: true, mode: 0o700 });
    for (const [each, text] of Object.entries(files))
      if (isPlain(each)) writeFileSync(join(place, each), text, { mode: 0o600 });
  }
  return { file, standsIn: dirname(resolve(given)) };
}

/** A folder below the site file's: no other can be handed along. */
export function isInside(folder: string): boolean {
  const way = normalize(folder);
  return !isAbsolute(folder) && way !== '.' && way !== '..' && !way.startsWith('../');
}

function isPlain(name: string): boolean {
  return /^[\w.-]+$/.test(name) && !name.startsWith('..');
}
