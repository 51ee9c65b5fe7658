import type { Clock, Timer } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { nextTryMs } from './backoff.ts';
import type { Channel, ChannelKind, Sent } from './channels/channel.ts';
import type { ContactTable } from './contact-table.ts';
import type { Delivery, DeliveryTable, Receipt } from './delivery-table.ts';
import { messageOf } from './message.ts';
import { pushProbe } from './notice.ts';
import type { NoticeRow, NoticeTable } from './notice-table.ts';
import type { Target } from './targets.ts';
import { type Pace, type Verdict, verdictOn } from './turn.ts';
import { Waited } from './waited.ts';
import { orderDefaults } from './who-next.ts';

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
  /** How long people and channels have before the next begins. */
  paceOf?(notice: NoticeRow): Pace;
  /** Somebody has taken what a notice is about, or it is over: nobody else need be told of it. */
  isAnswered?(notice: NoticeRow): boolean;
  /** An alert is over. */
  isOver?(alert: string): boolean;
  /** Whether what can wait is held for the person just now. */
  isAsleep?(person: string, notice: NoticeRow): boolean;
  /** undefined: this gateway has no such channel. */
  channelOf(target: Target, notice: NoticeRow): Channel | undefined;
  /** Nobody can be told, or an address is dead: somebody has to fix it. */
  onTrouble?(trouble: Trouble): void;
  /** An address takes nothing any more. Within a transaction. */
  onGone?(delivery: Pick<Delivery, 'channel' | 'address'>): void;
  /** A device or the person said that a notice arrived. Within a transaction. */
  onReceipt?(notice: NoticeRow): void;
  /** What a try came to. */
  onSent?(notice: NoticeRow, channel: ChannelKind, sent: Sent): void;
  /** Whether its success is worth no line in the log. */
  isQuiet?(notice: NoticeRow): boolean;
};

export type Trouble =
  | { readonly code: 'nobody-reachable'; readonly role: string; readonly building: string }
  | { readonly code: 'address-gone'; readonly person: string | null; readonly channel: ChannelKind };

const usualPace: Pace = {
  nextAfterMs: orderDefaults.nextAfterMs.value,
  acceptWithinMs: orderDefaults.acceptWithinMs.value,
  receiveWithinMs: orderDefaults.receiveWithinMs.value,
};
/** Tries at once in one lane; a target has one at a time. */
const maxInFlight = 50;
const pageSize = 200;
/** What came of tries is gathered for so long into one commit. */
const gatherMs = 5;
const laneFullMs = 10;

type Waiting = {
  readonly lane: string;
  delivery: Delivery;
  readonly notice: NoticeRow;
  readonly pace: Pace;
  /** Of all deliveries of the notice. */
  readonly waited: Waited;
  nextMono: number;
  inFlight: boolean;
};
type Settled = { readonly waiting: Waiting; readonly sent: Sent };
type Ended = { readonly waiting: Waiting; readonly delivery: Delivery };

