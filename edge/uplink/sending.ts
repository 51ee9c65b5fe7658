import type { Clock, Timer } from '../../contract/clock.ts';
import type { Outbox, Row } from '../outbox/outbox.ts';
import type { Link } from './link.ts';

/**
 * A message that is not from the outbox: status, birth, health, diagnosis. Retained unless it says otherwise; the newest of
 * a topic is the one that counts.
 */
export type AgentMessage = { readonly topic: string; readonly payload: string; readonly retain?: false };

type Posted = { readonly message: AgentMessage; acknowledged(): void };

export type SessionOptions = {
  clock: Clock;
  link: Pick<Link, 'publish'>;
  outbox: Pick<Outbox, 'page' | 'ack'>;
  /** A row as it goes out now. */
  toMessage(row: Row): AgentMessage;
  /** The broker refuses, stays silent, or the link is gone: this session is over. */
  onBroken(why: string): void;
  /** The outbox cannot be read any more. */
  onStoreFailure(error: Error): void;
};

const window = 20;
const backlogWindow = 10;
const pageSize = 50;
const maxLive = 1000;
const ackWithinMs = 30_000;
/**
 * Rows just read that go out while none is acknowledged: a gateway whose disk fails keeps nothing and judges all the same.
 * What has no acknowledgement stays in the outbox.
 */
const unkeptWindow = 1000;
const unkeptAfterMs = 2000;

