/**
 * One event stream for all tabs of a browser: a browser keeps six connections to a host (HTTP/1.1), and with a stream each
 * the seventh tab would never be answered. Runs in a shared worker; pure but for what it is given.
 */

export const eventNames = ['reset', 'together', 'agent', 'device', 'reading', 'lot', 'space', 'alert'] as const;
export type EventName = (typeof eventNames)[number];

/** What a tab says. `key`: whose stream; tabs of another person have another one. `after`: the event to resume at, where the stream
 * is not open yet. `handled`: how much of what it was told it is through with, by `weightOf`. */
export type ToRelay =
  | { readonly say: 'listen'; readonly key: string; readonly after: number | null }
  | { readonly say: 'ping'; readonly handled: number }
  | { readonly say: 'leave' };

export const streamPath = (after: number | null): string =>
  after === null ? '/api/v1/events?gather=together' : `/api/v1/events?gather=together&lastEventId=${after}`;

/** What comes with `open` to the tab that asked for it: the stream tells everything since the event that it named. */
export const resumed = 'resumed';

export type Told = { readonly name: EventName | 'open' | 'error'; readonly data?: string };

/** What a tab is told, several things at once and in their order. */
export type FromRelay = 'pong' | readonly Told[];

/** The part of EventSource that is used. */
export type Source = {
  addEventListener(name: string, fn: (event: { readonly data?: string }) => void): void;
  close(): void;
};

/** What a tab keeps of something told until it has taken it in: its characters, and some. */
export const weightOf = ({ data = '' }: Told): number => 500 + data.length;

/**
 * A tab this far behind is frozen or stuck: what is sent to it would only grow in its memory. It is told nothing more until
 * it has caught up, and then to fetch everything again.
 */
const mostWaiting = 2_000_000;

/**
 * What the gateway tells together it has gathered for half a second, and goes on at once. Where it comes as one event after
 * another, it goes on as one message: each is a picture to draw. Alerts wait for nothing.
 */
const togetherMs = 30;
const urgent: ReadonlySet<Told['name']> = new Set(['open', 'error', 'reset', 'together', 'alert']);

class Tab {
  readonly #post: (message: FromRelay) => void;
  #gathered: Told[] = [];
  #sent = 0;
  #handled = 0;
  #isBehind = false;
  /** Whose stream it listens to; null when to none. */
  key: string | null = null;

  constructor(post: (message: FromRelay) => void) {
    this.#post = post;
  }

  /** Says whether something waits for `flush`. */
  tell(told: Told): boolean {
    if (this.#sent - this.#handled >= mostWaiting) this.#isBehind = true;
    if (this.#isBehind) return false;
    this.#sent += weightOf(told);
    this.#gathered.push(told);
    if (urgent.has(told.name)) this.flush();
    return this.#gathered.length > 0;
  }

  flush(): void {
    if (this.#gathered.length === 0) return;
    this.#post(this.#gathered);
    this.#gathered = [];
  }

  /** How far it is; answered at once, so that it knows that the worker lives. */
  heard(handled: number): void {
    this.#handled = handled;
    this.#post('pong');
    if (!this.#isBehind || this.#sent - handled > mostWaiting / 2) return;
    this.#isBehind = false;
    this.tell({ name: this.key === null ? 'error' : 'reset', data: '{}' });
  }
}

type Shared = { readonly source: Source; isOpen: boolean };

export class StreamRelay {
  readonly #open: (after: number | null) => Source;
  readonly #after: (fn: () => void, ms: number) => void;
  #isFlushDue = false;
  readonly #tabs = new Set<Tab>();
  readonly #shared = new Map<string, Shared>();

  constructor(open: (after: number | null) => Source, after: (fn: () => void, ms: number) => void) {
    this.#open = open;
    this.#after = after;
  }

  /** A tab that came; the result takes in what it says. */
  join(post: (message: FromRelay) => void): (message: ToRelay) => void {
    const tab = new Tab(post);
    this.#tabs.add(tab);
    return (message) => {
      if (message.say === 'listen') this.#listen(tab, message);
      else if (message.say === 'ping') tab.heard(message.handled);
      else this.#leave(tab);
    };
  }

  #listen(tab: Tab, { key, after }: { readonly key: string; readonly after: number | null }): void {
    this.#leave(tab);
    this.#tabs.add(tab);
    tab.key = key;
    const shared = this.#shared.get(key);
    if (shared === undefined) this.#begin(tab, key, after);
    else if (shared.isOpen) tab.tell({ name: 'open' });
  }

  #begin(first: Tab, key: string, after: number | null): void {
    const source = this.#open(after);
    const shared: Shared = { source, isOpen: false };
    this.#shared.set(key, shared);
    source.addEventListener('open', () => {
      shared.isOpen = true;
      for (const tab of this.#tabs) {
        if (tab.key !== key) continue;
        const isResumed = tab === first && after !== null;
        tab.tell({ name: 'open', ...(isResumed && { data: resumed }) });
      }
    });
    for (const name of eventNames) source.addEventListener(name, ({ data = '{}' }) => this.#tell(key, { name, data }));
    // Each tab looks why, and listens again.
    source.addEventListener('error', () => {
      source.close();
      if (this.#shared.get(key) === shared) this.#shared.delete(key);
      const told = [...this.#tabs].filter((tab) => tab.key === key);
      for (const tab of told) tab.key = null;
      for (const tab of told) tab.tell({ name: 'error' });
    });
  }

  #tell(key: string, told: Told): void {
    let isWaiting = false;
    for (const tab of this.#tabs) if (tab.key === key) isWaiting = tab.tell(told) || isWaiting;
    if (!isWaiting || this.#isFlushDue) return;
    this.#isFlushDue = true;
    this.#after(() => this.#flush(), togetherMs);
  }

  #flush(): void {
    this.#isFlushDue = false;
    for (const tab of this.#tabs) tab.flush();
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
