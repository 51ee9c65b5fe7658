import type { Timer } from '../../contract/clock.ts';
import type { BusName } from '../bus-name.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import { type FaultLayer, type FaultName, faultKinds } from './catalog.ts';
import type { Fault } from './fault.ts';
import { covers, textOf } from './target.ts';

/** A fault with its time, simulated epoch ms; `until` may be Infinity. */
export type ActiveFault = Fault & { readonly from: number; readonly until: number };

type Held = { readonly fault: ActiveFault; readonly end: Timer | undefined };

/** The faults that have begun and not ended. The same fault of the same target counts once, as it was begun last. */
export class ActiveFaults {
  readonly #time: SimulatedTime;
  readonly #onChange: (fault: ActiveFault) => void;
  readonly #held = new Map<string, Held>();

  /** `onChange` is told of each one after it begins and after it ends. */
  constructor(options: { time: SimulatedTime; onChange(fault: ActiveFault): void }) {
    this.#time = options.time;
    this.#onChange = options.onChange;
  }

  /** One that is over already changes nothing, as after a jump of the time. */
  begin(fault: ActiveFault): void {
    if (fault.until <= this.#time.now()) return;
    const key = `${fault.name} ${fault.target.kind} ${textOf(fault.target)}`;
    this.#held.get(key)?.end?.cancel();
    const end = Number.isFinite(fault.until) ? this.#time.at(fault.until, () => this.#end(key)) : undefined;
    this.#held.set(key, { fault, end });
    this.#onChange(fault);
  }

  /** Those felt at a place now, in the order of the catalog. */
  at(place: { bus: BusName; device?: string; point?: string }, layer: FaultLayer): ActiveFault[] {
    if (this.#held.size === 0) return [];
    return this.all().filter((fault) => faultKinds[fault.name].layer === layer && covers(fault.target, place));
  }

  has(place: { bus: BusName; device?: string; point?: string }, name: FaultName): boolean {
    return this.#held.size > 0 && this.all().some((fault) => fault.name === name && covers(fault.target, place));
  }

  /** All that are at work now, in the order of the catalog. */
  all(): ActiveFault[] {
    const now = this.#time.now();
    return [...this.#held.values()]
      .map(({ fault }) => fault)
      .filter(({ until }) => until > now)
      .toSorted((a, b) => rank(a.name) - rank(b.name));
  }

  clear(): void {
    for (const key of [...this.#held.keys()]) this.#end(key);
  }

  /** Without a word to anybody. */
  close(): void {
    for (const { end } of this.#held.values()) end?.cancel();
    this.#held.clear();
  }

  #end(key: string): void {
    const held = this.#held.get(key);
    held?.end?.cancel();
    this.#held.delete(key);
    if (held !== undefined) this.#onChange(held.fault);
  }
}

const order = Object.keys(faultKinds);

function rank(name: FaultName): number {
  return order.indexOf(name);
}
