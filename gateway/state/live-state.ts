import type { PointConfig } from '../../config/site.ts';
import type { TimeState } from '../../contract/http/common.ts';
import type { DeviceState } from '../../contract/http/live.ts';
import type { AgentId, BusId, DeviceId, PointName, PointRef, SiteId } from '../../contract/ids.ts';
import type { ClockState, DiagnosisMessage, HealthMessage } from '../../contract/messages.ts';
import type { FaultCode } from '../../contract/reading.ts';
import type { DeviceStateReason } from '../../contract/reasons/devices.ts';
import type { StoredLatest } from '../store/latest.ts';

/** Live state as the fleet holds it. Ingest reads it, writes only what says `pending`, and the fleet does the rest. */
export type LiveAgent = {
  /** In the store. */
  readonly number: number;
  readonly site: SiteId;
  readonly agent: AgentId;
  readonly devices: ReadonlyMap<string, LiveDevice>;
  connection: object | null;
  state: 'online' | 'offline' | 'unknown';
  status: LiveStatus | null;
  /** A status of the group that is being committed. */
  pendingStatus: LiveStatus | null;
  /** Its last readings were old when they came: it is sending what it held back. */
  isCatchingUp: boolean;
  /** Gateway's wall clock at the last change of state; null when it has not changed since the gateway started. */
  since: number | null;
  backlog: number | null;
  /** Its box and its buses, as its last health told; null before that. */
  health: ToldHealth | null;
  /** The gateway's monotonic clock when that came; null before it, and from before this start. */
  healthMono: number | null;
  /** What it switches by itself, as its last health told. */
  interlocks: NonNullable<HealthMessage['interlocks']>;
  /** What the box believes of its clock. */
  clock: ClockState | null;
  /** What the gateway measured of it, by the last live readings. */
  time: TimeState | null;
};

/** What an agent's current status announces. */
export type LiveStatus = {
  readonly epoch: string;
  readonly epochNumber: number;
  readonly simulated: boolean;
  readonly version: string;
};

/** `receivedAt` is epoch ms. */
export type ToldHealth = Pick<
  HealthMessage,
  'diskFree' | 'diskProblem' | 'rss' | 'loopP99Ms' | 'buses' | 'devices' | 'configuration'
> & {
  readonly receivedAt: number;
};

export type LiveDevice = {
  /** In the store. */
  readonly number: number;
  readonly agent: LiveAgent;
  readonly bus: BusId;
  readonly device: DeviceId;
  readonly profile: string;
  readonly nameDigest: number;
  readonly points: ReadonlyMap<string, LivePoint>;
  state: DeviceState;
  /** Gateway's wall clock, or the agent's when that is synced. */
  since: number | null;
  why: string | null;
  reason: DeviceStateReason | null;
  /** The gateway's monotonic clock at the change that health told of; null when readings told. */
  healthStateMono: number | null;
  simulated: boolean;
  /** What its frames looked like at its last faults, the newest last. */
  diagnoses: readonly Diagnosed[];
};

/** What an agent sent of a device's frames. `receivedAt` is epoch ms; null for one of an earlier run. */
export type Diagnosed = DiagnosisMessage & { readonly receivedAt: number | null };

export type LivePoint = {
  /** In the store. */
  readonly id: number;
  readonly device: LiveDevice;
  readonly ref: PointRef;
  readonly name: PointName;
  readonly nameDigest: number;
  readonly maxSilenceMs: number;
  readonly valueType: PointConfig['valueType'];
  /** A service decides on its rows; rows that no service wants are never gathered. */
  watched: boolean;
  unit: string | null;
  /** The newest reading by the agent's own order. */
  held: Held | null;
  /** The newest reading of the group that is being committed. */
  pending: Held | null;
  /** What the last event of this point said. */
  shown: { view: View; held: Held | null };
};

/** `mono` is the gateway's monotonic clock at the moment of reading, −∞ when its age is not known. */
export type Held = StoredLatest & { readonly mono: number };

/** fresh: the value holds now. bad: read lately, without a value. unknown: nobody can say. */
export type View = 'fresh' | 'bad' | 'unknown';

/** How many maximum silences a value lives. */
const silences = 3;

/** How long a value of this point counts as the present, ms. */
export function freshForMs(point: Pick<LivePoint, 'maxSilenceMs'>): number {
  return silences * point.maxSilenceMs;
}

/** What may be said of a point at this moment of the monotonic clock. */
export function viewOf(point: LivePoint, mono: number): View {
  const { held, device } = point;
  const { agent } = device;
  if (held === null || agent.state !== 'online' || device.state === 'unknown') return 'unknown';
  // A reading of the agent's former start says nothing about what happened since.
  if (held.epoch !== agent.status?.epochNumber) return 'unknown';
  if (held.value === null) return 'bad';
  if (device.state === 'offline') return 'unknown';
  return mono - held.mono <= freshForMs(point) ? 'fresh' : 'unknown';
}

/** Faults that say that the device did not answer; every other reading, good or not, is an answer. */
const unanswered: ReadonlySet<FaultCode | null> = new Set([
  'timeout',
  'bad-frame',
  'refused',
  'port-closed',
  'not-polled',
]);

export function isAnswer(reading: Pick<StoredLatest, 'value' | 'fault'>): boolean {
  return reading.value !== null || !unanswered.has(reading.fault);
}

/** The fault for which no point of the device has a value; undefined as long as one was answered or is not known. */
export function faultOfAll(device: LiveDevice): FaultCode | null | undefined {
  let fault: FaultCode | null | undefined;
  for (const { held } of device.points.values()) {
    if (held === null || held.epoch !== device.agent.status?.epochNumber || isAnswer(held)) return undefined;
    fault = held.fault;
  }
  return fault;
}
