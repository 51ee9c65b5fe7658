import type { Clock } from '../../contract/clock.ts';
import { each } from '../each.ts';
import type { Log } from '../log.ts';
import type { Audit } from './audit.ts';

const dayMs = 24 * 3_600_000;

/**
 * Says in the log how far the chain goes: at the start, once a day and at the end. To cut or rewrite the audit, a person must
 * then change the log as well, which is kept elsewhere or by another user; `jari audit verify --head` compares the two.
 */
export class HeadLog {
  readonly #options: { audit: Pick<Audit, 'head'>; clock: Pick<Clock, 'after'>; log: Pick<Log, 'info'> };
  #stop: (() => void) | null = null;

  constructor(options: { audit: Pick<Audit, 'head'>; clock: Pick<Clock, 'after'>; log: Pick<Log, 'info'> }) {
    this.#options = options;
  }

  begin(): void {
    this.#say();
    this.#stop ??= each(this.#options.clock, dayMs, () => this.#say());
  }

  /** Says the last head, if it has said any. */
  close(): void {
    if (this.#stop === null) return;
    this.#stop();
    this.#stop = null;
    this.#say();
  }

  #say(): void {
    const { id, hash } = this.#options.audit.head();
    this.#options.log.info({ head: `${id}:${hash}` }, 'audit-head');
  }
}
