import { type ModbusRequest, parseReplyPdu, parseRequestPdu, type ReadRequest } from '../../devices/modbus/pdu.ts';
import { type Exchange, isSame } from './recorded-exchanges.ts';

/** What was answered, or that nobody did, and how long it took. */
export type Answer = { readonly pdu: Uint8Array | null; readonly tookMs: number };

/**
 * Devices that answer as they were recorded: what they said last at that moment of the recording, which begins again when it
 * is over. Registers that were read in other pieces are put together; what nobody ever read is exception 2, a write that
 * nobody recorded exception 1, and a unit that never answered is silent. Pure.
 */
export class RecordedDevices {
  readonly #byUnit: ReadonlyMap<number, readonly Exchange[]>;
  readonly #spanMs: number;

  constructor(exchanges: readonly Exchange[]) {
    this.#byUnit = Map.groupBy(exchanges, ({ unit }) => unit);
    const last = exchanges.at(-1);
    this.#spanMs = Math.max(1, (last?.t ?? 0) + (last?.tookMs ?? 0) + 1);
  }

  /** Units that ever answered. */
  units(): readonly number[] {
    const answered = [...this.#byUnit].filter(([, own]) => own.some(({ reply }) => reply !== null));
    return answered.map(([unit]) => unit).toSorted((a, b) => a - b);
  }

  /** @param elapsedMs since the replay began */
  answer(unit: number, pdu: Uint8Array, elapsedMs: number): Answer {
    const own = this.#byUnit.get(unit) ?? [];
    if (own.every(({ reply }) => reply === null)) return silence;
    const t = elapsedMs % this.#spanMs;
    const same = own.filter(({ asked }) => isSame(asked, pdu));
    const exact = latest(same, t);
    if (exact !== undefined) return { pdu: exact.reply, tookMs: exact.tookMs };
    const request = parseRequestPdu(pdu);
    if (request?.kind !== 'read') return exception(pdu, illegalFunction);
    const items = itemsAt(own, request, t);
    return items === undefined ? exception(pdu, illegalAddress) : { pdu: replyOf(request, items), tookMs: usualMs };
  }
}

/** The last one up to that moment; the first one of all before it. */
function latest(exchanges: readonly Exchange[], t: number): Exchange | undefined {
  return exchanges.findLast((each) => each.t <= t) ?? exchanges[0];
}

/** Registers or bits from all reads of them, each as it was read last. */
function itemsAt(own: readonly Exchange[], { fn, address, count }: ReadRequest, t: number): number[] | undefined {
  const reads = own.filter(({ request, reply }) => request?.kind === 'read' && request.fn === fn && reply !== null);
  const items = Array.from({ length: count }, (_, nth) => {
    const covering = reads.filter(({ request }) => covers(request, address + nth));
    const read = latest(covering, t);
    return read === undefined ? undefined : itemOf(read, address + nth);
  });
  const known = items.filter((item) => item !== undefined);
  return known.length === count ? known : undefined;
}

function covers(request: ModbusRequest | null, address: number): boolean {
  return request?.kind === 'read' && request.address <= address && address < request.address + request.count;
}

function itemOf({ request, reply }: Exchange, address: number): number | undefined {
  if (request?.kind !== 'read' || reply === null) return undefined;
  const parsed = parseReplyPdu(request, reply);
  if (parsed?.kind === 'words') return parsed.words[address - request.address];
  return parsed?.kind === 'bits' ? Number(parsed.bits[address - request.address]) : undefined;
}

function replyOf({ fn }: ReadRequest, items: readonly number[]): Uint8Array {
  if (fn >= 3) return Uint8Array.of(fn, 2 * items.length, ...items.flatMap((word) => [word >>> 8, word & 0xff]));
  const bytes = new Array<number>(Math.ceil(items.length / 8)).fill(0);
  for (const [nth, bit] of items.entries()) if (bit === 1) bytes[nth >> 3] = (bytes[nth >> 3] ?? 0) | (1 << (nth & 7));
  return Uint8Array.of(fn, bytes.length, ...bytes);
}

function exception(pdu: Uint8Array, code: number): Answer {
  return { pdu: Uint8Array.of((pdu[0] ?? 0) | 0x80, code), tookMs: usualMs };
}

const silence: Answer = { pdu: null, tookMs: 0 };
const illegalFunction = 1;
const illegalAddress = 2;
const usualMs = 10;
