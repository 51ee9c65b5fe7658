import type { Clock, Timer } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import type { RoleState } from './unreachable.ts';

export type ReachWatchOptions<S> = {
  sites: readonly S[];
  clock: Pick<Clock, 'after'>;
  log: Log;
  /** Roles of a site, and whether anybody of each can be reached now. */
  statesOf(site: S): readonly RoleState[];
  tell(site: S, states: readonly RoleState[]): void;
};

/** People come, go and change their addresses in several ways; none of it waits longer than this to be seen. */
const lookEveryMs = 30_000;

/** Looks whether every role that alerts are told to can be reached, so that it is known before the day, and not on it. */
export class ReachWatch<S> {
  readonly #options: ReachWatchOptions<S>;
  #timer: Timer | null = null;
  #closed = false;

  constructor(options: ReachWatchOptions<S>) {
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
    const { sites, statesOf, tell, log } = this.#options;
    try {
      for (const site of sites) {
        const states = statesOf(site);
        if (states.length > 0) tell(site, states);
      }
    } catch (error) {
      log.error({ error: String(error) }, 'reach-not-looked-at');
    }
    this.#in(lookEveryMs);
  }
}
