import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Looks for secrets, as bytes, in whatever a run leaves behind. */

/** `keptIn` are the places that may hold it: the file it was written to, the one answer that gives it. */
export type Secret = { readonly name: string; readonly text: string; readonly keptIn: readonly string[] };
export type Place = { readonly where: string; readonly bytes: Buffer };

/** Where which secret was found, in what form; empty when nowhere but where it is kept. */
export function leaks(secrets: readonly Secret[], places: readonly Place[]): string[] {
  const found = new Set<string>();
  for (const secret of secrets) {
    const searched = places.filter(({ where }) => !secret.keptIn.includes(where));
    for (const [form, bytes] of formsOf(secret.text)) {
      for (const place of searched) {
        if (place.bytes.includes(bytes)) found.add(`${secret.name} as ${form} in ${place.where}`);
      }
    }
  }
  for (const { where, bytes } of places) {
    const text = bytes.toString('latin1');
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) && !where.endsWith('.key'))
      found.add(`a private key in ${where}`);
    // What is stored of a password is no secret, and yet nobody's but the database's.
    if (text.includes('$argon2id$') && !/gateway\.db(-wal)?$/.test(where)) found.add(`a password's hash in ${where}`);
  }
  return [...found].sort();
}

const windowLength = 12;

/** The text itself, every way in which it may have been written down, and parts of it. */
function formsOf(text: string): (readonly [form: string, bytes: Buffer])[] {
  const plain = Buffer.from(text);
  const named: [string, Buffer][] = [
    ['text', plain],
    ['hex', Buffer.from(plain.toString('hex'))],
    ['HEX', Buffer.from(plain.toString('hex').toUpperCase())],
    ['URI', Buffer.from(encodeURIComponent(text))],
    ['JSON', Buffer.from(JSON.stringify(text).slice(1, -1))],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ...base64Of('base64', plain),
  ];
  const forms = named.filter(([, bytes], nth) => nth === 0 || Buffer.compare(bytes, plain) !== 0);
  // Longer pieces of an error's text hold at least one of these whole.
  for (let at = 0; at + windowLength <= plain.length; at += 4) {
    forms.push(['a part', plain.subarray(at, at + windowLength)]);
  }
  // Secrets of ours are base64url of 32 random bytes.
  const random = Buffer.from(text, 'base64url');
  if (/^[\w-]{43}$/.test(text)) {
    forms.push(['its bytes', random], ['hex of its bytes', Buffer.from(random.toString('hex'))]);
    forms.push(...base64Of('base64 of its bytes', random));
  }
  return forms;
}

/** In either alphabet, and wherever in a longer text it stands: what depends on its neighbours is cut away. */
function base64Of(form: string, bytes: Buffer): [string, Buffer][] {
  return [0, 1, 2].flatMap((before): [string, Buffer][] => {
    const coded = Buffer.concat([Buffer.alloc(before), bytes]);
    const whole = coded.subarray(0, coded.length - (coded.length % 3)).toString('base64');
    const own = whole.slice([0, 2, 3][before]);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')].map((text) => [form, Buffer.from(text)]);
  });
}

/** Every file below a folder, read whole. What is no ordinary file (a socket) is left out. */
export function filesBelow(folder: string): Place[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .map((where) => ({ where, bytes: readFileSync(where) }));
}
