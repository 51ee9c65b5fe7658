import type { AgentItem, DeviceItem, LatestItem } from '../../../contract/http/live.ts';
import type { LinkState } from '../../gateway/link-state.ts';
import type { causeWords, stationWords, tryWords } from '../../text/explain.ts';

/** Where on its way a value was lost, why, and what to try about it. Pure. */

export type Station = keyof typeof stationWords;
export type Cause = keyof typeof causeWords;
type Trial = keyof typeof tryWords;
type Fault = Exclude<LatestItem['fault'], null>;

/** From the sensor to the screen. */
export const stations = [
  'unit',
  'wire',
  'decode',
  'rule',
  'clock',
  'outbox',
  'broker',
  'gateway',
  'screen',
] as const satisfies readonly Station[];

export type Broken = { readonly at: Station; readonly cause: Cause; readonly trial: Trial | null };

const faults: Record<Fault, Broken> = {
  timeout: { at: 'unit', cause: 'timeout', trial: 'timeout' },
  'bad-frame': { at: 'wire', cause: 'bad-frame', trial: 'bad-frame' },
  refused: { at: 'unit', cause: 'refused', trial: 'refused' },
  unsupported: { at: 'unit', cause: 'unsupported', trial: 'unsupported' },
  'port-closed': { at: 'wire', cause: 'port-closed', trial: 'port-closed' },
  'out-of-range': { at: 'decode', cause: 'out-of-range', trial: 'out-of-range' },
  sentinel: { at: 'decode', cause: 'sentinel', trial: 'sentinel' },
  stuck: { at: 'rule', cause: 'stuck', trial: 'stuck' },
  frozen: { at: 'rule', cause: 'frozen', trial: 'stuck' },
  noisy: { at: 'rule', cause: 'noisy', trial: 'noisy' },
  rate: { at: 'rule', cause: 'rate', trial: 'noisy' },
  clock: { at: 'clock', cause: 'clock', trial: 'clock' },
  'not-polled': { at: 'unit', cause: 'not-polled', trial: 'not-polled' },
};

export type Around = {
  readonly link: LinkState;
  readonly agent: AgentItem | undefined;
  readonly device: DeviceItem;
  /** Every device of the same bus is silent: then it is the wire rather than each of them. */
  readonly isBusSilent: boolean;
  /** Its agent says that the port, or the link to the radio's server, is closed. */
  readonly isBusClosed: boolean;
};

type Point = Pick<LatestItem, 'value' | 'quality' | 'fault' | 'at'>;

/** Where the value of a point is lost; null where it arrives. The nearest to the reader comes first. */
export function brokenAt(point: Point | null, around: Around): Broken | null {
  return betweenUs(around) ?? (point === null ? ofWay(around) : ofPoint(point, around));
}

function betweenUs({ link, agent }: Around): Broken | null {
  if (link === 'lost') return { at: 'screen', cause: 'link-lost', trial: null };
  if (agent === undefined || agent.state === 'unknown') return { at: 'broker', cause: 'agent-unheard', trial: 'agent' };
  return agent.state === 'offline' ? { at: 'broker', cause: 'agent-offline', trial: 'agent' } : null;
}

/** A sensor that speaks twice an hour is well for long after nothing of it can come any more. */
function ofWay(around: Around): Broken | null {
  return around.isBusClosed ? faults['port-closed'] : ofDevice(around);
}

function ofDevice({ device, isBusSilent, isBusClosed }: Around): Broken | null {
  if (device.state !== 'offline') return null;
  if (isBusClosed) return faults['port-closed'];
  return unanswered({ device, isBusSilent });
}

/** What comes by radio is not asked for: neither unit id nor cable has anything to do with its silence. */
function unanswered({ device, isBusSilent }: Pick<Around, 'device' | 'isBusSilent'>): Broken {
  if (device.reason?.code === 'no-uplink') return isBusSilent ? silentRadio : noUplink;
  return isBusSilent ? silentWire : faults.timeout;
}

const silentWire: Broken = { at: 'wire', cause: 'wire-silent', trial: 'timeout' };
const noUplink: Broken = { at: 'unit', cause: 'no-uplink', trial: 'no-uplink' };
const silentRadio: Broken = { at: 'wire', cause: 'radio-silent', trial: 'radio-silent' };

function ofPoint(point: Point, around: Around): Broken | null {
  const { fault } = point;
  if (fault === 'timeout') return unanswered(around);
  // What an agent says was read, or not, at some time; what the gateway says itself has none.
  if (fault === 'not-polled' && point.at === null) return ofDevice(around) ?? silence(around);
  if (fault !== null) return faults[fault];
  const isMissing = point.value === null || point.quality === 'bad';
  return ofDevice(around) ?? (isMissing ? silence(around) : null);
}

/** The agent is heard and nothing of this point comes, or what comes is too old to be shown. */
function silence({ agent, device }: Around): Broken {
  if ((agent?.backlog ?? 0) > 0) return { at: 'outbox', cause: 'outbox-waits', trial: 'outbox' };
  if (device.state === 'unknown') return { at: 'gateway', cause: 'not-yet-heard', trial: 'not-polled' };
  return { at: 'gateway', cause: 'too-old', trial: 'not-polled' };
}

/** Missing values that are lost in the same way, with their points. */
export type Lost = Broken & { readonly points: readonly string[] };

export function lostTogether(broken: ReadonlyMap<string, Broken | null>): Lost[] {
  const missing = [...broken].flatMap(([point, lost]) => (lost === null ? [] : [{ point, lost }]));
  return [...Map.groupBy(missing, ({ lost }) => lost.cause).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first.lost, points: same.map(({ point }) => point) }];
  });
}

/** Whether all devices of a bus are offline; one alone says nothing of its wire. */
export function isSilentBus(device: DeviceItem, devices: Iterable<DeviceItem>): boolean {
  const same = [...devices].filter(
    (other) => other.site === device.site && other.agent === device.agent && other.bus === device.bus,
  );
  return same.length > 1 && same.every(({ state }) => state === 'offline');
}
