import type { AgentHealthItem, AgentItem, DeviceItem } from '../../../contract/http/live.ts';
import { deviceReasonText } from '../../../contract/words/devices.ts';
import type { Language } from '../../../contract/words/language.ts';
import { printable, table, width } from '../output.ts';
import { stateWords, topWords } from './words.ts';

/** What is known of a gateway. `alerts` is null where the token may not see them, or none came yet. */
export type Seen = {
  readonly agents: readonly AgentItem[];
  readonly health: readonly AgentHealthItem[];
  readonly devices: readonly DeviceItem[];
  readonly alerts: { readonly open: number; readonly unacknowledged: number } | null;
  /** lost: nothing is known of now. `heardAt` is epoch ms. */
  readonly link: 'live' | 'lost';
  readonly heardAt: number;
};

export type Screen = {
  readonly columns: number;
  readonly rows: number;
  readonly language: Language;
  readonly now: number;
};

const worstFirst = ['offline', 'unknown', 'degraded', 'online'] as const;

/** The screen as lines, none wider than it. What does not fit is said. Pure. */
export function topLines(seen: Seen, screen: Screen): string[] {
  const known = seen.link === 'live' ? seen : unknownNow(seen);
  const head = [headOf(known, screen), ''];
  const agents = agentLines(known, screen);
  const buses = busLines(known, screen);
  const room = Math.max(2, screen.rows - head.length - agents.length - buses.length - 1);
  const lines = [...head, ...agents, '', ...buses, ...deviceLines(known, screen, room - 2)];
  return lines.slice(0, screen.rows).map((line) => cut(line, screen.columns));
}

/** A gateway that is not heard vouches for nothing that it said. */
function unknownNow(seen: Seen): Seen {
  return {
    ...seen,
    agents: seen.agents.map((agent) => ({ ...agent, state: 'unknown', backlog: null, clock: null })),
    devices: seen.devices.map((device) => ({ ...device, state: 'unknown', why: null, reason: null })),
    health: [],
    alerts: null,
  };
}

function headOf({ devices, alerts, link, heardAt }: Seen, { language, now }: Screen): string {
  const say = (key: keyof typeof topWords) => topWords[key][language];
  const counts = worstFirst
    .toReversed()
    .map((state) => [state, devices.filter((device) => device.state === state).length] as const)
    .filter(([state, count]) => count > 0 || state === 'online')
    .map(([state, count]) => `${stateWords[state][language]} ${count}`);
  const alarms =
    alerts === null
      ? `${say('alerts')} ${say('notJudged')}`
      : `${say('alerts')} ${alerts.open} (${say('unacknowledged')} ${alerts.unacknowledged})`;
  const lost = link === 'live' ? [] : [`${say('lost')} ${ageText(now - heardAt)}`];
  return ['jari top', ...lost, alarms, `${say('devices')} ${devices.length}: ${counts.join(' · ')}`].join('  |  ');
}

function agentLines({ agents, health }: Seen, { language }: Screen): string[] {
  const say = (key: keyof typeof topWords) => topWords[key][language];
  const head = (['agent', 'state', 'backlog', 'missing', 'clock', 'disk', 'memory', 'loop', 'version'] as const).map(
    say,
  );
  const rows = agents.map((agent) => {
    const told = health.find((one) => one.site === agent.site && one.agent === agent.agent);
    return [
      agent.agent,
      stateWords[agent.state][language],
      agent.backlog === null ? '?' : String(agent.backlog),
      String(agent.missing),
      agent.clock ?? '?',
      bytesText(told?.diskFree ?? null),
      bytesText(told?.rss ?? null),
      told?.loopP99Ms === undefined || told.loopP99Ms === null ? '?' : `${Math.round(told.loopP99Ms)} ms`,
      told?.version ?? '?',
    ];
  });
  return table(head, rows).split('\n');
}

function busLines({ health }: Seen, { language }: Screen): string[] {
  const say = (key: keyof typeof topWords) => topWords[key][language];
  const rows = health.flatMap(({ agent, buses }) =>
    buses.map(({ bus, state, load, faults }) => [
      `${agent}/${bus}`,
      say(state),
      `${Math.round(load * 100)} %`,
      Object.entries(faults)
        .map(([fault, count]) => `${fault} ${count}`)
        .join(', '),
    ]),
  );
  return rows.length === 0
    ? []
    : table([say('buses'), say('state'), say('load'), say('faults')], rows)
        .split('\n')
        .concat('');
}

/** The worst first, and of those the newest. */
function deviceLines({ devices, health }: Seen, { language, now }: Screen, room: number): string[] {
  const say = (key: keyof typeof topWords) => topWords[key][language];
  const rank = ({ state }: DeviceItem) => worstFirst.indexOf(state);
  const sorted = devices.toSorted((a, b) => rank(a) - rank(b) || Date.parse(b.since ?? '') - Date.parse(a.since ?? ''));
  const shown = sorted.length > room ? sorted.slice(0, Math.max(1, room - 1)) : sorted;
  const rows = shown.map((device) => [
    stateWords[device.state][language],
    device.device,
    `${device.agent}/${device.bus}`,
    device.since === null ? '' : ageText(now - Date.parse(device.since)),
    pollsText(health, device) || radioText(health, device, language),
    device.reason === null ? (device.why ?? '') : deviceReasonText(device.reason)[language],
  ]);
  const lines = table([say('state'), say('device'), say('buses'), say('since'), say('polls'), say('why')], rows).split(
    '\n',
  );
  const more = sorted.length - shown.length;
  return more === 0 ? lines : [...lines, topWords.more[language].replace('{count}', String(more))];
}

/** Share that was answered and the usual time it took; `!` where it is only probed. */
function pollsText(health: Seen['health'], { site, agent, device }: DeviceItem): string {
  const told = health.find((one) => one.site === site && one.agent === agent);
  const polls = told?.devices.find((one) => one.device === device);
  if (polls === undefined || polls.asked === 0) return '';
  const share = Math.floor((1000 * polls.answered) / polls.asked) / 10;
  const ms = polls.p50Ms === null ? '' : ` ${Math.round(polls.p50Ms)} ms`;
  return `${polls.probed ? '! ' : ''}${share} %${ms}`;
}

/** How far above the least signal it is heard, its battery, and the share of its messages that came. */
function radioText(health: Seen['health'], { site, agent, device }: DeviceItem, language: Language): string {
  const told = health.find((one) => one.site === site && one.agent === agent);
  const radio = told?.uplinks.find((one) => one.device === device);
  if (radio === undefined) return '';
  const { heard, lost, margin, battery } = radio;
  const parts = [
    heard === 0 ? topWords.unheard[language] : `${Math.floor((1000 * heard) / (heard + lost)) / 10} %`,
    margin === null ? '' : `${margin > 0 ? '+' : ''}${margin} dB`,
    battery === null ? '' : `${topWords.battery[language]} ${battery} %`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function bytesText(bytes: number | null): string {
  if (bytes === null) return '?';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power > 2 ? 1 : 0)} ${units[power]}`;
}

function ageText(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  return s < 86_400 ? `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min` : `${Math.floor(s / 86_400)} d`;
}

function cut(line: string, columns: number): string {
  if (width(line) <= columns) return line;
  let kept = '';
  for (const char of printable(line)) {
    if (width(kept + char) > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}
