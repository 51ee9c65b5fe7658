import { alertStateWords } from '../../../contract/words/alert-states.ts';
import type { AlertItem } from '../../gateway/items.ts';
import { agentKey, type Model } from '../../gateway/model.ts';
import { itemsOf } from '../../gateway/offered.ts';
import { overviewWords } from '../../text/overview.ts';
import { type Language, text } from '../../text/text.ts';
import { type Tone, urgency } from '../../text/tones.ts';
import { filled } from '../../text/words.ts';
import { barOf, byUrgency, isAside, isUnacknowledged, toneOf } from '../alerts/view.ts';
import { headlineOf } from '../live/headline.ts';
import { type Seen, sinceText, trustedState } from '../live/view.ts';

/** What needs a person now, and how the site stands at a glance. Pure. */

export type Need = {
  readonly key: string;
  readonly tone: Tone;
  /** What and where, short enough for the first line. */
  readonly lead: string;
  readonly text: string;
  /** Path of the page where it is seen to; null where there is none. */
  readonly path: string | null;
};

export type Overview = {
  readonly tone: Tone;
  readonly headline: string;
  readonly needs: readonly Need[];
  readonly more: string;
};

const shown = 8;

/** Alerts that nobody is on or that wait for a reset, and troubles of devices: the most urgent first. */
export function overviewOf(model: Model, seen: Seen): Overview {
  const { language } = seen;
  const devices = headlineOf(model, seen);
  // Nothing is known: then no count of things to do is either.
  if (seen.link === 'lost' || seen.link === 'connecting' || model.devices.size === 0) {
    return { tone: devices.tone, headline: devices.text, needs: [], more: '' };
  }
  const needs: Need[] = [
    ...waiting(itemsOf(model.alerts)).map((alert) => alertNeed(model, alert, seen)),
    ...devices.problems.map(({ key, tone, lead, text: words, anchor }) => ({
      key,
      tone,
      lead,
      text: words,
      path: anchor === null ? null : `/devices/${anchor}`,
    })),
  ].sort((a, b) => urgency[a.tone] - urgency[b.tone]);
  const hidden = Math.max(0, needs.length - shown);
  const more = [hidden > 0 ? word('more', language, { count: hidden }) : '', devices.more].filter(
    (part) => part !== '',
  );
  const [first] = needs;
  return {
    tone: first?.tone ?? 'normal',
    headline:
      first === undefined
        ? wellLine(model, language)
        : `${word('todo', language, { count: needs.length })}: ${first.lead}`,
    needs: needs.slice(0, shown),
    more: more.join(' · '),
  };
}

/** Nothing to do is only said of what is looked at: without a service that judges, that is said instead. */
function wellLine(model: Model, language: Language): string {
  const online = word('online', language, { devices: model.devices.size });
  if (model.alerts.state !== 'there') return `${online} · ${text(language, 'notJudged')}`;
  const open = barOf(itemsOf(model.alerts)).open;
  const alerts = open === 0 ? word('noAlerts', language) : word('open', language, { count: open });
  return `${word('nothingToDo', language)} · ${alerts} · ${online}`;
}

function waiting(alerts: readonly AlertItem[]): AlertItem[] {
  return alerts
    .filter((alert) => !isAside(alert) && (isUnacknowledged(alert) || alert.state === 'latched'))
    .toSorted(byUrgency);
}

function alertNeed(model: Model, alert: AlertItem, seen: Seen): Need {
  const since = sinceText(model, alert.site, Date.parse(alert.since), seen);
  // Its condition is gone, or still there: the headline alone says nothing of that.
  const over =
    alert.state === 'latched' || alert.state === 'rtn-unack' ? [alertStateWords[alert.state][seen.language]] : [];
  // Which equipment is ill stands in the reason alone.
  const cause = alert.hazard === 'equipment' ? [alert.why[seen.language]] : [];
  return {
    key: `alert ${alert.alert}`,
    tone: toneOf(alert),
    lead: alert.headline[seen.language],
    text: [alert.headline[seen.language], ...cause, ...over, since].join(' · '),
    path: `/alerts/${alert.alert}`,
  };
}

export type AgentSummary = {
  readonly all: number;
  readonly online: number;
  readonly degraded: number;
  readonly offline: number;
  readonly unknown: number;
};

/** How many devices of each agent are how, by its key; those nobody vouches for are unknown. */
export function summariesOf(model: Model, seen: Seen): ReadonlyMap<string, AgentSummary> {
  const sums = new Map([...model.agents.keys()].map((key) => [key, { ...noDevices }]));
  let of = { site: '', agent: '' };
  let key = '';
  for (const device of model.devices.values()) {
    // They come agent by agent: a key is made for the first of each.
    if (device.agent !== of.agent || device.site !== of.site) {
      of = device;
      key = agentKey(device);
    }
    const sum = sums.get(key);
    if (sum === undefined) continue;
    sum.all += 1;
    sum[trustedState(device, model.agents.get(key), seen.link)] += 1;
  }
  return sums;
}

export const noDevices = { all: 0, online: 0, degraded: 0, offline: 0, unknown: 0 };

function word(
  key: keyof typeof overviewWords,
  language: Language,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return filled(overviewWords[key][language], values);
}
