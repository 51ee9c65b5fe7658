import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../contract/clock.ts';
import { type Framed, GatheredEvents } from './gathered-events.ts';
import { HeldEvents } from './held-events.ts';
import type { EventsView, GatewayEvent } from './ports.ts';

export type StreamsOptions = {
  events: EventsView;
  clock: Clock;
  maxStreams: number;
};

const heartbeatMs = 15_000;
/** A reader with more than this waiting for it is let go; it resumes or is told to reset. */
const maxWaitingBytes = 256 * 1024;
/** So much is handed to a socket at once: one that keeps it has a reader that does not read. */
const pieceBytes = 64 * 1024;
/** What may wait for all readers together: with many of them each has its share of it. */
const maxWaitingInAllBytes = 64 * 1024 * 1024;
/**
 * Up to so many readers get an event in the turn that brought it. For each one more the next events wait 0.2 ms, or a
 * thousand readers would cost half of a core at fifty events a second, and ingest would wait for them.
 */
const readersAtOnce = 50;
const waitPerReaderMs = 0.2;

/** Each event as it comes; changes gathered for half a second; and those as one message, which costs a page less to take in. */
export type Gather = 'each' | 'gathered' | 'together';

type Stream = {
  readonly response: ServerResponse;
  /** The sites whose events it is sent; null is all. */
  readonly sites: ReadonlySet<string> | null;
  /** Whether its reader still may read; asked with every heartbeat. */
  readonly allowed: () => boolean;
  readonly gather: Gather;
  /** Id of the last event written. */
  sent: number;
  /**
   * replay: catching up from the ring, as fast as the reader takes it. live: every event as it comes. held: its socket is
   * full, and events wait in `held` until it is empty again.
   */
  mode: 'replay' | 'live' | 'held';
  readonly held: HeldEvents;
  sentAtBeat: number;
  /** How often its socket was empty again, and how often at the last heartbeat that found it full. */
  drains: number;
  drainsAtBeat: number | null;
};

/**
 * Server-sent events to every open page. An event is written out once whatever the number of readers, the events of one
 * turn of the loop go out together (of a fifth of a second, to a thousand readers), and no reader can make the gateway
 * keep more than the ring and its own 256 KiB.
 */
export class Streams {
  readonly #events: EventsView;
  readonly #clock: Clock;
  readonly #maxStreams: number;
  readonly #open = new Set<Stream>();
  readonly #gathered: GatheredEvents;
  readonly #unsubscribe: () => void;
  #batch: GatewayEvent[] = [];
  #flushedAt = Number.NEGATIVE_INFINITY;
  #due: Timer | undefined;
  #beat: Timer;

  constructor(options: StreamsOptions) {
    this.#events = options.events;
    this.#clock = options.clock;
    this.#maxStreams = options.maxStreams;
    this.#unsubscribe = options.events.subscribe((event) => this.#gather(event));
    this.#gathered = new GatheredEvents(options.clock, (events) => this.#tell(events, true));
    this.#beat = this.#clock.after(heartbeatMs, () => this.#heartbeat());
  }

  get size(): number {
    return this.#open.size;
  }

