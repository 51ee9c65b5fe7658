/**
 * Whether a message may have waited in the broker while nobody heard. What a session kept comes first, as fast as it is acknowledged,
 * and looks like what is said now: MQTT 3.1.1 marks only what is sent twice. So every message may have waited, until the broker
 * pauses for a second or has talked for half a minute.
 */
export class Waiting {
  /** When the connection began that hands out what was kept; null once all of that has come. */
  #since: number | null = null;
  #heardAt: number | null = null;
  readonly #shortMs: number;

  /** @param shortMs an absence up to this leaves nothing behind that is too old to count as the present */
  constructor(shortMs: number) {
    this.#shortMs = shortMs;
  }

  /** A connection began. `hasSession`: the broker kept what was said since the last one. The first one may follow any absence. */
  began(hasSession: boolean, now: number): void {
    const isShort = this.#heardAt !== null && now - this.#heardAt <= this.#shortMs;
    // A connection that ended while it handed out what was kept leaves the rest to the next one.
    const isThrough = isShort && this.#since === null;
    this.#since = hasSession && !isThrough ? now : null;
    this.#heardAt = now;
  }

  /** A message came. */
  mayHave(now: number): boolean {
    const silentMs = this.#heardAt === null ? 0 : now - this.#heardAt;
    this.#heardAt = now;
    if (this.#since !== null && (silentMs >= throughMs || now - this.#since >= longestMs)) this.#since = null;
    return this.#since !== null;
  }
}

const throughMs = 1000;
/** A broker keeps some thousand messages for a client, and an agent takes several hundred a second. */
const longestMs = 30_000;
