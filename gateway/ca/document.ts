import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type DocumentSignature, type SignatureProblem, verifySignature } from '../../config/signed/signature.ts';
import { type Clock, systemClock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { defaultDataFolder } from '../data-folder/private-files.ts';
import { readAuthority } from './authority.ts';
import { issueDocument } from './issue.ts';

export type { DocumentSignature } from '../../config/signed/signature.ts';

export type Signer = { name: string; fingerprint: string; sign(bytes: Uint8Array): DocumentSignature };

/**
 * Signs one document for a gateway: with a key of its own that is forgotten afterwards, under a certificate of the gateway's
 * CA that is good for documents and for nothing else. Undefined where the folder has no CA.
 * @throws InputError when there is half of a CA, or it cannot be used
 */
export async function documentSigner(
  data: string | undefined,
  about: string,
  clock: Pick<Clock, 'now'> = systemClock,
): Promise<Signer | undefined> {
  const authority = readAuthority(resolve(data ?? defaultDataFolder), clock);
  if (authority === undefined) return undefined;
  const pair = await issueDocument({ issuer: authority, commonName: about, expires: authority.expires });
  const ca = new X509Certificate(authority.certificate);
  return {
    name: ca.subject.replace(/^CN=/, ''),
    fingerprint: ca.fingerprint256,
    sign: (bytes) => ({
      alg: 'ES256',
      certificate: new X509Certificate(pair.certificate).raw.toString('base64'),
      ca: ca.raw.toString('base64'),
      value: sign('sha256', bytes, createPrivateKey(pair.key)).toString('base64'),
    }),
  };
}

type Verified = { ok: true; name: string; fingerprint: string } | { ok: false; problem: SignatureProblem };

/**
 * Whether a document is as it was signed. Without `caFile` it says which CA vouches for it, and a person compares the
 * fingerprint; with it that must be the one.
 * @throws InputError when `caFile` cannot be used
 */
export function verifyDocument(bytes: Uint8Array, signature: DocumentSignature, caFile: string | undefined): Verified {
  return verifySignature(bytes, signature, caFile === undefined ? undefined : [certificateFile(caFile)]);
}

/** @throws InputError */
function certificateFile(file: string): X509Certificate {
  try {
    return new X509Certificate(readFileSync(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError([`--ca ${file}: cannot be read as a certificate (${why}); give the ca.crt of the gateway`]);
  }
}
