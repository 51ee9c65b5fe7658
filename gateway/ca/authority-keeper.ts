import { X509Certificate } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import type { AuditSink, Said } from '../audit/entry.ts';
import { type Authority, makeAuthority, readAuthority } from './authority.ts';

/** The one holder of a data folder's CA while a process works with it. */
export class AuthorityKeeper {
  readonly #options: { dir: string; clock: Pick<Clock, 'now'>; audit: AuditSink };
  #present: Authority | undefined;
  #making: Promise<Authority> | undefined;
  #onMade: () => void = () => {};

  constructor(options: { dir: string; clock: Pick<Clock, 'now'>; audit: AuditSink }) {
    this.#options = options;
  }

  /** The CA's certificate, to tell what it signed; undefined while there is none. */
  get certificate(): X509Certificate | undefined {
    return this.#present === undefined ? undefined : new X509Certificate(this.#present.certificate);
  }

  get present(): Authority | undefined {
    return this.#present;
  }

  /** Called when there is a CA where none was. */
  onMade(fn: () => void): void {
    this.#onMade = fn;
  }

  /** Reads the CA if there is one. @throws InputError when it cannot be used */
  read(): Authority | undefined {
    this.#present ??= readAuthority(this.#options.dir, this.#options.clock);
    return this.#present;
  }

  /** The CA, made when there is none. @throws InputError */
  async open(said: Said): Promise<Authority> {
    return this.read() ?? (await this.make(said));
  }

  /** @throws InputError when there is one already */
  make(said: Said): Promise<Authority> {
    this.#making ??= this.#make(said).finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #make(said: Said): Promise<Authority> {
    const { dir, clock, audit } = this.#options;
    const made = await makeAuthority(dir, clock);
    const after = { fingerprint: made.fingerprint, expires: new Date(made.expires).toISOString() };
    audit.write({ ...said, action: 'ca-init', subject: 'ca', before: null, after });
    this.#present = made;
    this.#onMade();
    return made;
  }
}
