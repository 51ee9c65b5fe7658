import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { readsSchema } from '../contract/upgrade.ts';
import { UpgradeError } from './upgrade-error.ts';

/**
 * A release: the folder that `npm run package` makes, with `release.json`, which names every file of it, and `release.sig`,
 * the Ed25519 signature over the bytes of that file in base64. As one file it is a tape archive (.tar.gz) that begins with
 * these two, so nothing of it is written before the signature was checked.
 */
export const manifestName = 'release.json';
export const signatureName = 'release.sig';
/** A list of files is far smaller. */
export const longestManifest = 4_000_000;

const pathPattern = /^(?!\.{1,2}(?:\/|$))[\w.@+-]+(?:\/(?!\.{1,2}(?:\/|$))[\w.@+-]+)*$/;

const manifestSchema = z.object({
  v: z.literal(1),
  name: z.literal('jari'),
  version: z.string().regex(/^\d{1,3}\.\d{1,3}\.\d{1,3}(?:-[a-z0-9.]{1,20})?$/),
  /** As Node names them: `linux-x64`. */
  machine: z.string().min(1).max(40),
  reads: readsSchema,
  files: z.record(
    z.string().regex(pathPattern).max(300),
    z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().min(0), runs: z.boolean() }),
  ),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Its bytes, which are what is signed. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

export function signatureOf(text: string, key: KeyObject): string {
  return `${sign(null, Buffer.from(text), key).toString('base64')}\n`;
}

/** @throws UpgradeError key-unusable, key-private: who holds that one signs releases, so it has no business on a box. */
export function publicKeyOf(pem: string, file: string): KeyObject {
  if (/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(pem)) throw new UpgradeError({ code: 'key-private', file });
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below.
  }
  throw new UpgradeError({ code: 'key-unusable', file });
}

/**
 * Reads a manifest that is signed by `key`; one that is not is not even parsed.
 * @throws UpgradeError signature-wrong, not-a-release
 */
export function readManifest(signed: { text: Uint8Array; signature: string; key: KeyObject; file: string }): Manifest {
  const { text, signature, key, file } = signed;
  if (!verify(null, text, key, Buffer.from(signature, 'base64'))) {
    throw new UpgradeError({ code: 'signature-wrong', file });
  }
  const parsed = manifestSchema.safeParse(json(Buffer.from(text).toString('utf8')));
  if (!parsed.success) {
    throw new UpgradeError({ code: 'not-a-release', file, detail: z.prettifyError(parsed.error).slice(0, 300) });
  }
  if (parsed.data.files.jari?.runs !== true) {
    throw new UpgradeError({ code: 'not-a-release', file, detail: 'it has no program jari' });
  }
  return parsed.data;
}

/** The list of a release that was installed; its signature was checked then. Null when it cannot be read. */
export function parseManifest(text: Uint8Array): Manifest | null {
  return manifestSchema.safeParse(json(Buffer.from(text).toString('utf8'))).data ?? null;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 0.12.3 against 0.12.4 is below 0; what follows the three numbers counts as text. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => {
    const [numbers = '', ...rest] = text.split('-');
    return { numbers: numbers.split('.').map(Number), rest: rest.join('-') };
  });
  for (const at of [0, 1, 2]) {
    const differs = (left?.numbers[at] ?? 0) - (right?.numbers[at] ?? 0);
    if (differs !== 0) return differs;
  }
  const [early, late] = [left?.rest ?? '', right?.rest ?? ''];
  if (early === late) return 0;
  // 1.0.0-rc.1 comes before 1.0.0.
  if (early === '' || late === '') return early === '' ? 1 : -1;
  return early < late ? -1 : 1;
}
