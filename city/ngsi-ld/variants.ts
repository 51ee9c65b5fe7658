import type { Urn, Writing } from './model.ts';
import type { SpotView } from './views.ts';

/** Who reads: hubs write names, types and times in their own ways. */
export type VariantName = 'smart-data-models' | 'city-data-hub';

/** Parts that are no ASCII are percent-encoded, so that a name is a URN by RFC 8141. */
const joined = (prefix: string, { type, parts }: Urn) => [prefix, type, ...parts.map(encodeURIComponent)].join(':');

const smartDataModels: Writing = {
  urn: (urn) => joined('urn:ngsi-ld', urn),
  type: (type) => type,
  name: (_type, name) => name,
  time: (ms) => new Date(ms).toISOString(),
};

/** Korea keeps UTC+9 all year. */
const koreaMs = 9 * 3_600_000;

/**
 * Korea's City Data Hub. Its names, types and times are as its published models show them: `urn:datahub:…`,
 * `kr.citydatahub.OffStreetParking:1.0`, `2018-11-15T20:10:00,000+09:00` with a comma; a space says in its category for whom
 * it is, and calls its lot refParkingLot.
 */
const cityDataHub: Writing = {
  urn: (urn) => joined('urn:datahub', urn),
  type: (type) => `kr.citydatahub.${type}:1.0`,
  name: (type, name) => (type === 'ParkingSpot' && name === 'refParkingSite' ? 'refParkingLot' : name),
  time: (ms) => `${new Date(ms + koreaMs).toISOString().slice(0, -1).replace('.', ',')}+09:00`,
  value: (type, name, view) =>
    type === 'ParkingSpot' && name === 'category' ? spotCategory(view as SpotView) : undefined,
};

const forWhom: { readonly [type: string]: string } = {
  disabled: 'forDisabled',
  ev: 'forElectricalCharging',
  'ev-fast': 'forElectricalCharging',
  'ev-slow': 'forElectricalCharging',
  resident: 'forResidents',
};

function spotCategory({ isOnStreet, spaceType }: SpotView): string[] {
  const own = forWhom[spaceType];
  return [isOnStreet ? 'onStreet' : 'offStreet', ...(own === undefined ? [] : [own])];
}

export const variants: { readonly [name in VariantName]: Writing } = {
  'smart-data-models': smartDataModels,
  'city-data-hub': cityDataHub,
};
