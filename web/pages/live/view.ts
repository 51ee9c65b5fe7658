import type { AgentItem, DeviceItem, LatestItem } from '../../../contract/http/live.ts';
import type { FaultCode } from '../../../contract/reading.ts';
import type { LinkState } from '../../gateway/link-state.ts';
import { agentKey, deviceKey, type Model } from '../../gateway/model.ts';
import {
  deviceWhyText,
  faultText,
  nothing,
  pointText,
  timeText,
  unitText,
  valueText,
  withUnit,
} from '../../text/format.ts';
import { agentStateWords, deviceStateWords, type Key, type Language, text } from '../../text/text.ts';

/** What a person is to see of the model: pure, so that "nothing missing looks live" is a matter of a table. */

export type Seen = {
  readonly language: Language;
  readonly link: LinkState;
  /** The gateway's clock now, epoch ms. */
  readonly now: number;
  /** The gateway's clock when it was last heard. */
  readonly heardAt: number;
  /** `now` is an earlier time that is looked at: ages are as they were then, and count on no more. */
  readonly isPast?: true;
};

/** normal is quiet; caution ▲ and warning ⬟ are abnormal; unknown is hatched. */
export type Tone = 'normal' | 'caution' | 'warning' | 'unknown';

export type PointView = {
  readonly name: string;
  readonly label: string;
  readonly tone: Tone;
  readonly value: string;
  readonly unit: string;
  /** Why there is no value, or why it is doubtful, and what was last known. */
  readonly note: string;
  /** Of which moment it is; null where there never was a value. */
  readonly age: AgeOf | null;
};

/**
 * A moment whose age is written by itself, every second, or as it was at `until`, epoch ms; `at` is null where nobody knows it.
 */
export type AgeOf = { readonly at: string | null; readonly isEstimated: boolean; readonly until: number | null };

export type DeviceView = {
  readonly key: string;
  /** Fragment of the page's address that leads to it. */
  readonly anchor: string;
  readonly name: string;
  readonly from: string;
  readonly tone: Tone;
  readonly state: string;
  readonly why: string;
  readonly since: string;
  readonly simulated: boolean;
  readonly points: readonly PointView[];
};

export type AgentView = {
  readonly key: string;
  readonly name: string;
  readonly tone: Tone;
  readonly state: string;
  readonly facts: readonly string[];
  readonly simulated: boolean;
};

export function deviceView(model: Model, device: DeviceItem, seen: Seen): DeviceView {
  const { language } = seen;
  const agent = model.agents.get(agentKey(device));
  const cover = coverOf(device, agent, seen.link);
  const state = trustedState(device, agent, seen.link);
  const points = [...(model.points.get(deviceKey(device)) ?? [])];
  return {
    key: deviceKey(device),
    anchor: anchorOf(model, device),
    name: device.device,
    from: `${device.bus} · ${device.profile}`,
    tone: deviceTones[state],
    state: deviceStateWords[state][language],
    why: whyOf(model, device, cover, language),
    since:
      device.since === null || seen.link === 'lost'
        ? ''
        : sinceText(model, device.site, Date.parse(device.since), seen),
    simulated: device.simulated,
    points: points.map(([name, item]) => pointView(name, item, cover, seen)),
  };
}

export function agentView(model: Model, agent: AgentItem, seen: Seen): AgentView {
  const { language } = seen;
  const state = seen.link === 'lost' ? 'unknown' : agent.state;
  const facts = [
    agent.state === 'unknown' && agent.epoch === null ? text(language, 'agentNeverHeard') : '',
    agent.missing > 0 ? text(language, 'missing', { count: agent.missing }) : '',
    agent.backlog !== null && agent.backlog > 0 ? text(language, 'backlog', { count: agent.backlog }) : '',
    agent.clock === 'unsynced' ? text(language, 'clockUnsynced') : '',
    agent.clock === 'stepped' ? text(language, 'clockStepped') : '',
  ].filter((fact) => fact !== '');
  const site = model.sites.size > 1 ? `${siteName(model, agent.site, language)} · ` : '';
  return {
    key: agentKey(agent),
    name: `${site}${agent.agent}`,
    tone: agentTones[state],
    state: agentStateWords[state][language],
    facts,
    simulated: agent.simulated,
  };
}

