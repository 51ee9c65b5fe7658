import type { AgentItem, BuildingItem, DeviceItem, LatestItem, SiteItem } from '../../contract/http/live.ts';

import { everyItem } from './api.ts';
import { firstLists } from './first-lists.ts';
import type { AlertItem, LotItem, SpaceItem } from './items.ts';
import type { LinkState } from './link-state.ts';
import { alertKey, buildingKey, type Change, type Lists, lotKey, spaceKey } from './model.ts';
import { notThere, type Offered } from './offered.ts';
import { areListsDue, changesOf, silentMs } from './resync.ts';
import { resumed, type Source } from './stream-relay.ts';
import { openSource } from './stream-source.ts';

export type LinkOptions = {
  onLists(lists: Lists): void;
  onChange(change: Change): void;
  onState(state: LinkState): void;
  /** The session is gone, or never was. */
  onSignedOut(): void;
  /** The person is something else by now, and may not see this. */
  onForbidden(): void;
  /** The gateway is there again after minutes: the page is to be loaded again. */
  onStartOver(): void;
};

const checkingMs = 3000;
const answerWithinMs = 4000;
const probeWithinMs = 3000;
/** A tick this late, and nothing heard meanwhile: the page slept (a closed lid, a frozen tab) and shows what was then. */
const sleptMs = 10_000;
/** A page that has been without the gateway for so long begins from the start as soon as it is there again. */
const startOverMs = 120_000;

/**
 * The way to the gateway: one event stream, and the lists whenever there may be a gap (at the start, after a break, on
 * `reset`, and every half minute, because a stream that a middlebox holds up looks open; every minute while it tells
 * something). Silence is never taken for calm: after 5 s without an event the gateway is asked whether it is there.
 */
export class Link {
  readonly #options: LinkOptions;
  #source: Source | null = null;
  #key = '';
  #state: LinkState = 'connecting';
  /** Events that came while the lists were on their way; null when none are. */
  #waiting: Change[] | null = null;
  #stale = false;
  #heard = performance.now();
  /** When the stream told something last. */
  #told = Number.NEGATIVE_INFINITY;
  #lostAt: number | null = null;
  #ticked = Date.now();
  #listed = 0;
  #probing = false;
  #lostTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #tick: ReturnType<typeof setInterval> | undefined;
  /** The gateway's clock minus `performance.now()`. */
  #offset = Date.now() - performance.now();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** The gateway's clock, epoch ms. */
  now(): number {
    return performance.now() + this.#offset;
  }

  /** The gateway's clock when it was last heard. */
  heardAt(): number {
    return this.#heard + this.#offset;
  }

