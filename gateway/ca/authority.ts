import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { codeOf, writePrivateFile } from '../data-folder/private-files.ts';
import { issueAuthority } from './issue.ts';
import { lifetimes } from './lifetimes.ts';

/** The gateway's own CA, in `DIR/ca/`: ca.crt, which everybody may have, and ca.key, which never leaves the folder. */
export type Authority = {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the certificate, as people compare it. */
  readonly fingerprint: string;
  /** Epoch ms. */
  readonly expires: number;
};

/** This machine does not know what year it is. */
export class ClockUnset extends InputError {
  /** What its clock says, epoch ms. */
  readonly at: number;

  constructor(at: number) {
    super([`this machine's clock says ${new Date(at).toISOString()}; set it (timedatectl), then try again`]);
    this.name = 'ClockUnset';
    this.at = at;
  }
}

export function authorityFiles(dir: string): { certificate: string; key: string } {
  return { certificate: join(dir, 'ca', 'ca.crt'), key: join(dir, 'ca', 'ca.key') };
}

/** The CA of a data folder; undefined when it has none. @throws InputError when there is half of one, or it cannot be used */
export function readAuthority(dir: string, clock: Pick<Clock, 'now'>): Authority | undefined {
  const files = authorityFiles(dir);
  const there = { certificate: existsSync(files.certificate), key: existsSync(files.key) };
  if (!there.certificate && !there.key) return undefined;
  if (!there.key || !there.certificate) {
    const [absent, present] = there.key ? [files.certificate, files.key] : [files.key, files.certificate];
    throw new InputError([
      `${present}: its other half ${absent} is gone, so nothing can be issued; put it back from a backup, or move ` +
        `${present} away and give every box a new bundle`,
    ]);
  }
  return checked(files, clock);
}

/** @throws InputError when there is one already; ClockUnset */
export async function makeAuthority(dir: string, clock: Pick<Clock, 'now'>): Promise<Authority> {
  const files = authorityFiles(dir);
  if (existsSync(files.certificate) || existsSync(files.key)) {
    throw new InputError([
      `${join(dir, 'ca')}: holds a CA already; move the folder away first, and give every box a new bundle afterwards`,
    ]);
  }
  refuseEarlyClock(clock);
  const pair = await issueAuthority({ name: `Jari ${hostname()}`, expires: clock.now() + lifetimes.authorityMs });
  try {
    mkdirSync(join(dir, 'ca'), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new InputError([`${join(dir, 'ca')}: cannot be made (${codeOf(error)}); let this user write to ${dir}`]);
  }
  // The key first: a certificate without its key could issue nothing and would be handed out all the same.
  writePrivateFile(files.key, pair.key);
  writePrivateFile(files.certificate, pair.certificate);
  return checked(files, clock);
}

/** A clock that still stands in the past would give certificates that have expired when it is set. @throws ClockUnset */
export function refuseEarlyClock(clock: Pick<Clock, 'now'>): void {
  if (clock.now() < earliest) throw new ClockUnset(clock.now());
}

const earliest = Date.UTC(2025, 0, 1);

function checked(files: { certificate: string; key: string }, clock: Pick<Clock, 'now'>): Authority {
  const [certificate, key] = [read(files.certificate), read(files.key)];
  const parsed = tryParse(() => new X509Certificate(certificate), files.certificate, 'is no certificate in PEM');
  const secret = tryParse(() => createPrivateKey(key), files.key, 'is no private key in PEM');
  if (!parsed.ca)
    throw new InputError([`${files.certificate}: is not the certificate of a CA; put back the right one`]);
  if (!parsed.checkPrivateKey(secret)) {
    throw new InputError([`${files.key}: does not belong to ${files.certificate}; put back the one that does`]);
  }
  const expires = parsed.validToDate.getTime();
  if (clock.now() >= expires) {
    throw new InputError([
      `${files.certificate}: has expired on ${parsed.validToDate.toISOString()}; set this machine's clock if that is ` +
        'wrong, else move the folder away and give every box a new bundle',
    ]);
  }
  return { certificate, key, fingerprint: parsed.fingerprint256, expires };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError([`${file}: cannot be read (${codeOf(error)}); give it to the user who runs this`]);
  }
}

function tryParse<T>(parse: () => T, file: string, what: string): T {
  try {
    return parse();
  } catch {
    throw new InputError([`${file}: ${what}; put back the one that was there`]);
  }
}
