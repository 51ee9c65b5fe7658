import { lotIdSchema, spaceIdSchema } from '../../contract/ids.ts';
import type { SimClock } from '../../contract/sim-clock.ts';
import { siteId } from '../gateway/core-site.ts';
import type { ParkingGateway } from './parking-gateway.ts';
import type { Bay, Fault, Sensors } from './sensors.ts';

/** Debounce, a poll, a bounce and a second to spare: from then on a healthy sensor has to be right. */
const graceMs = 26_000;
const lookMs = 60_000;

/** Space-time, in looks of a minute at a space that is open. */
export type SpaceTime = { looks: number; unknown: number; wrong: number; healthyWrong: number };

/** What became of one fault. */
export type Planted = {
  readonly bay: Bay;
  readonly fault: Fault;
  /** Stuck: when the rule's figures were reached: 8 changes of the neighbours, and 90 min. Monotonic ms. */
  ruleAt: number | null;
  quietAt: number | null;
  unknownAt: number | null;
};

/** Compares what is said with what is, once a minute. */
export class Judge {
  readonly time: SpaceTime = { looks: 0, unknown: 0, wrong: 0, healthyWrong: 0 };
  readonly wrongs: string[] = [];
  readonly planted: Planted[] = [];
  readonly #gateway: ParkingGateway;
  readonly #sensors: Sensors;
  readonly #clock: SimClock;

  constructor(of: { gateway: ParkingGateway; sensors: Sensors; clock: SimClock }) {
    [this.#gateway, this.#sensors, this.#clock] = [of.gateway, of.sensors, of.clock];
  }

  begin(): void {
    const again = () => {
      this.#look();
      this.#clock.after(lookMs, again);
    };
    this.#clock.after(lookMs, again);
  }

  plant(bay: Bay, fault: Fault): void {
    this.planted.push({ bay, fault, ruleAt: null, quietAt: null, unknownAt: null });
    this.#sensors.begins(bay, fault);
  }

  #look(): void {
    const now = this.#clock.monotonic();
    for (const bay of this.#sensors.bays) {
      const said = this.#said(bay);
      if (said === 'closed') continue;
      this.time.looks += 1;
      if (said === 'unknown') this.time.unknown += 1;
      else if (now - bay.changedAt > graceMs && said !== (bay.car === null ? 'free' : 'occupied'))
        this.#wrong(bay, now);
    }
    for (const planted of this.planted) if (planted.bay.fault === planted.fault) this.#follow(planted, now);
  }

  #wrong(bay: Bay, now: number): void {
    this.time.wrong += 1;
    if (bay.fault !== null || now - bay.mendedAt <= graceMs) return;
    this.time.healthyWrong += 1;
    this.wrongs.push(`${bay.lot}/${bay.id} at ${new Date(this.#clock.now()).toISOString()}`);
  }

  #follow(planted: Planted, now: number): void {
    const { bay, fault } = planted;
    if (this.#said(bay) === 'unknown') planted.unknownAt ??= now;
    if (fault.kind !== 'stuck') return;
    const changes = this.#beside(bay).flatMap((each) => each.changes.filter((at) => at > fault.from));
    if (planted.ruleAt === null && changes.length >= 8 && now - fault.from >= 90 * 60_000) planted.ruleAt = now;
    const item = this.#gateway.parking.sensors(siteId, bay.lot)?.find(({ space }) => space === bay.id);
    if (planted.quietAt === null && ((item?.quiet ?? null) !== null || planted.unknownAt !== null))
      planted.quietAt = now;
  }

  #beside({ lot, n }: Bay): Bay[] {
    return this.#sensors.bays.filter((bay) => bay.lot === lot && Math.abs(bay.n - n) === 1);
  }

  #said({ lot, id }: Bay): 'free' | 'occupied' | 'unknown' | 'closed' {
    const place = { site: siteId, lot: lotIdSchema.parse(lot), space: spaceIdSchema.parse(id) };
    const view = this.#gateway.parking.view(place);
    if (view === undefined) throw new Error(`no space ${lot}/${id}`);
    return view.state;
  }
}
