import type { SimClock } from '../../contract/sim-clock.ts';
import { keyOf, uniform } from '../../simulators/noise.ts';
import type { ParkingGateway } from './parking-gateway.ts';
import { type LotKind, lotKinds, type TownSize } from './town.ts';

/** A space of the town: what stands there, and what its sensor says. */
export type Bay = {
  readonly lot: LotKind;
  readonly n: number;
  readonly id: string;
  /** Whose car stands there; null: none. */
  car: string | null;
  /** Monotonic ms of the last car that came or went. */
  changedAt: number;
  level: boolean;
  fault: Fault | null;
  /** When its last fault ended. */
  mendedAt: number;
  /** When cars came and went, monotonic ms. */
  readonly changes: number[];
  /** When the bay before it made its sensor change. */
  readonly disturbed: number[];
};

/** `lost`: no answer. `stuck`: says what it said. `crosstalk`: says what the bay before it says. `to`: monotonic ms. */
export type Fault = { readonly kind: 'stuck' | 'crosstalk' | 'lost'; readonly from: number; readonly to: number };

export function baysOf(size: TownSize): Bay[] {
  return lotKinds.flatMap((lot) =>
    Array.from({ length: size[lot] }, (_, n) => ({
      ...{ lot, n, id: `${lot[0]}${n}`, car: null, changedAt: Number.NEGATIVE_INFINITY },
      ...{ level: false, fault: null, mendedAt: Number.NEGATIVE_INFINITY, changes: [], disturbed: [] },
    })),
  );
}

type Said = {
  readonly device: string;
  readonly points: Record<string, { dt: number[]; v: (boolean | null)[] }>;
  at: number;
};

/** The agent: polls, tells each change at once and everything once a minute, and keeps what it cannot tell. */
export class Sensors {
  readonly bays: readonly Bay[];
  readonly #clock: SimClock;
  readonly #gateway: ParkingGateway;
  readonly #random: number;
  readonly #waiting: Said[] = [];
  #isLinked = false;
  #seq = 0;
  #drawn = 0;

  constructor({
    bays,
    gateway,
    clock,
    seed,
  }: { bays: readonly Bay[]; gateway: ParkingGateway; clock: SimClock; seed: number }) {
    this.bays = bays;
    this.#gateway = gateway;
    this.#clock = clock;
    this.#random = keyOf(seed, 'sensors');
  }

  link(): void {
    this.#isLinked = true;
    this.#gateway.connect();
    for (const said of this.#waiting.splice(0)) this.#send(said);
    this.#sayAll();
  }

  cut(): void {
    this.#isLinked = false;
    this.#gateway.disconnect();
  }

  get isLinked(): boolean {
    return this.#isLinked;
  }

  /** From now on everything is said each minute. */
  begin(): void {
    this.link();
    const again = () => {
      if (this.#isLinked) this.#sayAll();
      this.#clock.after(60_000, again);
    };
    this.#clock.after(60_000, again);
  }

  /** A car came or went; the next poll sees it. One change in ten bounces for a second. */
  moved(bay: Bay): void {
    bay.changes.push(this.#clock.monotonic());
    const next = this.#after(bay);
    if (next !== null && next.level !== (bay.car !== null)) next.disturbed.push(this.#clock.monotonic());
    const delay = 200 + 1000 * this.#draw();
    this.#clock.after(delay, () => this.#read(bay));
    if (this.#draw() > 0.1) return;
    this.#clock.after(delay + 2000, () => this.#flip(bay));
    this.#clock.after(delay + 3000, () => this.#read(bay));
  }

  begins(bay: Bay, fault: Fault): void {
    bay.fault = fault;
    this.#say(bay);
    this.#clock.after(fault.to - this.#clock.monotonic(), () => {
      bay.fault = null;
      bay.mendedAt = this.#clock.monotonic();
      this.#read(bay);
      this.#say(bay);
    });
  }

  #draw(): number {
    return uniform(this.#random, this.#drawn++);
  }

  #read(bay: Bay): void {
    if (bay.fault !== null) return;
    this.#set(bay, bay.car !== null);
  }

  #flip(bay: Bay): void {
    if (bay.fault === null) this.#set(bay, bay.car === null);
  }

  #set(bay: Bay, level: boolean): void {
    if (level === bay.level) return;
    bay.level = level;
    this.#say(bay);
    const next = this.#after(bay);
    if (next !== null)
      this.#clock.after(300 + 1200 * this.#draw(), () => {
        this.#set(next, level);
      });
  }

  /** The bay that it disturbs; null: none. */
  #after({ lot, n }: Bay): Bay | null {
    const next = this.bays.find((each) => each.lot === lot && each.n === n + 1);
    return next?.fault?.kind === 'crosstalk' ? next : null;
  }

  #say({ lot, n, level, fault }: Bay): void {
    this.#tell({ device: lot, points: { [`p_${n}`]: column(level, fault) }, at: this.#clock.monotonic() });
  }

  #sayAll(): void {
    for (const lot of lotKinds) {
      const own = this.bays.filter((bay) => bay.lot === lot);
      const points = Object.fromEntries(own.map(({ n, level, fault }) => [`p_${n}`, column(level, fault)]));
      if (own.length > 0) this.#tell({ device: lot, points, at: this.#clock.monotonic() });
    }
  }

  #tell(said: Said): void {
    if (this.#isLinked) this.#send(said);
    else this.#waiting.push(said);
  }

  #send({ device, points, at }: Said): void {
    this.#seq += 1;
    this.#gateway.say(device, points, { seq: this.#seq, ageMs: this.#clock.monotonic() - at + 100 });
  }
}

function column(level: boolean, fault: Fault | null) {
  return fault?.kind === 'lost' ? { dt: [0], v: [null], q: ['timeout'] } : { dt: [0], v: [level] };
}
