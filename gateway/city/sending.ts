import type { CityAsk, CityBatch, CityHealth, CityReply } from '../../contract/city.ts';
import type { CityLane } from '../../contract/city-carrier.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import { type Carrier, CityError } from './carrier.ts';
import { Cursor, type Item, type Source } from './cursor.ts';
import { agreed, type Handed, isAgreed } from './handed.ts';
import { Pace } from './pace.ts';

type CityItems = Pick<CityBatch, 'messages' | 'records'>;

type Message = CityBatch['messages'][number];
export type Numbered = {
  readonly epoch: string;
  readonly start: number;
  readonly record: CityBatch['records'][number]['items'][number];
};

export type SendingOptions = {
  gateway: string;
  clock: Clock;
  log: Log;
  random: () => number;
  carrier: Carrier;
  messages: Source<Message>;
  records: Source<Numbered>;
  /** What is agreed so far, and where what is agreed from now on is kept. */
  agreed: { messages: Handed; records: Handed };
  onAgreed(what: { messages: Handed; records: Handed }): void;
  health(): CityHealth;
  /** The city asks for an acknowledgement: what came of it. */
  onAsk(ask: CityAsk): string;
  /** The city hands configuration down. */
  onOffers(offers: NonNullable<CityReply['offers']>): void;
  /** The city answers again: what stands now is to be said again, since what waits is older. */
  onReached(): void;
};

const recordsPerBatch = 400;
/** An alert may be among what is new. */
const lookEveryMs = 100;
/** Those who look for readings look every second time: a batch of two costs the city what one of one does. */
const looksForReadings = 2;
/** Of news, under way at once: the next alert does not wait for the answer to the last state of a lot. */
const recordBatches = 4;
/** "Connected" means that something was agreed within 60 s, so the word is given often enough to survive a few losses. */
const healthEveryMs = 5000;
const backlogBatches = 2;
const firstWaitMs = 1000;
const mostWaitMs = 30_000;

/**
 * Hands on what is committed, over whatever carrier. What was committed since this connection began goes at once;
 * everything older follows beside it, so that news never waits for a backlog. Records go apart from readings, so that an
 * alert waits for neither. Nothing counts as handed on before the city's database has it.
 */
