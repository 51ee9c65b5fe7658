import { X509Certificate } from 'node:crypto';
import { systemClock } from '../../../contract/clock.ts';
import { issueAgent, issueAuthority, makeRequest, type Pair, readRequest } from '../../../gateway/ca/issue.ts';

/** Certificates for the agent's tests, of a CA made for them. */

const hourMs = 3_600_000;

export function authority(name = 'A gateway'): Promise<Pair> {
  return issueAuthority({ name, expires: systemClock.now() + hourMs });
}

export async function certificateFor(commonName: string, issuer: Pair, livesMs = hourMs): Promise<Pair> {
  const { key, csr } = await makeRequest(commonName);
  return { key, certificate: await answer(csr, issuer, { commonName, livesMs }) };
}

/** What a gateway answers a request with. */
export async function answer(
  csr: string,
  issuer: Pair,
  { commonName, livesMs = hourMs }: { commonName: string; livesMs?: number },
): Promise<string> {
  const request = await readRequest(csr);
  if ('problem' in request) throw new Error(request.problem);
  return issueAgent({ issuer, commonName, request, expires: systemClock.now() + livesMs });
}

export const serial = (pair: { certificate: string } | null | undefined) =>
  pair == null ? undefined : new X509Certificate(pair.certificate).serialNumber;
