import type { Clock } from '../../contract/clock.ts';
import type { AgentId, SiteId } from '../../contract/ids.ts';
import { decode, encode } from '../../contract/messages.ts';
import { topics } from '../../contract/topics.ts';
import type { Log } from '../log.ts';
import type { Link } from '../uplink/link.ts';
import { makeRequest } from './csr.ts';
import type { Identity } from './identity.ts';

export type RenewalOptions = {
  clock: Pick<Clock, 'monotonic'>;
  log: Log;
  site: SiteId;
  agent: AgentId;
  link: Pick<Link, 'publish' | 'subscribe'>;
  identity: Pick<Identity, 'adopt' | 'revoke'>;
  /** A new certificate is kept: the next connection shows it, and should come now. */
  onRenewed(): void;
};

/** A request that has not been answered for so long is made again. */
const answerWithinMs = 60_000;

/**
 * Renews the agent's certificate over the session that it opened. The gateway says when: it knows the time, and when it
 * issued the certificate. The key is made here and never leaves the box.
 */
export class Renewal {
  readonly #options: RenewalOptions;
  /** The key of the request that is under way. */
  #key: string | undefined;
  #waitingSince: number | undefined;

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /** After each connect: hears what the gateway has to say. */
  connected(): void {
    const { link, log, site, agent } = this.#options;
    this.#key = undefined;
    this.#waitingSince = undefined;
    link
      .subscribe(topics.certificate(site, agent), (payload) => this.#hear(payload))
      .catch((error: Error) => log.info({ why: error.message }, 'renewal-unheard'));
  }

  #hear(payload: Uint8Array): void {
    const { log } = this.#options;
    const heard = decode.certificate(payload);
    if (!heard.ok) log.warn({ why: heard.problem }, 'certificate-message-refused');
    else if ('revoked' in heard.value) this.#options.identity.revoke(heard.value.revoked);
    else if ('due' in heard.value) void this.#ask(heard.value.due);
    else if ('refused' in heard.value) {
      this.#key = undefined;
      log.warn({ why: heard.value.refused }, 'certificate-not-renewed');
    } else this.#keep(heard.value.certificate);
  }

  async #ask(due: number): Promise<void> {
    const { clock, log, link, site, agent } = this.#options;
    const now = clock.monotonic();
    if (this.#waitingSince !== undefined && now - this.#waitingSince < answerWithinMs) return;
    this.#waitingSince = now;
    log.info({ expires: new Date(due).toISOString() }, 'certificate-due');
    try {
      const { key, csr } = makeRequest(agent);
      this.#key = key;
      await link.publish(topics.certificateRequest(site, agent), encode({ v: 1, csr }), { retain: false });
    } catch (error) {
      log.warn({ why: error instanceof Error ? error.message : String(error) }, 'certificate-not-asked-for');
    }
  }

  #keep(certificate: string): void {
    const { identity, log, onRenewed } = this.#options;
    const key = this.#key;
    if (key === undefined) return;
    this.#key = undefined;
    try {
      identity.adopt({ certificate, key });
    } catch (error) {
      log.warn({ why: error instanceof Error ? error.message : String(error) }, 'certificate-not-kept');
      return;
    }
    onRenewed();
  }
}