export function siteName(model: Model, site: string, language: Language): string {
  return model.sites.get(site)?.name[language] ?? site;
}

export function zoneOf(model: Model, site: string): string {
  return model.sites.get(site)?.timezone ?? 'UTC';
}

export function sinceText(model: Model, site: string, at: number, seen: Seen): string {
  return text(seen.language, 'since', { time: timeText(at, seen.now, zoneOf(model, site), seen.language) });
}

/** With one site a device id is an address; with several it needs its site. */
export function anchorOf(model: Model, device: DeviceItem): string {
  return model.sites.size > 1 ? deviceKey(device) : device.device;
}

/** A device is only as well known as the agent that speaks of it and the link that brings the word. */
export function trustedState(device: DeviceItem, agent: AgentItem | undefined, link: LinkState): DeviceItem['state'] {
  return link === 'lost' || agent?.state !== 'online' ? 'unknown' : device.state;
}

export const deviceTones: Record<DeviceItem['state'], Tone> = {
  online: 'normal',
  degraded: 'caution',
  offline: 'warning',
  unknown: 'unknown',
};

const agentTones: Record<AgentItem['state'], Tone> = { online: 'normal', offline: 'warning', unknown: 'unknown' };

/** What stands between the reader and any value of this device; null when nothing does. */
function coverOf(device: DeviceItem, agent: AgentItem | undefined, link: LinkState): Key | null {
  if (link === 'lost') return 'linkLostValue';
  if (agent === undefined || agent.state === 'unknown') return 'agentUnknown';
  if (agent.state === 'offline') return 'agentOffline';
  if (device.state === 'offline') return 'deviceOffline';
  return device.state === 'unknown' ? 'deviceUnknown' : null;
}

function whyOf(model: Model, device: DeviceItem, cover: Key | null, language: Language): string {
  if (cover !== null && cover !== 'deviceOffline' && cover !== 'deviceUnknown') return text(language, cover);
  const why = deviceWhyText(device, language);
  return why === '' && cover !== null ? commonFault(model, device, language) : why;
}

/** What ails most of a device's points, in words; empty when nothing does. */
export function commonFault(model: Model, device: DeviceItem, language: Language): string {
  const counts = new Map<FaultCode, number>();
  for (const { fault } of model.points.get(deviceKey(device))?.values() ?? []) {
    if (fault !== null && fault !== 'not-polled') counts.set(fault, (counts.get(fault) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined ? '' : faultText(most[0], language);
}

function pointView(name: string, item: LatestItem, cover: Key | null, seen: Seen): PointView {
  const { language } = seen;
  const label = pointText(name, language);
  if (cover === null && item.value !== null && item.quality !== 'bad') {
    const note = item.quality === 'uncertain' && item.fault !== null ? faultText(item.fault, language) : '';
    const tone = item.quality === 'good' ? 'normal' : 'caution';
    return {
      name,
      label,
      tone,
      value: valueText(item.value, language, name),
      unit: unitText(item.unit),
      note,
      age: ageOf(item.at, item.time, seen),
    };
  }
  const last = lastOf(item);
  const why = cover === null ? faultOf(item, last === null, language) : '';
  const was = last === null ? '' : text(language, 'last', { value: withUnit(last.value, item.unit, language, name) });
  return {
    name,
    label,
    tone: 'unknown',
    value: nothing,
    unit: '',
    note: [why, was].filter((part) => part !== '').join(' · '),
    age: last === null ? null : ageOf(last.at, item.time, seen),
  };
}

/** Why one point has no value; where its whole device is cut off, the device says why once. */
function faultOf(item: LatestItem, isNew: boolean, language: Language): string {
  if (item.fault !== null) return faultText(item.fault, language);
  return text(language, isNew ? 'neverRead' : 'noValue');
}

/** What was last known for good: the item's own value when only the way to it broke, else what the gateway remembers. */
function lastOf(item: LatestItem): { value: LatestItem['value']; at: string | null } | null {
  if (item.value !== null && item.quality === 'good') return { value: item.value, at: item.at };
  return item.lastGood;
}

function ageOf(at: string | null, time: LatestItem['time'], { isPast, now }: Seen): AgeOf {
  return { at, isEstimated: time === 'estimated', until: isPast === true ? now : null };
}