/**
 * Delivers notices. Every try is in the reach ledger before and after it; each target is a lane of its own, so one that
 * hangs holds up no other. What is tried in one turn is one commit, and so is what came of tries meanwhile, so that
 * thousands are told in seconds. A kill repeats at most the tries that were under way, with the same key.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #inFlight = new Map<string, number>();
  #settled: Settled[] = [];
  #cursor = 0;
  #timer: Timer | null = null;
  #closed = false;
  /** Notices may have been written since the last look. */
  #hasNews = true;
  #wakesAt = Number.POSITIVE_INFINITY;

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
    try {
      this.#settleAll();
    } catch (error) {
      this.#options.log.error({ error: String(error) }, 'tries-not-settled');
    }
  }

  /** Notices were written: looks at them in the next turn. */
  wake(): void {
    this.#hasNews = true;
    this.#sleep(0);
  }

  /** A receipt of the device, or of the person. */
  receipt(row: number, kind: Receipt): boolean {
    const { deliveries, notices, contacts, store, clock, onReceipt } = this.#options;
    const delivery = deliveries.find(row);
    if (delivery === undefined) return false;
    const notice = notices.find(delivery.notice);
    store.commit(() => {
      deliveries.receipt(row, kind, clock.now());
      if (delivery.person !== null) {
        // A browser that shows a probe by itself proves nothing of its person; who taps it does.
        const seen = notice?.reason === pushProbe && kind === 'received' ? 'probeSeen' : 'proven';
        contacts[seen]({ ...delivery, person: delivery.person }, clock.now());
      }
      if (notice !== undefined) onReceipt?.(notice);
    });
    return true;
  }

  /** Looks again in `ms`, or sooner where that was asked for already. */
  #sleep(ms: number): void {
    if (this.#closed) return;
    const at = this.#options.clock.monotonic() + ms;
    if (at >= this.#wakesAt) return;
    this.#timer?.cancel();
    this.#wakesAt = at;
    this.#timer = this.#options.clock.after(ms, () => {
      this.#wakesAt = Number.POSITIVE_INFINITY;
      this.#pump();
    });
  }

  #pump(): void {
    try {
      this.#settleAll();
      if (this.#hasNews) this.#addDeliveries();
      this.#hasNews = false;
      this.#tryAll(this.#dueNow());
    } catch (error) {
      // The store fails: nothing is lost, and it is looked at again.
      this.#options.log.error({ error: String(error) }, 'notices-not-taken-up');
      this.#sleep(1000);
      return;
    }
    let next = Number.POSITIVE_INFINITY;
    for (const { inFlight, nextMono } of this.#waiting.values()) if (!inFlight && nextMono < next) next = nextMono;
    if (Number.isFinite(next)) this.#sleep(Math.max(laneFullMs, next - this.#options.clock.monotonic()));
  }

  /** New notices become one delivery a target. */
  #addDeliveries(): void {
    const { notices, deliveries, store, targetsOf, clock, log, onTrouble } = this.#options;
    for (;;) {
      const rows = notices.undone(this.#cursor, pageSize);
      if (rows.length === 0) return;
      store.commit(() => {
        for (const notice of rows) {
          // Taken up before: who was to be told then is told now, in the same order.
          if (deliveries.has(notice.id)) continue;
          const targets = targetsOf(notice);
          for (const target of targets) deliveries.add(notice.id, target);
          if (targets.length === 0) notices.finish(notice.id, clock.now());
        }
      });
      for (const notice of rows) {
        const own = deliveries.of(notice.id);
        if (own.length === 0) {
          const { role } = notice.audience;
          log.warn({ notice: notice.key, role, building: notice.building }, 'notice-reaches-nobody');
          onTrouble?.({ code: 'nobody-reachable', role, building: notice.building });
        }
        const pace = this.#options.paceOf?.(notice) ?? usualPace;
        const waited = new Waited(clock, notice.created);
        for (const delivery of own) if (delivery.state === 'waiting') this.#add({ delivery, notice, pace, waited });
        this.#cursor = notice.id;
      }
    }
  }

  #add(of: Pick<Waiting, 'delivery' | 'notice' | 'pace' | 'waited'>): void {
    const nextMono = this.#options.clock.monotonic();
    this.#waiting.set(of.delivery.row, { ...of, lane: laneOf(of.delivery), nextMono, inFlight: false });
  }

  /** What is tried in this turn. What is not needed any more ends, in one commit. */
  #dueNow(): Waiting[] {
    const ended: Ended[] = [];
    const due = [...this.#waiting.values()].filter((waiting) => this.#isNow(waiting, ended));
    if (ended.length > 0) {
      try {
        this.#options.store.commit(() => this.#write(ended));
      } catch (error) {
        for (const waiting of due) this.#release(waiting);
        throw error;
      }
      this.#forget(ended);
    }
    return due;
  }

  /** Whether it is tried in this turn; then it has its place in its lane. */
  #isNow(waiting: Waiting, ended: Ended[]): boolean {
    const { clock } = this.#options;
    if (waiting.inFlight || waiting.nextMono > clock.monotonic()) return false;
    const busy = this.#inFlight.get(waiting.lane) ?? 0;
    if (busy >= maxInFlight) {
      waiting.nextMono = clock.monotonic() + laneFullMs;
      return false;
    }
    const turn = this.#turnOf(waiting);
    if (turn === 'spared' || turn === 'held') ended.push({ waiting, delivery: { ...waiting.delivery, state: turn } });
    else if (typeof turn === 'number') waiting.nextMono = clock.monotonic() + turn;
    else {
      waiting.inFlight = true;
      this.#inFlight.set(waiting.lane, busy + 1);
      return true;
    }
    return false;
  }

  /** Each is in the ledger as handed over before anything is sent. */
  #tryAll(tries: readonly Waiting[]): void {
    if (tries.length === 0) return;
    const { store, deliveries, clock } = this.#options;
    const handedAt = clock.now();
    try {
      store.commit(() => {
        for (const { delivery } of tries) deliveries.write(tried(delivery, handedAt));
      });
    } catch (error) {
      for (const waiting of tries) this.#release(waiting);
      throw error;
    }
    for (const waiting of tries) {
      waiting.delivery = tried(waiting.delivery, handedAt);
      waiting.waited.mark(waiting.delivery.row, 'begun');
      void this.#send(waiting);
    }
  }

  #release(waiting: Waiting): void {
    waiting.inFlight = false;
    this.#inFlight.set(waiting.lane, (this.#inFlight.get(waiting.lane) ?? 1) - 1);
  }

  #turnOf({ delivery, notice, pace, waited }: Waiting): Verdict {
    const { deliveries, isAnswered = () => false, isAsleep = () => false } = this.#options;
    const { person, turn } = delivery;
    if (this.#isOvertaken(delivery, notice)) return 'spared';
    return verdictOn({
      ...{ delivery, notice, pace, ageMs: waited.ageMs() },
      agoMs: (other, what) => waited.agoMs(other, what),
      ofPerson: () => deliveries.ofPerson(notice.id, person ?? ''),
      ofTurnBefore: () => deliveries.ofTurn(notice.id, turn - 1),
      isAnswered: () => isAnswered(notice),
      isAsleep: () => person !== null && isAsleep(person, notice),
    });
  }

  /** Old news of an alert: it is over, or newer news was taken at this address. Only its end is told after that. */
  #isOvertaken({ id }: Delivery, { id: notice, part, alert, reason }: NoticeRow): boolean {
    if (part !== 'alerts' || alert === null || reason === 'cleared') return false;
    const { deliveries, isOver = () => false } = this.#options;
    return isOver(alert) || deliveries.isNewsTaken({ alert, target: id, after: notice });
  }

  async #send(waiting: Waiting): Promise<void> {
    const { channelOf, log, clock } = this.#options;
    const { notice, delivery } = waiting;
    const { channel: kind, language, address, row } = delivery;
    try {
      const channel = channelOf(delivery, notice);
      const sent: Sent =
        channel === undefined
          ? { outcome: 'refused', detail: `this gateway has no ${kind}` }
          : await channel.send(address, messageOf(notice, language, row));
      this.#settled.push({ waiting, sent });
    } catch (error) {
      log.error({ notice: notice.key, channel: kind, error: String(error) }, 'delivery-failed');
      this.#release(waiting);
      waiting.nextMono = clock.monotonic() + 1000;
    }
    this.#sleep(gatherMs);
  }

  /** What came of tries since the last turn. It is kept while the store fails: what was sent is not sent again. */
  #settleAll(): void {
    if (this.#settled.length === 0) return;
    const { clock, store, deliveries } = this.#options;
    const [ended, later]: [Ended[], Waiting[]] = [[], []];
    for (const { waiting, sent } of this.#settled) {
      const after = this.#after(waiting, sent);
      if (after.waitMs === null) ended.push({ waiting, delivery: after.delivery });
      else {
        waiting.delivery = after.delivery;
        waiting.nextMono = clock.monotonic() + after.waitMs;
        later.push(waiting);
      }
    }
    store.commit(() => {
      for (const { delivery } of later) deliveries.write(delivery);
      this.#write(ended);
    });
    for (const { waiting, sent } of this.#settled) {
      this.#release(waiting);
      this.#options.onSent?.(waiting.notice, waiting.delivery.channel, sent);
    }
    this.#settled = [];
    this.#forget(ended);
  }

  /** What a try made of a delivery, and how long until the next one; null: there is none. */
  #after({ delivery, notice, waited }: Waiting, sent: Sent): { delivery: Delivery; waitMs: number | null } {
    const { clock, random } = this.#options;
    const detail = sent.detail.slice(0, 200);
    if (sent.outcome === 'accepted') {
      waited.mark(delivery.row, 'accepted');
      return { delivery: { ...delivery, state: 'accepted', acceptedAt: clock.now(), detail }, waitMs: null };
    }
    if (sent.outcome !== 'later') return { delivery: { ...delivery, state: sent.outcome, detail }, waitMs: null };
    const tried = { attempts: delivery.attempts, notice, ageMs: waited.ageMs() };
    const waitMs = nextTryMs(tried, random, sent.retryAfterMs);
    return { delivery: { ...delivery, ...(waitMs === null ? { state: 'given-up' } : {}), detail }, waitMs };
  }

  /** The person's other channels, and who is told after them, are looked at again: this may have been what they waited for. */
  #hurryNext(ended: readonly Ended[]): void {
    const turns = new Map<number, number>();
    const people = new Set<string>();
    for (const { delivery } of ended) {
      if (delivery.person === null) continue;
      people.add(`${delivery.notice} ${delivery.person}`);
      turns.set(delivery.notice, Math.min(delivery.turn, turns.get(delivery.notice) ?? delivery.turn));
    }
    if (people.size === 0) return;
    const mono = this.#options.clock.monotonic();
    for (const other of this.#waiting.values()) {
      const { notice, person, turn } = other.delivery;
      const first = turns.get(notice);
      if (first === undefined || other.inFlight || other.delivery.attempts > 0) continue;
      if (turn > first || people.has(`${notice} ${person}`)) other.nextMono = mono;
    }
  }

  /** Within a transaction. A notice is done when none of its deliveries waits any more. */
  #write(ended: readonly Ended[]): void {
    const { deliveries, notices, contacts, clock, onGone } = this.#options;
    const now = clock.now();
    for (const { delivery } of ended) {
      deliveries.write(delivery);
      const { person, state, detail } = delivery;
      if (state !== 'gone') continue;
      if (person !== null) contacts.gone({ ...delivery, person }, detail ?? '', now);
      onGone?.(delivery);
    }
    for (const notice of new Set(ended.map(({ delivery }) => delivery.notice))) {
      if (!deliveries.isWaiting(notice)) notices.finish(notice, now);
    }
  }

  #forget(ended: readonly Ended[]): void {
    const { log, onTrouble, isQuiet } = this.#options;
    for (const { delivery } of ended) this.#waiting.delete(delivery.row);
    this.#hurryNext(ended);
    for (const { waiting, delivery } of ended) {
      const { channel, person, state, attempts, detail } = delivery;
      const line = { notice: waiting.notice.key, channel, state, attempts, detail };
      if (state === 'gone') onTrouble?.({ code: 'address-gone', person, channel });
      if (state === 'accepted' && isQuiet?.(waiting.notice) === true) continue;
      if (state === 'accepted' || state === 'spared' || state === 'held') log.info(line, 'notice-delivered');
      else log.warn(line, 'notice-undelivered');
    }
  }
}

function tried(delivery: Delivery, handedAt: number): Delivery {
  return { ...delivery, attempts: delivery.attempts + 1, begunAt: delivery.begunAt ?? handedAt, handedAt };
}

/** Each push service and each program has a lane of its own: one that hangs holds up nobody who is told by another. */
function laneOf({ channel, address }: Delivery): string {
  if (channel !== 'push' && channel !== 'webhook') return channel;
  return URL.canParse(address) ? `${channel} ${new URL(address).host}` : channel;
}
