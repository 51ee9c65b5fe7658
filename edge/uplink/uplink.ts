import type { Clock } from '../../contract/clock.ts';
import type { DeviceId } from '../../contract/ids.ts';
import type { Log } from '../log.ts';
import type { Outbox, Row } from '../outbox/outbox.ts';
import { reconnectDelayMs } from './backoff.ts';
import type { Link, Will } from './link.ts';
import { type AgentMessage, Session } from './sending.ts';

export type UplinkOptions = {
  clock: Clock;
  log: Log;
  random: () => number;
  link: Link;
  outbox: Pick<Outbox, 'page' | 'ack'>;
  /** Of this process: only its rows can tell their age. */
  epoch: string;
  topicOf(device: DeviceId): string;
  will: Will;
  /** Status, births and health, in the order in which a new connection begins. */
  hello(): readonly AgentMessage[];
  /** Called after each connect, once the hello is on its way. */
  onConnected(): void;
  onStoreFailure(error: Error): void;
};

/** A connection that held this long shows that the gateway is well; the next loss resets the waits. */
const lastedMs = 10_000;
const goodbyeMs = 500;

/** Keeps one connection to the gateway, and sends over it what the outbox holds. */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #stop = new AbortController();
  #session: Session | undefined;
  #running: Promise<void> = Promise.resolve();
  #lastFailure: string | undefined;
  /** Ends the wait for the loss of the link. */
  #leave: (() => void) | undefined;
  #again: ((why: string) => void) | undefined;

  constructor(options: UplinkOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Takes rows just committed, in order. */
  offer(rows: readonly Row[]): void {
    this.#session?.offer(rows);
  }

  /** Sends a message while connected; of retained ones the hello of the next connection says the newest again. */
  post(message: () => AgentMessage, acknowledged = () => {}): void {
    this.#session?.post(message(), acknowledged);
  }

  /** Leaves the present connection, if there is one, and connects again without waiting. */
  reconnect(why: string): void {
    this.#again?.(why);
  }

  /** Sends what can be sent within `graceMs`, says goodbye and disconnects, for which another second is enough. */
  async close(graceMs: number): Promise<void> {
    const { clock, link, will } = this.#options;
    const session = this.#session;
    this.#stop.abort();
    if (session !== undefined) {
      await within(clock, graceMs, session.idle());
      session.end();
      await within(
        clock,
        goodbyeMs,
        link.publish(will.topic, will.payload, { retain: true }).catch(() => {}),
      );
    }
    this.#leave?.();
    await within(clock, goodbyeMs, link.disconnect());
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      const { connectedMs, isAsked } = await this.#connectOnce();
      if (connectedMs >= lastedMs) failures = 0;
      if (isAsked) continue;
      await clock.sleep(reconnectDelayMs(failures++, random), this.#stop.signal);
    }
  }

  /** One connection from its first try to its end. */
  async #connectOnce(): Promise<{ connectedMs: number; isAsked?: boolean }> {
    const { clock, log, link, will } = this.#options;
    const lost = Promise.withResolvers<string | undefined>();
    try {
      await link.connect({ will, onLost: lost.resolve });
    } catch (error) {
      this.#logFailure(error instanceof Error ? error.message : String(error));
      return { connectedMs: 0 };
    }
    if (this.#stop.signal.aborted) {
      await link.disconnect();
      return { connectedMs: 0 };
    }
    let isAsked = false;
    this.#leave = () => lost.resolve(undefined);
    this.#again = (reason) => {
      isAsked = true;
      lost.resolve(reason);
    };
    const since = clock.monotonic();
    this.#lastFailure = undefined;
    log.info({}, 'uplink-online');
    this.#begin(lost.resolve);
    const why = await lost.promise;
    this.#again = undefined;
    const connectedMs = clock.monotonic() - since;
    await this.#finish(why, { connectedMs, isAsked });
    return { connectedMs, isAsked };
  }

  /** Without a reason it is `close` that ends the session and the link. */
  async #finish(
    why: string | undefined,
    { connectedMs, isAsked }: { connectedMs: number; isAsked: boolean },
  ): Promise<void> {
    this.#session?.end();
    this.#session = undefined;
    if (why === undefined) return;
    const { log, link } = this.#options;
    const seen = { why, connectedMs: Math.round(connectedMs) };
    if (isAsked) log.info(seen, 'uplink-changing');
    else log.warn(seen, 'uplink-lost');
    await link.disconnect();
  }

  #begin(onBroken: (why: string) => void): void {
    const { clock, link, outbox, hello, onConnected, onStoreFailure } = this.#options;
    const toMessage = (row: Row) => this.#toMessage(row);
    const session = new Session({ clock, link, outbox, toMessage, onBroken, onStoreFailure });
    for (const message of hello()) session.post(message);
    this.#session = session;
    onConnected();
  }

  #toMessage(row: Row): AgentMessage {
    const { clock, epoch, topicOf } = this.#options;
    const { start, seq, at } = row;
    const age = row.epoch === epoch ? { age: Math.max(0, Math.round(clock.monotonic() - row.mono)) } : {};
    const head = JSON.stringify({ v: 1, epoch: row.epoch, start, seq, at, ...age, clock: row.clock });
    return { topic: topicOf(row.device), payload: `${head.slice(0, -1)},"points":${row.points}}` };
  }

  /** Once for each new reason, not for each try. */
  #logFailure(why: string): void {
    if (this.#stop.signal.aborted || why === this.#lastFailure) return;
    this.#lastFailure = why;
    this.#options.log.warn({ why }, 'uplink-refused');
  }
}

async function within(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work.finally(() => done.abort()), clock.sleep(ms, done.signal)]);
}
