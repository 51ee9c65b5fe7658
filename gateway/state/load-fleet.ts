import { type AgentConfig, type AnyDeviceConfig, devicesOf, type Site } from '../../config/site.ts';
import { digestText } from '../../contract/digest.ts';
import type { BusId, SiteId } from '../../contract/ids.ts';
import { type BirthMessage, decode, type StatusMessage } from '../../contract/messages.ts';
import type { StoredLatest } from '../store/latest.ts';
import type { Store } from '../store/store.ts';
import { saidOf } from './device-reason.ts';
import type { Diagnosed, LiveAgent, LiveDevice, LivePoint } from './live-state.ts';

/** The agents of the site files with what the store remembers of them; none of it is live yet. */
export function loadFleet(sites: readonly Site[], store: Store): LiveAgent[] {
  const latest = store.latest.all();
  return store.commit(() =>
    sites.flatMap((site) => site.agents.map((agent) => loadAgent({ site: site.id, agent, store, latest }))),
  );
}

/** The last status of an agent that is in the store. */
export function storedStatus(store: Store, agent: Pick<LiveAgent, 'number'>): StatusMessage | undefined {
  const payload = store.lastMessages.read(agent.number, 0, 'status');
  const status = payload === undefined ? undefined : decode.status(payload);
  return status?.ok === true ? status.value : undefined;
}

type Loading = { site: SiteId; agent: AgentConfig; store: Store; latest: ReadonlyMap<number, StoredLatest> };

function loadAgent(loading: Loading): LiveAgent {
  const { site, agent, store } = loading;
  const number = store.names.agent(site, agent.id);
  const status = storedStatus(store, { number });
  const devices = new Map<string, LiveDevice>();
  const live: LiveAgent = {
    number,
    site,
    agent: agent.id,
    devices,
    connection: null,
    state: 'unknown',
    status: status === undefined ? null : liveStatus(store, number, status),
    pendingStatus: null,
    isCatchingUp: false,
    since: null,
    backlog: null,
    health: null,
    healthMono: null,
    interlocks: {},
    clock: null,
    time: null,
  };
  for (const { bus, device } of devicesOf(agent)) {
    devices.set(device.id, loadDevice(loading, { agent: live, bus: bus.id, device }));
  }
  return live;
}

/** What a status says that stays in force until the next one. */
export function liveStatus(store: Store, agent: number, status: StatusMessage): NonNullable<LiveAgent['status']> {
  const { epoch, start, simulated, version } = status;
  return { epoch, epochNumber: store.epochs.open(agent, epoch, start).id, simulated, version };
}

function loadDevice(loading: Loading, of: { agent: LiveAgent; bus: BusId; device: AnyDeviceConfig }): LiveDevice {
  const { site, store, latest } = loading;
  const { agent, bus, device } = of;
  const number = store.names.device(site, device.id);
  const birth = storedBirth(store, agent.number, number);
  const points = new Map<string, LivePoint>();
  const live: LiveDevice = {
    number,
    agent,
    bus,
    device: device.id,
    profile: device.profile.id,
    nameDigest: digestText(device.id),
    points,
    state: 'unknown',
    since: null,
    ...saidOf({ code: 'agent-not-heard' }),
    healthStateMono: null,
    simulated: birth?.simulated ?? agent.status?.simulated ?? false,
    diagnoses: storedDiagnoses(store, agent.number, number),
  };
  for (const { ref, name, profile, valueType, maxSilenceMs } of device.points) {
    const id = store.names.point(number, name);
    const stored = latest.get(id);
    const unit = birth?.points[name]?.unit ?? profile.unit;
    points.set(name, {
      id,
      device: live,
      ref,
      name,
      nameDigest: digestText(name),
      maxSilenceMs,
      valueType,
      watched: false,
      unit,
      held: stored === undefined ? null : { ...stored, mono: Number.NEGATIVE_INFINITY },
      pending: null,
      shown: { view: 'unknown', held: null },
    });
  }
  return live;
}

function storedBirth(store: Store, agent: number, device: number): BirthMessage | undefined {
  const payload = store.lastMessages.read(agent, device, 'birth');
  const birth = payload === undefined ? undefined : decode.birth(payload);
  return birth?.ok === true ? birth.value : undefined;
}

/** The one of an earlier run that was kept. */
function storedDiagnoses(store: Store, agent: number, device: number): Diagnosed[] {
  const payload = store.lastMessages.read(agent, device, 'diagnosis');
  const diagnosis = payload === undefined ? undefined : decode.diagnosis(payload);
  return diagnosis?.ok === true ? [{ ...diagnosis.value, receivedAt: null }] : [];
}
