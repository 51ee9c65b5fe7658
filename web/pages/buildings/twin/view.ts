import type { BuildingDetail } from '../../../../contract/http/live.ts';
import { deviceKey, type Model } from '../../../gateway/model.ts';
import { type Tone, urgency } from '../../../text/tones.ts';
import { apart, figureOf, type PlaceView, type StoreyView } from '../view.ts';
import { factorOf, shiftsOf, slopeOf, type Tilt } from './lean.ts';
import type { Reference } from './past.ts';
import { boundsOf, liftsOf, type Point3, type Prism, placed, prismsOf, type Shift, type Storey } from './shape.ts';

/** What is drawn of a building in three dimensions, from what the plan shows of it. Pure; nothing here knows of a library. */

export type Mark = {
  readonly key: string;
  readonly name: string;
  readonly tone: Tone;
  /** Its one figure with unit; empty where it has none. */
  readonly figure: string;
  /** What the address names to open its panel. */
  readonly point: string | null;
  readonly storey: string;
  readonly at: Point3;
};

/** A crack as a bar as long as what it opened or closed is wide, exaggerated; west to east. */
export type Bar = { readonly key: string; readonly from: Point3; readonly to: Point3 };

/**
 * What is exaggerated. `factor` is null where no gauge is known, or none moved; `known` of `all` gauges have a value now and
 * one to measure from, of which the latest was read at `since`, epoch ms. `size` is the largest true movement, metres.
 */
export type Lean = {
  readonly factor: number | null;
  readonly known: number;
  readonly all: number;
  readonly size: number;
  readonly since: number | null;
};

export type SceneView = {
  readonly prisms: readonly (Prism & { readonly name: string; readonly isShown: boolean })[];
  /** Where the building stands without what is exaggerated; empty while nothing is. */
  readonly ghosts: readonly Prism[];
  readonly marks: readonly Mark[];
  readonly bars: readonly Bar[];
  readonly centre: Point3;
  readonly radius: number;
  readonly lean: Lean;
  /** Sensors that the site file gives no place for. */
  readonly unplaced: number;
};

export type Wish = {
  /** 0 as built to 1 far apart. */
  readonly explode: number;
  /** What tilts and cracks are measured from; null draws no movement. */
  readonly reference: Reference | null;
  /** The storey that stands out. */
  readonly shown: string | null;
};

/** The largest shift or the widest crack as it is drawn, as a share of the building's size. */
const largestShare = 0.08;

/** Storeys come as the plan has them; their values come out of the model, and only those that the plan vouches for. */
export function sceneOf(
  building: BuildingDetail,
  storeyViews: readonly StoreyView[],
  { model, ...wish }: Wish & { readonly model: Model },
): SceneView {
  const { storeys } = building;
  const places = storeyViews.flatMap((storey) => storey.places);
  const moves = movesOf(places, changesIn(model, building.site, wish.reference));
  const lifts = liftsOf(storeys, wish.explode);
  const lean = leanOf(storeys, moves);
  const isLeaning = lean.factor !== null;
  const shifts = lean.factor === null ? [] : shiftsOf(storeys, moves.tilts, lean.factor);
  const prisms = prismsOf(storeys, lifts, shifts).map((prism) => ({
    ...prism,
    name: storeyViews.find(({ id }) => id === prism.id)?.name ?? prism.id,
    isShown: prism.id === wish.shown,
  }));
  const marks = marksOf(building, storeyViews, { lifts, shifts });
  return {
    prisms,
    ghosts: isLeaning ? prismsOf(storeys, lifts, []) : [],
    marks,
    bars: lean.factor === null ? [] : barsOf(marks, moves.cracks, lean.factor),
    ...boundsOf(prisms.length > 0 ? cornersOf(prismsOf(storeys, lifts, [])) : marks.map(({ at }) => at)),
    lean,
    unplaced: places.length - marks.length,
  };
}

const cornersOf = (prisms: readonly Prism[]) => prisms.flatMap(({ floor, ceiling }) => [...floor, ...ceiling]);

function marksOf(
  building: BuildingDetail,
  storeyViews: readonly StoreyView[],
  moved: { readonly lifts: readonly number[]; readonly shifts: readonly Shift[] },
): Mark[] {
  const heights = new Map(building.places.map(({ device, point, height }) => [device ?? point ?? '', height ?? 0]));
  return building.storeys.flatMap(({ id }, nth) => {
    const view = storeyViews.find((storey) => storey.id === id);
    return apart(view?.places ?? []).map(({ place, x, y }) => {
      const height = heights.get(place.key) ?? 0;
      const at = placed(building.storeys, nth, { at: [x, y], height, ...moved });
      return { ...told(place), storey: id, at };
    });
  });
}

function told(place: PlaceView): Pick<Mark, 'key' | 'name' | 'tone' | 'figure' | 'point'> {
  const figure = figureOf(place);
  return {
    key: place.key,
    name: place.name,
    tone: place.tone,
    figure: figure === undefined ? '' : `${figure.value} ${figure.unit}`.trim(),
    point: figure === undefined ? null : `${place.device}/${figure.name}`,
  };
}

