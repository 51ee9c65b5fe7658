import { argon2, createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Secrets of two kinds. Those we make carry 256 random bits, so one SHA-256 is enough to store them. Those people choose
 * are stretched by argon2id: 19 MiB, 2 passes, one lane (OWASP's smallest recommended setting), about 30 ms on a fast core.
 */

const secretBytes = 32;
const saltBytes = 16;
const tagBytes = 32;
const cost = { memory: 19 * 1024, passes: 2, parallelism: 1 } as const;

/** 256 random bits as 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

/** What is stored of a secret. */
export function digest(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

/** Compares in a time that does not depend on where they differ. */
export function sameDigest(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** A password as it is stored: the usual text form, which carries its own cost and salt. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const tag = await stretch(password, salt, cost);
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${bare(salt)}$${bare(tag)}`;
}

const stored = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const nobody = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${bare(Buffer.alloc(saltBytes))}$${bare(Buffer.alloc(tagBytes))}`;

/** Whether the password is the stored one. Without a stored one it works as long and says no, so that names cannot be told apart. */
export async function matches(password: string, hash: string | undefined): Promise<boolean> {
  const match = stored.exec(hash ?? nobody);
  if (match === null) throw new Error('a stored password is not in the argon2id form: the accounts table is damaged');
  const [memory, passes, parallelism] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const tag = await stretch(password, Buffer.from(match[4] ?? '', 'base64'), { memory, passes, parallelism });
  return sameDigest(tag, Buffer.from(match[5] ?? '', 'base64')) && hash !== undefined;
}

function stretch(
  password: string,
  salt: Buffer,
  how: { memory: number; passes: number; parallelism: number },
): Promise<Buffer> {
  // Keyboards of different makers send the same Hangul syllable composed or in parts; to a person it is one password.
  const message = password.normalize('NFC');
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce: salt, tagLength: tagBytes, ...how }, (error, tag) =>
      error === null ? resolve(tag) : reject(error),
    );
  });
}

function bare(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
