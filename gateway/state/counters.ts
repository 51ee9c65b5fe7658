import type { Store } from '../store/store.ts';

/** Messages of one agent, counted over every start of the gateway. */
export type AgentCounts = {
  readonly site: string;
  readonly agent: string;
  /** Did not parse or validate, or named what the site file does not have. Kept raw. */
  readonly rejected: number;
  /** The identity of another message with other content. Kept raw, never applied. */
  readonly conflicts: number;
  /** Came again. */
  readonly duplicates: number;
  /** Came after newer ones, or of another start than the current. */
  readonly late: number;
  /** Were sent, were not declared lost, and have not come. */
  readonly missing: number;
};

/** What is counted of each agent's messages. Written with the messages themselves, so that a kill loses no count. */
export class Counters {
  readonly #store: Pick<Store, 'tallies' | 'epochs'>;

  constructor(options: { store: Pick<Store, 'tallies' | 'epochs'> }) {
    this.#store = options.store;
  }

  /** Every agent that was ever configured or has ever spoken. */
  all(): AgentCounts[] {
    const { tallies, epochs } = this.#store;
    return tallies.all().map(({ number, ...counts }) => ({ ...counts, missing: epochs.missingOf(number) }));
  }
}
