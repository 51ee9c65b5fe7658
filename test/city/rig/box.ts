import { type CityBatch, cityHealthSchema } from '../../../contract/city.ts';
import { systemClock } from '../../../contract/clock.ts';
import { agentIdSchema, deviceIdSchema, pointNameSchema, siteIdSchema } from '../../../contract/ids.ts';
import type { Carrier } from '../../../gateway/city/carrier.ts';
import type { Source } from '../../../gateway/city/cursor.ts';
import { type Numbered, Sending } from '../../../gateway/city/sending.ts';
import { openLog, silentLog } from '../../../gateway/log.ts';

type Message = CityBatch['messages'][number];

export const pointsPerMessage = 10;
export const valuesPerPoint = 5;
export const readingsPerMessage = pointsPerMessage * valuesPerPoint;

const points = Array.from({ length: pointsPerMessage }, (_, i) => pointNameSchema.parse(`p_${i}`));
/** Between two messages: 4 a second are 200 readings a second. */
const messageMs = 250;

/** A simulated gateway: what it commits is numbered and made when it is read; the real sender hands it on. */
export class Box {
  readonly name: string;
  readonly sending: Sending;
  agreed = { messages: 0, records: 0 };
  /** Asked of it, and done. */
  answered = 0;
  readonly #begun: number;
  readonly #said = new Map<number, Numbered['record']>();
  #last = { messages: 0, records: 0 };

  /** `begun`: when its first reading was made, epoch ms. */
  constructor(of: { name: string; carrier: Carrier; begun?: number }) {
    const { name, carrier, begun = Date.now() } = of;
    this.name = name;
    this.#begun = begun;
    const records: Source<Numbered> = sourceOf(
      () => this.#last.records,
      (seq) => ({ epoch: 'r1', start: 1, record: this.#said.get(seq) ?? this.#lot(seq) }),
    );
    this.sending = new Sending({
      ...{ gateway: name, clock: systemClock, random: Math.random, carrier, records },
      log: process.env.JARI_LOG === undefined ? silentLog : openLog({ process: name }),
      messages: sourceOf(
        () => this.#last.messages,
        (seq) => this.message(seq),
      ),
      agreed: { messages: { mark: 0, above: [] }, records: { mark: 0, above: [] } },
      onAgreed: (agreed) => {
        this.agreed = { messages: agreed.messages.mark, records: agreed.records.mark };
      },
      health: () => health(),
      onAsk: () => {
        this.answered++;
        return 'done';
      },
      onOffers: () => {},
      onReached: () => {},
    });
  }

  get made(): number {
    return this.#last.messages;
  }

  get isDone(): boolean {
    return this.agreed.messages === this.#last.messages && this.agreed.records === this.#last.records;
  }

  /** Messages, and one state of a lot. */
  commit(messages: number): void {
    this.#last = { messages: this.#last.messages + messages, records: this.#last.records + 1 };
  }

  /** Messages alone. */
  commitReadings(messages: number): void {
    this.#last = { ...this.#last, messages: this.#last.messages + messages };
  }

  /** An alert is raised. */
  raise(alert: string): void {
    const seq = this.#last.records + 1;
    const at = Date.now();
    const body = { id: alert, state: 'raised', status: 'Actual', level: '경계', since: at, closed: null, version: 1 };
    this.#said.set(seq, { seq, kind: 'alert', site: siteIdSchema.parse(this.name), key: alert, at, body });
    this.#last = { ...this.#last, records: seq };
  }

  message(seq: number): Message {
    const at = this.#begun + seq * messageMs;
    const of: Message['points'] = {};
    for (const [i, point] of points.entries()) of[point] = column(seq * pointsPerMessage + i);
    return {
      ...{ site: siteIdSchema.parse(this.name), agent: agentIdSchema.parse('c1'), epoch: 'e1', start: 1, seq },
      ...{ device: deviceIdSchema.parse('d1'), at, time: 'synced', receivedAt: at + 5, points: of },
    };
  }

  #lot(seq: number): Numbered['record'] {
    const at = this.#begun + seq;
    return { seq, kind: 'lot', site: siteIdSchema.parse(this.name), key: 'p1', at, body: { free: seq } };
  }
}

/**
 * Columns of a field: a value that wanders, with two decimals. Made once, since a gateway's own work is not what is measured
 * here, and many, so that a batch packs as one of a field does.
 */
const columns = Array.from({ length: 4096 }, (_, i) => ({
  dt: Array.from({ length: valuesPerPoint }, (_, k) => k * 50),
  v: Array.from(
    { length: valuesPerPoint },
    (_, k) => Math.round(2000 + 1000 * Math.sin(i * 12.9898 + k * 78.233)) / 100,
  ),
}));

const column = (from: number) => columns[(from * 397) % columns.length] ?? { dt: [], v: [] };

function sourceOf<T>(last: () => number, make: (id: number) => T): Source<T> {
  return {
    get last() {
      return last();
    },
    read: (after, limit) => {
      const count = Math.max(0, Math.min(limit, last() - after));
      return Array.from({ length: count }, (_, i) => ({ id: after + i + 1, item: make(after + i + 1) }));
    },
  };
}

function health() {
  return cityHealthSchema.parse({
    ...{ at: Date.now(), version: 'test', backlog: { messages: 0, records: 0, oldest: null }, disk: null },
    ...{ certificateEnds: null, missing: 0, thinned: 0, agents: {}, devices: {}, failing: [] },
  });
}
