/** Of an answer: later than this, the city has more to do than it can. A batch goes again only after 30 s. */
const slowMs = 8000;
/**
 * Earlier than this, it could do more. A short batch costs a city nearly as much as a long one: seconds of readings under way
 * are cheaper than tenths of them, and nothing waits behind them but other readings.
 */
const soonMs = 3000;
const least = 10;
const most = 400;

/**
 * How many messages a batch holds. It follows how soon the city answers, so that what is under way from all gateways together
 * is taken within seconds: a batch whose answer is not waited for any longer is sent again, and a city that is behind would have
 * each of them to take twice.
 */
export class Pace {
  messages = 50;

  /** `held`: messages of the batch; one that was not full says nothing of what more would do. */
  answered(afterMs: number, held: number): void {
    if (afterMs > slowMs) this.failed();
    else if (afterMs < soonMs && held >= this.messages) this.messages = Math.min(most, this.messages * 2);
  }

  failed(): void {
    this.messages = Math.max(least, this.messages >> 1);
  }
}
