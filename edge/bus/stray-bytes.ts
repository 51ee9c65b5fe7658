import type { StrayNote } from '../../contract/reasons/devices.ts';
import type { ModbusRequest } from '../../devices/modbus/pdu.ts';
import { findRtuReply, replyRtuLength, tryRtuFrame } from '../../devices/modbus/rtu.ts';
import type { Late } from './rtu-outcomes.ts';
import { hex, textOf } from './rubbish.ts';

type Awaited = { readonly unit: number; readonly request: ModbusRequest; readonly leftAt: number };
/** Which of a unit's last answers did not come alone, a bit each; what came with the last of them; misses since, in a row. */
type Beside = { readonly which: number; readonly bytes: Uint8Array; readonly misses: number };
type Burst = { readonly at: number; bytes: Uint8Array };

const nothing = new Uint8Array(0);

/**
 * Bytes on a line that came for no request: a converter's heartbeat, a second master, an unbiased line, what a device
 * prints beside its answers, and now and then an answer that comes too late. It keeps the last bursts of them.
 */
export class StrayBytes {
  #burst: Burst = { at: Number.NEGATIVE_INFINITY, bytes: nothing };
  #heardAt = Number.NEGATIVE_INFINITY;
  /** Those that are no late answer, by when they began, monotonic ms. */
  #bursts: Burst[] = [];
  /** Units whose answers do not come alone. */
  readonly #beside = new Map<number, Beside>();
  /** What each unit was asked in vain of late, the latest first, by unit. */
  readonly #awaited = new Map<number, readonly Awaited[]>();
  readonly #late = new Map<number, Late>();

  /** This request was given up on; its answer may still come. */
  awaits(awaited: Awaited): void {
    this.#awaited.set(awaited.unit, [awaited, ...this.#awaitedOf(awaited.unit, awaited.leftAt)].slice(0, mostAwaited));
    const beside = this.#beside.get(awaited.unit);
    if (beside === undefined) return;
    if (beside.misses + 1 >= missesToForget) this.#beside.delete(awaited.unit);
    else this.#beside.set(awaited.unit, { ...beside, misses: beside.misses + 1 });
  }

  /** Takes bytes that nobody waited for; `late` when they end the answer that was given up on. */
  heard(bytes: Uint8Array, now: number): 'nothing' | 'late' | 'frames' {
    const burst = this.#burstOf(bytes, now);
    if (this.#isLate(burst, now)) {
      this.#bursts = this.#bursts.filter((other) => other !== this.#burst);
      return 'late';
    }
    return repliesIn(burst).length > 0 ? 'frames' : 'nothing';
  }

  /** Whether these bytes hold an answer that was given up on; its unit is known to be so late then. */
  #isLate(bytes: Uint8Array, now: number): boolean {
    for (const unit of this.#awaited.keys())
      for (const awaited of this.#awaitedOf(unit, now)) {
        const reply = findRtuReply(bytes, unit, awaited.request)?.reply;
        if (reply === undefined) continue;
        const ms = now - awaited.leftAt;
        this.#late.set(unit, { ms, exception: reply.kind === 'exception' ? reply.code : null });
        const others = this.#awaitedOf(unit, now).filter((other) => other !== awaited);
        this.#awaited.set(unit, others);
        return true;
      }
    return false;
  }

  #awaitedOf(unit: number, now: number): readonly Awaited[] {
    return (this.#awaited.get(unit) ?? []).filter(({ leftAt }) => now - leftAt < awaitedMs);
  }

  /**
   * Takes bytes that came in place of an answer. What they are is said as the reason for that: here they count only as the
   * late answer that they may hold.
   */
  inPlace(bytes: Uint8Array, now: number): void {
    this.#isLate(bytes, now);
  }

