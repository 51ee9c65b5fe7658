import type { Clock, Timer } from '../../contract/clock.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import type { Log } from '../log.ts';
import type { ExpectedReply, OpenResult, Wire } from './wire.ts';

export type PortOptions = {
  clock: Clock;
  log: Log;
  random: () => number;
  /** The bus id, for the log. */
  id: string;
  wire: Wire;
  onBytes(bytes: Uint8Array): void;
  onOpened(): void;
  /** `rests`: the peer ended it in order, and it is opened again when somebody asks. */
  onClosed(reason: DeviceReason, how: 'lost' | 'rests'): void;
};

/**
 * Keeps a wire open. An absent path is looked at every second, since an adapter that is plugged in again should be back
 * at once; what exists but does not open is tried after 0.5 s, then twice as long each time up to 30 s, ± 25 % so that
 * many do not come back in step. The wait starts again only after a good reply: a peer that accepts and then talks
 * rubbish is not called twice a second for ever.
 *
 * A port that is lost again and again for one reason, soon after each opening, is logged as that, once, and as open when it
 * has stayed so for a minute.
 *
 * A peer that has answered and then ends the connection in order (it answers once a connection, closes idle ones, or took
 * another client) is not called before somebody has something to ask: the port rests, and counts as open.
 */
export class Port {
  readonly #options: PortOptions;
  #state: 'idle' | 'opening' | 'open' | 'resting' | 'waiting' | 'ended' = 'idle';
  #closedBecause: DeviceReason | null = { code: 'port-not-opened' };
  #failures = 0;
  /** A good reply came since it was opened. */
  #isProven = false;
  /** It rests, or is being opened out of that. */
  #isOnCall = false;
  /** That the peer ends the connection has been said. */
  #isRestSaid = false;
  /** Losses one after the other for one reason, each soon after the port was opened. */
  #losses: { readonly code: string; readonly times: number } | null = null;
  #steadyTimer: Timer | null = null;
  #timer: Timer | null = null;
  /** Counts openings, so that an event of an earlier one changes nothing. */
  #opening = 0;
  #attempting: Promise<void> = Promise.resolve();
  #closing: Promise<void> = Promise.resolve();

  constructor(options: PortOptions) {
    this.#options = options;
  }

  isOpen(): boolean {
    return this.#state === 'open' || this.#isOnCall;
  }

