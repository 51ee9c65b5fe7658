import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Regular files of a folder, by path below it and size. */
export type FoundFile = { readonly path: string; readonly bytes: number };

export function filesOf(dir: string): FoundFile[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).flatMap((path) => {
    const stat = statSync(join(dir, path), { throwIfNoEntry: false });
    return stat?.isFile() === true ? [{ path, bytes: stat.size }] : [];
  });
}

/** Copies files with the folders that they are in; those for whom `wanted` says no stay behind. */
export function copyFiles(from: string, to: string, wanted: (file: FoundFile) => boolean): void {
  for (const file of filesOf(from).filter(wanted)) {
    const target = join(to, file.path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    copyFileSync(join(from, file.path), target);
  }
}
