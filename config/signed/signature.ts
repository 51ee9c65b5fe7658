import { createPublicKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto';

/** ES256 over the bytes; certificates as DER in base64. */
export type DocumentSignature = {
  readonly alg: 'ES256';
  readonly certificate: string;
  readonly ca: string;
  readonly value: string;
};

/** Extended key usage "document signing" (RFC 9336): good for documents and for nothing else. */
export const documentUse = '1.3.6.1.5.5.7.3.36';

export type SignatureProblem = 'changed' | 'other-ca' | 'not-of-ca' | 'not-for-documents' | 'no-signature';
type Verified = { ok: true; name: string; fingerprint: string } | { ok: false; problem: SignatureProblem };

/**
 * Whether bytes are as a CA's document certificate signed them. Without `trusted` it says which CA vouches for them; with it
 * that must be one of those.
 */
export function verifySignature(
  bytes: Uint8Array,
  signature: DocumentSignature,
  trusted: readonly X509Certificate[] | undefined,
): Verified {
  const [leaf, ca] = [certificateIn(signature.certificate), certificateIn(signature.ca)];
  if (leaf === undefined || ca === undefined) return { ok: false, problem: 'no-signature' };
  if (trusted !== undefined && !trusted.some(({ fingerprint256 }) => fingerprint256 === ca.fingerprint256))
    return { ok: false, problem: 'other-ca' };
  if (!ca.ca || !ca.verify(ca.publicKey) || !leaf.verify(ca.publicKey)) return { ok: false, problem: 'not-of-ca' };
  if (leaf.keyUsage?.includes(documentUse) !== true) return { ok: false, problem: 'not-for-documents' };
  const isWhole = verify('sha256', bytes, leaf.publicKey, Buffer.from(signature.value, 'base64'));
  if (!isWhole) return { ok: false, problem: 'changed' };
  return { ok: true, name: ca.subject.replace(/^CN=/, ''), fingerprint: ca.fingerprint256 };
}

/** Whether one of these keys signed the bytes. */
export function verifyByKey(bytes: Uint8Array, value: string, trusted: readonly KeyObject[]): boolean {
  return trusted.some((key) => verify(null, bytes, key, Buffer.from(value, 'base64')));
}

/** @throws when it is no private key that signs */
export function signByKey(bytes: Uint8Array, key: KeyObject): string {
  return sign(null, bytes, key).toString('base64');
}

/** Every public key (Ed25519) of a PEM file's text; others count for nothing. @throws when one cannot be read */
export function publicKeysIn(pem: string): KeyObject[] {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g) ?? [];
  return blocks
    .map((block) => createPublicKey(block))
    .filter(({ asymmetricKeyType }) => asymmetricKeyType === 'ed25519');
}

/** Every certificate of a PEM file's text. @throws when one cannot be read */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

function certificateIn(base64: string): X509Certificate | undefined {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'));
  } catch {
    return undefined;
  }
}