  /** Opens it out of its rest; true when bytes may be written now. */
  async ready(): Promise<boolean> {
    if (this.#state === 'resting') {
      this.#state = 'opening';
      this.#attempting = this.#closing.then(() => this.#openWire());
    }
    if (this.#isOnCall) await this.#attempting;
    return this.#state === 'open';
  }

  isLive(): boolean {
    return this.#state === 'open';
  }

  /** Why it is closed; null while open. */
  closedBecause(): DeviceReason | null {
    return this.#closedBecause;
  }

  /** Resolves after the first attempt; goes on by itself from there. */
  async open(): Promise<void> {
    if (this.#state === 'idle') await this.#attempt();
  }

  write(bytes: Uint8Array, expected?: ExpectedReply): void {
    this.#options.wire.write(bytes, expected);
  }

  /** Hands out what has come and was not handed out yet. */
  look(): void {
    this.#options.wire.look();
  }

  /** A good reply came: whatever fails next is a new trouble. */
  proven(): void {
    this.#failures = 0;
    this.#isProven = true;
  }

  /** Drops the wire and opens it again, after the wait that is due. */
  drop(reason: DeviceReason): void {
    if (this.#state === 'open') this.#lost(reason, undefined);
  }

  async close(): Promise<void> {
    this.#state = 'ended';
    this.#isOnCall = false;
    this.#opening++;
    this.#closedBecause = { code: 'port-closed' };
    this.#timer?.cancel();
    this.#steadyTimer?.cancel();
    await this.#closeWire();
    await this.#attempting;
    await this.#closeWire();
  }

  #attempt(): Promise<void> {
    this.#state = 'opening';
    this.#attempting = this.#openWire();
    return this.#attempting;
  }

  async #openWire(): Promise<void> {
    const opening = ++this.#opening;
    const isCurrent = () => opening === this.#opening;
    const result = await this.#options.wire.open({
      onBytes: (bytes) => isCurrent() && this.#options.onBytes(bytes),
      onClosed: (reason, how) => isCurrent() && this.#lost(reason, how),
    });
    if (!isCurrent()) return;
    if (result.ok) this.#opened();
    else this.#failed(result);
  }

  #opened(): void {
    this.#state = 'open';
    this.#closedBecause = null;
    this.#isProven = false;
    if (!this.#isOnCall) this.#sayOpen();
    this.#isOnCall = false;
    this.#options.onOpened();
  }

  #failed({ why, reason }: Exclude<OpenResult, { ok: true }>): void {
    const { log, id } = this.#options;
    this.#isOnCall = false;
    this.#isRestSaid = false;
    const [before, detail] = [this.#closedBecause, deviceReasonText(reason).en];
    const isNews = before === null || deviceReasonText(before).en !== detail;
    if (isNews) log.warn({ bus: id, why, detail }, 'port-does-not-open');
    this.#closedBecause = reason;
    if (why === 'absent') this.#failures = 0;
    this.#again(why === 'absent' ? absentMs : this.#backoffMs());
  }

  #lost(reason: DeviceReason, how: 'by-peer' | undefined): void {
    this.#opening++;
    if (how === 'by-peer' && this.#isProven) {
      this.#rest(reason);
      return;
    }
    this.#isRestSaid = false;
    this.#closedBecause = reason;
    this.#sayLost(reason);
    this.#closing = this.#closeWire();
    this.#again(this.#backoffMs());
    this.#options.onClosed(reason, 'lost');
  }

  #sayOpen(): void {
    const { clock, log, id } = this.#options;
    this.#steadyTimer?.cancel();
    if (this.#isFlapping())
      this.#steadyTimer = clock.after(steadyMs, () => {
        log.info({ bus: id, losses: this.#losses?.times ?? 0 }, 'port-open');
        this.#losses = null;
      });
    else {
      log.info({ bus: id }, 'port-open');
      this.#steadyTimer = clock.after(steadyMs, () => {
        this.#losses = null;
      });
    }
  }

  #sayLost(reason: DeviceReason): void {
    const { log, id } = this.#options;
    this.#steadyTimer?.cancel();
    const times = this.#losses?.code === reason.code ? this.#losses.times + 1 : 1;
    this.#losses = { code: reason.code, times };
    const { en: detail } = deviceReasonText(reason);
    if (times < flapLosses) log.warn({ bus: id, detail }, 'port-closed');
    else if (times === flapLosses) log.warn({ bus: id, detail, losses: times }, 'port-keeps-closing');
  }

  #isFlapping(): boolean {
    return (this.#losses?.times ?? 0) >= flapLosses;
  }

  #rest(reason: DeviceReason): void {
    const { log, id } = this.#options;
    this.#state = 'resting';
    this.#isOnCall = true;
    this.#closing = this.#closeWire();
    const { en: detail } = deviceReasonText(
      'port' in reason ? { code: 'connection-not-kept', port: reason.port } : reason,
    );
    if (!this.#isRestSaid) log.warn({ bus: id, detail }, 'port-closed-by-peer');
    this.#isRestSaid = true;
    this.#options.onClosed(reason, 'rests');
  }

  #again(ms: number): void {
    this.#state = 'waiting';
    this.#timer = this.#options.clock.after(ms, () => void this.#reopen());
  }

  async #reopen(): Promise<void> {
    await this.#closing;
    if (this.#state === 'waiting') await this.#attempt();
  }

  #backoffMs(): number {
    const base = Math.min(firstMs * 2 ** this.#failures, longestMs);
    this.#failures++;
    return base * (0.75 + this.#options.random() / 2);
  }

  /** A driver that hangs in close must not take the bus with it: the next opening is a new object anyway. */
  async #closeWire(): Promise<void> {
    const { clock, wire, log, id } = this.#options;
    const patience = new AbortController();
    const closed = wire.close().then(() => 'closed' as const);
    const how = await Promise.race([closed, clock.sleep(closeMs, patience.signal).then(() => 'hung' as const)]);
    patience.abort();
    if (how === 'hung') log.warn({ bus: id, waitedMs: closeMs }, 'port-close-hangs');
  }
}

/** Open for as long, a port is no longer one that keeps closing; so many losses in a row make it one. */
const steadyMs = 60_000;
const flapLosses = 3;
const absentMs = 1000;
const firstMs = 500;
const longestMs = 30_000;
const closeMs = 2000;
