/**
 * One event stream for all tabs of a browser: a browser keeps six connections to a host (HTTP/1.1), and with a stream each
 * the seventh tab would never be answered. Runs in a shared worker; pure but for what it is given.
 */

export const eventNames = ['reset', 'agent', 'device', 'reading', 'lot', 'space', 'alert'] as const;
export type EventName = (typeof eventNames)[number];

/** What a tab says. `key`: whose stream; tabs of another person have another one. `handled`: messages it is through with. */
export type ToRelay =
  | { readonly say: 'listen'; readonly key: string }
  | { readonly say: 'ping'; readonly handled: number }
  | { readonly say: 'leave' };

/** What a tab is told. All but `pong` count as messages. */
export type FromRelay =
  | { readonly say: 'pong' }
  | { readonly say: 'open' | 'error' }
  | { readonly say: 'event'; readonly name: EventName; readonly data: string };

/** The part of EventSource that is used. */
export type Source = {
  addEventListener(name: string, fn: (event: { readonly data?: string }) => void): void;
  close(): void;
};

/**
 * A tab this far behind is frozen or stuck: what is sent to it would only grow in its memory. It is told nothing more until
 * it has caught up, and then to fetch everything again.
 */
const mostWaiting = 2000;

class Tab {
  readonly #post: (message: FromRelay) => void;
  #sent = 0;
  #handled = 0;
  #isBehind = false;
  /** Whose stream it listens to; null when to none. */
  key: string | null = null;

  constructor(post: (message: FromRelay) => void) {
    this.#post = post;
  }

  tell(message: FromRelay): void {
    if (this.#sent - this.#handled >= mostWaiting) this.#isBehind = true;
    if (this.#isBehind) return;
    this.#sent += 1;
    this.#post(message);
  }

  /** How far it is; answered at once, so that it knows that the worker lives. */
  heard(handled: number): void {
    this.#handled = handled;
    this.#post({ say: 'pong' });
    if (!this.#isBehind || this.#sent - handled > mostWaiting / 2) return;
    this.#isBehind = false;
    this.tell(this.key === null ? { say: 'error' } : { say: 'event', name: 'reset', data: '{}' });
  }
}

type Shared = { readonly source: Source; isOpen: boolean };

export class StreamRelay {
  readonly #open: () => Source;
  readonly #tabs = new Set<Tab>();
  readonly #shared = new Map<string, Shared>();

  constructor(open: () => Source) {
    this.#open = open;
  }

  /** A tab that came; the result takes in what it says. */
  join(post: (message: FromRelay) => void): (message: ToRelay) => void {
    const tab = new Tab(post);
    this.#tabs.add(tab);
    return (message) => {
      if (message.say === 'listen') this.#listen(tab, message.key);
      else if (message.say === 'ping') tab.heard(message.handled);
      else this.#leave(tab);
    };
  }

  #listen(tab: Tab, key: string): void {
    this.#leave(tab);
    this.#tabs.add(tab);
    tab.key = key;
    const shared = this.#shared.get(key);
    if (shared === undefined) this.#begin(key);
    else if (shared.isOpen) tab.tell({ say: 'open' });
  }

  #begin(key: string): void {
    const source = this.#open();
    const shared: Shared = { source, isOpen: false };
    this.#shared.set(key, shared);
    source.addEventListener('open', () => {
      shared.isOpen = true;
      this.#tell(key, { say: 'open' });
    });
    for (const name of eventNames)
      source.addEventListener(name, ({ data = '{}' }) => this.#tell(key, { say: 'event', name, data }));
    // Each tab looks why, and listens again.
    source.addEventListener('error', () => {
      source.close();
      if (this.#shared.get(key) === shared) this.#shared.delete(key);
      const told = [...this.#tabs].filter((tab) => tab.key === key);
      for (const tab of told) tab.key = null;
      for (const tab of told) tab.tell({ say: 'error' });
    });
  }

  #tell(key: string, message: FromRelay): void {
    for (const tab of this.#tabs) {
      if (tab.key === key) tab.tell(message);
    }
  }

  #leave(tab: Tab): void {
    const { key } = tab;
    this.#tabs.delete(tab);
    tab.key = null;
    if (key === null || [...this.#tabs].some((other) => other.key === key)) return;
    this.#shared.get(key)?.source.close();
    this.#shared.delete(key);
  }
}
