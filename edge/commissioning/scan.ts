import type { Clock } from '../../contract/clock.ts';
import type { DeviceReason, StrayNote } from '../../contract/reasons/devices.ts';
import type { ReadRequest } from '../../devices/modbus/pdu.ts';
import type { Bus, Outcome } from '../bus/bus.ts';
import type { Candidate, Identifier } from './identify.ts';
import type { Line } from './lines.ts';
import { type MakeBus, openBus } from './open-line.ts';
import { firstSteps, laterSteps, type ScanStep, silentUnitMs } from './scan-plan.ts';

/** What is asked of every unit. */
export type Probe = Pick<ReadRequest, 'fn' | 'address'>;

/**
 * Who was heard.
 *
 * | kind | what came |
 * |---|---|
 * | answers | a reply with a value |
 * | exception | a reply: it is there, and has nothing at that address |
 * | collision | two replies, a spoilt reply that begins as its own does, or other bytes at each try: two units with one address, or a line that spoils bytes |
 * | garbled | the same bytes at each try, and they are not the beginning of a reply: another parity, speed or protocol |
 * | wrong-unit | a whole reply under another unit's id |
 */
export type Heard = {
  readonly line: Line;
  readonly unit: number;
  readonly kind: 'answers' | 'exception' | 'collision' | 'garbled' | 'wrong-unit';
  /** The probe's register or bit. */
  readonly value: number | boolean | null;
  readonly exception: number | null;
  readonly reason: DeviceReason | null;
  /** From the request to the reply, ms. */
  readonly tookMs: number;
  /** Of the three times it was asked where the first try was not clean, how many were; 1 of 1 otherwise. */
  readonly clean: number;
  readonly tries: number;
  /** Profiles that fit what it answers, the best first. Empty where nobody looked. */
  readonly profiles: readonly Candidate[];
};

/** What came of a line with one setting. */
export type Scanned = {
  readonly line: Line;
  readonly asked: number;
  /** Why it could not be asked, or not to the end; null otherwise. */
  readonly reason: DeviceReason | null;
  /** Bytes came while nobody was asked. */
  readonly noise: StrayNote | 'some' | null;
};

export type ScanResult = {
  readonly heard: readonly Heard[];
  readonly lines: readonly Scanned[];
  /** It was ended by a person before its end. */
  readonly isCut: boolean;
  readonly tookMs: number;
};

export type ScanProgress = {
  readonly line: Line;
  readonly unit: number;
  readonly asked: number;
  /** As far as is known now: silence of everybody is assumed. */
  readonly total: number;
  readonly leftMs: number;
  readonly heard: number;
};

export type ScanOptions = {
  readonly clock: Clock;
  readonly make: MakeBus;
  readonly lines: readonly Line[];
  readonly units: readonly number[];
  readonly likely: ReadonlySet<number>;
  readonly probe: Probe;
  /** Silence before each request besides t3.5, ms: an instrument that somebody else depends on gets air. */
  readonly pauseMs: number;
  /** Profiles that those who answer are tried with; none without it. */
  readonly identifier: Identifier | null;
  readonly signal: AbortSignal;
  onProgress(progress: ScanProgress): void;
  onHeard(heard: Heard): void;
};

/** Asks units on lines, one at a time, and says who was heard. Ends early, with what it has, when `signal` aborts. */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  return new Scan(options).run();
}

class Scan {
  readonly #options: ScanOptions;
  readonly #heard: Heard[] = [];
  readonly #lines = new Map<Line, Scanned>();
  /** Port or host with unit: one that answered is not asked at other settings. */
  readonly #known = new Set<string>();
  #asked = 0;
  #left: ScanStep[] = [];

  constructor(options: ScanOptions) {
    this.#options = options;
  }

