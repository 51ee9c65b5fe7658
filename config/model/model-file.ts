import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { glbLength, headBytes } from './glb.ts';

/** Own: a phone fetches and holds it whole. A building of some hundred thousand triangles takes 5 to 20 MB. */
export const mostModelBytes = 30_000_000;

/** Relative and downwards, so that a site file reaches nothing beyond its own folder. */
export const modelPath = /^(?!.*(?:^|\/)\.)[^/\\\0][^\\\0]{0,250}\.glb$/;

/** What is wrong with a model. missing: it cannot be read. not-glb: it is no glTF 2.0 binary. short: it ends too soon. */
export type ModelProblem = 'missing' | 'too-large' | 'not-glb' | 'short';

/** Looks at the head of a file alone; null: nothing is wrong as far as that says. */
export function modelProblem(file: string): ModelProblem | null {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return 'missing';
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return 'missing';
    if (stat.size > mostModelBytes) return 'too-large';
    const head = Buffer.alloc(headBytes);
    readSync(fd, head, 0, headBytes, 0);
    const length = glbLength(head);
    if (length === null) return 'not-glb';
    return length > stat.size ? 'short' : null;
  } catch {
    return 'missing';
  } finally {
    closeSync(fd);
  }
}
