import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../contract/input-error.ts';
import { codeOf, writePrivateFile } from './private-files.ts';

const keyBytes = 32;

/**
 * A key of the data folder, made when there is none.
 * @param name the file's, such as `session.key`
 * @param loss what removing the file does, as a message says it
 * @throws InputError when it cannot be read or is no key
 */
export function loadKeyFile(dir: string, name: string, loss: string): Uint8Array {
  const file = join(dir, name);
  const text = tryRead(file);
  if (text === undefined) {
    const made = randomBytes(keyBytes);
    writePrivateFile(file, `${made.toString('base64url')}\n`);
    return made;
  }
  const key = Buffer.from(text.trim(), 'base64url');
  if (key.length === keyBytes) return key;
  throw new InputError([`${file}: is not a key of ours; remove it, which ${loss}, and start again`]);
}

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new InputError([`${file}: cannot be read (${codeOf(error)}); give it to the user who runs the gateway`]);
  }
}
