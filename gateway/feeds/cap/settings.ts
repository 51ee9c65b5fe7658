import type { BuildingConfig, FeedsConfig, Site } from '../../../config/site.ts';
import type { AlertView, BuildingPlace } from '../views.ts';
import type { CapSettings } from './compose.ts';
import type { CapPair } from './message.ts';

/** What a site file says of CAP, as the messages are made of it. */
export function capSettings({ cap }: FeedsConfig): CapSettings {
  const { sender, senderName, web, contact, codes, validMs, overMs } = cap;
  const eventCodes = Object.fromEntries(
    Object.entries(cap.eventCodes).map(([hazard, codes]) => [hazard, (codes ?? []).map(pairOf)]),
  );
  return { sender, senderName, web, contact, codes, eventCodes, validMs, overMs };
}

/** Where an alert is; trouble that belongs to no building is the site's. */
export function placeIn({ buildings, name, feeds }: Site, { building }: Pick<AlertView, 'building'>): BuildingPlace {
  const found = buildings.find(({ id }) => id === building);
  if (found !== undefined) return placeOf(found, feeds);
  return { ...nowhere, name, geocodes: feeds.cap.geocodes.map(pairOf) };
}

const nowhere = { address: null, location: null, outline: null, radiusM: 0 };

function placeOf(building: BuildingConfig, { cap }: FeedsConfig): BuildingPlace {
  const { name, address, location, outline } = building;
  return {
    name,
    address: address.road ?? address.parcel,
    location,
    outline,
    radiusM: cap.radius,
    geocodes: cap.geocodes.map(pairOf),
  };
}

function pairOf({ name, value }: { readonly name: string; readonly value: string }): CapPair {
  return { valueName: name, value };
}
