import type { CityAsk, CityBatch, CityHealth, CityReply } from '../../contract/city.ts';
import type { CityLane } from '../../contract/city-carrier.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import { type Carrier, CityError } from './carrier.ts';
import { agreed, type Handed, isAgreed } from './handed.ts';
import { Pace } from './pace.ts';

type CityItems = Pick<CityBatch, 'messages' | 'records'>;

/** Numbered items that are handed on: numbers rise without gaps, and an item never changes. */
export type Source<Item> = {
  readonly last: number;
  read(after: number, limit: number): readonly { readonly id: number; readonly item: Item }[];
};

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
const lookEveryMs = 200;
/** "Connected" means that something was agreed within 60 s, so the word is given often enough to survive a few losses. */
const healthEveryMs = 5000;
const backlogBatches = 2;
const firstWaitMs = 1000;
const mostWaitMs = 30_000;

/**
 * Hands on what is committed, over whatever carrier. What was committed since this connection began goes at once;
 * everything older follows beside it, so that news never waits for a backlog. Nothing counts as handed on before the
 * city's database has it.
 */
export class Sending {
  readonly #options: SendingOptions;
  readonly #stop = new AbortController();
  #agreed: { messages: Handed; records: Handed };
  #done: CityBatch['done'] = [];
  /** What was asked since the start. */
  readonly #answered = new Set<string>();
  readonly #pace: Record<CityLane, Pace> = { now: new Pace(), later: new Pace() };
  #lastFailure: string | null = null;
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
    const backlog = new Backlog(this.#options, () => this.#agreed, from);
    const lanes = [lane(() => this.#now(from, signal))];
    for (let i = 0; i < backlogBatches; i++) lanes.push(lane(() => this.#older(backlog, signal)));
    await Promise.all(lanes);
    return why;
  }

  async #now(from: { messages: number; records: number }, signal: AbortSignal): Promise<void> {
    const { clock, messages, records } = this.#options;
    const at = { ...from };
    // Nothing is said to stand before the city hears of how it stands.
    await this.#hand(nothing, { lane: 'now', withHealth: false }, signal);
    this.#options.onReached();
    let healthDue = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const news = take({ messages, records }, { at, limit: this.#pace.now.messages }, () => true);
      const isDue = clock.monotonic() >= healthDue;
      if (news.isEmpty && !isDue && this.#done.length === 0) {
        await clock.sleep(lookEveryMs, signal);
        continue;
      }
      if (isDue) healthDue = clock.monotonic() + healthEveryMs;
      await this.#hand(news, { lane: 'now', withHealth: isDue }, signal);
    }
  }

  async #older(backlog: Backlog, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const older = backlog.next(this.#pace.later.messages);
      if (older === null) return;
      await this.#hand(older, { lane: 'later', withHealth: false }, signal);
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
  readonly isEmpty: boolean;
};

const nothing: Taken = {
  items: { messages: [], records: [] },
  ids: { messages: [], records: [] },
  isEmpty: true,
};

type Sources = Pick<SendingOptions, 'messages' | 'records'>;
type Place = { messages: number; records: number };

/** The next items behind `at`, which moves on. `limit`: of messages. */
function take(
  { messages, records }: Sources,
  { at, limit }: { at: Place; limit: number },
  wanted: (kind: keyof Place, id: number) => boolean,
): Taken {
  const readMessages = messages.read(at.messages, limit);
  const readRecords = records.read(at.records, recordsPerBatch);
  at.messages = readMessages.at(-1)?.id ?? at.messages;
  at.records = readRecords.at(-1)?.id ?? at.records;
  const some = readMessages.filter(({ id }) => wanted('messages', id));
  const others = readRecords.filter(({ id }) => wanted('records', id));
  return {
    items: { messages: some.map(({ item }) => item), records: byEpoch(others.map(({ item }) => item)) },
    ids: { messages: some.map(({ id }) => id), records: others.map(({ id }) => id) },
    isEmpty: some.length === 0 && others.length === 0,
  };
}

function byEpoch(records: readonly Numbered[]): CityBatch['records'] {
  return [...Map.groupBy(records, ({ epoch }) => epoch)].map(([epoch, of]) => ({
    epoch,
    start: of[0]?.start ?? 0,
    items: of.map(({ record }) => record),
  }));
}

/** What was committed before this connection and is not agreed. */
class Backlog {
  readonly #sources: Sources;
  readonly #agreed: () => { messages: Handed; records: Handed };
  readonly #end: Place;
  readonly #at: Place;

  constructor(sources: Sources, agreedNow: () => { messages: Handed; records: Handed }, end: Place) {
    this.#sources = sources;
    this.#agreed = agreedNow;
    this.#end = { ...end };
    const { messages, records } = agreedNow();
    this.#at = { messages: messages.mark, records: records.mark };
  }

  /** Null when all of it is on its way. */
  next(limit: number): Taken | null {
    for (;;) {
      const before = { ...this.#at };
      const taken = take(
        this.#sources,
        { at: this.#at, limit },
        (kind, id) => id <= this.#end[kind] && !isAgreed(this.#agreed()[kind], id),
      );
      if (!taken.isEmpty) return taken;
      if (this.#at.messages === before.messages && this.#at.records === before.records) return null;
      if (this.#at.messages >= this.#end.messages && this.#at.records >= this.#end.records) return null;
    }
  }
}
