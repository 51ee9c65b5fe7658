import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

/**
 * A certificate request is a handful of nested values (PKCS#10, RFC 2986; DER, X.690), written here by hand: the library
 * that the gateway writes certificates with would cost an agent 40 MB that it never gives back, for one request a year.
 */

const der = {
  integer: 0x02,
  bits: 0x03,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  /** The attributes of a request: context tag 0, constructed. */
  attributes: 0xa0,
} as const;

/** id-at-commonName, 2.5.4.3. */
const commonNameOid = Buffer.from('550403', 'hex');
/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2 (RFC 5758 §3.2). */
const ecdsaWithSha256 = Buffer.from('2a8648ce3d040302', 'hex');

/** A new key of the curve P-256 and the request for its certificate, both in PEM. */
export function makeRequest(commonName: string): { key: string; csr: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const name = value(der.sequence, value(der.oid, commonNameOid), value(der.utf8, Buffer.from(commonName)));
  const asked = value(
    der.sequence,
    value(der.integer, Buffer.of(0)),
    value(der.sequence, value(der.set, name)),
    publicKey,
    value(der.attributes),
  );
  const signature = sign('sha256', asked, privateKey);
  const csr = value(
    der.sequence,
    asked,
    value(der.sequence, value(der.oid, ecdsaWithSha256)),
    // The first byte of a bit string says how many bits of its last are not used.
    value(der.bits, Buffer.of(0), signature),
  );
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), csr: pem(csr) };
}

/** Tag, length, content. */
function value(tag: number, ...content: readonly Buffer[]): Buffer {
  const whole = Buffer.concat(content);
  return Buffer.concat([Buffer.of(tag), lengthOf(whole.length), whole]);
}

/** Up to 127 in one byte, beyond that the number of bytes and the bytes (X.690 §8.1.3). */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----', ''].join('\n');
}
