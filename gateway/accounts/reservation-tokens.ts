import { createHmac } from 'node:crypto';
import { loadKeyFile } from '../data-folder/key-file.ts';
import { digest, sameDigest } from './secrets.ts';

/**
 * Tokens of reservations: made from a key of the data folder and the reservation's id, so that the same request gives the
 * same token again although only its digest is stored. Without the key file old tokens still open their reservations.
 */
export class ReservationTokens {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** @throws InputError as `loadKeyFile` */
  static load(dir: string): ReservationTokens {
    return new ReservationTokens(loadKeyFile(dir, 'reservation.key', 'changes no reservation that was made'));
  }

  /** 256 bits as 43 characters of base64url. */
  tokenOf(id: string): string {
    return createHmac('sha256', this.#key).update(id, 'utf8').digest('base64url');
  }
}

/** What is stored of a token, hex. */
export function tokenHash(token: string): string {
  return digest(token).toString('hex');
}

/** Whether a token is the one that was stored so. */
export function isToken(token: string, stored: string): boolean {
  return sameDigest(digest(token), Buffer.from(stored, 'hex'));
}
