import { lotFileSchema } from '../../../config/lots/lot.ts';
import { buildLot } from '../../../config/lots/lot-config.ts';
import type { Site } from '../../../config/site.ts';
import { lotIdSchema, spaceIdSchema } from '../../../contract/ids.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import type { Act } from '../../../gateway/commit/commit.ts';
import type { ParkingAction, ParkingAnswer } from '../../../gateway/parking/on-action.ts';
import { byGateway, Parking, type ParkingOptions } from '../../../gateway/parking/parking.ts';
import { spaceKey } from '../../../gateway/parking/space-state.ts';
import { Core, readings, siteId, siteOf } from '../core.ts';

export const lotId = lotIdSchema.parse('yard');
export const s = (id: string) => spaceIdSchema.parse(id);
export const key = (id: string) => spaceKey({ site: siteId, lot: lotId, space: s(id) });

type LotWish = Record<string, unknown> & { spaces?: readonly Record<string, unknown>[] };

/** A lot of bays a, b, c … by the contacts p_0, p_1 … of the device `di`. Debounce 20 s, silence 10 s. */
export function yardSite(count: number, lot: LotWish = {}): Site {
  const spaces = Array.from({ length: count }, (_, i) => ({
    id: String.fromCharCode(97 + i),
    type: 'general',
    occupancy: `di/p_${i}`,
    ...lot.spaces?.[i],
  }));
  const file = lotFileSchema.parse({ id: lotId, name: { ko: '마당', en: 'Yard' }, ...lot, spaces });
  return { ...siteOf({ di: count + 2 }, 'boolean'), lots: [buildLot(file)] };
}

export type YardOptions = {
  site?: Site;
  dir?: string;
  clock?: SimClock;
  count?: number;
  lot?: LotWish;
  from?: Yard;
  /** What other services tell parking. */
  told?: Pick<ParkingOptions, 'ownersOf' | 'suspicionOf'>;
};

/** A gateway without doors with parking in it, and an agent that says of each contact what it is told to. */
export class Yard {
  readonly core: Core;
  readonly parking: Parking;
  readonly act: Act<ParkingAction, ParkingAnswer>;
  readonly retained = new Map<string, string>();
  /** Every topic and payload in order. */
  readonly published: string[] = [];
  readonly levels: (boolean | null)[];
  readonly site: Site;
  seq: number;
  epoch: string;
  #connection: object | null = null;

  constructor(options: YardOptions = {}) {
    const { from } = options;
    this.site = options.site ?? from?.site ?? yardSite(options.count ?? 3, options.lot);
    const clock = options.clock ?? from?.core.clock ?? new SimClock();
    const dir = options.dir ?? from?.core.dir;
    this.core = new Core({ site: this.site, clock, ...(dir === undefined ? {} : { dir }) });
    this.parking = new Parking({ db: this.core.store.db, sites: [this.site], clock, ...options.told });
    this.act = this.core.commit.join(this.parking);
    this.core.commit.announceTo({
      retain: ({ topic, payload }) => {
        this.published.push(`${topic} ${payload}`);
        if (payload === '') this.retained.delete(topic);
        else this.retained.set(topic, payload);
      },
      publish: () => {},
      deliver: () => {},
    });
    this.core.commit.start();
    this.act(byGateway, { kind: 'begin' });
    this.levels = from?.levels.slice() ?? Array.from({ length: this.site.lots[0]?.spaces.length ?? 0 }, () => false);
    this.seq = from?.seq ?? 0;
    this.epoch = from?.epoch ?? 'e1';
  }

  /** The agent connects and says how everything is. */
  connect(): void {
    this.#connection = this.core.online(this.epoch);
    this.say();
  }

  disconnect(): void {
    if (this.#connection === null) return;
    const agent = this.site.agents[0];
    if (agent !== undefined) this.core.fleet.disconnected(siteId, agent.id, this.#connection);
    this.#connection = null;
  }

  /** A message of how all contacts are now, or were `ageMs` ago; sent `laterMs` from now. */
  message(ageMs = 0, laterMs = 0) {
    const columns = this.levels.map(
      (level, i) => [`p_${i}`, level === null ? { v: [null], q: ['timeout'] } : { v: [level] }] as const,
    );
    this.seq += 1;
    return readings(this.core, {
      device: 'di',
      seq: this.seq,
      epoch: this.epoch,
      points: Object.fromEntries(columns),
      at: this.core.clock.now() - ageMs,
      age: ageMs + laterMs,
    });
  }

  say(ageMs = 0): void {
    this.core.take(this.message(ageMs));
  }

  /** `a+ b- c?`: occupied, free, no word; and says so. */
  set(text: string): void {
    for (const word of text.split(' ')) {
      const i = (word.codePointAt(0) ?? 97) - 97;
      this.levels[i] = word[1] === '?' ? null : word[1] === '+';
    }
    if (this.#connection !== null) this.say();
  }

  /** Time passes; the agent says each 10 s how all is, while it is connected. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 10_000) {
      await this.core.clock.advance(Math.min(10_000, left));
      if (this.#connection !== null && left >= 10_000) this.say();
    }
  }

  states(): string {
    const spaces = this.parking.spaces(siteId, lotId, 'operator') ?? [];
    return spaces.map(({ space, state }) => `${space} ${state}`).join(', ');
  }

  space(id: string) {
    const space = this.parking.space(key(id), 'operator');
    if (space === undefined) throw new Error(`no space ${id}`);
    return space;
  }

  lot() {
    const lot = this.parking.lot(siteId, lotId);
    if (lot === undefined) throw new Error('no lot');
    return lot;
  }

  /** `a 0–90 mark`: stays of all spaces in order, seconds after a time. */
  stays(since: number): string[] {
    const second = (iso: string) => Math.round((Date.parse(iso) - since) / 1000);
    return this.parking
      .stays({ site: null, lot: null, from: 0, to: Date.UTC(2100, 0, 1), after: null, limit: 1000 })
      .map(({ space, from, to, marks }) => {
        const end = to === null ? '' : second(to);
        return `${space} ${second(from)}–${end}${marks.map(({ kind }) => ` ${kind}`).join('')}`;
      });
  }

  do(action: ParkingAction): ParkingAnswer {
    return this.act({ by: 'person:kim', why: null }, action);
  }

  restart(): Yard {
    this.core.close();
    return new Yard({ from: this });
  }
}
