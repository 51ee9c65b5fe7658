import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  webcrypto,
} from 'node:crypto';
import { isIP } from 'node:net';
import { documentUse } from '../../config/signed/signature.ts';

/**
 * Writes certificates (X.509) and reads requests for them (PKCS#10). The library is loaded when something is issued and
 * not before: a gateway that only checks certificates does without it.
 */

export type Pair = { readonly certificate: string; readonly key: string };
export type Issuer = Pair;

/**
 * Everything is valid since 1970: a box without a battery for its clock begins there, must get in all the same, and
 * learns the time only afterwards. What a later date would prove, the list of issued certificates does.
 */
const notBefore = new Date(0);
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

async function library() {
  return (await import('./x509.ts')).x509;
}

/** A CA of its own, which signs nothing but leaves. */
export async function issueAuthority(options: { name: string; expires: number }): Promise<Pair> {
  const x509 = await library();
  const key = newKey();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: [options.name] }],
    notBefore,
    notAfter: new Date(options.expires),
    signingAlgorithm: algorithm,
    keys: { privateKey: await signingKey(key), publicKey: await verifyingKey(key) },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(await verifyingKey(key)),
    ],
  });
  return { certificate: pemOf(certificate), key: pemOfKey(key) };
}

/** A server's certificate for host names and addresses, with a new key. */
export async function issueServer(options: {
  issuer: Issuer;
  names: readonly string[];
  expires: number;
}): Promise<Pair> {
  const x509 = await library();
  const { issuer, names, expires } = options;
  const key = newKey();
  const named = names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }));
  const certificate = await sign(issuer, {
    // A common name has room for 64 characters (RFC 5280, upper bounds); names are read from the extension anyway.
    subject: (names[0] ?? 'jari').slice(0, 64),
    publicKey: await verifyingKey(key),
    expires,
    usage: x509.ExtendedKeyUsage.serverAuth,
    more: [new x509.SubjectAlternativeNameExtension(named)],
  });
  return { certificate, key: pemOfKey(key) };
}

/** An agent's certificate for the key of a request; its common name says who it is. */
export async function issueAgent(options: {
  issuer: Issuer;
  commonName: string;
  request: Request;
  expires: number;
}): Promise<string> {
  const x509 = await library();
  const { issuer, commonName, request, expires } = options;
  return sign(issuer, {
    subject: commonName,
    publicKey: await importPublic(request.publicKey),
    expires,
    usage: x509.ExtendedKeyUsage.clientAuth,
    more: [],
  });
}

/** A certificate for one document, with a new key. */
export async function issueDocument(options: { issuer: Issuer; commonName: string; expires: number }): Promise<Pair> {
  const key = newKey();
  const certificate = await sign(options.issuer, {
    subject: options.commonName.slice(0, 64),
    publicKey: await verifyingKey(key),
    expires: options.expires,
    usage: documentUse,
    more: [],
  });
  return { certificate, key: pemOfKey(key) };
}

/** What a request asks for: whose name it gives, and the key that it was signed with. */
export type Request = { readonly commonName: string; readonly publicKey: KeyObject };

/** Reads a request in PEM; what is wrong with it otherwise. */
export async function readRequest(pem: string): Promise<Request | { readonly problem: string }> {
  const x509 = await library();
  try {
    const request = new x509.Pkcs10CertificateRequest(pem);
    if (!(await request.verify())) return { problem: 'it is not signed by the key that it names' };
    const publicKey = createPublicKey({ key: Buffer.from(request.publicKey.rawData), format: 'der', type: 'spki' });
    const { namedCurve } = publicKey.asymmetricKeyDetails ?? {};
    if (publicKey.asymmetricKeyType !== 'ec' || namedCurve !== 'prime256v1') {
      return { problem: 'its key is not of the curve P-256; make it with: jari agent request' };
    }
    return { commonName: request.subjectName.getField('CN')[0] ?? '', publicKey };
  } catch (error) {
    return {
      problem: `it is no certificate request in PEM (${error instanceof Error ? error.message : String(error)})`,
    };
  }
}

/** A new key and the request for its certificate. */
export async function makeRequest(commonName: string): Promise<{ key: string; csr: string }> {
  const x509 = await library();
  const key = newKey();
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [commonName] }],
    keys: { privateKey: await signingKey(key), publicKey: await verifyingKey(key) },
    signingAlgorithm: algorithm,
  });
  return { key: pemOfKey(key), csr: `${csr.toString('pem')}\n` };
}

type Extensions = Awaited<ReturnType<typeof library>>['Extension']['prototype'][];

async function sign(
  issuer: Issuer,
  leaf: { subject: string; publicKey: webcrypto.CryptoKey; expires: number; usage: string; more: Extensions },
): Promise<string> {
  const x509 = await library();
  const authority = new x509.X509Certificate(issuer.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [{ CN: [leaf.subject] }],
    issuer: authority.subjectName,
    notBefore,
    notAfter: new Date(leaf.expires),
    signingAlgorithm: algorithm,
    publicKey: leaf.publicKey,
    signingKey: await signingKey(createPrivateKey(issuer.key)),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([leaf.usage]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(leaf.publicKey),
      ...leaf.more,
    ],
  });
  return pemOf(certificate);
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: algorithm.namedCurve }).privateKey;
}

/** 128 random bits, positive and not shortened by a leading zero (RFC 5280 §4.1.2.2). */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function signingKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), algorithm, false, ['sign']);
}

function verifyingKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return importPublic(createPublicKey(key));
}

function importPublic(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('spki', key.export({ type: 'spki', format: 'der' }), algorithm, true, ['verify']);
}

function pemOf(certificate: { toString(format: 'pem'): string }): string {
  return `${certificate.toString('pem')}\n`;
}

function pemOfKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
