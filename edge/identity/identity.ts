import { createPrivateKey, X509Certificate } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { Pair, UplinkFiles } from './uplink-files.ts';

/** What a connection shows the broker. */
export type Credentials = {
  readonly username: string;
  readonly password: string | null;
  /** Null without TLS; `ca` null for the public CAs. */
  readonly tls: {
    readonly ca: string | null;
    readonly pair: Pair | null;
    /** SHA-256 fingerprints of the certificates of replaced gateways. A gateway that shows one is refused. */
    readonly revoked: readonly string[];
  } | null;
};

export type IdentityOptions = {
  /** Data folder. */
  dir: string;
  username: string;
  password: string | null;
  files: UplinkFiles | null;
  log: Pick<Log, 'info' | 'warn'>;
};

const storedSchema = z.object({
  v: z.literal(1),
  /** SHA-256 of the certificate in the bundle that these came from. */
  bundle: z.string(),
  /** Newest first. */
  pairs: z.array(z.object({ certificate: z.string(), key: z.string() })).min(1),
});

const revokedFile = 'revoked-gateways.json';
const mostRevoked = 50;
const revokedSchema = z.object({ v: z.literal(1), revoked: z.array(z.string()) });

function readRevoked(file: string): readonly string[] {
  const stored = revokedSchema.safeParse(tryJson(tryRead(file) ?? ''));
  return stored.success ? stored.data.revoked : [];
}

/**
 * Who this box is to the broker. A renewed certificate is kept in the data folder with its key, in one file that is
 * replaced as a whole; the one before it stays until the broker has taken the new one. A new bundle ends them all.
 */
export class Identity {
  readonly #options: IdentityOptions;
  /** Newest first; the bundle's is the last. Empty when the agent signs in by a password. */
  #pairs: readonly Pair[];
  /** Which of them is shown now. */
  #shown = 0;
  #revoked: readonly string[];

  constructor(options: IdentityOptions) {
    this.#options = options;
    const bundle = options.files?.pair ?? null;
    this.#revoked = readRevoked(join(options.dir, revokedFile));
    this.#pairs = bundle === null ? [] : [...this.#renewed(bundle), bundle];
  }

  current(): Credentials {
    const { username, password, files } = this.#options;
    const tls =
      files === null ? null : { ca: files.ca, pair: this.#pairs[this.#shown] ?? null, revoked: this.#revoked };
    return { username, password: tls?.pair == null ? password : null, tls };
  }

  /** Whether the agent signs in by a certificate. */
  get isCertified(): boolean {
    return this.#pairs.length > 0;
  }

  /** The broker took what was shown: the gateway has ended what was before it, and what it did not take is no good. */
  accepted(): void {
    const bundle = this.#pairs.at(-1);
    const kept = this.#pairs[this.#shown];
    const isAlone = kept === undefined || bundle === undefined || (this.#shown === 0 && this.#pairs.length <= 2);
    if (isAlone) return;
    this.#pairs = kept === bundle ? [bundle] : [kept, bundle];
    this.#shown = 0;
    this.#store();
  }

  /** The broker refused what was shown: the next try shows the one before it, and after the last the newest again. */
  refused(): void {
    if (this.#pairs.length < 2) return;
    this.#shown = (this.#shown + 1) % this.#pairs.length;
    this.#options.log.warn({ fallback: this.#shown }, 'certificate-fallback');
  }

  /** The present gateway has replaced those that showed these; kept for every later connection, whatever others say. */
  revoke(fingerprints: readonly string[]): void {
    const news = fingerprints.filter((each) => !this.#revoked.includes(each));
    if (news.length === 0) return;
    this.#revoked = [...news, ...this.#revoked].slice(0, mostRevoked);
    writeWhole(join(this.#options.dir, revokedFile), JSON.stringify({ v: 1, revoked: this.#revoked }));
    this.#options.log.warn({ revoked: news }, 'gateway-revoked');
  }

  /** Keeps a renewed certificate; the next connection shows it. @throws Error when it does not belong to the key */
  adopt(pair: Pair): void {
    const certificate = new X509Certificate(pair.certificate);
    if (!certificate.checkPrivateKey(createPrivateKey(pair.key))) {
      throw new Error('the certificate that came is not of the key that was asked for');
    }
    this.#pairs = [pair, ...this.#pairs];
    this.#shown = 0;
    this.#store();
    this.#options.log.info({ expires: certificate.validToDate.toISOString() }, 'certificate-kept');
  }

  get #file(): string {
    return join(this.#options.dir, 'identity.json');
  }

  #renewed(bundle: Pair): readonly Pair[] {
    const text = tryRead(this.#file);
    if (text === undefined) return [];
    const stored = storedSchema.safeParse(tryJson(text));
    if (!stored.success) {
      this.#options.log.warn({ file: this.#file, why: 'cannot be read; the bundle is used' }, 'identity-unreadable');
      return [];
    }
    if (stored.data.bundle === fingerprintOf(bundle)) return stored.data.pairs;
    this.#options.log.info({}, 'identity-of-new-bundle');
    rmSync(this.#file, { force: true });
    return [];
  }

  #store(): void {
    const bundle = this.#pairs.at(-1);
    if (bundle === undefined) return;
    const pairs = this.#pairs.slice(0, -1);
    if (pairs.length === 0) rmSync(this.#file, { force: true });
    else writeWhole(this.#file, JSON.stringify({ v: 1, bundle: fingerprintOf(bundle), pairs }));
  }
}

/** A cut of the power leaves the old file or the new one. */
function writeWhole(file: string, text: string): void {
  const temporary = `${file}.new`;
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, 'wx', 0o600);
  writeSync(handle, text);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function fingerprintOf({ certificate }: Pair): string {
  return new X509Certificate(certificate).fingerprint256;
}

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // nothing was renewed yet
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON is one of the things the schema refuses
  }
}
