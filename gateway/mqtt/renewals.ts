import type { Clock } from '../../contract/clock.ts';
import { type CertificateMessage, decode, encode } from '../../contract/messages.ts';
import { type CertificateTopic, topics } from '../../contract/topics.ts';
import type { AgentCertificates } from '../ca/agent-certificates.ts';
import type { Log } from '../log.ts';
import type { Session } from './session.ts';

export type RenewalsOptions = {
  clock: Pick<Clock, 'monotonic'>;
  log: Log;
  certificates: Pick<AgentCertificates, 'due' | 'renew' | 'revokedServers'>;
  /** Publishes at QoS 1, not retained. */
  say(topic: string, payload: string): void;
};

/** A session that asks more often is not answered. */
const askEveryMs = 1000;

/** Renews certificates over the sessions that they opened, so that a box needs no other port and no other way in. */
export class Renewals {
  readonly #options: RenewalsOptions;

  constructor(options: RenewalsOptions) {
    this.#options = options;
  }

  /** Tells an agent that the certificate it came by is to be renewed, if it is; and which gateways are none any more. */
  tellDue({ login, presented }: Session): void {
    if (login?.account.kind !== 'agent' || presented === undefined) return;
    const { certificates, say } = this.#options;
    const { site, agent } = login.account;
    const due = certificates.due(presented.fingerprint);
    if (due !== undefined) say(topics.certificate(site, agent), encode({ v: 1, due }));
    const revoked = certificates.revokedServers();
    if (revoked.length > 0) say(topics.certificate(site, agent), encode({ v: 1, revoked }));
  }

  /** Answers the session that asked; it is its own certificate that is renewed. */
  request(session: Session, topic: CertificateTopic, payload: Uint8Array): void {
    const now = this.#options.clock.monotonic();
    const isEarly = session.askedAtMono !== null && now - session.askedAtMono < askEveryMs;
    session.askedAtMono = now;
    if (!isEarly) void this.#answer(session, topic, payload);
  }

  async #answer({ presented }: Session, { site, agent }: CertificateTopic, payload: Uint8Array): Promise<void> {
    const { certificates, log, say } = this.#options;
    try {
      const asked = decode.certificateRequest(payload);
      const answer: CertificateMessage = asked.ok
        ? await certificates.renew(
            { site, agent },
            { fingerprint: presented?.fingerprint ?? null, csr: asked.value.csr },
          )
        : { v: 1, refused: asked.problem.slice(0, 500) };
      if ('refused' in answer) log.warn({ site, agent, why: answer.refused }, 'certificate-refused');
      else log.info({ site, agent }, 'certificate-issued');
      say(topics.certificate(site, agent), encode(answer));
    } catch (error) {
      const why = error instanceof Error ? error.stack : String(error);
      log.error({ site, agent, why }, 'certificate-failed');
    }
  }
}
