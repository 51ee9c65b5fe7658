import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { codeOf, writePrivateFile } from '../data-folder/private-files.ts';
import { type Authority, refuseEarlyClock } from './authority.ts';
import { issueServer, type Pair } from './issue.ts';
import { isDue, type Lifetimes } from './lifetimes.ts';

/** What a TLS listener shows: one that our CA made, or the files that the site file names. */

/**
 * The gateway's own certificate in `DIR/ca/`. The one that is there is kept while our CA signed it, it gives just these
 * names, and more than a third of its life is left; else a new one is made.
 */
export async function ownIdentity(options: {
  dir: string;
  authority: Authority;
  names: readonly string[];
  clock: Pick<Clock, 'now'>;
  lifetimes: Lifetimes;
}): Promise<Pair> {
  const { dir, authority, names, clock, lifetimes } = options;
  const files = { certificate: join(dir, 'ca', 'server.crt'), key: join(dir, 'ca', 'server.key') };
  const kept = tryRead(files);
  if (kept !== undefined && isGood(kept, options)) return kept;
  refuseEarlyClock(clock);
  const expires = Math.min(clock.now() + lifetimes.serverMs, authority.expires);
  const made = await issueServer({ issuer: authority, names, expires });
  writePrivateFile(files.key, made.key);
  writePrivateFile(files.certificate, made.certificate);
  return made;
}

function tryRead(files: { certificate: string; key: string }): Pair | undefined {
  if (!existsSync(files.certificate) || !existsSync(files.key)) return undefined;
  return { certificate: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
}

function isGood(pair: Pair, { authority, names, clock, lifetimes }: Parameters<typeof ownIdentity>[0]): boolean {
  try {
    const certificate = new X509Certificate(pair.certificate);
    return (
      certificate.checkPrivateKey(createPrivateKey(pair.key)) &&
      certificate.verify(new X509Certificate(authority.certificate).publicKey) &&
      !isDue(clock.now(), certificate.validToDate.getTime(), lifetimes.serverMs) &&
      (certificate.subjectAltName ?? '').split(',').length === names.length &&
      names.every((name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined)
    );
  } catch {
    // Half written when the power went: it is made again.
    return false;
  }
}

/** The pair of files that the site file names. @throws InputError when they cannot be used */
export function givenIdentity(files: { cert: string; key: string }): Pair {
  const pair = { certificate: read(files.cert), key: read(files.key) };
  const certificate = tryParse(() => new X509Certificate(pair.certificate), files.cert, 'is no certificate in PEM');
  const key = tryParse(() => createPrivateKey(pair.key), files.key, 'is no private key in PEM without a passphrase');
  if (!certificate.checkPrivateKey(key)) {
    throw new InputError([
      `${files.key}: does not belong to the first certificate in ${files.cert}; give the one that does`,
    ]);
  }
  return pair;
}

/** A file of CA certificates. @throws InputError */
export function givenAuthority(file: string): string {
  const pem = read(file);
  tryParse(() => new X509Certificate(pem), file, 'is no certificate in PEM');
  return pem;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError([
      `${file}: cannot be read (${codeOf(error)}); correct the path in the site file, or its rights`,
    ]);
  }
}

function tryParse<T>(parse: () => T, file: string, what: string): T {
  try {
    return parse();
  } catch {
    throw new InputError([`${file}: ${what}; give another file`]);
  }
}
