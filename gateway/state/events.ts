import type { EventData, EventKind, Published } from '../../contract/http/events.ts';

/** A change of live state, in the shape of the matching list's item. */
export type GatewayEvent = { readonly id: number; readonly event: EventKind; readonly data: EventData[EventKind] };

/** Events remembered for those who were away for a moment. */
const remembered = 4096;
/** Numbers taken from the store at a time; those that a restart leaves unused are skipped. */
const idsAtOnce = 1_000_000;

export type EventsOptions = {
  /** Where ids come from, so that they rise across restarts. */
  store: { reserveEventIds(count: number): number };
  /** Events remembered; 4096. */
  capacity?: number;
};

/** What changed lately, by rising ids. */
export class Events {
  readonly #store: EventsOptions['store'];
  readonly #capacity: number;
  readonly #ring: GatewayEvent[] = [];
  readonly #readers = new Set<(event: GatewayEvent) => void>();
  /** Where in the ring the next event goes, once it is full. */
  #place = 0;
  #next: number;
  #end: number;

  constructor(options: EventsOptions) {
    this.#store = options.store;
    this.#capacity = options.capacity ?? remembered;
    const first = this.#store.reserveEventIds(idsAtOnce);
    // The first number is never given: a reader that has seen nothing of this run begins there.
    this.#next = first + 1;
    this.#end = first + idsAtOnce;
  }

  publish(...[event, data]: Published): void {
    const change = { id: this.#nextId(), event, data };
    this.#ring[this.#place] = change;
    this.#place = (this.#place + 1) % this.#capacity;
    for (const reader of this.#readers) reader(change);
  }

  /** Events after `id`, the oldest first; too-old when some of them are forgotten, or `id` was never given. */
  since(id: number): { readonly events: readonly GatewayEvent[] } | 'too-old' {
    const last = this.lastId();
    const first = last - this.#ring.length;
    if (!(id >= first && id <= last)) return 'too-old';
    const ordered = this.#ring.length < this.#capacity ? this.#ring : this.#unrolled();
    return { events: ordered.slice(ordered.length - (last - id)) };
  }

  /** Calls `reader` with each event from now on, in the turn in which it happens; the result ends that. */
  subscribe(reader: (event: GatewayEvent) => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** The newest event's id; before the first of a run, one that no event has. */
  lastId(): number {
    return this.#next - 1;
  }

  #nextId(): number {
    if (this.#next === this.#end) this.#extend();
    return this.#next++;
  }

  /** Only the events' owner reserves, so the next numbers join the last; if not, the remembered ones are given up. */
  #extend(): void {
    const next = this.#store.reserveEventIds(idsAtOnce);
    if (next !== this.#end) {
      this.#ring.length = 0;
      this.#place = 0;
    }
    this.#next = next;
    this.#end = next + idsAtOnce;
  }

  #unrolled(): GatewayEvent[] {
    return [...this.#ring.slice(this.#place), ...this.#ring.slice(0, this.#place)];
  }
}
