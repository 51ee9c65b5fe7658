import {
  agoWords,
  clockWords,
  deviceStateNames,
  lastSaid,
  visitText,
  cityWords as words,
} from '../../contract/words/city.ts';
import type { Box } from './boxes.ts';
import { type Cell, districtCell, type Html, html, type Say, table } from './html.ts';

/** Gateways, the one that needs a visit most first. Pure. */
export function boxPage(all: readonly Box[], say: Say): Html {
  const head = [
    words.boxes,
    words.district,
    words.visit,
    words.agreed,
    words.lastSeq,
    words.backlog,
    words.clock,
    words.disk,
    words.wear,
    words.certificate,
    words.drill,
    words.version,
    words.devices,
  ];
  return table(
    head.map(say),
    all.map((box) => cells(box, say)),
    say(words.nothing),
  );
}

function cells(box: Box, say: Say): Cell[] {
  const { health, agreedAgo } = box;
  const age = agreedAgo === null ? say(words.never) : say(agoWords(agreedAgo));
  const agreed = health?.agreed;
  return [
    html`<a href="/gateways/${encodeURIComponent(box.id)}"><b>${box.id}</b></a><br><span class="soft">${box.sites.join(', ')}</span>`,
    districtCell(box.district, say),
    box.reasons.length === 0
      ? html`<span class="ok">${say(words.none)}</span>`
      : html`<ul class="bad">${box.reasons.map((reason) => html`<li>${say(visitText(reason))}</li>`)}</ul>`,
    html`<span class="${box.connected ? 'ok' : 'bad'}">${say(box.connected ? words.connected : words.notAgreed)}</span> <span class="soft">${age}</span>`,
    agreed === undefined ? '' : `${agreed.messages} · ${agreed.records}`,
    backlogText(box, say),
    clockText(box, say),
    health?.disk && health.disk.size > 0 ? `${Math.round((health.disk.free / health.disk.size) * 100)} %` : '',
    lifeText(box, say),
    daysText(box, say),
    drillText(box, say),
    health?.version ?? '',
    devicesText(box, say),
  ];
}

function backlogText({ health }: Box, say: Say): string {
  if (health === null) return '';
  const { messages, records, oldest } = health.backlog;
  const age = oldest === null ? '' : ` (${say(agoWords(health.at - oldest))})`;
  return `${messages} · ${records}${age}`;
}

function lifeText({ health }: Box, say: Say): string {
  const years = health?.lifeYears;
  if (years === undefined || years === null) return '';
  return years > 20 ? `> 20 ${say(words.years)}` : `${years.toFixed(1)} ${say(words.years)}`;
}

function daysText({ certificateDays: days }: Box, say: Say): string {
  return days === null ? '' : say({ ko: `${days}일`, en: `${days} d` });
}

function clockText({ skew }: Box, say: Say): string {
  if (skew === null) return '';
  const seconds = skew / 1000;
  // Rounded first: there is no "-0.0 s".
  return Math.abs(seconds) < 60 ? `${(Math.round(seconds * 10) / 10 || 0).toFixed(1)} s` : say(clockWords(seconds));
}

function drillText({ health }: Box, say: Say): string {
  const drill = health?.drill;
  const word = { ok: words.passed, failed: words.failed, overdue: words.overdue };
  return drill === 'ok' || drill === 'failed' || drill === 'overdue' ? say(word[drill]) : '';
}

/** How the devices of a gateway that is silent are now nobody knows. */
function devicesText({ health, connected }: Box, say: Say): string {
  const counts = Object.entries(health?.devices ?? {});
  if (counts.length === 0) return '';
  const text = (lang: 'ko' | 'en') =>
    counts
      .map(([state, count]) => `${deviceStateNames[state as keyof typeof deviceStateNames]?.[lang] ?? state} ${count}`)
      .join(', ');
  const said = { ko: text('ko'), en: text('en') };
  return say(connected ? said : lastSaid(said));
}
