import { loadKeyFile } from '../data-folder/key-file.ts';

/** The key that cookies are signed with. Removing the file signs everybody out. @throws InputError as `loadKeyFile` */
export function loadSessionKey(dir: string): Uint8Array {
  return loadKeyFile(dir, 'session.key', 'signs everybody out');
}