  #burstOf(bytes: Uint8Array, now: number): Uint8Array {
    if (now - this.#heardAt > burstMs) {
      this.#burst = { at: now, bytes: nothing };
      this.#bursts = [...this.#bursts, this.#burst].slice(-leastBursts);
    }
    this.#heardAt = now;
    this.#burst.bytes = Uint8Array.from([...this.#burst.bytes, ...bytes]).slice(-longest);
    return this.#burst.bytes;
  }

  /**
   * It was answered in time. What it was asked in vain before, as by a request that only woke it, may be answered yet.
   * @param beside what came with the answer and belongs to nothing
   */
  answered(unit: number, beside: Uint8Array | null, now: number): void {
    const hasCome = beside !== null && !this.#isLate(beside, now);
    this.#noteBeside(unit, hasCome ? beside : null);
    this.#late.delete(unit);
  }

  #noteBeside(unit: number, bytes: Uint8Array | null): void {
    const before = this.#beside.get(unit);
    if (before === undefined && bytes === null) return;
    const which = (((before?.which ?? 0) << 1) | (bytes === null ? 0 : 1)) & lastAnswers;
    if (which === 0) this.#beside.delete(unit);
    else this.#beside.set(unit, { which, bytes: bytes ?? before?.bytes ?? nothing, misses: 0 });
  }

  /** The last late answer of a unit. */
  late(unit: number): Late | undefined {
    return this.#late.get(unit);
  }

  /** Whether the last burst holds a whole reply of a unit. */
  hasReplyOf(unit: number): boolean {
    return repliesIn(this.#burst.bytes).includes(unit);
  }

  /** What keeps coming, with its bytes, what it may be and all units it comes with. A burst now and then is not worth a word. */
  note(now: number): StrayNote | null {
    const beside = [...this.#beside];
    const first = beside.find(([, { which }]) => timesOf(which) >= leastBursts);
    if (first !== undefined) {
      // Those that are asked in turn with it will have as many in a moment.
      const units = beside.filter(([, { which }]) => timesOf(which) >= leastBursts - 1).map(([unit]) => unit);
      return { ...seen(first[1].bytes), withAnswersOf: units };
    }
    return this.#keepsComing(now) ? seen(this.#bursts.at(-1)?.bytes ?? nothing) : null;
  }

  /** Three in half a minute, or the last three alike, however rare: a heartbeat once a minute is one too. */
  #keepsComing(now: number): boolean {
    const [first, second, third] = this.#bursts;
    if (first === undefined || second === undefined || third === undefined) return false;
    if (first.at > now - windowMs) return true;
    const isOver = now - third.at > Math.max(windowMs, 2 * (third.at - second.at));
    return !isOver && [first, second].every(({ bytes }) => Buffer.compare(bytes, third.bytes) === 0);
  }
}

/** Longer than any gap in a frame, shorter than from one heartbeat to the next. */
const burstMs = 20;
const windowMs = 30_000;
const leastBursts = 3;
/** Eight are looked back on. */
const lastAnswers = 0xff;
const missesToForget = 3;
/** Longer than a radio bridge keeps an answer back, and short beside the time between two misses. */
const awaitedMs = 5000;
const mostAwaited = 4;
/** As many as a reason may name: `strayNoteSchema`. */
const mostUnits = 8;
const longest = 256;
const shownBytes = 12;

/** A line's note for the device of this unit: null where the bytes come with other answers only. It names this unit and seven more at most. */
export function noteFor(unit: number, note: StrayNote): StrayNote | null {
  const units = note.withAnswersOf;
  if (units === undefined) return note;
  if (!units.includes(unit)) return null;
  const others = units.filter((other) => other !== unit);
  return units.length <= mostUnits ? note : { ...note, withAnswersOf: [unit, ...others.slice(0, mostUnits - 1)] };
}

function timesOf(which: number): number {
  let times = 0;
  for (let left = which; left > 0; left >>= 1) times += left & 1;
  return times;
}

function seen(bytes: Uint8Array): Pick<StrayNote, 'hex' | 'text' | 'likely'> {
  const text = textOf(bytes);
  const said = { hex: hex(bytes.subarray(0, shownBytes)), likely: likelyOf(bytes) };
  return text === undefined ? said : { ...said, text: text.slice(0, 2 * shownBytes) };
}

/** The units whose whole replies stand in these bytes. */
export function repliesIn(bytes: Uint8Array): number[] {
  const units: number[] = [];
  for (let start = 0; start + 5 <= bytes.length; start++) {
    const length = replyRtuLength(bytes.subarray(start));
    if (
      typeof length === 'number' &&
      start + length <= bytes.length &&
      tryRtuFrame(bytes.subarray(start, start + length)) !== undefined
    )
      units.push(bytes[start] ?? 0);
  }
  return units;
}

function likelyOf(bytes: Uint8Array): StrayNote['likely'] {
  if (repliesIn(bytes).length > 0) return 'second-master';
  if (textOf(bytes) !== undefined) return 'heartbeat';
  return bytes.length <= 3 ? 'unbiased-line' : 'other-protocol';
}
