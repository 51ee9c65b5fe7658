import type { SimClock } from '../../contract/sim-clock.ts';
import { keyOf, uniform, waiting } from '../../simulators/noise.ts';
import type { Bay, Sensors } from './sensors.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Cars that come by themselves, at the pace of each kind of lot and of the hour in Seoul. */
export class Cars {
  readonly #clock: SimClock;
  readonly #sensors: Sensors;
  readonly #seed: number;
  /** Whether somebody has a right to the bay now or soon; one driver in four does not read the sign. */
  readonly #isKept: (bay: Bay) => boolean;
  #came = 0;

  constructor(of: { clock: SimClock; sensors: Sensors; seed: number; isKept: (bay: Bay) => boolean }) {
    this.#clock = of.clock;
    this.#sensors = of.sensors;
    this.#seed = of.seed;
    this.#isKept = of.isKept;
  }

  begin(): void {
    for (const bay of this.#sensors.bays) {
      const random = draws(keyOf(this.#seed, `${bay.lot}/${bay.n}`));
      if (bay.lot === 'alley') {
        this.park(bay, `home-${bay.id}`);
        this.#resident(bay, random);
      }
      this.#passBy(bay, random);
    }
  }

  park(bay: Bay, car: string): void {
    bay.car = car;
    bay.changedAt = this.#clock.monotonic();
    this.#sensors.moved(bay);
  }

  leave(bay: Bay, car: string): void {
    if (bay.car !== car) return;
    bay.car = null;
    bay.changedAt = this.#clock.monotonic();
    this.#sensors.moved(bay);
  }

  #passBy(bay: Bay, random: () => number): void {
    const { clock } = { clock: this.#clock };
    const again = () => this.#passBy(bay, random);
    clock.after(gapOf(bay, hourOf(clock.now()), random), () => {
      const ignores = random() < 0.25;
      const stay = stayOf(bay, random);
      if (bay.car !== null || (this.#isKept(bay) && !ignores) || (bay.lot === 'alley' && !isDaytime(clock.now())))
        return again();
      const car = `car-${this.#came++}`;
      this.park(bay, car);
      clock.after(stay, () => {
        this.leave(bay, car);
        again();
      });
    });
  }

  /** Away from about 8 to about half past 18 on most weekdays. Whoever finds a car there parks elsewhere until it has gone. */
  #resident(bay: Bay, random: () => number): void {
    const car = `home-${bay.id}`;
    const midnight = Math.floor((this.#clock.now() + 9 * hour) / day) * day - 9 * hour;
    const morning = midnight + 7.5 * hour + random() * hour;
    const goes = morning > this.#clock.now() ? morning : morning + day;
    const isWeekday = ![0, 6].includes(new Date(goes + 9 * hour).getUTCDay());
    const away = random() < (isWeekday ? 0.85 : 0.3) ? 9.5 * hour + random() * 1.5 * hour : 0;
    this.#clock.after(goes - this.#clock.now(), () => {
      if (away > 0) this.leave(bay, car);
      this.#clock.after(away, () => this.#comeHome(bay, car, random));
    });
  }

  #comeHome(bay: Bay, car: string, random: () => number): void {
    if (bay.car === null) this.park(bay, car);
    if (bay.car === car) this.#resident(bay, random);
    else this.#clock.after(10 * minute, () => this.#comeHome(bay, car, random));
  }
}

export function draws(key: number): () => number {
  let n = 0;
  return () => uniform(key, n++);
}

export function hourOf(wall: number): number {
  return ((wall + 9 * hour) % day) / hour;
}

function isDaytime(wall: number): boolean {
  const at = hourOf(wall);
  return at >= 9 && at < 17;
}

/** How long a free bay waits for the next car. */
function gapOf({ lot }: Bay, at: number, random: () => number): number {
  const isDay = at >= 8 && at < 21;
  const mean = { market: isDay ? 25 * minute : 5 * hour, yard: isDay ? 70 * minute : 7 * hour, alley: 9 * hour }[lot];
  return minute + mean * waiting(keyOf(1, 'gap'), Math.floor(random() * 2 ** 31));
}

function stayOf({ lot }: Bay, random: () => number): number {
  const share = random();
  if (lot === 'market') return (5 + 85 * share ** 2) * minute;
  if (lot === 'alley') return (30 + 120 * share) * minute;
  return share < 0.3 ? (4 + 5 * random()) * hour : (20 + 130 * random()) * minute;
}
