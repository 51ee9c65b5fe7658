import type { X509Certificate } from 'node:crypto';

/** A certificate that somebody signs in with, as far as the rules look at it. */
export type Presented = {
  /** SHA-256 of the certificate, in hex with colons. */
  readonly fingerprint: string;
  readonly commonName: string;
  /** Epoch ms. */
  readonly expires: number;
  /** Signed by this gateway's own CA. */
  readonly isOurs: boolean;
  /** Why its chain does not hold, by the name OpenSSL has for it; null when it does. */
  readonly trouble: string | null;
};

/** Looks at the certificate of a TLS connection. */
export function presentedBy(
  certificate: X509Certificate,
  options: { authority: X509Certificate | undefined; trouble: string | null },
): Presented {
  const { authority, trouble } = options;
  return {
    fingerprint: certificate.fingerprint256,
    commonName: commonNameOf(certificate),
    expires: certificate.validToDate.getTime(),
    isOurs: authority !== undefined && certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
    trouble,
  };
}

/** The first common name of the subject; '' when it has none. */
export function commonNameOf({ subject }: Pick<X509Certificate, 'subject'>): string {
  const line = (subject ?? '').split('\n').find((part) => part.startsWith('CN='));
  return line === undefined ? '' : line.slice('CN='.length);
}
