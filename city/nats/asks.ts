import type { CityAsk } from '../../contract/city.ts';
import type { Clock } from '../../contract/clock.ts';
import type { KnownGateway } from '../trust.ts';

/** One question to the database a second, whatever the number of gateways: what the city asks of them. */
export class Asks {
  readonly #all: () => Promise<readonly CityAsk[]>;
  readonly #clock: Clock;
  #at = Number.NEGATIVE_INFINITY;
  #known: readonly CityAsk[] = [];

  constructor(all: () => Promise<readonly CityAsk[]>, clock: Clock) {
    this.#all = all;
    this.#clock = clock;
  }

  /** What is known now. The answer to a question that was just put to the database comes with a later word. */
  of({ sites }: KnownGateway): CityAsk[] {
    const now = this.#clock.monotonic();
    if (now - this.#at >= freshMs) {
      this.#at = now;
      this.#all().then(
        (asks) => {
          this.#known = asks;
        },
        // A database that is away takes no batches either, so nobody is told.
        () => {},
      );
    }
    return this.#known.filter(({ site }) => sites.includes(site)).slice(0, asksAtOnce);
  }
}

const freshMs = 1000;
const asksAtOnce = 20;
