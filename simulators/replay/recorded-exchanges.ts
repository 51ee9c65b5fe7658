import { bytesOfHex, type Recording } from '../../contract/recording.ts';
import { LineListener } from '../../devices/modbus/line-listener.ts';
import { type ModbusRequest, parseRequestPdu } from '../../devices/modbus/pdu.ts';
import { tryRtuFrame } from '../../devices/modbus/rtu.ts';
import { type TcpFrame, takeTcpFrames } from '../../devices/modbus/tcp.ts';

/** A request that was recorded, and what came back. Pure. */
export type Exchange = {
  /** When it was asked, ms after the beginning. */
  readonly t: number;
  readonly unit: number;
  /** The request's PDU. */
  readonly asked: Uint8Array;
  readonly request: ModbusRequest | null;
  /** The reply's PDU; null where nobody answered. */
  readonly reply: Uint8Array | null;
  /** From the request to the whole reply, ms. */
  readonly tookMs: number;
};

export function exchangesIn(recording: Recording): readonly Exchange[] {
  return recording.head.line.kind === 'modbus-tcp' ? ofConnection(recording) : ofLine(recording);
}

function ofLine({ chunks }: Recording): Exchange[] {
  const listener = new LineListener(idleMs);
  const found: Exchange[] = [];
  let open: Exchange | null = null;
  const passings = chunks.flatMap(({ t, x }) => listener.heard(bytesOfHex(x), t));
  for (const passing of [...passings, ...listener.quiet(Number.POSITIVE_INFINITY)]) {
    const pdu = tryRtuFrame(passing.bytes)?.pdu;
    if (pdu === undefined || !('unit' in passing)) continue;
    const { unit, at: t } = passing;
    if (passing.kind === 'request') {
      if (open !== null) found.push(open);
      open = { t, unit, asked: pdu, request: passing.request, reply: null, tookMs: 0 };
    } else if (open !== null && open.unit === unit) {
      found.push({ ...open, reply: pdu, tookMs: t - open.t });
      open = null;
    }
  }
  return open === null ? found : [...found, open];
}

function ofConnection({ chunks }: Recording): Exchange[] {
  const found: Exchange[] = [];
  const open = new Map<number, number>();
  const rest = { tx: new Uint8Array(0), rx: new Uint8Array(0) } as { tx: Uint8Array; rx: Uint8Array };
  for (const { t, d, x } of chunks) {
    if (d === 'any') continue;
    const taken = takeTcpFrames(Uint8Array.from([...rest[d], ...bytesOfHex(x)]));
    rest[d] = taken.kind === 'frames' ? taken.rest : new Uint8Array(0);
    for (const frame of taken.kind === 'frames' ? taken.frames : []) {
      if (d === 'tx') open.set(frame.transaction, found.push(asked(frame, t)) - 1);
      else answered(found, open.get(frame.transaction), frame, t);
    }
  }
  return found;
}

function asked({ unit, pdu }: TcpFrame, t: number): Exchange {
  return { t, unit, asked: pdu.slice(), request: parseRequestPdu(pdu) ?? null, reply: null, tookMs: 0 };
}

function answered(found: Exchange[], at: number | undefined, { pdu }: TcpFrame, t: number): void {
  const own = at === undefined ? undefined : found[at];
  if (own !== undefined && at !== undefined) found[at] = { ...own, reply: pdu.slice(), tookMs: t - own.t };
}

/** Whether two requests are the same one. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, nth) => byte === b[nth]);
}

/** More than an adapter holds bytes back. */
const idleMs = 25;