  /** Fetches the lists now. */
  refresh(): void {
    if (this.#state === 'live') void this.#fetchLists();
  }

  /**
   * `key`: whose stream it is; tabs of the same person share one. `after`: the last event that the gateway had told when it
   * handed out the page; with it the lists need not wait for the stream.
   */
  open(key: string, after: number | null): void {
    this.close();
    this.#key = key;
    this.#setState(this.#listed === 0 ? 'connecting' : this.#state);
    this.#listen(after);
    if (after !== null) void this.#fetchLists();
    this.#tick = setInterval(() => this.#watch(), 1000);
  }

  close(): void {
    this.#source?.close();
    this.#source = null;
    this.#waiting = null;
    clearInterval(this.#tick);
    clearTimeout(this.#lostTimer);
    clearTimeout(this.#retryTimer);
    this.#lostTimer = undefined;
  }

  #listen(after: number | null = null): void {
    this.#source?.close();
    const source = openSource(this.#key, after);
    this.#source = source;
    // A stream that resumes where the page was handed out tells everything that the lists may lack.
    source.addEventListener('open', ({ data }) => void (data === resumed || this.#fetchLists()));
    source.addEventListener('reset', () => void this.#fetchLists());
    source.addEventListener('error', () => this.#broke(source));
    source.addEventListener('together', ({ data = '[]' }) => {
      for (const change of changesOf(data)) this.#apply(change);
    });
    source.addEventListener('agent', (event) => this.#apply({ event: 'agent', data: parse<AgentItem>(event) }));
    source.addEventListener('device', (event) => this.#apply({ event: 'device', data: parse<DeviceItem>(event) }));
    source.addEventListener('reading', (event) => this.#apply({ event: 'reading', data: parse<LatestItem>(event) }));
    source.addEventListener('lot', (event) => this.#apply({ event: 'lot', data: parse<LotItem>(event) }));
    source.addEventListener('space', (event) => this.#apply({ event: 'space', data: parse<SpaceItem>(event) }));
    source.addEventListener('alert', (event) => this.#apply({ event: 'alert', data: parse<AlertItem>(event) }));
  }

  #apply(change: Change): void {
    this.#hear();
    this.#told = this.#heard;
    if (this.#waiting === null) this.#options.onChange(change);
    else this.#waiting.push(change);
  }

  /** Events that arrive meanwhile come after the lists: a change is then taken twice rather than never. */
  async #fetchLists(): Promise<void> {
    if (this.#waiting !== null) {
      this.#stale = true;
      return;
    }
    const waiting: Change[] = [];
    this.#waiting = waiting;
    const lists = await this.#lists();
    if (this.#waiting !== waiting) return;
    this.#waiting = null;
    if (lists === null) {
      this.#broke(this.#source);
      return;
    }
    this.#listed = performance.now();
    this.#options.onLists(lists);
    for (const change of waiting) this.#options.onChange(change);
    this.#hear();
    this.#setState('live');
    if (this.#stale) {
      this.#stale = false;
      void this.#fetchLists();
    }
  }

  async #lists(): Promise<Lists | null> {
    try {
      const [sites, agents, devices, latest, buildings, alerts, lots, spaces] = await Promise.all([
        this.#all<SiteItem>(firstLists.sites),
        this.#all<AgentItem>(firstLists.agents),
        this.#all<DeviceItem>(firstLists.devices),
        this.#all<LatestItem>(firstLists.latest),
        this.#offered<BuildingItem>(firstLists.buildings, buildingKey),
        this.#offered<AlertItem>(firstLists.alerts, alertKey),
        this.#offered<LotItem>(firstLists.lots, lotKey),
        this.#offered<SpaceItem>(firstLists.spaces, spaceKey),
      ]);
      return { sites, agents, devices, latest, buildings, alerts, lots, spaces };
    } catch {
      // A list that does not come means a link that does not work, whatever the reason: the caller shows it so.
      return null;
    }
  }

  /** A part that this gateway may lack, or keep from this person: why it is not there is an answer as well. */
  async #offered<T>(path: string, keyOf: (item: T) => string): Promise<Offered<T>> {
    try {
      const get = (page: string) => this.#get<{ items: T[]; next: string | null }>(page, 'optional');
      const items = await everyItem<T>(path, get);
      return { state: 'there', items: new Map(items.map((item) => [keyOf(item), item])) };
    } catch (error) {
      if (error instanceof Unavailable) return notThere(error.status);
      throw error;
    }
  }

  #all<T>(path: string): Promise<T[]> {
    return everyItem<T>(path, (page) => this.#get(page));
  }

  async #get<T>(path: string, kind: 'needed' | 'optional' = 'needed'): Promise<T> {
    const response = await fetch(path, { signal: AbortSignal.timeout(answerWithinMs) });
    this.#setClock(response);
    if (response.status === 401) this.#end(this.#options.onSignedOut);
    if (response.status === 403 && kind === 'needed') this.#end(this.#options.onForbidden);
    if (!response.ok && response.status !== 401 && kind === 'optional') throw new Unavailable(response.status);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  /** The Date header has whole seconds: a half is added, and only a real difference moves the clock. */
  #setClock(response: Response): void {
    const date = Date.parse(response.headers.get('date') ?? '');
    if (Number.isNaN(date)) return;
    const offset = date + 500 - performance.now();
    if (Math.abs(offset - this.#offset) > 1000) this.#offset = offset;
  }

  #broke(source: Source | null): void {
    if (source !== this.#source) return;
    this.#lose();
    // A stream that resumes would bring what was missed, older than the lists that are fetched then.
    source?.close();
    void this.#examine();
  }

  /** A stream that ended: signed out, too many pages, a gateway that starts again, or none. */
  async #examine(): Promise<void> {
    try {
      await this.#get('/api/v1/sites?limit=1');
      if (this.#lostAt !== null && performance.now() - this.#lostAt > startOverMs) this.#options.onStartOver();
    } catch {
      // Not there, or not for us: the state says so already, and the next attempt asks again.
    }
    if (this.#source === null) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#listen(), 2000 + Math.random() * 2000);
  }

  /** Once: the lists are asked for together, and each of them would end it. */
  #end(tell: () => void): void {
    if (this.#source === null) return;
    this.close();
    tell();
  }

  #hear(): void {
    this.#heard = performance.now();
  }

  #watch(): void {
    const slept = Date.now() - this.#ticked > sleptMs && performance.now() - this.#heard > silentMs;
    this.#ticked = Date.now();
    if (slept) this.#wake();
    const [listed, told] = [this.#listed, this.#told];
    if (this.#state === 'live' && areListsDue(performance.now(), { listed, told })) void this.#fetchLists();
    if (this.#state === 'live' && performance.now() - this.#heard > silentMs) void this.#probe();
  }

  /** Whatever came meanwhile may be lost, and nothing says so: begin again, and vouch for nothing until then. */
  #wake(): void {
    if (this.#source === null) return;
    this.#waiting = null;
    this.#lose();
    this.#listen();
  }

  async #probe(): Promise<void> {
    if (this.#probing) return;
    this.#probing = true;
    try {
      const response = await fetch('/healthz', { signal: AbortSignal.timeout(probeWithinMs) });
      this.#setClock(response);
      if (!response.ok) throw new Error(`/healthz: ${response.status}`);
      this.#hear();
    } catch {
      // No answer to a plain question: the stream is as good as gone, so begin again.
      this.#setState('lost');
      this.#source?.close();
      void this.#examine();
    } finally {
      this.#probing = false;
    }
  }

  #lose(): void {
    if (this.#state === 'live') this.#setState('checking');
    if (this.#state === 'lost') return;
    this.#lostTimer ??= setTimeout(() => this.#setState('lost'), checkingMs);
  }

  #setState(state: LinkState): void {
    if (state === 'live') {
      clearTimeout(this.#lostTimer);
      this.#lostTimer = undefined;
    }
    if (state === this.#state) return;
    this.#state = state;
    if (state === 'lost') this.#lostAt ??= performance.now();
    if (state === 'live') this.#lostAt = null;
    this.#options.onState(state);
  }
}

/** An answer that is none of the lists a page cannot do without. */
class Unavailable extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`${status}`);
    this.status = status;
  }
}

function parse<T>({ data = '' }: { readonly data?: string }): T {
  return JSON.parse(data);
}
