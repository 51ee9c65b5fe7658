/**
 * Whether a message may have waited in the broker while nobody was there to hear it. What a session has kept comes first, as fast
 * as it is acknowledged, and nothing in a message says that it is one of these (MQTT 3.1.1 §4.4 knows only those sent twice).
 * So all may have waited until the broker has said nothing for a second, or for half a minute has not stopped.
 */
export class Waiting {
  /** When the connection that handed out what was kept began; null once that is through. */
  #since: number | null = null;
  #heardAt: number | null = null;
  readonly #shortMs: number;

  /** @param shortMs an absence up to this leaves nothing behind that is too old to count as the present */
  constructor(shortMs: number) {
    this.#shortMs = shortMs;
  }

  /** A connection began. `hasSession`: the broker kept what was said since the last one. How long ago that ended is not known at the first. */
  began(hasSession: boolean, now: number): void {
    const isShort = this.#heardAt !== null && now - this.#heardAt <= this.#shortMs;
    this.#since = hasSession && !isShort ? now : null;
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
