import type { StrayNote } from '../../contract/reasons/devices.ts';
import type { ModbusRequest } from '../../devices/modbus/pdu.ts';
import { findRtuReply, replyRtuLength, tryRtuFrame } from '../../devices/modbus/rtu.ts';
import { hex } from './rubbish.ts';

type Awaited = { readonly unit: number; readonly request: ModbusRequest; readonly leftAt: number };

/**
 * Bytes on a line that came for no request: a converter's heartbeat, a second master, an unbiased line, and now and then
 * an answer that comes too late. It keeps one burst of them, and when bursts came.
 */
export class StrayBytes {
  #burst: Uint8Array = new Uint8Array(0);
  #heardAt = Number.NEGATIVE_INFINITY;
  /** When bursts began that are no late answer, monotonic ms. */
  #bursts: number[] = [];
  /** What each unit was last asked in vain, by unit. */
  readonly #awaited = new Map<number, Awaited>();
  readonly #late = new Map<number, number>();

  /** This request was given up on; its answer may still come. */
  awaits(awaited: Awaited): void {
    this.#awaited.set(awaited.unit, awaited);
  }

  /** Takes bytes that nobody waited for; `late` when they end the answer that was given up on. */
  heard(bytes: Uint8Array, now: number): 'nothing' | 'late' | 'frames' {
    const isNew = now - this.#heardAt > burstMs;
    this.#heardAt = now;
    if (isNew) this.#bursts = [...this.#bursts.filter((at) => at > now - windowMs), now].slice(-mostBursts);
    this.#burst = Uint8Array.from([...(isNew ? [] : this.#burst), ...bytes]).slice(-longest);
    for (const { unit, request, leftAt } of this.#awaited.values()) {
      if (findRtuReply(this.#burst, unit, request) === undefined) continue;
      this.#late.set(unit, now - leftAt);
      this.#awaited.delete(unit);
      this.#bursts.pop();
      return 'late';
    }
    return replies(this.#burst).length > 0 ? 'frames' : 'nothing';
  }

  /** It was answered in time: what comes later answers nothing that was given up on. */
  answered(unit: number): void {
    this.#awaited.delete(unit);
    this.#late.delete(unit);
  }

  /** How long the last late answer of a unit took, ms. */
  lateMs(unit: number): number | undefined {
    return this.#late.get(unit);
  }

  /** Whether this burst holds a whole reply of a unit. */
  hasReplyOf(unit: number): boolean {
    return replies(this.#burst).includes(unit);
  }

  /** What keeps coming, with its bytes and what it may be. A burst now and then is not worth a word. */
  note(now: number): StrayNote | null {
    const recent = this.#bursts.filter((at) => at > now - windowMs);
    if (recent.length < leastBursts) return null;
    const text = String.fromCharCode(...this.#burst);
    const seen = { hex: hex(this.#burst.subarray(0, shownBytes)), likely: likelyOf(this.#burst) };
    return isText(text) ? { ...seen, text: text.slice(0, 2 * shownBytes) } : seen;
  }
}

/** Longer than any gap in a frame, shorter than from one heartbeat to the next. */
const burstMs = 20;
const windowMs = 30_000;
const leastBursts = 3;
const mostBursts = 16;
const longest = 256;
const shownBytes = 12;

/** The units whose whole replies stand in these bytes. */
function replies(bytes: Uint8Array): number[] {
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

function isText(text: string): boolean {
  return text.length >= 4 && /^[\x20-\x7e\r\n\t]+$/.test(text);
}

function likelyOf(bytes: Uint8Array): StrayNote['likely'] {
  if (replies(bytes).length > 0) return 'second-master';
  if (isText(String.fromCharCode(...bytes))) return 'heartbeat';
  return bytes.length <= 3 ? 'unbiased-line' : 'other-protocol';
}
