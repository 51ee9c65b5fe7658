import { createDecipheriv, createECDH, createHmac, type ECDH, randomBytes } from 'node:crypto';

/** A browser of a test: its keys, and how it opens what was pushed to it. Written from RFC 8291 and RFC 8188, by itself. */
export type Browser = { readonly ecdh: ECDH; readonly auth: Buffer; readonly keys: { p256dh: string; auth: string } };

export function makeBrowser(): Browser {
  const ecdh = createECDH('prime256v1');
  const auth = randomBytes(16);
  return {
    ecdh,
    auth,
    keys: { p256dh: ecdh.generateKeys().toString('base64url'), auth: auth.toString('base64url') },
  };
}

const hmac = (key: Buffer, data: Buffer) => createHmac('sha256', key).update(data).digest();
const expand = (key: Buffer, info: string, length: number) =>
  hmac(key, Buffer.concat([Buffer.from(info, 'latin1'), Buffer.from([1])])).subarray(0, length);

/** @throws when it was not encrypted for this browser */
export function openPush({ ecdh, auth }: Browser, body: Buffer): string {
  const salt = body.subarray(0, 16);
  const idLength = body.readUInt8(20);
  const sender = body.subarray(21, 21 + idLength);
  const record = body.subarray(21 + idLength);
  const info = `WebPush: info\0${ecdh.getPublicKey().toString('latin1')}${sender.toString('latin1')}`;
  const secret = expand(hmac(auth, ecdh.computeSecret(sender)), info, 32);
  const prk = hmac(salt, secret);
  const key = expand(prk, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = expand(prk, 'Content-Encoding: nonce\0', 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  // RFC 8188 §2: the last record ends with 2 and zeros.
  const end = plain.lastIndexOf(2);
  return plain.subarray(0, end).toString('utf8');
}
