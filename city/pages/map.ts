import type { Level } from '../../contract/hazards.ts';
import { cityWords } from '../../contract/words/city.ts';
import { levelNames } from '../../contract/words/hazards.ts';
import type { Words } from '../../contract/words/words.ts';
import { type Html, html, type Say } from './html.ts';

/** Positions as a drawing of one's own: no tiles from outside, which a closed network has not. Pure. */

/** An alert by its level; `alert` is one whose level this city does not know. */
type AlertMark = 'severe' | 'warning' | 'caution' | 'attention' | 'alert';
export type MarkState = AlertMark | 'free' | 'full' | 'open' | 'closed' | 'unknown';
export const levelMarks: { readonly [level in Level]: AlertMark } = {
  심각: 'severe',
  경계: 'warning',
  주의: 'caution',
  관심: 'attention',
};
export const markWords: { readonly [state in MarkState]: Words } = {
  severe: levelNames.심각,
  warning: levelNames.경계,
  caution: levelNames.주의,
  attention: levelNames.관심,
  alert: cityWords.alert,
  free: cityWords.available,
  full: cityWords.full,
  open: cityWords.open,
  closed: cityWords.closed,
  unknown: cityWords.unknown,
};

export type Marker = {
  /** Where its entry is. */
  readonly anchor: string;
  readonly lat: number;
  readonly lon: number;
  readonly state: MarkState;
  /** In its shape: a number, or the state's own glyph. */
  readonly glyph: string | null;
  readonly name: string;
  /** Nothing of its gateway was agreed within 60 s. */
  readonly isFaint: boolean;
};

export type Box = { readonly south: number; readonly west: number; readonly north: number; readonly east: number };

const width = 600;
const height = 520;
const margin = 40;
/** Marks that would touch are one: a finger hits what is 24 px wide, also where the map is 390 px. */
const apart = 44;
/** A map of less is no help: some 400 m; of a part that somebody looks at, some 90 m. Degrees. */
const leastSpan = 0.004;
const leastPart = 0.0008;
/** What lies within this does not come apart by looking closer: some 10 m. */
const onePlace = 0.0001;

type Placed = Marker & { readonly x: number; readonly y: number };
type Cluster = { readonly x: number; readonly y: number; readonly members: readonly Placed[] };

/** Degrees of longitude are shorter than those of latitude by this. */
const shrink = (lat: number) => Math.cos((lat * Math.PI) / 180);

/** `zoomTo`: where the map of a part is. */
export function mapSvg(
  markers: readonly Marker[],
  of: { say: Say; box: Box | null; zoomTo: (box: Box) => string },
): Html {
  const { say, box, zoomTo } = of;
  const inside = box === null ? markers : markers.filter((marker) => isIn(marker, box));
  const frame = box === null ? frameOf(spanOf(inside), leastSpan) : frameOf(box, leastPart);
  const clusters = clustersOf(inside.map((marker) => ({ ...marker, ...frame.place(marker) })));
  const named = namedOf(clusters);
  const marks = clusters.map((cluster) =>
    cluster.members.length === 1 ? single(cluster, say, named.has(cluster)) : several(cluster, say, zoomTo),
  );
  return html`<svg viewBox="0 0 ${width} ${height}" role="group" aria-label="${say(cityWords.mapLabel)}">${marks}${scaleBar(frame.metresPerUnit)}</svg>`;
}

function isIn({ lat, lon }: Marker, { south, west, north, east }: Box): boolean {
  return lat >= south && lat <= north && lon >= west && lon <= east;
}

function spanOf(markers: readonly Marker[]): Box {
  const [lats, lons] = [markers.map(({ lat }) => lat), markers.map(({ lon }) => lon)];
  if (markers.length === 0) return { south: 0, west: 0, north: 0, east: 0 };
  return { south: Math.min(...lats), north: Math.max(...lats), west: Math.min(...lons), east: Math.max(...lons) };
}