export class Sending {
  readonly #options: SendingOptions;
  readonly #stop = new AbortController();
  #agreed: { messages: Handed; records: Handed };
  #done: CityBatch['done'] = [];
  /** What was asked since the start. */
  readonly #answered = new Set<string>();
  readonly #pace = { now: new Pace(), later: new Pace() };
  #lastFailure: string | null = null;
  #looking: Promise<void> | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: SendingOptions) {
    this.#options = options;
    this.#agreed = options.agreed;
  }

  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Messages below these were given up. */
  giveUp(handed: { messages: Handed; records: Handed }): void {
    this.#agreed = handed;
  }

  async #run(): Promise<void> {
    const { clock, log, random } = this.#options;
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      const began = clock.monotonic();
      const error = await this.#connection();
      if (this.#stop.signal.aborted) return;
      if (clock.monotonic() - began > mostWaitMs) failures = 0;
      const why = error instanceof Error ? error.message : String(error);
      if (why !== this.#lastFailure)
        log.warn({ why, code: error instanceof CityError ? error.code : 'fault' }, 'city-lost');
      this.#lastFailure = why;
      const refused = error instanceof CityError && error.code === 'refused';
      const most = refused ? mostWaitMs : Math.min(mostWaitMs, firstWaitMs * 2 ** failures++);
      await clock.sleep(most * (0.5 + random() / 2), this.#stop.signal);
    }
  }

  /** Ends with what broke it. */
  async #connection(): Promise<unknown> {
    const broken = new AbortController();
    const signal = AbortSignal.any([broken.signal, this.#stop.signal]);
    const from = { messages: this.#options.messages.last, records: this.#options.records.last };
    let why: unknown;
    const lane = async (work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        if (!signal.aborted) why = error;
        broken.abort();
      }
    };
    const older = this.#backlog(from);
    const lanes = [lane(() => this.#older(older.records, signal))];
    for (let i = 0; i < backlogBatches; i++) lanes.push(lane(() => this.#older(older.messages, signal)));
    await lane(() => this.#reach(signal));
    if (!signal.aborted) {
      const records = new Cursor(this.#options.records, { after: from.records });
      for (let i = 0; i < recordBatches; i++) lanes.push(lane(() => this.#records(records, signal)));
      lanes.push(lane(() => this.#now(new Cursor(this.#options.messages, { after: from.messages }), signal)));
    }
    await Promise.all(lanes);
    return why;
  }

  /** Nothing is said to stand before the city hears of how it stands. */
  async #reach(signal: AbortSignal): Promise<void> {
    await this.#hand(ofMessages([]), { lane: 'now', withHealth: false }, signal);
    this.#options.onReached();
  }

  async #now(messages: Cursor<Message>, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    let healthDue = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const news = messages.next(this.#pace.now.messages);
      const isDue = clock.monotonic() >= healthDue;
      if (news.length === 0 && !isDue && this.#done.length === 0) {
        for (let looks = 0; looks < looksForReadings; looks++) await this.#look(signal);
        continue;
      }
      if (isDue) healthDue = clock.monotonic() + healthEveryMs;
      await this.#hand(ofMessages(news), { lane: 'now', withHealth: isDue }, signal);
    }
  }

  async #records(records: Cursor<Numbered>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const news = records.next(recordsPerBatch);
      if (news.length > 0) await this.#hand(ofRecords(news), { lane: 'first', withHealth: false }, signal);
      else await this.#look(signal);
    }
  }

  /** Until it is time to look for news: one timer for all who wait, since most of the time there is none. */
  #look(signal: AbortSignal): Promise<void> {
    this.#looking ??= this.#options.clock.sleep(lookEveryMs, signal).then(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** What was committed before this connection and is not agreed, a batch with each call; null when all of it is on its way. */
  #backlog(end: { messages: number; records: number }): { messages: Next; records: Next } {
    const { messages: log, records: table } = this.#options;
    const wanted = (kind: 'messages' | 'records') => (id: number) =>
      id <= end[kind] && !isAgreed(this.#agreed[kind], id);
    const messages = new Cursor(log, { after: this.#agreed.messages.mark, wanted: wanted('messages') });
    const records = new Cursor(table, { after: this.#agreed.records.mark, wanted: wanted('records') });
    return {
      messages: () => {
        const some = messages.nextUpTo(end.messages, this.#pace.later.messages);
        return some && { taken: ofMessages(some), lane: 'later' };
      },
      // They are few, and alerts that were raised meanwhile are among them: not behind all readings of that time.
      records: () => {
        const some = records.nextUpTo(end.records, recordsPerBatch);
        return some && { taken: ofRecords(some), lane: 'now' };
      },
    };
  }

  async #older(next: Next, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const older = next();
      if (older === null) return;
      await this.#hand(older.taken, { lane: older.lane, withHealth: false }, signal);
      // One turn for everything else: reading the backlog is synchronous work on the thread that judges.
      await this.#options.clock.sleep(1, signal);
    }
  }

  async #hand(
    taken: Taken,
    { lane, withHealth }: { lane: CityLane; withHealth: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    const { gateway, carrier, health, log } = this.#options;
    const done = this.#done.slice(0, 100);
    const batch: CityBatch = { v: 1, gateway, ...taken.items, health: withHealth ? health() : null, done };
    const reply = await this.#paced(lane, batch.messages.length, () => carrier.hand(batch, signal, lane));
    if (this.#lastFailure !== null) log.info({}, 'city-reached');
    this.#lastFailure = null;
    this.#done = this.#done.filter((one) => !done.includes(one));
    this.#agreed = {
      messages: agreed(this.#agreed.messages, taken.ids.messages),
      records: agreed(this.#agreed.records, taken.ids.records),
    };
    this.#options.onAgreed(this.#agreed);
    this.#answer(reply);
  }

  async #paced(lane: CityLane, held: number, work: () => Promise<CityReply>): Promise<CityReply> {
    // Records are not paced: they are few.
    if (lane === 'first' || held === 0) return work();
    const { clock } = this.#options;
    const began = clock.monotonic();
    try {
      const reply = await work();
      this.#pace[lane].answered(clock.monotonic() - began, held);
      return reply;
    } catch (error) {
      this.#pace[lane].failed();
      throw error;
    }
  }

  #answer({ ask, offers = [] }: CityReply): void {
    if (offers.length > 0) this.#options.onOffers(offers);
    for (const one of ask) {
      // It asks until it has heard, and hears with the next batch.
      if (this.#answered.has(one.id)) continue;
      this.#answered.add(one.id);
      this.#done.push({ id: one.id, outcome: this.#options.onAsk(one) });
    }
  }
}

type Taken = {
  readonly items: CityItems;
  readonly ids: { readonly messages: readonly number[]; readonly records: readonly number[] };
};

type Next = () => { taken: Taken; lane: CityLane } | null;

function ofMessages(some: readonly Item<Message>[]): Taken {
  return {
    items: { messages: some.map(({ item }) => item), records: [] },
    ids: { messages: some.map(({ id }) => id), records: [] },
  };
}

function ofRecords(some: readonly Item<Numbered>[]): Taken {
  return {
    items: { messages: [], records: byEpoch(some.map(({ item }) => item)) },
    ids: { messages: [], records: some.map(({ id }) => id) },
  };
}

function byEpoch(records: readonly Numbered[]): CityBatch['records'] {
  return [...Map.groupBy(records, ({ epoch }) => epoch)].map(([epoch, of]) => ({
    epoch,
    start: of[0]?.start ?? 0,
    items: of.map(({ record }) => record),
  }));
}
