/**
 * How long each unit of a line takes to begin its reply, ms, and what follows from it: how long to wait for it, and when
 * to look for it.
 */
export class Latencies {
  readonly #units = new Map<number, Known>();

  /** @param isExact the reply's last byte was seen to come; otherwise it had come by then, and may have come before */
  note(unit: number, ms: number, isExact: boolean): void {
    const known = this.#known(unit);
    known.isImpatient = true;
    known.longest = Math.max(known.longest, ms);
    known.wholes = isExact ? 0 : known.wholes + 1;
    known.usual = isExact ? later(known.usual, ms) : Math.min(ms, earlier(known.usual, known.wholes));
    if (++known.count < generation) return;
    known.longestBefore = known.longest;
    known.longest = 0;
    known.count = 0;
  }

  missed(unit: number): void {
    const known = this.#known(unit);
    known.isImpatient = !known.isImpatient;
  }

  /** Another device may be connected to the port now. */
  forget(): void {
    this.#units.clear();
  }

  /**
   * How long the unit's next reply is waited for. Twice the longest of its last one to two thousand replies, which is no
   * less than twice its 99.9th percentile, if that is shorter than what the site file allows. A try after one that was
   * cut short in vain gets the whole time, so that a device that has become slow is not lost. So does every second probe
   * of a unit that is silent; the others are short, whatever is known of it.
   */
  patienceMs(unit: number, allowedMs: number, isProbe = false): number {
    const known = this.#units.get(unit);
    if (known === undefined || !known.isImpatient) return allowedMs;
    const longest = Math.max(known.longest, known.longestBefore ?? 0);
    if (known.longestBefore === undefined && !isProbe) return allowedMs;
    return Math.min(allowedMs, Math.max(isProbe ? probeMs : leastMs, 2 * longest));
  }

  /** When to look for the unit's reply to begin; rather too early. */
  usualMs(unit: number): number {
    return this.#units.get(unit)?.usual ?? 0;
  }

  #known(unit: number): Known {
    const found = this.#units.get(unit);
    if (found !== undefined) return found;
    const fresh = { count: 0, longest: 0, longestBefore: undefined, usual: 0, wholes: 0, isImpatient: true };
    this.#units.set(unit, fresh);
    return fresh;
  }
}

type Known = {
  count: number;
  longest: number;
  /** Of the generation before; undefined until there was one. */
  longestBefore: number | undefined;
  usual: number;
  /** Replies in a row that had come before they were looked for. */
  wholes: number;
  isImpatient: boolean;
};

/** A single slow reply moves the next look by little: one that comes too late costs more than one that comes too early. */
function later(usual: number, ms: number): number {
  return usual + Math.min((ms - usual) / 8, longestStepMs);
}

/** By a hundredth of a millisecond, so that a look stays close behind the last byte; faster the longer it has been late. */
function earlier(usual: number, wholes: number): number {
  return Math.max(0, usual - creepMs * 2 ** Math.max(0, wholes - patientLooks));
}

const longestStepMs = 0.5;
const creepMs = 0.01;
const patientLooks = 20;
const generation = 1000;
/** The usual timeout of a serial master, and the default of a site's. */
const probeMs = 300;
/** USB adapters sit on bytes for up to 16 ms, and a busy box wakes up late: below this nothing is learnt. */
const leastMs = 50;
