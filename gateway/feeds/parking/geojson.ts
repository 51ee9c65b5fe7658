import type { LatLon } from '../cap/message.ts';
import type { LotView } from '../views.ts';
import { publicFigures, sharedSpaces, spaceLocation } from './public-figures.ts';

/**
 * Lots as GeoJSON (RFC 7946): longitude first (3.1.1), rings closed and the outer one counterclockwise (3.1.6), WGS 84
 * (4). A lot is a Polygon where its outline is known, else a Point, else without geometry (3.2). A resident's space is a
 * Feature of its own while its sharing window is open.
 *
 * Figures past `observedAt` + `ttl` seconds are null, never 0, and so are those of too few residents' spaces.
 */
export type FeatureCollection = { readonly type: 'FeatureCollection'; readonly features: readonly Feature[] };

type Position = readonly [lon: number, lat: number];
type Geometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] };

export type Feature = {
  readonly type: 'Feature';
  readonly id: string;
  readonly geometry: Geometry | null;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** Pure; `now` in epoch ms. */
export function lotsGeoJson(views: readonly LotView[], now: number): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: views.flatMap((view) => [lotFeature(view, now), ...shared(view, now)]),
  };
}

function lotFeature(view: LotView, now: number): Feature {
  const { site, lot } = view;
  const figures = publicFigures(view, now);
  const { byType = null, ...counts } = figures?.counts ?? {
    free: null,
    occupied: null,
    unknown: null,
    outOfService: null,
  };
  return {
    type: 'Feature',
    id: `${site}/${lot.id}`,
    geometry: geometryOf(lot.outline, lot.location),
    properties: {
      kind: 'lot',
      site,
      lot: lot.id,
      name: lot.name,
      lotKind: lot.kind,
      operator: lot.operator,
      address: lot.address.road ?? lot.address.parcel,
      state: figures?.state ?? 'unknown',
      // Its capacity is known without any figure; what is counted now may be less.
      capacity: figures?.counts.capacity ?? lot.spaces.length,
      free: counts.free,
      occupied: counts.occupied,
      unknown: counts.unknown,
      outOfService: counts.outOfService,
      byType,
      sign: figures === null ? null : (view.live?.sign ?? null),
      observedAt: figures === null ? null : new Date(figures.observedAt).toISOString(),
      ttl: lot.ttl,
    },
  };
}

function shared(view: LotView, now: number): Feature[] {
  const { site, lot, live } = view;
  return sharedSpaces(view, now).map(({ space, state, sharedUntil }) => ({
    type: 'Feature',
    id: `${site}/${lot.id}/${space.id}`,
    geometry: geometryOf(null, spaceLocation(lot, space)),
    properties: {
      kind: 'space',
      site,
      lot: lot.id,
      space: space.id,
      type: space.type,
      state,
      until: sharedUntil === null ? null : new Date(sharedUntil).toISOString(),
      observedAt: live === null ? null : new Date(live.observedAt).toISOString(),
      ttl: lot.ttl,
    },
  }));
}

function geometryOf(outline: readonly LatLon[] | null, point: LatLon | null): Geometry | null {
  if (outline !== null) return { type: 'Polygon', coordinates: [ring(outline)] };
  return point === null ? null : { type: 'Point', coordinates: position(point) };
}

/** Closed and counterclockwise, whichever way round the corners came. */
function ring(corners: readonly LatLon[]): readonly Position[] {
  const points = corners.map(position);
  const outer = signedArea(points) < 0 ? points.toReversed() : points;
  const first = outer[0];
  return first === undefined ? [] : [...outer, first];
}

/** Twice the area by the shoelace formula; positive when counterclockwise. */
function signedArea(points: readonly Position[]): number {
  return points.reduce((sum, [lon, lat], index) => {
    const [nextLon, nextLat] = points[(index + 1) % points.length] ?? [lon, lat];
    return sum + lon * nextLat - nextLon * lat;
  }, 0);
}

/** Seven decimals, a centimetre (RFC 7946, 11.2 asks for no more than is known). */
function position({ lat, lon }: LatLon): Position {
  return [round(lon), round(lat)];
}

function round(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}
