import type { AgentItem, DeviceItem, LatestItem } from '../../../contract/http/live.ts';
import { agentKey, deviceKey, devicesOf, type Model } from '../../gateway/model.ts';
import { ageText, deviceWhyText, faultText, pointText } from '../../text/format.ts';
import { agentStateWords, deviceStateWords, type Key, text } from '../../text/text.ts';
import { anchorOf, commonFault, deviceTones, type Seen, sinceText, type Tone } from './view.ts';

/** The first line: is anything wrong, where, since when. */
export type Headline = {
  readonly tone: Tone;
  readonly text: string;
  readonly problems: readonly Problem[];
  readonly more: string;
};

/**
 * One cause, not each of its effects: an agent that is away stands for its devices. `lead` is what, where and since when,
 * short enough for the first line.
 */
export type Problem = {
  readonly key: string;
  readonly tone: Tone;
  readonly lead: string;
  readonly text: string;
  readonly anchor: string | null;
};

const shown = 8;
const urgency: Record<Tone, number> = { warning: 0, unknown: 1, caution: 2, normal: 3 };

export function headlineOf(model: Model, seen: Seen): Headline {
  const { language } = seen;
  if (seen.link === 'connecting') return { tone: 'unknown', text: text(language, 'loading'), problems: [], more: '' };
  if (seen.link === 'lost') return lostLine(seen);
  if (model.devices.size === 0)
    return { tone: 'unknown', text: text(language, 'nothingConfigured'), problems: [], more: '' };
  const found = findProblems(model, seen).sort(
    (a, b) => urgency[a.tone] - urgency[b.tone] || earlier(a.sinceMs, b.sinceMs),
  );
  const problems = found.slice(0, shown).map(({ tell }) => tell());
  const unknown = found.filter((problem) => problem.tone === 'unknown').length;
  const wrong = found.length - unknown;
  const parts = [
    wrong > 0 ? text(language, 'wrong', { count: wrong }) : '',
    unknown > 0 ? text(language, 'unknownCount', { count: unknown }) : '',
  ].filter((part) => part !== '');
  const rest = found.length - shown;
  return {
    tone: found[0]?.tone ?? 'normal',
    text: problems[0] === undefined ? wellLine(model, seen) : `${parts.join(' · ')}: ${problems[0].lead}`,
    problems,
    more: rest > 0 ? text(language, 'more', { count: rest }) : '',
  };
}

function lostLine(seen: Seen): Headline {
  const age = ageText(seen.now - seen.heardAt, seen.language);
  const line = `${text(seen.language, 'linkLost')} · ${text(seen.language, 'linkLostSince', { age })}`;
  return { tone: 'unknown', text: line, problems: [], more: '' };
}

/** That every device answers says nothing of what it measures: in a fire this line stands as well. */
function wellLine(model: Model, seen: Seen): string {
  const online = text(seen.language, 'allOnline', { devices: model.devices.size });
  return `${online} · ${text(seen.language, 'notJudged')}`;
}

/** Words are made for those alone that are shown: of a thousand devices hundreds may be ill. */
type Found = { readonly tone: Tone; readonly sinceMs: number; tell(): Problem };

function findProblems(model: Model, seen: Seen): Found[] {
  const agents = [...model.agents.values()].filter((agent) => agent.state !== 'online');
  const heard = [...model.devices.values()].filter((device) => model.agents.get(agentKey(device))?.state === 'online');
  return [
    ...agents.map((agent) => agentProblem(model, agent, seen)),
    ...heard.flatMap((device) => deviceProblem(model, device, seen)),
  ];
}

function agentProblem(model: Model, agent: AgentItem, seen: Seen): Found {
  const { language } = seen;
  const never = agent.state === 'unknown' && agent.epoch === null;
  const sinceMs = never ? Number.POSITIVE_INFINITY : sinceMsOf(agent.since);
  const tone = agent.state === 'offline' ? 'warning' : 'unknown';
  const tell = () => {
    const devices = devicesOf(model, agent);
    const name = `${text(language, 'agent')} ${agent.agent} ${agentStateWords[agent.state][language].toLowerCase()}`;
    const since = never ? text(language, 'agentNeverHeard') : sinceOr(model, agent.site, sinceMs, seen);
    const effect = devices.length > 0 ? text(language, 'devicesUnknown', { count: devices.length }) : '';
    const anchor = devices[0] === undefined ? null : anchorOf(model, devices[0]);
    return {
      key: agentKey(agent),
      tone,
      lead: join([name, since]),
      text: join([name, effect, since]),
      anchor,
    } as const;
  };
  return { tone, sinceMs, tell };
}

function deviceProblem(model: Model, device: DeviceItem, seen: Seen): Found[] {
  if (device.state === 'online') return pointProblem(model, device, seen);
  const { language } = seen;
  const sinceMs = sinceMsOf(device.since);
  const tone = deviceTones[device.state];
  const tell = () => {
    const since = sinceOr(model, device.site, sinceMs, seen);
    const name = `${device.device} ${deviceStateWords[device.state][language].toLowerCase()}`;
    // Of what comes by radio nothing is asked, so that nothing stays unanswered: its own reason says it better.
    const fault = device.reason?.code === 'no-uplink' ? '' : commonFault(model, device, language);
    const why = fault !== '' ? fault : deviceWhyText(device, language);
    const [lead, words] = [join([name, since]), join([name, why, since])];
    return { key: deviceKey(device), tone, lead, text: words, anchor: anchorOf(model, device) };
  };
  return [{ tone, sinceMs, tell }];
}

/** A device that answers and yet has points without a value, or with one nobody should rely on. */
function pointProblem(model: Model, device: DeviceItem, seen: Seen): Found[] {
  const points = [...(model.points.get(deviceKey(device)) ?? [])];
  const bad = points.filter(([, item]) => item.quality === 'bad' || item.value === null);
  const doubtful = points.filter(([, item]) => item.quality === 'uncertain' && item.value !== null);
  const [some, key, tone]: [typeof bad, Key, Tone] =
    bad.length > 0 ? [bad, 'badPoints', 'unknown'] : [doubtful, 'doubtfulPoints', 'caution'];
  if (some.length === 0) return [];
  const sinceMs = Math.min(...some.map(([, item]) => sinceMsOf(item.lastGood?.at ?? null)));
  const tell = () => {
    const name = `${device.device} ${text(seen.language, key, { count: some.length })}`;
    const since = sinceOr(model, device.site, sinceMs, seen);
    const lines = some.slice(0, 2).map(([point, item]) => pointLine(point, item, seen));
    const [lead, words] = [join([name, since]), join([name, ...lines, since])];
    return { key: deviceKey(device), tone, lead, text: words, anchor: anchorOf(model, device) };
  };
  return [{ tone, sinceMs, tell }];
}

function pointLine(point: string, item: LatestItem, { language }: Seen): string {
  const label = pointText(point, language);
  return item.fault === null ? label : `${label}: ${faultText(item.fault, language)}`;
}

/** The longest lasting first, those nobody knows the beginning of last. */
function earlier(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** Infinite where nobody knows since when. */
function sinceMsOf(since: string | null): number {
  return since === null ? Number.POSITIVE_INFINITY : Date.parse(since);
}

function sinceOr(model: Model, site: string, sinceMs: number, seen: Seen): string {
  return Number.isFinite(sinceMs) ? sinceText(model, site, sinceMs, seen) : '';
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
