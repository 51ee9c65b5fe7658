import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../contract/input-error.ts';
import { codeOf, writePrivateFile } from '../data-folder/private-files.ts';

const keyBytes = 32;

/**
 * The key that cookies are signed with, of the data folder; made when there is none. Removing the file signs everybody
 * out. @throws InputError when it cannot be read or is no key
 */
export function loadSessionKey(dir: string): Uint8Array {
  const file = join(dir, 'session.key');
  const text = tryRead(file);
  if (text === undefined) {
    const made = randomBytes(keyBytes);
    writePrivateFile(file, `${made.toString('base64url')}\n`);
    return made;
  }
  const key = Buffer.from(text.trim(), 'base64url');
  if (key.length === keyBytes) return key;
  throw new InputError([`${file}: is not a key of ours; remove it, which signs everybody out, and start again`]);
}

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new InputError([`${file}: cannot be read (${codeOf(error)}); give it to the user who runs the gateway`]);
  }
}
