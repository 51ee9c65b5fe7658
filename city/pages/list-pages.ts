import { alertStateWords } from '../../contract/words/alert-states.ts';
import { ackOutcomes, agoWords, cityWords as words } from '../../contract/words/city.ts';
import { availability } from '../feeds/kpi.ts';
import type { IndicatorRow, StateRow } from '../store/views.ts';
import { isConnected } from './boxes.ts';
import { type Cell, districtCell, type Html, html, type Say, table } from './html.ts';
import { type CityLot, summed, textOf } from './lots.ts';
import { mark, markWords } from './map.ts';
import { levelMark, stateOf, statusMark } from './marks.ts';

/** Lots, alerts and indicators as tables. Pure. */

export function lotPage(lots: readonly CityLot[], say: Say): Html {
  const head = [
    ...[words.lot, words.state, words.free, words.occupied, words.unknown, words.outOfService, words.capacity],
    ...[words.district, words.site, words.age],
  ];
  const rows = lots.map((lot) => {
    const { figures, agreedAgo } = lot;
    const state = stateOf(lot);
    // A column with a word in it is none of numbers, so nobody adds it up.
    const of = (count: number | undefined): Cell => count ?? '–';
    return [
      html`<b>${say(lot.name)}</b>`,
      html`<span class="s-${state}">${mark(state)} ${say(markWords[state])}</span>`,
      ...[
        of(figures?.free),
        of(figures?.occupied),
        of(figures?.unknown),
        of(figures?.outOfService),
        of(figures?.capacity),
      ],
      ...[districtCell(lot.district, say), lot.site],
      html`<span class="age">${agreedAgo === null ? say(words.never) : say(agoWords(agreedAgo))}</span>`,
    ];
  });
  return table(head.map(say), rows, say(words.nothing));
}

export type AlertPage = {
  readonly say: Say;
  /** What came of what was asked, by `site/alert`; null: nothing yet. */
  readonly asked: ReadonlyMap<string, string | null>;
  readonly mayAct: (district: string) => boolean;
  readonly now: number;
};

export function alertPage(alerts: readonly StateRow[], { say, asked, mayAct, now }: AlertPage): Html {
  const head = [words.level, words.what, words.state, words.since, words.district, words.site, words.acknowledge];
  const rows = alerts.map((row) => {
    const body = row.body ?? {};
    const outcome = asked.get(`${row.site}/${row.key}`);
    const answered = outcome === undefined ? '' : outcome === null ? say(words.asked) : outcomeText(outcome, say);
    const form = html`<form method="post" action="/api/v1/alerts/${row.site}/${row.key}/acknowledge">
<input type="hidden" name="version" value="${String(body.version)}"><button id="ack-${row.site}-${row.key}">${say(words.acknowledge)}</button></form>`;
    const since = Date.parse(String(body.since));
    const state = alertStateWords[body.state as keyof typeof alertStateWords];
    return [
      html`${levelMark(body.level, say)}${statusMark(body.status, say)}`,
      say(textOf(body.headline, row.key)),
      html`${state === undefined ? String(body.state) : say(state)}${isConnected(row) ? '' : html`<br><b>${say(words.notAgreed)}</b> <span class="soft">${row.agreedAgo === null ? '' : say(agoWords(row.agreedAgo))}</span>`}`,
      Number.isFinite(since) ? html`<span class="age">${say(agoWords(now - since))}</span>` : '',
      ...[districtCell(row.district, say), row.site],
      html`${answered} ${mayAct(row.district) && body.acknowledged === null ? form : ''}`,
    ];
  });
  return table(head.map(say), rows, say(words.nothing));
}

function outcomeText(outcome: string, say: Say): string {
  const known = ackOutcomes[outcome];
  return known === undefined ? outcome : say(known);
}

export type IndicatorPage = {
  readonly lots: readonly CityLot[];
  readonly alerts: readonly StateRow[];
  readonly devices: readonly StateRow[];
  readonly hours: readonly IndicatorRow[];
  /** Spaces that the public may use, known now or not, by district. */
  readonly capacity: ReadonlyMap<string, number>;
  readonly say: Say;
};

/** By district as it stands, and by district and hour. */
export function indicatorPage({ lots, alerts, devices, hours, capacity, say }: IndicatorPage): Html {
  const districts = [...new Set([...lots, ...alerts, ...devices].map(({ district }) => district))].sort();
  const now = districts.map((district) => {
    const isOwn = (row: { readonly district: string }) => row.district === district;
    const of = summed(lots.filter(isOwn));
    const { available, devices: all, unknown } = availability(devices.filter(isOwn));
    return [
      html`<b>${say.district(district)}</b>`,
      percent(of.occupancy),
      `${of.known} / ${of.lots}`,
      alerts.filter(isOwn).length,
      percent(available),
      `${all - unknown} / ${all}`,
    ];
  });
  const nowHead = [
    ...[words.district, words.occupancy, words.lotsKnown, words.alerts, words.availability, words.devicesKnown],
  ];
  const byHour = hours.map((row) => {
    const spaces = capacity.get(row.district) ?? 0;
    return [
      hourText(row.hour),
      districtCell(row.district, say),
      percent(share(row.occupied, row.free + row.occupied)),
      percent(share(row.lotsKnown, row.lots)),
      row.arrivals,
      spaces === 0 ? '–' : (row.arrivals / spaces).toFixed(2),
      row.alerts,
      percent(share(row.devicesAvailable, row.devicesKnown)),
    ];
  });
  const hourHead = [
    ...[words.hour, words.district, words.occupancy, words.coverage, words.arrivals, words.turnover],
    ...[words.alertCount, words.availability],
  ];
  return html`<h2>${say(words.now)}</h2>${table(nowHead.map(say), now, say(words.nothing))}<h2>${say(words.lastDay)}</h2>${table(hourHead.map(say), byHour, say(words.nothing))}`;
}

/** Null where nothing was known. */
const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
const percent = (value: number | null) => (value === null ? '–' : `${Math.round(value * 100)} %`);

const hourMs = 3_600_000;
/** Korea keeps UTC+9 all year. */
const koreaMs = 9 * hourMs;

/** On the clock of Korea, where the districts are. */
function hourText(hour: number): string {
  return new Date(hour * hourMs + koreaMs).toISOString().slice(5, 16).replace('T', ' ');
}
