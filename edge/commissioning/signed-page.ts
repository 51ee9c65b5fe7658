import { z } from 'zod';

/** A page with its signature as the last line: a comment that no browser shows. Everything before it is signed. */

const signatureSchema = z.object({
  alg: z.literal('ES256'),
  /** Certificates as DER in base64: who signed, and the gateway's CA that vouches for him. */
  certificate: z
    .string()
    .regex(/^[A-Za-z0-9+/=]+$/)
    .max(10_000),
  ca: z
    .string()
    .regex(/^[A-Za-z0-9+/=]+$/)
    .max(10_000),
  value: z
    .string()
    .regex(/^[A-Za-z0-9+/=]+$/)
    .max(1000),
});
export type Signature = z.infer<typeof signatureSchema>;

export type SignatureProblem = 'changed' | 'other-ca' | 'not-of-ca' | 'not-for-documents' | 'no-signature';

/** Signs and verifies; made by the program that holds the gateway's CA. */
export type Signing = {
  /** Who signs for this data folder; undefined where it has no CA. The key is used once. */
  signer(
    data: string | undefined,
    about: string,
  ): Promise<{ name: string; fingerprint: string; sign(bytes: Uint8Array): Signature } | undefined>;
  verify(
    bytes: Uint8Array,
    signature: Signature,
    caFile: string | undefined,
  ): { ok: true; name: string; fingerprint: string } | { ok: false; problem: SignatureProblem };
};

const mark = '\n<!-- jari-signature ';

export function withSignature(page: string, signature: Signature): string {
  return `${page.trimEnd()}${mark}${JSON.stringify(signature)} -->\n`;
}

/** What of a page is signed. */
export function signedBytes(page: string): Uint8Array {
  return new TextEncoder().encode(page.trimEnd());
}

/** A page and its signature; null where it has none, 'broken' where that cannot be read. */
export function readSigned(text: string): { bytes: Uint8Array; signature: Signature | null | 'broken' } {
  const at = text.lastIndexOf(mark);
  if (at < 0) return { bytes: signedBytes(text), signature: null };
  const bytes = new TextEncoder().encode(text.slice(0, at));
  const [, json] = /^(\{.*\}) -->\n?$/.exec(text.slice(at + mark.length)) ?? [];
  const parsed = signatureSchema.safeParse(json === undefined ? undefined : tryJson(json));
  return { bytes, signature: parsed.success ? parsed.data : 'broken' };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
