import type { Clock, Timer } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { nextTryMs } from './backoff.ts';
import type { Channel, ChannelKind, Sent } from './channels/channel.ts';
import type { ContactTable } from './contact-table.ts';
import type { Delivery, DeliveryTable, Receipt } from './delivery-table.ts';
import { messageOf } from './message.ts';
import type { NoticeRow, NoticeTable } from './notice-table.ts';
import type { Target } from './targets.ts';

export type DeliveriesOptions = {
  store: Pick<Store, 'commit'>;
  notices: NoticeTable;
  deliveries: DeliveryTable;
  contacts: ContactTable;
  clock: Clock;
  log: Log;
  random: () => number;
  /** Whom a notice goes to, as people and addresses stand now. */
  targetsOf(notice: NoticeRow): readonly Target[];
  /** undefined: this gateway has no such channel. */
  channelOf(target: Target, notice: NoticeRow): Channel | undefined;
  /** Nobody can be told, or an address is dead: somebody has to fix it. */
  onTrouble?(trouble: Trouble): void;
  /** An address takes nothing any more. Within a transaction. */
  onGone?(delivery: Pick<Delivery, 'channel' | 'address'>): void;
  /** Whether its success is worth no line in the log. */
  isQuiet?(notice: NoticeRow): boolean;
};

export type Trouble =
  | { readonly code: 'nobody-reachable'; readonly role: string; readonly building: string }
  | { readonly code: 'address-gone'; readonly person: string | null; readonly channel: ChannelKind };

/** A person's next channel begins when the one before was not accepted in time, or no device has said that it arrived. */
const acceptWithinMs = 30_000;
const receiveWithinMs = 60_000;
/** Tries at once on one channel; a target has one at a time. */
const maxInFlight = 50;
const pageSize = 200;

type Waiting = { delivery: Delivery; readonly notice: NoticeRow; nextMono: number; inFlight: boolean };

