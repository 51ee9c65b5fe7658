import { alertStateWords } from '../../contract/words/alert-states.ts';
import { agoWords, cityWords as words } from '../../contract/words/city.ts';
import type { StateRow } from '../store/views.ts';
import { isConnected } from './boxes.ts';
import { type Html, html, type Say } from './html.ts';
import { type CityLot, textOf } from './lots.ts';
import { type Box, boxText, legend, levelMarks, type Marker, mapSvg, mark, markWords } from './map.ts';
import { levelMark, stateOf, statusMark } from './marks.ts';

export type MapPage = {
  readonly lots: readonly CityLot[];
  /** Open ones, the most urgent first. */
  readonly alerts: readonly StateRow[];
  /** Where buildings are. */
  readonly places: readonly StateRow[];
  /** Districts that the reader may see and there is something of. */
  readonly districts: readonly string[];
  readonly district: string | null;
  readonly box: Box | null;
  readonly say: Say;
  readonly now: number;
};

/** Lots and alerts of all sites where they are, and beside it as a list. Pure. */
export function mapPage(of: MapPage): Html {
  const { say, district, box } = of;
  const isShown = (row: { readonly district: string }) => district === null || row.district === district;
  const lots = of.lots.filter(isShown).map((lot) => lotEntry(lot, say));
  const alerts = of.alerts.filter(isShown).map((row) => alertEntry(row, of));
  const markers = [...alerts, ...lots].flatMap(({ marker }) => marker ?? []);
  const zoomTo = (to: Box) => query({ district, box: to });
  const drawing = html`<figure>${mapSvg(markers, { say, box, zoomTo })}<figcaption>${legend(say)}</figcaption></figure>`;
  const list = (title: string, entries: readonly Entry[]) =>
    html`<h2>${title} (${entries.length})</h2>${entries.length === 0 ? html`<p>${say(words.nothing)}</p>` : html`<ul class="places">${entries.map(({ item }) => item)}</ul>`}`;
  return html`${filter(of)}<div class="map">${drawing}<div>${list(say(words.alerts), alerts)}${list(say(words.lots), lots)}</div></div>`;
}

function query({ district, box }: { district: string | null; box: Box | null }): string {
  const params = new URLSearchParams();
  if (district !== null) params.set('district', district);
  if (box !== null) params.set('box', boxText(box));
  return params.size === 0 ? '/map' : `/map?${params}`;
}

function filter({ districts, district, box, say }: MapPage): Html {
  const link = (name: string | null) =>
    html`<a id="f-${name ?? ''}" href="${query({ district: name, box: null })}"${name === district && box === null ? html` aria-current="true"` : ''}>${name === null ? say(words.all) : say.district(name)}</a>`;
  return html`<div class="filter" role="group" aria-label="${say(words.district)}">${[null, ...districts].map(link)}</div>`;
}

type Entry = { readonly marker: Marker | null; readonly item: Html };

const anchorOf = (kind: string, ...names: readonly string[]) => [kind, ...names].map(encodeURIComponent).join('-');

function lotEntry(lot: CityLot, say: Say): Entry {
  const { site, lot: id, district, location, figures, agreedAgo } = lot;
  const state = stateOf(lot);
  const anchor = anchorOf('lot', site, id);
  const name = say(lot.name);
  const glyph = state === 'free' ? String(figures?.free ?? '') : null;
  const isFaint = !isConnected({ agreedAgo });
  const counts = figures === null ? '' : countsText(figures, say);
  const age = agreedAgo === null ? say(words.never) : say(agoWords(agreedAgo));
  return {
    marker: location === null ? null : { anchor, ...location, state, glyph, name, isFaint },
    item: html`<li id="${anchor}" tabindex="-1">${mark(state, glyph)}<div><p><b>${name}</b> <span class="word s-${state}">${say(markWords[state])}</span></p>
<p>${counts}</p><p class="soft">${[say.district(district), site].filter(Boolean).join(' · ')} · ${say(words.age)} ${age}${location === null ? ` · ${say(words.noPosition)}` : ''}</p></div></li>`,
  };
}

function countsText(figures: NonNullable<CityLot['figures']>, say: Say): string {
  const { free, occupied, unknown, outOfService, capacity } = figures;
  const parts: [keyof typeof words, number][] = [
    ['free', free],
    ['occupied', occupied],
    ['unknown', unknown],
    ['outOfService', outOfService],
  ];
  const said = parts
    .filter(([key, count]) => key === 'free' || count > 0)
    .map(([key, count]) => `${say(words[key])} ${count}`);
  return `${said.join(' · ')} / ${say(words.capacity)} ${capacity}`;
}

function alertEntry(row: StateRow, { places, say, now }: MapPage): Entry {
  const { site, key, district, body, agreedAgo } = row;
  const anchor = anchorOf('alert', site, key);
  const location = locationOf(row, places);
  const name = say(textOf(body?.headline, key));
  const isFaint = !isConnected(row);
  const state = levelMarks[body?.level as keyof typeof levelMarks] ?? 'alert';
  const known = alertStateWords[body?.state as keyof typeof alertStateWords];
  const said = known === undefined ? String(body?.state) : say(known);
  const since = Date.parse(String(body?.since));
  const age = Number.isFinite(since) ? say(agoWords(now - since)) : '';
  const unsure = isFaint
    ? ` · ${say(words.notAgreed)} (${agreedAgo === null ? say(words.never) : say(agoWords(agreedAgo))})`
    : '';
  return {
    marker: location === null ? null : { anchor, ...location, state, glyph: null, name, isFaint },
    item: html`<li id="${anchor}" tabindex="-1">${mark(state)}<div><p><b>${name}</b> ${levelMark(body?.level, say)}${statusMark(body?.status, say)}</p>
<p>${said} · ${say(words.since)} ${age}</p><p class="soft">${[say.district(district), site].filter(Boolean).join(' · ')}${unsure}${location === null ? ` · ${say(words.noPosition)}` : ''}</p></div></li>`,
  };
}

/** Of its building; trouble of the installation is where the site's first place is. */
function locationOf({ site, body }: StateRow, places: readonly StateRow[]): { lat: number; lon: number } | null {
  const own = places.filter((place) => place.site === site);
  const at = (place: StateRow | undefined) => {
    const location = place?.body?.location as { lat?: unknown; lon?: unknown } | null | undefined;
    return typeof location?.lat === 'number' && typeof location.lon === 'number'
      ? { lat: location.lat, lon: location.lon }
      : null;
  };
  const building = own.find(({ key }) => key === `building/${body?.building}`);
  return at(building) ?? own.map(at).find((found) => found !== null) ?? null;
}
