import { X509Certificate } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { MqttTlsConfig, TlsListenerConfig } from '../../config/site.ts';
import type { Clock, Timer } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import type { Log } from '../log.ts';
import type { AuthorityKeeper } from './authority-keeper.ts';
import type { Pair } from './issue.ts';
import { type Lifetimes, lookEveryMs } from './lifetimes.ts';
import { givenAuthority, givenIdentity, ownIdentity } from './server-identity.ts';

export type TlsOptions = {
  dir: string;
  authority: AuthorityKeeper;
  mqtts: MqttTlsConfig | null;
  https: TlsListenerConfig | null;
  /** What the gateway's own certificate is to name; asked again at each look. */
  names: () => readonly string[];
  clock: Clock;
  log: Log;
  lifetimes: Lifetimes;
};

/** The CA that a listener needs is made by the gateway itself. */
const said = { by: 'gateway', why: null };

/**
 * Those of TLS 1.3, and of 1.2 what forgets its keys and authenticates what it encrypts (RFC 9325 §4.2): every client of
 * ours and every browser in use has one of them.
 */
const ciphers =
  'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20';

export type TlsListenerName = 'mqtts' | 'https';

/**
 * The certificates behind the TLS listeners. They are looked at every hour: one of our own is renewed, files that somebody
 * else renewed are read again, and a listener takes what is new for the next handshake while its connections go on.
 */
export class GatewayTls {
  readonly #options: TlsOptions;
  #shown: Record<TlsListenerName, Pair | undefined> = { mqtts: undefined, https: undefined };
  /** The other CA that is accepted, in PEM. */
  #clientCa: string | null = null;
  #listeners: Partial<Record<TlsListenerName, (context: SecureContextOptions) => void>> = {};
  #timer: Timer | undefined;
  #closed = false;

  private constructor(options: TlsOptions) {
    this.#options = options;
  }

  /** Makes the CA where a listener needs it and there is none. @throws InputError when CA or given files cannot be used */
  static async open(options: TlsOptions): Promise<GatewayTls> {
    const tls = new GatewayTls(options);
    const { authority, mqtts, https } = options;
    const needsOwn = [mqtts, https].some((listener) => listener !== null && listener.files === null);
    if (needsOwn) await authority.open(said);
    else authority.read();
    authority.onMade(() => tls.#tell('mqtts'));
    await tls.#read();
    tls.#next();
    return tls;
  }

  /** The CA that boxes and browsers are to trust; null when no listener uses it. */
  get trusted(): string | null {
    const { mqtts, https } = this.#options;
    const isUsed = [mqtts, https].some((listener) => listener !== null && listener.files === null);
    return isUsed ? (this.#options.authority.present?.certificate ?? null) : null;
  }

  /** What a listener begins with; `onNew` is called with what is to take its place. */
  contextOf(listener: TlsListenerName, onNew: (context: SecureContextOptions) => void): SecureContextOptions {
    this.#listeners[listener] = onNew;
    return this.#context(listener);
  }

  /** Looks now: what a timer does every hour. What cannot be used is logged, and the present certificates stay. */
  async look(): Promise<void> {
    const [before, clientCa] = [this.#shown, this.#clientCa];
    try {
      await this.#read();
    } catch (error) {
      const why = error instanceof InputError ? error.problems.join('; ') : String(error);
      this.#options.log.error({ why }, 'certificate-not-renewed');
      return;
    }
    for (const listener of ['mqtts', 'https'] as const) {
      if (this.#shown[listener]?.certificate === before[listener]?.certificate) continue;
      this.#options.log.info({ listener, expires: expiryOf(this.#shown[listener]) }, 'certificate-renewed');
      this.#tell(listener);
    }
    if (this.#clientCa !== clientCa) this.#tell('mqtts');
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#listeners = {};
  }

  #next(): void {
    const { clock, lifetimes, mqtts, https } = this.#options;
    if (this.#closed || (mqtts === null && https === null)) return;
    this.#timer = clock.after(lookEveryMs(lifetimes), () => {
      void this.look().finally(() => this.#next());
    });
  }

  async #read(): Promise<void> {
    const { mqtts, https, clock, log } = this.#options;
    // One after the other: both may be the same certificate of ours, which is made once.
    const shown = { mqtts: await this.#identityOf(mqtts), https: await this.#identityOf(https) };
    for (const listener of ['mqtts', 'https'] as const) {
      const expires = expiryOf(shown[listener]);
      if (expires !== undefined && Date.parse(expires) <= clock.now())
        log.warn({ listener, expires }, 'certificate-expired');
    }
    const clientCa = mqtts?.clientCa ?? null;
    this.#clientCa = clientCa === null ? null : givenAuthority(clientCa);
    this.#shown = shown;
  }

  async #identityOf(listener: TlsListenerConfig | null): Promise<Pair | undefined> {
    if (listener === null) return undefined;
    if (listener.files !== null) return givenIdentity(listener.files);
    const { dir, clock, lifetimes, names } = this.#options;
    const authority = await this.#options.authority.open(said);
    return ownIdentity({ dir, authority, names: names(), clock, lifetimes });
  }

  #tell(listener: TlsListenerName): void {
    this.#listeners[listener]?.(this.#context(listener));
  }

  #context(listener: TlsListenerName): SecureContextOptions {
    const shown = this.#shown[listener];
    if (shown === undefined) throw new Error(`no ${listener} listener was asked for`);
    const context = { cert: shown.certificate, key: shown.key, minVersion: 'TLSv1.2', ciphers } as const;
    if (listener === 'https') return context;
    const clientCa = this.#clientCa;
    const authority = this.#options.authority.present;
    const own = authority === undefined ? [] : [authority.certificate];
    // Without any, the public CAs would count: an empty list trusts nobody.
    return { ...context, ca: [...own, ...(clientCa === null ? [] : [clientCa])] };
  }
}

function expiryOf(pair: Pair | undefined): string | undefined {
  return pair === undefined ? undefined : new X509Certificate(pair.certificate).validToDate.toISOString();
}
