import type { TimeState } from '../../contract/http/common.ts';
import type { DeviceState } from '../../contract/http/live.ts';
import type { AgentId, BusId, DeviceId, PointRef, SiteId } from '../../contract/ids.ts';
import type { BirthMessage, HealthMessage, ResultMessage, StatusMessage } from '../../contract/messages.ts';
import type { FaultCode, Value } from '../../contract/reading.ts';
import type { DeviceStateReason } from '../../contract/reasons/devices.ts';
import type { Diagnosed, LiveAgent, LiveDevice, LivePoint, LiveStatus, View } from './live-state.ts';

/** One reading of a column. Good without a fault, uncertain with value and fault, bad without a value. */
export type Row = {
  /** Epoch ms as the gateway believes it; null where the order is known and the time is not. */
  readonly at: number | null;
  readonly time: TimeState;
  readonly value: Value;
  readonly fault: FaultCode | null;
  /** The gateway's monotonic clock at the moment of reading, by the agent's own age; −∞ where nobody can say. */
  readonly mono: number;
};

/** What one message says of one watched point: every row in order, not only the last. */
export type PointRows = {
  readonly site: SiteId;
  readonly point: PointRef;
  /** The point's number in the store. */
  readonly id: number;
  /** The epoch's number in the store: readings of one epoch share a sensor clock. */
  readonly epoch: number;
  readonly seq: number;
  /** History: of another epoch than the agent's live one, behind what the point holds, or said so by its agent. Never changes live state. */
  readonly late: boolean;
  readonly simulated: boolean;
  /** A value counts as the present for so long after its `mono`, ms. A row that is not late may be older than that. */
  readonly freshForMs: number;
  /** Made when they are first asked for: most readings are looked at without. */
  readonly rows: readonly Row[];
  /** How many rows; their figures without an object each, by place. */
  readonly count: number;
  valueAt(place: number): Value;
  faultAt(place: number): FaultCode | null;
  monoAt(place: number): number;
  atOf(place: number): number | null;
};

/** A change of what is known. It is part of a commit, so services decide on it as on a reading. */
export type StateChange =
  | {
      readonly kind: 'agent';
      readonly site: SiteId;
      readonly agent: AgentId;
      readonly state: LiveAgent['state'];
      readonly simulated: boolean;
    }
  | {
      readonly kind: 'device';
      readonly site: SiteId;
      readonly agent: AgentId;
      readonly bus: BusId;
      readonly device: DeviceId;
      readonly state: DeviceState;
      readonly why: string | null;
      readonly reason: DeviceStateReason | null;
      readonly simulated: boolean;
    }
  /** What may be said of a point changed, by a reading or by silence: its agent was lost, or its last value grew too old. */
  | {
      readonly kind: 'point';
      readonly site: SiteId;
      readonly point: PointRef;
      readonly id: number;
      readonly view: View;
    }
  /** An agent's answer to a command. */
  | { readonly kind: 'result'; readonly site: SiteId; readonly agent: AgentId; readonly result: ResultMessage }
  /** What an agent switches by itself changed, or cannot be switched. Without `told` it is not known any more. */
  | {
      readonly kind: 'interlock';
      readonly site: SiteId;
      readonly agent: AgentId;
      readonly interlock: string;
      readonly told: NonNullable<HealthMessage['interlocks']>[string] | null;
      readonly simulated: boolean;
    }
  /** A synthetic reading that walks the chain of an alert. `beat` is unique in its agent; `mono`: when it was read. */
  | {
      readonly kind: 'beat';
      readonly site: SiteId;
      readonly agent: AgentId;
      readonly beat: string;
      readonly mono: number;
      readonly values: readonly Value[];
    }
  /** A service failed to decide and was left out of a commit, or decides again. */
  | { readonly kind: 'service'; readonly service: string; readonly state: 'failing' | 'working' };

/** What a message does to live state, in order of arrival. `connection` is that of its agent when the message came in. */
export type Effect =
  | { kind: 'status'; agent: LiveAgent; state: StatusMessage['state']; live: LiveStatus; connection: object | null }
  /** `mono`: the gateway's monotonic clock when it came. */
  | { kind: 'health'; agent: LiveAgent; health: HealthMessage; mono: number }
  | { kind: 'birth'; device: LiveDevice; birth: BirthMessage }
  | { kind: 'diagnosis'; device: LiveDevice; diagnosis: Diagnosed }
  | { kind: 'result'; agent: LiveAgent; result: ResultMessage }
  | { kind: 'beat'; agent: LiveAgent; beat: string; mono: number; values: readonly Value[] }
  | {
      kind: 'readings';
      device: LiveDevice;
      /** The epoch's number in the store. */
      epoch: number;
      time: TimeState;
      /** The gateway's monotonic clock at the last reading that the device answered; null when it answered none. */
      answeredMono: number | null;
    };

/** What the messages of one commit bring. */
export type Group = {
  readonly effects: Effect[];
  /** Points whose `pending` is to be held. */
  readonly touched: LivePoint[];
  /** Rows of watched points, in order of arrival. */
  readonly rows: PointRows[];
};

export const emptyGroup = (): Group => ({ effects: [], touched: [], rows: [] });