/** Equal metres to both sides, the north on top. */
function frameOf({ south, west, north, east }: Box, least: number) {
  const lat = (south + north) / 2;
  const lon = (west + east) / 2;
  const k = shrink(lat);
  const spanX = Math.max((east - west) * k, least);
  const spanY = Math.max(north - south, least);
  const unitsPerDegree = Math.min((width - 2 * margin) / spanX, (height - 2 * margin) / spanY);
  return {
    metresPerUnit: 111_320 / unitsPerDegree,
    place: (at: { lat: number; lon: number }) => ({
      x: width / 2 + (at.lon - lon) * k * unitsPerDegree,
      y: height / 2 - (at.lat - lat) * unitsPerDegree,
    }),
  };
}

const alertRanks: readonly MarkState[] = ['severe', 'alert', 'warning', 'caution', 'attention'];
const ranks: readonly MarkState[] = [...alertRanks, 'unknown', 'closed', 'full', 'open', 'free'];
const rankOf = ({ state }: Marker) => ranks.indexOf(state);

/** The worst first, so that a cluster lies where its worst member is. */
export function clustersOf(markers: readonly Placed[]): Cluster[] {
  const found: { x: number; y: number; members: Placed[] }[] = [];
  for (const marker of markers.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    const near = found.find(({ x, y }) => Math.hypot(x - marker.x, y - marker.y) < apart);
    if (near === undefined) found.push({ x: marker.x, y: marker.y, members: [marker] });
    else near.members.push(marker);
  }
  return found;
}

/** Whose name has room: it covers no mark and no other name. The list beside has all of them. */
function namedOf(clusters: readonly Cluster[]): Set<Cluster> {
  const taken = clusters.map(({ x, y }) => ({ x, y, half: 24, tall: 24 }));
  const named = new Set<Cluster>();
  for (const cluster of clusters.filter(({ members }) => members.length === 1)) {
    const tag = {
      x: cluster.x,
      y: cluster.y + 36,
      half: 6.5 * widthOf(shortened(cluster.members[0]?.name ?? '')),
      tall: 10,
    };
    const isFree = taken.every(
      ({ x, y, half, tall }) =>
        (x === cluster.x && y === cluster.y) ||
        Math.abs(x - tag.x) > half + tag.half ||
        Math.abs(y - tag.y) > tall + tag.tall,
    );
    if (!isFree || tag.x - tag.half < 0 || tag.x + tag.half > width || tag.y > height - 6) continue;
    named.add(cluster);
    taken.push(tag);
  }
  return named;
}

function single({ x, y, members: [marker] }: Cluster, say: Say, isNamed: boolean): Html {
  if (marker === undefined) return html``;
  const { anchor, name, state, isFaint } = marker;
  const label = `${name}: ${say(markWords[state])}${isFaint ? ` (${say(cityWords.notAgreed)})` : ''}`;
  return html`<a href="#${anchor}" id="m-${anchor}" aria-label="${label}"><g transform="translate(${round(x)} ${round(y)})" class="s-${state}${isFaint ? ' faint' : ''}"><title>${label}</title>${shape(state, marker.glyph)}${isNamed ? html`<text class="tag" y="36">${shortened(name)}</text>` : ''}</g></a>`;
}

