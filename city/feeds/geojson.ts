import type { CityLot } from '../pages/lots.ts';

/** Lots of all sites as GeoJSON (RFC 7946): longitude first. Unknown figures are null, never 0. Pure. */
export function lotsGeoJson(lots: readonly CityLot[]) {
  return {
    type: 'FeatureCollection',
    features: lots.map(({ site, lot, district, name, location, state, figures, at }) => ({
      type: 'Feature',
      id: `${site}/${lot}`,
      geometry: location === null ? null : { type: 'Point', coordinates: [location.lon, location.lat] },
      properties: {
        ...{ kind: 'lot', site, lot, district, name, state },
        ...(figures ?? { capacity: null, free: null, occupied: null, unknown: null, outOfService: null }),
        changedAt: at === null ? null : new Date(at).toISOString(),
      },
    })),
  };
}
