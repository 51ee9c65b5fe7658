type Said = { readonly topic: string; readonly payload?: string | Buffer; readonly retain?: boolean };

/**
 * What is retained of each topic at this moment. The library reads what a new reader is to get of it ahead of sending it, and
 * meanwhile newer messages reach that reader live: an older status behind a newer one would be taken for the last. What has
 * been replaced since is not sent: the reader, who has subscribed before, gets the newer one live.
 */
export class KeptNow {
  readonly #payloads = new Map<string, string | Buffer>();

  /** It is about to be published. */
  note({ topic, payload = '', retain }: Said): void {
    if (retain !== true) return;
    if (payload.length === 0) this.#payloads.delete(topic);
    else this.#payloads.set(topic, payload);
  }

  /** Whether a message that a reader is about to get is one that was kept, and no longer is. */
  isOld({ topic, payload = '', retain }: Said): boolean {
    if (retain !== true) return false;
    const now = this.#payloads.get(topic);
    return now !== payload && (now === undefined || !Buffer.from(now).equals(Buffer.from(payload)));
  }
}