  async run(): Promise<ScanResult> {
    const { clock, lines, units, likely } = this.#options;
    const start = clock.monotonic();
    const first = firstSteps(lines, units, likely);
    await this.#steps(first);
    const answered = new Set(this.#heard.map(({ line }) => line));
    await this.#steps(laterSteps(first, units, answered));
    return {
      heard: this.#heard.toSorted((a, b) => lines.indexOf(a.line) - lines.indexOf(b.line) || a.unit - b.unit),
      lines: lines.map((line) => this.#lines.get(line) ?? { line, asked: 0, reason: null, noise: null }),
      isCut: this.#options.signal.aborted,
      tookMs: clock.monotonic() - start,
    };
  }

  async #steps(steps: readonly ScanStep[]): Promise<void> {
    this.#left = [...steps];
    for (const step of steps) {
      if (this.#options.signal.aborted) return;
      await this.#step(step);
      this.#left = this.#left.slice(1);
    }
  }

  async #step({ line, units }: ScanStep): Promise<void> {
    const earlier = this.#lines.get(line);
    if (earlier?.reason != null) return;
    const opened = await openBus(this.#options.make, line);
    if (!opened.ok) {
      this.#lines.set(line, { line, asked: 0, noise: null, reason: opened.reason });
      return;
    }
    const { bus } = opened;
    try {
      const before = await this.#listen(bus);
      const { asked, reason } = await this.#units(bus, line, units);
      const after = await this.#listen(bus);
      const noise = before ?? (after === null ? null : 'some') ?? earlier?.noise ?? null;
      this.#lines.set(line, { line, asked: (earlier?.asked ?? 0) + asked, reason, noise });
    } finally {
      await bus.close();
    }
  }

  /** Nobody is asked meanwhile, so every byte heard is noise or an unasked sender. */
  async #listen(bus: Bus): Promise<Scanned['noise']> {
    const before = bus.stats().discardedBytes;
    await this.#options.clock.sleep(listenMs, this.#options.signal);
    return bus.stats().discardedBytes > before ? (bus.unexplained?.() ?? 'some') : null;
  }

  async #units(
    bus: Bus,
    line: Line,
    units: readonly number[],
  ): Promise<{ asked: number; reason: DeviceReason | null }> {
    let asked = 0;
    for (const [nth, unit] of units.entries()) {
      if (this.#options.signal.aborted) break;
      if (this.#known.has(keyOf(line, unit))) continue;
      this.#say(line, unit, units.length - nth);
      asked++;
      this.#asked++;
      const reason = await this.#unit(bus, line, unit);
      if (reason !== null) return { asked, reason };
    }
    return { asked, reason: null };
  }

  /** A reason when the line itself is in the way, so that asking on makes no sense. */
  async #unit(bus: Bus, line: Line, unit: number): Promise<DeviceReason | null> {
    const first = await this.#ask(bus, line, unit);
    const { outcome } = first;
    if (!outcome.ok && (outcome.fault === 'port-closed' || outcome.reason.code === 'never-silent'))
      return outcome.reason;
    if (!outcome.ok && outcome.fault === 'timeout') return null;
    const late = lateOf(outcome, unit);
    const tries =
      outcome.ok || outcome.fault !== 'bad-frame' ? [first] : [first, ...(await this.#again(bus, line, unit))];
    const heard = verdict(line, unit, tries);
    if (late !== null) await this.#late(bus, line, late);
    if (heard !== null) await this.#note(bus, heard);
    return null;
  }

  async #again(bus: Bus, line: Line, unit: number): Promise<Try[]> {
    const tries: Try[] = [];
    for (let nth = 0; nth < moreTries && !this.#options.signal.aborted; nth++)
      tries.push(await this.#ask(bus, line, unit));
    return tries;
  }

  /** Its reply came when the next unit was asked already: it is slower than the others, and is asked with patience. */
  async #late(bus: Bus, line: Line, unit: number): Promise<void> {
    if (this.#known.has(keyOf(line, unit))) return;
    const tried = await this.#ask(bus, { ...line, timeoutMs: line.timeoutMs * patience }, unit);
    const heard = tried.outcome.ok || tried.outcome.exception !== undefined ? verdict(line, unit, [tried]) : null;
    if (heard !== null) await this.#note(bus, heard);
  }

  async #note(bus: Bus, heard: Heard): Promise<void> {
    const { identifier, signal, pauseMs } = this.#options;
    const isClear = heard.kind === 'answers' || heard.kind === 'exception';
    const { line, unit } = heard;
    if (isClear) this.#known.add(keyOf(line, unit));
    this.#options.onHeard(heard);
    // Each refused address costs a timeout, and this one is known to answer sooner.
    const timeoutMs = Math.min(line.timeoutMs, Math.max(leastTimeoutMs, heard.tookMs * 2));
    const profiles =
      isClear && identifier !== null && !signal.aborted
        ? await identifier.look(bus, { unit, timeoutMs, gapMs: pauseMs }, signal)
        : [];
    this.#heard.push({ ...heard, profiles });
  }

  async #ask(bus: Bus, line: Line, unit: number): Promise<Try> {
    const { clock, probe, pauseMs } = this.#options;
    const begun = clock.monotonic();
    const request = { kind: 'read' as const, ...probe, count: 1 };
    const outcome = await bus.exchange({ unit, request, maxCount: 1, timeoutMs: line.timeoutMs, gapMs: pauseMs });
    return { outcome, tookMs: clock.monotonic() - begun };
  }

  #say(line: Line, unit: number, leftHere: number): void {
    const { pauseMs } = this.#options;
    const [, ...later] = this.#left;
    const laterUnits = later.reduce((sum, { units }) => sum + units.length, 0);
    const laterMs = later.reduce((sum, step) => sum + stepMs(step, pauseMs), 0);
    this.#options.onProgress({
      line,
      unit,
      asked: this.#asked,
      total: this.#asked + leftHere + laterUnits,
      leftMs: leftHere * silentUnitMs(line, pauseMs) + laterMs,
      heard: this.#heard.length,
    });
  }
}

