import { createHash, randomBytes } from 'node:crypto';

/** Letters and digits that nobody mistakes for each other when they are read from paper (Crockford's base 32). */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLetters = 20;

/** A code for paper, of 100 random bits: `7Q2M-…`. */
export function newCode(): string {
  const text = [...randomBytes(codeLetters)].map((byte) => letters[byte % letters.length]).join('');
  return text.replace(/.{4}(?=.)/g, '$&-');
}

/** What is kept of it. Case, spaces and dashes do not count, and O, I and L are what they look like. */
export function codeDigest(code: string): Buffer {
  const plain = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return createHash('sha256').update(`jari-replace:${plain}`).digest();
}