type Change = { readonly value: number; readonly unit: string | null; readonly since: number };
type ChangeOf = (place: PlaceView, name: string) => Change | null;

/** By how much a point changed, only while the plan shows its value; what is unknown or doubtful moves nothing. */
function changesIn(model: Model, site: string, reference: Reference | null): ChangeOf {
  return (place, name) => {
    if (place.points.find((point) => point.name === name)?.tone !== 'normal') return null;
    const item = model.points.get(deviceKey({ site, device: place.device }))?.get(name);
    const from = reference?.get(`${place.device}/${name}`);
    if (typeof item?.value !== 'number' || from === undefined) return null;
    return { value: item.value - from.value, unit: item.unit, since: from.at };
  };
}

type Moves = {
  readonly tilts: readonly Tilt[];
  /** By place, metres that it opened. */
  readonly cracks: readonly (readonly [string, number])[];
  readonly all: number;
  readonly since: number | null;
};

/** A tilt counts with both its axes: half of a movement is none. */
function movesOf(places: readonly PlaceView[], change: ChangeOf): Moves {
  const since: number[] = [];
  const tilts = places.flatMap((place) => {
    const [x, y] = [change(place, 'tilt_x'), change(place, 'tilt_y')];
    if (place.storey === null || x === null || y === null) return [];
    const [east, north] = [slopeOf(x.value, x.unit), slopeOf(y.value, y.unit)];
    if (east === null || north === null) return [];
    since.push(x.since, y.since);
    return [{ storey: place.storey, east, north }];
  });
  const cracks = places.flatMap((place) => {
    const of = change(place, 'crack');
    if (of?.unit !== 'mm') return [];
    since.push(of.since);
    return [[place.key, Math.abs(of.value) / 1000] as const];
  });
  const all = places.filter(({ points }) => points.some(({ name }) => isGauge(name))).length;
  return { tilts, cracks, all, since: since.length === 0 ? null : Math.max(...since) };
}

/** The points that movement is drawn from. */
export function isGauge(name: string): boolean {
  return name === 'tilt_x' || name === 'tilt_y' || name === 'crack';
}

/** One factor for all that is exaggerated: the one that makes the largest movement visible. */
function leanOf(storeys: readonly Storey[], { tilts, cracks, all, since }: Moves): Lean {
  const corners = prismsOf(storeys, [], []).flatMap(({ floor, ceiling }) => [...floor, ...ceiling]);
  const shifts = shiftsOf(storeys, tilts, 1).map(({ ceiling: [x, y] }) => Math.hypot(x, y));
  const size = Math.max(0, ...shifts, ...cracks.map(([, width]) => width));
  const factor = factorOf(size, 2 * boundsOf(corners).radius * largestShare);
  return { factor, known: tilts.length + cracks.length, all, size, since };
}

function barsOf(marks: readonly Mark[], cracks: readonly (readonly [string, number])[], factor: number): Bar[] {
  return cracks.flatMap(([key, width]) => {
    const mark = marks.find((each) => each.key === key);
    if (mark === undefined) return [];
    const [x, y, z] = mark.at;
    const half = (width * factor) / 2;
    return [{ key, from: [x - half, y, z] as const, to: [x + half, y, z] as const }];
  });
}

/** A storey's name stands beside the corner that is furthest to the left; that of a sensor above its mark. */
export type Label = {
  readonly key: string;
  readonly text: string;
  readonly tone: Tone | null;
  readonly at: readonly Point3[];
};

/** As many as are in the document at once. */
export const mostLabels = 40;

/** What has its name written beside it: the one that is pointed at, then what is abnormal, then the storeys. */
export function labelsOf({ marks, prisms }: SceneView, pointed: string | null): Label[] {
  const first = marks.filter(({ key }) => key === pointed);
  const abnormal = marks
    .filter(({ key, tone }) => key !== pointed && tone !== 'normal')
    .toSorted((a, b) => urgency[a.tone] - urgency[b.tone]);
  const storeys = prisms
    .toReversed()
    .map(({ id, name, floor }) => ({ key: `storey ${id}`, text: name, tone: null, at: floor }));
  const named = [...first, ...abnormal].map(({ key, name, figure, tone, at }) => ({
    key,
    text: key === pointed && figure !== '' ? `${name} ${figure}` : name,
    tone,
    at: [at],
  }));
  return [...named, ...storeys].slice(0, mostLabels);
}

export type Box = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Which of the boxes can be read: each but those that lie over one before it, or over what is `taken`. */
export function readable(boxes: readonly Box[], taken: readonly Box[] = []): boolean[] {
  const kept = [...taken];
  return boxes.map((box) => {
    const isFree = kept.every((other) => !overlap(box, other));
    if (isFree) kept.push(box);
    return isFree;
  });
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

/** The mark nearest to a touch within `reach` pixels, by where each is on the screen; null where there is none. */
export function touched(
  spots: readonly { readonly key: string; readonly x: number; readonly y: number }[],
  [x, y]: readonly [number, number],
  reach: number,
): string | null {
  let [best, distance] = [null as string | null, reach];
  for (const spot of spots) {
    const away = Math.hypot(spot.x - x, spot.y - y);
    if (away <= distance) [best, distance] = [spot.key, away];
  }
  return best;
}