  /** Bytes that wait for readers, in sockets and beside them. */
  get waitingBytes(): number {
    return [...this.#open].reduce((sum, stream) => sum + waitingFor(stream), 0);
  }

  get full(): boolean {
    return this.#open.size >= this.#maxStreams;
  }

  /**
   * Takes over a response whose head is written. `after` is the last id the reader has; null begins now. Ids of another
   * ring (too old, or ahead of ours) are answered with `reset`: fetch the lists again.
   */
  open(
    response: ServerResponse,
    { after, sites, allowed, gather }: { after: number | null } & Pick<Stream, 'sites' | 'allowed' | 'gather'>,
  ): void {
    this.#flush();
    this.#gathered.flush();
    const sent = after ?? this.#events.lastId();
    const stream: Stream = {
      response,
      sites,
      allowed,
      gather,
      sent,
      mode: 'replay',
      sentAtBeat: -1,
      drains: 0,
      drainsAtBeat: null,
      held: new HeldEvents(),
    };
    this.#open.add(stream);
    response.on('close', () => this.#open.delete(stream));
    // An id without data fires nothing in a browser, and yet is what it resumes from.
    if (after === null) response.write(`retry: 2000\nid: ${stream.sent}\n\n`);
    else response.write('retry: 2000\n\n');
    this.#replay(stream);
  }

  close(): void {
    this.#beat.cancel();
    this.#due?.cancel();
    this.#gathered.close();
    this.#unsubscribe();
    for (const stream of this.#open) stream.response.end();
    this.#open.clear();
  }

  #gather(event: GatewayEvent): void {
    this.#batch.push(event);
    if (this.#batch.length > 1) return;
    const waitMs = this.#flushedAt + this.#gapMs() - this.#clock.monotonic();
    if (waitMs > 0) this.#due = this.#clock.after(waitMs, () => this.#flush());
    else queueMicrotask(() => this.#flush());
  }

  #gapMs(): number {
    return this.#open.size > readersAtOnce ? this.#open.size * waitPerReaderMs : 0;
  }

  #flush(): void {
    this.#due?.cancel();
    if (this.#batch.length === 0) return;
    this.#flushedAt = this.#clock.monotonic();
    const batch = this.#batch.map(framed);
    this.#batch = [];
    this.#tell(batch, false);
    if ([...this.#open].some(({ gather }) => gather !== 'each')) this.#gathered.add(batch);
  }

  /** To the readers that take events together, or to those that take each as it comes. */
  #tell(batch: readonly Framed[], isGathered: boolean): void {
    const last = batch.at(-1);
    if (last === undefined) return;
    const [text, message] = [batch.map((each) => each.text).join(''), isGathered ? together(batch) : ''];
    for (const stream of this.#open) {
      // What was replayed meanwhile is told twice rather than never.
      if (stream.mode === 'replay' || (stream.gather !== 'each') !== isGathered) continue;
      const own = stream.sites === null ? batch : batch.filter(({ event }) => isFor(stream, event));
      stream.sent = last.event.id;
      // Nearly always: one text, the same for everybody.
      if (stream.mode === 'live' && stream.sites === null && text.length <= pieceBytes)
        this.#write(stream, stream.gather === 'together' ? message : text);
      else this.#hold(stream, own);
    }
  }

  #hold(stream: Stream, events: readonly Framed[]): void {
    for (const { event, text } of events) stream.held.hold(event, text);
    if (stream.mode === 'live') this.#release(stream);
    this.#mustFit(stream);
  }

  /** As much as the reader takes; the rest when its socket is empty again. */
  #release(stream: Stream): void {
    if (!this.#open.has(stream)) return;
    stream.mode = 'live';
    stream.drains += 1;
    while (stream.mode === 'live' && stream.held.bytes > 0) this.#write(stream, stream.held.take(pieceBytes));
  }

  #write(stream: Stream, text: string): void {
    if (stream.response.write(text)) return;
    stream.mode = 'held';
    stream.response.once('drain', () => this.#release(stream));
    this.#mustFit(stream);
  }

  /** What is written in one turn of the loop leaves at its end: only what is still there then has a reader that is slow. */
  #mustFit(stream: Stream): void {
    if (!this.#isOver(stream)) return;
    setImmediate(() => {
      if (this.#open.has(stream) && this.#isOver(stream)) this.#drop(stream);
    });
  }

  #isOver(stream: Stream): boolean {
    return waitingFor(stream) > Math.min(maxWaitingBytes, maxWaitingInAllBytes / this.#open.size);
  }

  #replay(stream: Stream): void {
    if (!this.#open.has(stream)) return;
    const missed = stream.sent > this.#events.lastId() ? 'too-old' : this.#events.since(stream.sent);
    if (missed === 'too-old') {
      stream.sent = this.#events.lastId();
      stream.response.write(`id: ${stream.sent}\nevent: reset\ndata: {}\n\n`);
      stream.mode = 'live';
      return;
    }
    for (const event of missed.events) {
      stream.sent = event.id;
      if (!isFor(stream, event) || stream.response.write(framed(event).text)) continue;
      stream.response.once('drain', () => this.#replay(stream));
      return;
    }
    stream.mode = 'live';
  }

  #heartbeat(): void {
    for (const stream of this.#open) {
      const isStuck =
        (stream.mode === 'replay' && stream.sent === stream.sentAtBeat) ||
        (stream.mode === 'held' && stream.drains === stream.drainsAtBeat);
      stream.sentAtBeat = stream.sent;
      stream.drainsAtBeat = stream.mode === 'held' ? stream.drains : null;
      if (isStuck) this.#drop(stream);
      else if (!stream.allowed()) stream.response.end();
      else if (stream.mode !== 'held') stream.response.write(': beat\n\n');
    }
    this.#beat = this.#clock.after(heartbeatMs, () => this.#heartbeat());
  }

  #drop(stream: Stream): void {
    this.#open.delete(stream);
    stream.response.destroy();
  }
}

/** Bytes that its socket and we keep for it. */
function waitingFor({ response, held }: Stream): number {
  return response.writableLength + held.bytes;
}

function isFor({ sites }: Stream, event: GatewayEvent): boolean {
  return sites === null || sites.has(event.data.site);
}

function framed(event: GatewayEvent): Framed {
  const json = JSON.stringify(event.data);
  return { event, json, text: `id: ${event.id}\nevent: ${event.event}\ndata: ${json}\n\n` };
}

/** One message, with the id of its last event. */
function together(batch: readonly Framed[]): string {
  const items = batch.map(({ event, json }) => `["${event.event}",${json}]`);
  return `id: ${batch.at(-1)?.event.id}\nevent: together\ndata: [${items.join(',')}]\n\n`;
}