type Try = { readonly outcome: Outcome; readonly tookMs: number };

function stepMs({ line, units }: ScanStep, pauseMs: number): number {
  return 2 * listenMs + units.length * silentUnitMs(line, pauseMs);
}

function keyOf({ link }: Line, unit: number): string {
  return link.kind === 'modbus-rtu' ? `${link.port}#${unit}` : `${link.host}:${link.port}#${unit}`;
}

/** The unit whose reply came in another one's turn. */
function lateOf(outcome: Outcome, unit: number): number | null {
  if (outcome.ok || outcome.reason.code !== 'other-unit') return null;
  return outcome.reason.got === unit ? null : outcome.reason.got;
}

/** What the tries say of a unit; null where nothing but somebody else's late reply or a single spark was heard. */
function verdict(line: Line, unit: number, tries: readonly Try[]): Heard | null {
  const clean = tries.filter(({ outcome }) => outcome.ok || outcome.exception !== undefined);
  const [best] = clean;
  const about = { line, unit, clean: clean.length, tries: tries.length, profiles: [] };
  if (best !== undefined) return { ...about, ...cleanAnswer(best), tookMs: best.tookMs };
  const faults = tries.flatMap(({ outcome }) => (outcome.ok ? [] : [outcome]));
  const spoilt = faults.filter(({ fault }) => fault === 'bad-frame');
  const [first] = spoilt;
  if (first === undefined || spoilt.length < 2) return null;
  const kind = spoiltKind(
    unit,
    spoilt.map(({ reason }) => reason),
  );
  return { ...about, kind, value: null, exception: null, reason: first.reason, tookMs: tries[0]?.tookMs ?? 0 };
}

function cleanAnswer({ outcome }: Try): Pick<Heard, 'kind' | 'value' | 'exception' | 'reason'> {
  if (!outcome.ok)
    return { kind: 'exception', value: null, exception: outcome.exception ?? null, reason: outcome.reason };
  const { reply } = outcome;
  const [value = null] = reply.kind === 'words' ? reply.words : reply.kind === 'bits' ? reply.bits : [];
  return { kind: 'answers', value, exception: null, reason: null };
}

function spoiltKind(unit: number, reasons: readonly DeviceReason[]): 'collision' | 'garbled' | 'wrong-unit' {
  if (reasons.every(({ code }) => code === 'other-unit')) return 'wrong-unit';
  if (reasons.some(({ code }) => code === 'two-replies' || code === 'reply-and-more')) return 'collision';
  const seen = reasons.map((reason) => ('hex' in reason ? reason.hex : reason.code));
  const own = unit.toString(16).padStart(2, '0');
  return new Set(seen).size > 1 || seen.every((bytes) => bytes.startsWith(own)) ? 'collision' : 'garbled';
}

const listenMs = 300;
const moreTries = 2;
const leastTimeoutMs = 100;
/** Times the timeout for one whose reply came late. */
const patience = 4;
