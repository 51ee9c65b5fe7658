import type { AgentHealthItem, AgentItem } from '../../../contract/http/live.ts';
import { deviceWords } from '../../text/devices.ts';
import { faultText } from '../../text/format.ts';
import type { Language } from '../../text/text.ts';
import { filled } from '../../text/words.ts';

/** What agents tell of themselves, as text. Pure. */

export type Polls = AgentHealthItem['devices'][number];
export type BusFigures = AgentHealthItem['buses'][number];

export type Uplinks = AgentHealthItem['uplinks'][number];

export function healthOf(
  items: readonly AgentHealthItem[],
  { site, agent }: { readonly site: string; readonly agent: string },
): AgentHealthItem | undefined {
  return items.find((item) => item.site === site && item.agent === agent);
}

/** A share of what was asked, in percent: 100 only when all was answered, 0 only when nothing was. */
export function percentText({ asked, answered }: Pick<Polls, 'asked' | 'answered'>): string {
  if (answered === asked) return '100';
  if (answered === 0) return '0';
  return Math.min(99.9, Math.max(0.1, (100 * answered) / asked)).toFixed(1);
}

export function msText(ms: number | null): string {
  return ms === null ? '–' : ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}

export function sizeText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

/** Its faults since the health before, the most first; empty without any. */
export function faultsText({ faults }: Pick<BusFigures, 'faults'>, language: Language): string {
  return Object.entries(faults)
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => `${faultText(code as keyof typeof faults, language)} ${count}`)
    .join(', ');
}

type Backlog = Pick<AgentItem, 'agent' | 'state' | 'backlog'>;

/** What an agent has still to send. One that is away has more than it told last, nobody knows how much. */
export function backlogText({ state, backlog }: Backlog, language: Language): string {
  if (state === 'offline') return deviceWords.backlogAway[language];
  if (backlog === null) return deviceWords.backlogUnknown[language];
  return filled(deviceWords.backlog[language], { count: backlog });
}

/** Every agent but those that are known to have sent everything. */
export function backlogsOf(agents: Iterable<Backlog>, language: Language): { agent: string; text: string }[] {
  return [...agents]
    .filter(({ state, backlog }) => state !== 'online' || backlog !== 0)
    .map((agent) => ({ agent: agent.agent, text: backlogText(agent, language) }));
}