/**
 * One connection's worth of sending: messages first, then rows committed since it began, then, with what is left of the
 * window, everything older. Whatever has no acknowledgement at the end of it is still in the outbox.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #messages: Posted[] = [];
  /** Messages that nobody waits for: behind rows just read. */
  readonly #asides: Posted[] = [];
  readonly #live: Row[] = [];
  readonly #backlog: Row[] = [];
  /** Rows queued or under way here: a page read from the outbox brings them again. */
  readonly #taken = new Set<number>();
  /** Up to here the outbox was read; a row at or below it that is still to come from `offer` is in the backlog. */
  #cursor = 0;
  #allRead = false;
  #reading = false;
  /** How often the live lane ran over: a page read before the last time says nothing about the end. */
  #overruns = 0;
  #inFlight = 0;
  #backlogInFlight = 0;
  #over = false;
  #watchdog: Timer | undefined;
  /** When the broker acknowledged last, or something was sent while nothing was under way; monotonic ms. */
  #ackedAt = 0;
  /** The window is full and no row was acknowledged for a while. */
  #unkeptTimer: Timer | undefined;
  #isUnkept = false;
  #onIdle: (() => void) | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /**
   * Sends a message before any row that waits, and one that is not retained after rows just read. One of the same topic
   * that still waits is replaced, and is never acknowledged.
   */
  post(message: AgentMessage, acknowledged = () => {}): void {
    const queue = message.retain === false ? this.#asides : this.#messages;
    const same = queue.findIndex((other) => other.message.topic === message.topic);
    if (same === -1) queue.push({ message, acknowledged });
    else queue[same] = { message, acknowledged };
    this.#pump();
  }

  /** Takes rows just committed, in order. What is too much for memory comes from the outbox later. */
  offer(rows: readonly Row[]): void {
    for (const row of rows) {
      if (row.id <= this.#cursor || this.#taken.has(row.id)) continue;
      if (this.#live.length >= maxLive) this.#rereadFrom(row);
      else {
        this.#live.push(row);
        this.#taken.add(row.id);
      }
    }
    this.#pump();
  }

  /** Ends it: late acknowledgements change nothing any more. */
  end(): void {
    this.#over = true;
    this.#watchdog?.cancel();
    this.#unkeptTimer?.cancel();
    this.#onIdle?.();
  }

  /** Resolves when everything is sent and acknowledged, or the session is over. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      this.#pump();
    });
  }

  #rereadFrom(row: Row): void {
    this.#cursor = Math.min(this.#cursor, row.id - 1);
    this.#allRead = false;
    this.#overruns += 1;
  }

  #pump(): void {
    while (!this.#over && this.#inFlight < window && this.#sendNext());
    while (!this.#over && this.#isUnkept && this.#inFlight < unkeptWindow && this.#sendUnkept());
    if (!this.#over) this.#awaitKept();
    if (this.#over) return;
    if (this.#backlog.length < backlogWindow && !this.#allRead && !this.#reading) void this.#read();
    else if (this.#inFlight === 0 && this.#allRead) this.#onIdle?.();
  }

  #sendNext(): boolean {
    if (this.#sendUnkept()) return true;
    const aside = this.#asides.shift();
    if (aside !== undefined) {
      this.#send(aside.message, { retain: false }, aside.acknowledged);
      return true;
    }
    if (this.#backlogInFlight >= backlogWindow) return false;
    const old = this.#backlog.shift();
    if (old === undefined) return false;
    this.#backlogInFlight += 1;
    this.#sendRow(old, () => {
      this.#backlogInFlight -= 1;
    });
    return true;
  }

  /** What is about now: messages of the agent itself, and rows just read. */
  #sendUnkept(): boolean {
    const posted = this.#messages.shift();
    if (posted !== undefined) {
      this.#send(posted.message, { retain: true }, posted.acknowledged);
      return true;
    }
    const live = this.#live.shift();
    if (live === undefined) return false;
    this.#sendRow(live, () => {});
    return true;
  }

  #sendRow(row: Row, settled: () => void): void {
    this.#send(this.#options.toMessage(row), { retain: false }, () => {
      settled();
      this.#kept();
      this.#options.outbox.ack([row.id]);
      this.#taken.delete(row.id);
    });
  }

  #send(message: AgentMessage, how: { retain: boolean }, acknowledged: () => void): void {
    this.#inFlight += 1;
    if (this.#inFlight === 1) this.#watch();
    this.#options.link.publish(message.topic, message.payload, how).then(
      () => {
        if (this.#over) return;
        this.#inFlight -= 1;
        acknowledged();
        this.#ackedAt = this.#options.clock.monotonic();
        this.#pump();
      },
      (error: unknown) => this.#break(error instanceof Error ? error.message : String(error)),
    );
  }

  #awaitKept(): void {
    if (this.#inFlight < window || this.#live.length === 0) return;
    if (this.#isUnkept) this.#break(`the gateway kept none of ${this.#inFlight} rows`);
    else {
      this.#unkeptTimer ??= this.#options.clock.after(unkeptAfterMs, () => {
        this.#isUnkept = true;
        this.#pump();
      });
    }
  }

  #kept(): void {
    this.#isUnkept = false;
    this.#unkeptTimer?.cancel();
    this.#unkeptTimer = undefined;
  }

  /** A broker that keeps the connection and acknowledges nothing is as good as gone. */
  #watch(): void {
    this.#ackedAt = this.#options.clock.monotonic();
    this.#watchdog ??= this.#options.clock.after(ackWithinMs, () => this.#lookForAck());
  }

  /** One timer for all: it looks again where something was acknowledged since. */
  #lookForAck(): void {
    this.#watchdog = undefined;
    if (this.#inFlight === 0) return;
    const leftMs = this.#ackedAt + ackWithinMs - this.#options.clock.monotonic();
    if (leftMs <= 0) this.#break(`the broker acknowledged nothing for ${ackWithinMs / 1000} s`);
    else this.#watchdog = this.#options.clock.after(leftMs, () => this.#lookForAck());
  }

  #break(why: string): void {
    if (this.#over) return;
    this.end();
    this.#options.onBroken(why);
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      const [from, overruns] = [this.#cursor, this.#overruns];
      const rows = await this.#options.outbox.page(from, pageSize);
      if (this.#over) return;
      if (rows.length === 0) this.#allRead = overruns === this.#overruns;
      else if (this.#cursor >= from) this.#queueBacklog(rows);
    } catch (error) {
      if (!this.#over) this.#options.onStoreFailure(error instanceof Error ? error : new Error(String(error)));
      return;
    } finally {
      this.#reading = false;
    }
    this.#pump();
  }

  #queueBacklog(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#cursor = row.id;
      if (this.#taken.has(row.id)) continue;
      this.#taken.add(row.id);
      this.#backlog.push(row);
    }
  }
}
