import { generateKeyPairSync, webcrypto } from 'node:crypto';

/** Names of the curve and the hash, as certificates of the gateway have them. */
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * A new key and a request (PKCS#10) for its certificate, both in PEM. The library is loaded for this and not before: it
 * is needed once a year.
 */
export async function makeRequest(commonName: string): Promise<{ key: string; csr: string }> {
  await import('reflect-metadata');
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
  const pair = generateKeyPairSync('ec', { namedCurve: algorithm.namedCurve });
  const { subtle } = webcrypto;
  const der = { format: 'der' } as const;
  const [privateKey, publicKey] = await Promise.all([
    subtle.importKey('pkcs8', pair.privateKey.export({ type: 'pkcs8', ...der }), algorithm, false, ['sign']),
    subtle.importKey('spki', pair.publicKey.export({ type: 'spki', ...der }), algorithm, true, ['verify']),
  ]);
  const csr = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [commonName] }],
    keys: { privateKey, publicKey },
    signingAlgorithm: algorithm,
  });
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, csr: `${csr.toString('pem')}\n` };
}
