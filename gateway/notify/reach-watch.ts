import type { Clock, Timer } from '../../contract/clock.ts';
import type { Log } from '../log.ts';

export type ReachWatchOptions<S, T> = {
  sites: readonly S[];
  clock: Pick<Clock, 'after'>;
  log: Log;
  /** What may stand of a site: roles that nobody can be reached for, rotas that name nobody; each as it is now. */
  troublesOf(site: S): readonly T[];
  tell(site: S, troubles: readonly T[]): void;
  /** What was held for people whose quiet hours are over. */
  tellHeld?(): void;
};

/** People come, go and change their addresses in several ways; none of it waits longer than this to be seen. */
const lookEveryMs = 30_000;

/** Looks whether every role that alerts are told to can be reached, so that it is known before the day, and not on it. */
export class ReachWatch<S, T> {
  readonly #options: ReachWatchOptions<S, T>;
  #timer: Timer | null = null;
  #closed = false;

  constructor(options: ReachWatchOptions<S, T>) {
    this.#options = options;
  }

  start(): void {
    this.look();
  }

  /** Something is known to have changed: looks in the next turn. */
  look(): void {
    this.#in(0);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #in(ms: number): void {
    if (this.#closed) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(ms, () => this.#look());
  }

  #look(): void {
    const { sites, troublesOf, tell, tellHeld, log } = this.#options;
    try {
      for (const site of sites) {
        tell(site, troublesOf(site));
      }
      tellHeld?.();
    } catch (error) {
      log.error({ error: String(error) }, 'reach-not-looked-at');
    }
    this.#in(lookEveryMs);
  }
}