function several({ x, y, members }: Cluster, say: Say, zoomTo: (box: Box) => string): Html {
  const [worst] = members;
  const { south, west, north, east } = spanOf(members);
  const isOnePlace = north - south < onePlace && east - west < onePlace;
  const pad = 0.0002;
  const box = { south: south - pad, west: west - pad, north: north + pad, east: east + pad };
  const href = isOnePlace ? `#${worst?.anchor ?? ''}` : zoomTo(box);
  const state = worst?.state ?? 'unknown';
  const counts = ranks.flatMap((each) => {
    const count = members.filter((member) => member.state === each).length;
    return count === 0 ? [] : [`${say(markWords[each])} ${count}`];
  });
  const label = counts.join(', ');
  return html`<a href="${href}" id="m-c-${worst?.anchor ?? ''}" aria-label="${label}"><g transform="translate(${round(x)} ${round(y)})" class="s-${state}"><title>${label}</title><rect class="shape" x="-21" y="-21" width="42" height="42" rx="12" stroke-dasharray="7 3"/>${alertRanks.includes(state) ? html`<text class="glyph" y="-8">!</text><text class="glyph" y="9">${members.length}</text>` : html`<text class="glyph">${members.length}</text>`}</g></a>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

const most = 12;
/** In syllables of Hangul: a Latin letter takes little more than half of one. */
const widthOf = (name: string) => [...name].reduce((sum, letter) => sum + (letter < '\u0300' ? 0.6 : 1), 0);

function shortened(name: string): string {
  if (widthOf(name) <= most) return name;
  const letters = [...name];
  while (widthOf(letters.join('')) > most - 1) letters.pop();
  return `${letters.join('')}…`;
}

const glyphs: { readonly [state in MarkState]: string } = {
  ...{ severe: '!', alert: '!', warning: '!', caution: '!', attention: '!' },
  unknown: '?',
  closed: '×',
  full: '0',
  open: 'P',
  free: 'P',
};

/** A hexagon, pentagon, triangle and diamond for levels, a dashed diamond, squares and a circle: told apart without colour. */
const outlines: { readonly [state in MarkState]: Html } = {
  severe: html`<path class="shape" d="M-11-19H11L22 0L11 19H-11L-22 0Z"/>`,
  alert: html`<path class="shape" d="M-11-19H11L22 0L11 19H-11L-22 0Z"/>`,
  warning: html`<path class="shape" d="M0-21L21-5L13 19H-13L-21-5Z"/>`,
  caution: html`<path class="shape" d="M0-21L21 16H-21Z"/>`,
  attention: html`<path class="shape" d="M0-22L22 0L0 22L-22 0Z"/>`,
  unknown: html`<path class="shape" stroke-dasharray="5 3" d="M0-20L20 0L0 20L-20 0Z"/>`,
  closed: html`<rect class="shape" x="-16" y="-16" width="32" height="32"/>`,
  full: html`<rect class="shape" x="-16" y="-16" width="32" height="32" rx="4"/>`,
  open: html`<circle class="shape" r="17"/>`,
  free: html`<circle class="shape" r="17"/>`,
};

function shape(state: MarkState, glyph: string | null): Html {
  return html`${outlines[state]}<text class="glyph" y="${state === 'caution' ? 4 : 0}">${glyph ?? glyphs[state]}</text>`;
}

/** The shape alone, as it stands beside words. */
export function mark(state: MarkState, glyph: string | null = null): Html {
  return html`<svg class="mark s-${state}" viewBox="-24 -24 48 48" aria-hidden="true">${shape(state, glyph)}</svg>`;
}

export function legend(say: Say): Html {
  const shapes = ranks
    .filter((state) => state !== 'alert')
    .map((state) => html`<span>${mark(state)}${say(markWords[state])}</span>`);
  return html`${shapes}<span>${say(cityWords.north)}</span><span>${say(cityWords.staleMarks)}</span>`;
}

/** A round length of at most a quarter of the width. */
function scaleBar(metresPerUnit: number): Html {
  const longest = (width / 4) * metresPerUnit;
  const power = 10 ** Math.floor(Math.log10(longest));
  const metres = [5, 2, 1].map((each) => each * power).find((each) => each <= longest) ?? power;
  const units = round(metres / metresPerUnit);
  const text = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
  return html`<g transform="translate(16 ${height - 16})"><path class="bar" d="M0 0h${units}M0-5v5M${units}-5v5"/><text class="tag" x="${units / 2}" y="-10">${text}</text></g>`;
}

/** `south,west,north,east`; null for anything else. */
export function boxOf(text: unknown): Box | null {
  const numbers = typeof text === 'string' ? text.split(',').map(Number) : [];
  const [south = Number.NaN, west = Number.NaN, north = Number.NaN, east = Number.NaN] = numbers;
  const isBox = numbers.length === 4 && numbers.every(Number.isFinite) && south <= north && west <= east;
  return isBox && Math.abs(south) <= 90 && Math.abs(north) <= 90 ? { south, west, north, east } : null;
}

export const boxText = ({ south, west, north, east }: Box) =>
  [south, west, north, east].map((each) => each.toFixed(5)).join(',');
