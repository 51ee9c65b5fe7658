import { createCipheriv, createECDH, createPrivateKey, hkdfSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { VapidKeys } from '../push-keys.ts';

/** What a browser gave when it subscribed, base64url. */
export type BrowserKeys = { readonly p256dh: string; readonly auth: string };

/** A message's own key and salt; they are never used for a second one (RFC 8291 §3.1). */
export type Once = { readonly privateKey: Uint8Array | null; readonly salt: Uint8Array };

const recordSize = 4096;

/**
 * A message encrypted for one browser, as RFC 8291 has it: one record of aes128gcm (RFC 8188) under a key agreed by P-256
 * with a key pair of this message alone. `once` is for the RFC's own example. @throws Error when the keys are none
 */
export function encryptPush(
  to: BrowserKeys,
  text: string,
  once: Once = { privateKey: null, salt: randomBytes(16) },
): Buffer {
  const ecdh = createECDH('prime256v1');
  if (once.privateKey === null) ecdh.generateKeys();
  else ecdh.setPrivateKey(once.privateKey);
  const own = ecdh.getPublicKey();
  const theirs = Buffer.from(to.p256dh, 'base64url');
  const shared = ecdh.computeSecret(theirs);
  const about = Buffer.concat([Buffer.from('WebPush: info\0', 'latin1'), theirs, own]);
  const secret = Buffer.from(hkdfSync('sha256', shared, Buffer.from(to.auth, 'base64url'), about, 32));
  const key = Buffer.from(hkdfSync('sha256', secret, once.salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', secret, once.salt, 'Content-Encoding: nonce\0', 12));
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  // 2 ends the last record (RFC 8188 §2); there is one.
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.update(Uint8Array.of(2)), cipher.final()]);
  const head = Buffer.alloc(21);
  head.set(once.salt, 0);
  head.writeUInt32BE(recordSize, 16);
  head.writeUInt8(own.length, 20);
  return Buffer.concat([head, own, sealed, cipher.getAuthTag()]);
}

/** Who may push with this gateway's key, said to one push service (RFC 8292): an ES256 token and the public key. */
export function vapidHeader(keys: VapidKeys, of: { audience: string; subject: string; expiresS: number }): string {
  const part = (what: object) => Buffer.from(JSON.stringify(what)).toString('base64url');
  const claims = { aud: of.audience, exp: of.expiresS, sub: of.subject };
  const text = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(text), { key: signingKey(keys), dsaEncoding: 'ieee-p1363' });
  return `vapid t=${text}.${signature.toString('base64url')}, k=${keys.publicKey}`;
}

function signingKey({ publicKey, privateKey }: VapidKeys): KeyObject {
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  // A private key with zeros in front comes without them.
  const d = Buffer.from(privateKey, 'base64url').toString('hex').padStart(64, '0');
  const jwk = { kty: 'EC', crv: 'P-256', x, y, d: Buffer.from(d, 'hex').toString('base64url') };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}
