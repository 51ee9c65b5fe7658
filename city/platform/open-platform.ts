import { readFileSync } from 'node:fs';
import { InputError } from '../../contract/input-error.ts';
import { causeOf, causeWords } from '../../contract/words/files.ts';
import { assertPeer } from '../peer.ts';
import type { PlatformTask } from './push.ts';

/** What an operator says of the platform. Null: none is named. @throws InputError */
export function openPlatform(of: {
  readonly platform?: string;
  readonly platformSecretFile?: string;
}): PlatformTask | null {
  const { platform: url, platformSecretFile: file } = of;
  if (url === undefined) return null;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || new URL(url).username !== '')
    throw new InputError([`--platform ${url}: is no address; give one such as https://platform.example.kr/events`]);
  assertPeer('--platform', url);
  return { url, secret: file === undefined ? null : read(file) };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new InputError([`--platform-secret-file ${file}: cannot be read: ${causeWords(causeOf(error)).en}`]);
  }
}
