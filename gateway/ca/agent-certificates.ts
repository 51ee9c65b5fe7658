import type { Database } from 'better-sqlite3';
import type { Clock } from '../../contract/clock.ts';
import type { AgentId, SiteId } from '../../contract/ids.ts';
import { InputError } from '../../contract/input-error.ts';
import type { CertificateMessage } from '../../contract/messages.ts';
import type { AuditAction, AuditSink, Facts, Said } from '../audit/entry.ts';
import type { Authority } from './authority.ts';
import type { AuthorityKeeper } from './authority-keeper.ts';
import { authenticate, type CertificateAuth, type Served } from './certificate-auth.ts';
import { type Certificate, Certificates, type EndedWhy } from './certificates.ts';
import { issueAgent, type Request, readRequest } from './issue.ts';
import { isDue, type Lifetimes } from './lifetimes.ts';
import type { Presented } from './presented.ts';

type Who = { readonly site: SiteId; readonly agent: AgentId };

export type AgentCertificatesOptions = {
  db: Database;
  authority: Pick<AuthorityKeeper, 'open' | 'make'>;
  clock: Pick<Clock, 'now'>;
  audit: AuditSink;
  lifetimes: Lifetimes;
  /** The agent's certificates have ended: connections that used one must end. */
  onEnded?: (who: Who) => void;
};

/** Issues, renews and ends what agents sign in with, and says who may come in by it. Every change is in the audit. */
export class AgentCertificates {
  readonly #options: AgentCertificatesOptions;
  readonly #certificates: Certificates;

  constructor(options: AgentCertificatesOptions) {
    this.#options = options;
    this.#certificates = new Certificates(options);
  }

  /** A first certificate, or one in place of all others, which end. @throws InputError on a request that cannot be used */
  async issue(who: Who, csr: string, said: Said): Promise<{ certificate: string; ca: string; replaced: boolean }> {
    const { authority, db, onEnded } = this.#options;
    const request = await usable(who, csr);
    if (typeof request === 'string') throw new InputError([`certificate request: ${request}`]);
    const issuer = await authority.open(said);
    const certificate = await this.#sign(issuer, who, request);
    const before = db.transaction(() => {
      const earlier = this.#certificates.ofAgent(who.site, who.agent);
      const after = this.#certificates.replace(certificate, who);
      this.#tell('certificate-issue', who, { said, before: factsOf(earlier), after: factsOf([after]) });
      return earlier;
    })();
    if (before.length > 0) onEnded?.(who);
    return { certificate, ca: issuer.certificate, replaced: before.length > 0 };
  }

  /** Answers an agent that is signed in; `fingerprint` is null when it came by a password. */
  async renew(
    who: Who,
    { fingerprint, csr }: { fingerprint: string | null; csr: string },
  ): Promise<CertificateMessage> {
    const present = fingerprint === null ? undefined : this.#certificates.find(fingerprint);
    if (present === undefined) return refused('this agent did not sign in with a certificate of this gateway');
    if (!this.#mayRenew(present)) return refused('the certificate is good for a long time yet');
    const said = { by: `agent:${who.site}/${who.agent}`, why: null };
    const request = await usable(who, csr);
    if (typeof request === 'string') return refused(request);
    const issuer = await this.#options.authority.open(said);
    const certificate = await this.#sign(issuer, who, request);
    // It may have been ended while this one was being made.
    if (this.#certificates.find(present.fingerprint)?.endedAt !== null) return refused('the certificate has ended');
    this.#options.db.transaction(() => {
      const after = this.#certificates.renew(certificate, who);
      this.#tell('certificate-renew', who, { said, before: factsOf([present]), after: factsOf([after]) });
    })();
    return { v: 1, certificate, ca: issuer.certificate };
  }

  /** Ends all of an agent's certificates; how many there were. */
  end(who: Who, how: EndedWhy, said: Said): number {
    const { db, onEnded } = this.#options;
    const ended = db.transaction(() => {
      const before = this.#certificates.ofAgent(who.site, who.agent);
      if (before.length === 0) return 0;
      this.#certificates.end(who.site, who.agent, how);
      this.#tell('certificate-end', who, { said, before: factsOf(before), after: { how } });
      return before.length;
    })();
    if (ended > 0) onEnded?.(who);
    return ended;
  }

  /** @throws InputError when there is a CA already */
  async makeAuthority(said: Said): Promise<void> {
    await this.#options.authority.make(said);
  }

  authenticate(presented: Presented, served: Served): CertificateAuth {
    return authenticate(presented, { certificates: this.#certificates, served, now: this.#options.clock.now() });
  }

  /** Notes that it signed in; the first time, the agent's older ones end. */
  used(fingerprint: string): void {
    this.#options.db.transaction(() => {
      const ended = this.#certificates.used(fingerprint);
      const [first] = ended;
      if (first === undefined) return;
      const said = { by: `agent:${first.site}/${first.agent}`, why: null };
      this.#tell('certificate-end', first, { said, before: factsOf(ended), after: { how: 'renewed' } });
    })();
  }

  /** What gateways showed that this one has replaced. */
  revokedServers(): string[] {
    return this.#certificates.revokedServers();
  }

  /** When a certificate ends that is to be renewed; undefined while there is time, and for those of another CA. */
  due(fingerprint: string): number | undefined {
    const { clock, lifetimes } = this.#options;
    const found = this.#certificates.find(fingerprint);
    return found !== undefined && isDue(clock.now(), found.expires, lifetimes.agentMs) ? found.expires : undefined;
  }

  /** A little sooner than it is told to: its request may follow a word of before a restart. */
  #mayRenew({ expires }: Certificate): boolean {
    const { clock, lifetimes } = this.#options;
    return expires - clock.now() < lifetimes.agentMs / 2;
  }

  #sign(issuer: Authority, { site, agent }: Who, request: Request): Promise<string> {
    const { clock, lifetimes } = this.#options;
    const full = `${site}/${agent}`;
    // A common name has room for 64 characters; the list of issued certificates says the rest.
    const commonName = full.length <= 64 ? full : agent;
    const expires = Math.min(clock.now() + lifetimes.agentMs, issuer.expires);
    return issueAgent({ issuer, commonName, request, expires });
  }

  #tell(
    action: AuditAction,
    { site, agent }: Who,
    { said, before, after }: { said: Said; before: Facts | null; after: Facts | null },
  ): void {
    this.#options.audit.write({ ...said, action, subject: `agent:${site}/${agent}`, before, after });
  }
}

/** A request in PEM for this agent; what is wrong with it otherwise. */
async function usable({ site, agent }: Who, csr: string): Promise<Request | string> {
  const request = await readRequest(csr);
  if ('problem' in request) return request.problem;
  const { commonName } = request;
  if (commonName === agent || commonName === `${site}/${agent}`) return request;
  return `it asks for ${JSON.stringify(commonName.slice(0, 128))}, and this is agent ${agent} of site ${site}`;
}

function factsOf(certificates: readonly Certificate[]): Facts | null {
  if (certificates.length === 0) return null;
  return {
    fingerprints: certificates.map(({ fingerprint }) => fingerprint),
    serials: certificates.map(({ serial }) => serial),
    expires: certificates.map(({ expires }) => new Date(expires).toISOString()),
  };
}

function refused(why: string): CertificateMessage {
  return { v: 1, refused: why };
}
