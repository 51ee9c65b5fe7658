import type { DeviceReason, StrayNote } from '../../contract/reasons/devices.ts';
import type { ModbusRequest, Reply } from '../../devices/modbus/pdu.ts';
import type { FrameTape } from './frame-tape.ts';

/** Why an exchange gave nothing. Each says what happens next: see `README.md`. */
export type BusFault = 'timeout' | 'bad-frame' | 'refused' | 'unsupported' | 'port-closed';

export type Outcome =
  | { ok: true; reply: Exclude<Reply, { kind: 'exception' }> }
  | {
      ok: false;
      fault: BusFault;
      reason: DeviceReason /** The code of the exception that said so. */;
      exception?: number;
    };

/** One request to one unit. */
export type Exchange = {
  /** 1–255; 0 is a broadcast write, which nobody answers. */
  unit: number;
  request: ModbusRequest;
  /** A read may ask for up to this many registers or bits instead; the reply is cut back to what was asked. */
  maxCount: number;
  /** How long the first byte of the reply may take, ms. */
  timeoutMs: number;
  /** Silence this device needs before a request, ms. */
  gapMs: number;
  /** How many requests the device takes at once, this one included; 1 unless said. A line carries one in any case. */
  inFlight?: number;
  /** The unit counts as silent, and others wait behind this: it need not get the whole time. */
  isProbe?: boolean;
  /** It was idle, and sleeps or may: no answer says that it is awake now, and it is asked again before it sleeps once more. */
  isWakeUp?: boolean;
  /** Nobody wants the line before this, monotonic ms: so long an answer may be doubted. Asked when there is a doubt. */
  idleUntil?(): number;
};

export type BusStats = {
  readonly requests: number;
  readonly replies: number;
  readonly faults: Readonly<Partial<Record<BusFault, number>>>;
  /** Share of the last minute in which an exchange held the bus, 0–1. */
  readonly load: number;
  /** Bytes received that belonged to no accepted reply. */
  readonly discardedBytes: number;
  /** Why the port is closed; null while it is open. */
  readonly closedBecause: DeviceReason | null;
};

/** One line or connection, with one owner: one request is on it at any time, or as many as its devices take at once. */
export type Bus = {
  /** Asks, in turn. Faults come back as data; it never rejects. While the port is closed: `port-closed` at once. */
  exchange(exchange: Exchange): Promise<Outcome>;
  /**
   * Monotonic ms from which this unit may be asked again (its quarantine after a timeout or rubbish). With the request
   * in hand it also counts the hold between two reads whose replies could be mistaken for each other.
   */
  readyAt(unit: number, asking?: Pick<Exchange, 'request' | 'maxCount'>): number;
  isOpen(): boolean;
  /** Resolves after the first attempt, open or not; from then on the port is opened again whenever it is not. */
  open(): Promise<void>;
  /** Waits up to a second for the frame on the wire; it and what was queued behind it get `port-closed`. */
  close(): Promise<void>;
  stats(): BusStats;
  /** What keeps coming on the line that no request explains, and what it may be; null (or absent) while nothing does. */
  unexplained?(): StrayNote | null;
  /** The last frames of each unit. */
  readonly tape?: FrameTape;
};

/** How long a bus that is closing waits for the request under way: a stop takes less than 5 s whatever a timeout is. */
export const closeWithinMs = 1000;

/** The port or connection was closed, or closed under the request. */
export function closed(reason: DeviceReason | null): Outcome {
  return { ok: false, fault: 'port-closed', reason: reason ?? { code: 'port-closed' } };
}

/** A reply as an outcome: exceptions become the fault that says what to do about them. */
export function outcomeOf(reply: Reply): Outcome {
  if (reply.kind !== 'exception') return { ok: true, reply };
  const { code } = reply;
  return {
    ok: false,
    fault: exceptionFaults.get(code) ?? 'refused',
    reason: { code: 'exception', exception: code },
    exception: code,
  };
}

/** A register that cannot be read just now may make the device refuse the whole range with it. */
export const deviceFailure = 4;

/**
 * Modbus Application Protocol V1.1b3, 7. 1–3 speak of the request, which will never be right; 10 and 11 are a gateway's
 * way to say that nobody answered behind it; the rest may pass.
 */
const exceptionFaults: ReadonlyMap<number, BusFault> = new Map([
  [1, 'unsupported'],
  [2, 'unsupported'],
  [3, 'unsupported'],
  [deviceFailure, 'refused'],
  [5, 'refused'],
  [6, 'refused'],
  [10, 'timeout'],
  [11, 'timeout'],
]);
