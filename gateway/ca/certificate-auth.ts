import { type AgentId, agentIdSchema, type SiteId } from '../../contract/ids.ts';
import type { Certificates } from './certificates.ts';
import type { Presented } from './presented.ts';

export type Served = ReadonlyMap<SiteId, Pick<ReadonlySet<AgentId>, 'has'>>;

export type CertificateAuth = { ok: true; site: SiteId; agent: AgentId } | { ok: false; why: string };

/**
 * Whose certificate this is, when it is good. Ours is looked up in the list of what was issued; one of another CA that
 * the site file accepts names its agent itself. The list is asked before the dates, so that what has ended says so.
 */
export function authenticate(
  presented: Presented,
  { certificates, served, now }: { certificates: Pick<Certificates, 'find'>; served: Served; now: number },
): CertificateAuth {
  const known = certificates.find(presented.fingerprint);
  if (known !== undefined && known.endedWhy !== null) return no(endedWords[known.endedWhy]);
  if (now >= presented.expires)
    return no(`the certificate has expired on ${new Date(presented.expires).toISOString()}`);
  if (presented.trouble !== null)
    return no(troubleWords[presented.trouble] ?? `the certificate is no good (${presented.trouble})`);
  if (known !== undefined) return { ok: true, site: known.site, agent: known.agent };
  if (presented.isOurs)
    return no('this CA signed the certificate, but it is not among those that were issued to agents');
  return authenticateByName(presented.commonName, served);
}

/** A certificate of another CA: `{site}/{agent}`, or `{agent}` where only one site has it. */
function authenticateByName(commonName: string, served: Served): CertificateAuth {
  const [first = '', second, more] = commonName.split('/');
  const agent = agentIdSchema.safeParse(second ?? first);
  if (!agent.success || more !== undefined)
    return no(`its common name ${JSON.stringify(commonName.slice(0, 128))} names no agent`);
  const sites = [...served].filter(
    ([site, agents]) => (second === undefined || site === first) && agents.has(agent.data),
  );
  const [found, another] = sites;
  if (found === undefined) return no(`its common name ${commonName} is no agent of this gateway's site files`);
  if (another !== undefined) return no(`several sites have an agent ${commonName}; name it {site}/{agent}`);
  return { ok: true, site: found[0], agent: agent.data };
}

const endedWords = {
  revoked: 'the certificate was revoked; give the box a new bundle with: jari agent add',
  replaced: 'the certificate was replaced by a newer bundle; put that one on the box',
  renewed: 'the certificate was renewed and the newer one has been used; give the box a new bundle if it lost that one',
} as const;

/** By the names of OpenSSL's verification results. */
const foreign = 'the certificate is not of a CA that this gateway accepts';
const troubleWords: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not yet valid; look at the clock of this gateway',
  UNABLE_TO_GET_ISSUER_CERT: foreign,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: foreign,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: foreign,
  SELF_SIGNED_CERT_IN_CHAIN: foreign,
  DEPTH_ZERO_SELF_SIGNED_CERT: foreign,
  CERT_SIGNATURE_FAILURE: 'the certificate was altered, or its CA has another key than the one of that name here',
  INVALID_PURPOSE: 'the certificate is not made for signing in (extended key usage)',
};

const no = (why: string): CertificateAuth => ({ ok: false, why });