/**
 * Delivers notices. Every try is in the reach ledger before and after it; each target is a lane of its own, so one that
 * hangs holds up no other. A kill repeats at most the try that was under way, with the same key.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #inFlight = new Map<ChannelKind, number>();
  #cursor = 0;
  #timer: Timer | null = null;
  #closed = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** Takes up what was not delivered when the process ended. */
  start(): void {
    this.wake();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** Notices were written: looks at them in the next turn. */
  wake(): void {
    this.#sleep(0);
  }

  /** A receipt of the device, or of the person. */
  receipt(row: number, kind: Receipt): boolean {
    const { deliveries, contacts, store, clock } = this.#options;
    const delivery = deliveries.find(row);
    if (delivery === undefined) return false;
    store.commit(() => {
      deliveries.receipt(row, kind, clock.now());
      if (delivery.person !== null) contacts.proven({ ...delivery, person: delivery.person }, clock.now());
    });
    return true;
  }

  #sleep(ms: number): void {
    if (this.#closed) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(ms, () => this.#pump());
  }

  #pump(): void {
    try {
      this.#addDeliveries();
      for (const waiting of [...this.#waiting.values()]) this.#look(waiting);
    } catch (error) {
      // The store fails: nothing is lost, and it is looked at again.
      this.#options.log.error({ error: String(error) }, 'notices-not-taken-up');
      this.#sleep(1000);
      return;
    }
    const mono = this.#options.clock.monotonic();
    const next = Math.min(...[...this.#waiting.values()].filter((each) => !each.inFlight).map((each) => each.nextMono));
    if (Number.isFinite(next)) this.#sleep(Math.max(10, next - mono));
  }

  /** New notices become one delivery a target. */
  #addDeliveries(): void {
    const { notices, deliveries, store, targetsOf, clock, log, onTrouble } = this.#options;
    for (;;) {
      const rows = notices.undone(this.#cursor, pageSize);
      if (rows.length === 0) return;
      store.commit(() => {
        for (const notice of rows) {
          const targets = targetsOf(notice);
          for (const target of targets) deliveries.add(notice.id, target);
          if (targets.length > 0) continue;
          notices.finish(notice.id, clock.now());
        }
      });
      for (const notice of rows) {
        const own = deliveries.of(notice.id);
        if (own.length === 0) {
          const { role } = notice.audience;
          log.warn({ notice: notice.key, role, building: notice.building }, 'notice-reaches-nobody');
          onTrouble?.({ code: 'nobody-reachable', role, building: notice.building });
        }
        for (const delivery of own) if (delivery.state === 'waiting') this.#add(delivery, notice);
        this.#cursor = notice.id;
      }
    }
  }

  #add(delivery: Delivery, notice: NoticeRow): void {
    const mono = this.#options.clock.monotonic();
    this.#waiting.set(delivery.row, { delivery, notice, nextMono: mono, inFlight: false });
  }

  #look(waiting: Waiting): void {
    const { clock } = this.#options;
    if (waiting.inFlight || waiting.nextMono > clock.monotonic()) return;
    const turn = this.#turnOf(waiting);
    if (turn === 'spared') this.#end(waiting, { ...waiting.delivery, state: 'spared' });
    else if (typeof turn === 'number') waiting.nextMono = clock.monotonic() + turn;
    else if ((this.#inFlight.get(waiting.delivery.channel) ?? 0) >= maxInFlight)
      waiting.nextMono = clock.monotonic() + 50;
    else void this.#try(waiting);
  }

  /** now; or so many ms until it is worth a look again; or never, since another channel of the person was enough. */
  #turnOf({ delivery, notice }: Waiting): 'now' | 'spared' | number {
    const { rank, person } = delivery;
    if (rank === 0 || delivery.attempts > 0) return 'now';
    const before = this.#options.deliveries
      .of(notice.id)
      .filter((other) => other.person === person && other.rank < rank);
    if (before.some(({ receivedAt, answeredAt }) => receivedAt !== null || answeredAt !== null)) return 'spared';
    const previous = before.find((other) => other.rank === rank - 1);
    if (previous === undefined) return 'now';
    const { state, acceptedAt } = previous;
    if (state === 'gone' || state === 'refused' || state === 'given-up') return 'now';
    const now = this.#options.clock.now();
    if (acceptedAt === null) {
      // How long it has waited by the wall clock is bounded, so that a clock that was set cannot hold it up.
      const waitedMs = Math.max(0, now - notice.created);
      return waitedMs >= rank * acceptWithinMs ? 'now' : Math.min(acceptWithinMs, rank * acceptWithinMs - waitedMs);
    }
    if (notice.urgency !== 'life-safety') return 'spared';
    const sinceMs = Math.max(0, now - acceptedAt);
    return sinceMs >= receiveWithinMs ? 'now' : Math.min(receiveWithinMs, receiveWithinMs - sinceMs);
  }

  async #try(waiting: Waiting): Promise<void> {
    const { store, deliveries, clock, channelOf, log } = this.#options;
    const { notice } = waiting;
    const { channel: kind, language, address } = waiting.delivery;
    const channel = channelOf(waiting.delivery, notice);
    waiting.inFlight = true;
    this.#inFlight.set(kind, (this.#inFlight.get(kind) ?? 0) + 1);
    waiting.delivery = { ...waiting.delivery, attempts: waiting.delivery.attempts + 1, handedAt: clock.now() };
    try {
      store.commit(() => deliveries.write(waiting.delivery));
      const sent: Sent =
        channel === undefined
          ? { outcome: 'refused', detail: `this gateway has no ${kind}` }
          : await channel.send(address, messageOf(notice, language, waiting.delivery.row));
      if (!this.#closed) this.#settle(waiting, sent);
    } catch (error) {
      log.error({ notice: notice.key, channel: kind, error: String(error) }, 'delivery-failed');
      waiting.nextMono = clock.monotonic() + 1000;
    } finally {
      waiting.inFlight = false;
      this.#inFlight.set(kind, (this.#inFlight.get(kind) ?? 1) - 1);
      if (!this.#closed) this.#sleep(0);
    }
  }

  #settle(waiting: Waiting, sent: Sent): void {
    const { clock, random, contacts, onTrouble } = this.#options;
    const { delivery, notice } = waiting;
    const now = clock.now();
    const detail = sent.detail.slice(0, 200);
    if (sent.outcome === 'accepted') {
      this.#end(waiting, { ...delivery, state: 'accepted', acceptedAt: now, detail });
      return;
    }
    if (sent.outcome === 'later') {
      const tried = { attempts: delivery.attempts, urgency: notice.urgency, ageMs: Math.max(0, now - notice.created) };
      const waitMs = nextTryMs(tried, random, sent.retryAfterMs);
      if (waitMs === null) this.#end(waiting, { ...delivery, state: 'given-up', detail });
      else {
        waiting.delivery = { ...delivery, detail };
        waiting.nextMono = clock.monotonic() + waitMs;
        this.#options.store.commit(() => this.#options.deliveries.write(waiting.delivery));
      }
      return;
    }
    this.#end(waiting, { ...delivery, state: sent.outcome, detail });
    if (sent.outcome !== 'gone') return;
    const { person, channel } = delivery;
    this.#options.store.commit(() => {
      if (person !== null) contacts.gone({ ...delivery, person }, detail, now);
      this.#options.onGone?.(delivery);
    });
    onTrouble?.({ code: 'address-gone', person, channel });
  }

  /** The person's other channels are looked at again: this one may have been what they waited for. */
  #hurryNext({ notice, person }: Delivery): void {
    const mono = this.#options.clock.monotonic();
    for (const other of this.#waiting.values()) {
      if (other.delivery.notice === notice && other.delivery.person === person) other.nextMono = mono;
    }
  }

  #end(waiting: Waiting, delivery: Delivery): void {
    const { store, deliveries, notices, clock, log } = this.#options;
    store.commit(() => {
      deliveries.write(delivery);
      const isOver = deliveries.of(delivery.notice).every(({ state }) => state !== 'waiting');
      if (isOver) notices.finish(delivery.notice, clock.now());
    });
    this.#waiting.delete(delivery.row);
    this.#hurryNext(delivery);
    const { channel, state, attempts, detail } = delivery;
    const line = { notice: waiting.notice.key, channel, state, attempts, detail };
    if (state === 'accepted' && this.#options.isQuiet?.(waiting.notice) === true) return;
    if (state === 'accepted' || state === 'spared') log.info(line, 'notice-delivered');
    else log.warn(line, 'notice-undelivered');
  }
}
