/**
 * Some serial adapters stop handing out bytes until they are opened again, and say nothing. Whether every unit is dead or
 * only the adapter cannot be told from here, and opening it again harms nobody.
 */
export class Watchdog {
  #heardAt = 0;
  #askedSince = 0;

  asked(): void {
    this.#askedSince++;
  }

  heard(now: number): void {
    this.#heardAt = now;
    this.#askedSince = 0;
  }

  /** How long not one byte came, in seconds, once that is too long; undefined before. */
  silentS(now: number): number | undefined {
    const silentMs = now - this.#heardAt;
    return silentMs >= tooLongMs && this.#askedSince >= leastRequests ? Math.round(silentMs / 1000) : undefined;
  }
}

const tooLongMs = 60_000;
const leastRequests = 10;
