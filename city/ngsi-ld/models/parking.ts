import type { Counts } from '../bodies.ts';
import { type EntityModel, type Row, timeOf, urnTo } from '../model.ts';
import type { GroupView, LotView, SpotView } from '../views.ts';
import { addressRow, commonRows, pointOf } from './common.ts';

/** Smart Data Models, dataModel.Parking. */

type Counted = { readonly counts: Counts | null };

/** Figures, each only where there is one. */
const countRows: Row<Counted & { readonly asOf: number | null }>[] = [
  { name: 'availableSpotNumber', of: 'model', isLive: true, get: ({ counts }) => counts?.free },
  // Beside the free ones, so that nobody takes "all others" for occupied.
  { name: 'unknownSpotNumber', of: 'own', isLive: true, get: ({ counts }) => counts?.unknown },
];

const lotRows: readonly Row<LotView>[] = [
  { name: 'name', of: 'common', get: ({ place }) => place.name.ko },
  { name: 'alternateName', of: 'common', get: ({ place }) => place.name.en },
  { name: 'location', of: 'core', kind: 'GeoProperty', get: ({ place }) => pointOf(place.location) },
  addressRow<LotView>(
    ({ place }) => streetOf(place.address),
    ({ district }) => district,
  ),
  { name: 'parkingSiteId', of: 'model', get: (view) => columnOf(view, 'prkplceNo') },
  { name: 'category', of: 'model', get: categoryOf },
  { name: 'requiredPermit', of: 'model', get: ({ place }) => (isForResidents(place) ? ['residentPermit'] : null) },
  { name: 'reservationType', of: 'model', get: ({ place }) => reservationOf(place.bookable) },
  { name: 'occupancyDetectionType', of: 'model', get: () => ['singleSpaceDetection'] },
  // Spaces that the public may ever use; a lot of residents alone has none, and 0 is no number of spaces.
  { name: 'totalSpotNumber', of: 'model', get: ({ place }) => (place.capacity > 0 ? place.capacity : null) },
  { name: 'status', of: 'core', isLive: true, get: statusOf },
  ...(countRows as readonly Row<LotView>[]),
  { name: 'occupiedSpotNumber', of: 'model', isLive: true, get: ({ counts }) => counts?.occupied },
  { name: 'outOfServiceSlotNumber', of: 'model', isLive: true, get: ({ counts }) => counts?.outOfService },
  { name: 'occupancy', of: 'model', isLive: true, get: ({ counts }) => occupancyOf(counts) },
  { name: 'coverage', of: 'own', isLive: true, get: ({ counts }) => coverageOf(counts) },
  { name: 'occupancyModified', of: 'model', get: ({ counts, changed }) => (counts === null ? null : timeOf(changed)) },
  { name: 'observationDateTime', of: 'model', get: ({ counts, asOf }) => (counts === null ? null : timeOf(asOf)) },
  ...commonRows<LotView>(({ unknown, counts }) =>
    unknown !== null ? 'unknown' : (counts?.unknown ?? 0) > 0 ? 'partly-known' : 'known',
  ),
];

const lotOf = (type: 'OffStreetParking' | 'OnStreetParking'): EntityModel<LotView> => ({
  type,
  model: 'Parking',
  id: ({ site, lot }) => ({ type, parts: [site, lot] }),
  rows: lotRows,
});
export const offStreetParking = lotOf('OffStreetParking');
export const onStreetParking = lotOf('OnStreetParking');

const siteType = (isOnStreet: boolean) => (isOnStreet ? 'OnStreetParking' : 'OffStreetParking');

export const parkingGroup: EntityModel<GroupView> = {
  type: 'ParkingGroup',
  model: 'Parking',
  id: ({ site, lot, spaceType }) => ({ type: 'ParkingGroup', parts: [site, lot, spaceType] }),
  rows: [
    { name: 'name', of: 'common', get: ({ lot, spaceType }) => `${lot} ${spaceType}` },
    {
      ...{ name: 'refParkingSite', of: 'model', kind: 'Relationship' },
      get: ({ site, lot, isOnStreet }) => urnTo(siteType(isOnStreet), site, lot),
    },
    {
      ...{ name: 'category', of: 'model' },
      get: ({ isOnStreet, spaceType }) => [isOnStreet ? 'onStreet' : 'offStreet', ...(only[spaceType] ?? [])],
    },
    { name: 'requiredPermit', of: 'model', get: ({ spaceType }) => permits[spaceType] },
    { name: 'occupancyDetectionType', of: 'model', get: () => ['singleSpaceDetection'] },
    { name: 'totalSpotNumber', of: 'model', get: ({ total }) => total },
    ...(countRows as readonly Row<GroupView>[]),
    ...commonRows<GroupView>(({ unknown, counts }) =>
      unknown !== null || counts === null ? 'unknown' : counts.unknown > 0 ? 'partly-known' : 'known',
    ),
  ],
};

export const parkingSpot: EntityModel<SpotView> = {
  type: 'ParkingSpot',
  model: 'Parking',
  id: ({ site, lot, space }) => ({ type: 'ParkingSpot', parts: [site, lot, space] }),
  rows: [
    { name: 'name', of: 'common', get: ({ name, space }) => name?.ko ?? space },
    { name: 'location', of: 'core', kind: 'GeoProperty', get: ({ location }) => pointOf(location) },
    // The model has a word for unknown, so it is said.
    { name: 'status', of: 'core', isLive: true, get: ({ state }) => state },
    { name: 'category', of: 'model', get: ({ isOnStreet }) => [isOnStreet ? 'onStreet' : 'offStreet'] },
    { name: 'spaceType', of: 'own', get: ({ spaceType }) => spaceType },
    {
      ...{ name: 'refParkingSite', of: 'model', kind: 'Relationship' },
      get: ({ site, lot, isOnStreet }) => urnTo(siteType(isOnStreet), site, lot),
    },
    {
      ...{ name: 'refParkingGroup', of: 'model', kind: 'Relationship' },
      get: ({ site, lot, spaceType }) =>
        spaceType === 'resident' ? null : urnTo('ParkingGroup', site, lot, spaceType),
    },
    { name: 'width', of: 'model', unit: 'MTR', get: ({ size }) => size?.width },
    { name: 'length', of: 'model', unit: 'MTR', get: ({ size }) => size?.length },
    { name: 'timeInstant', of: 'common', get: ({ asOf }) => timeOf(asOf) },
    ...commonRows<SpotView>(({ state, unknown }) => (unknown === null && state !== 'unknown' ? 'known' : 'unknown')),
  ],
};

/** Space types that a model has words for. */
const only: { readonly [type: string]: readonly string[] } = {
  disabled: ['onlyDisabled'],
  ev: ['onlyElectricalCharging'],
  'ev-fast': ['onlyElectricalCharging'],
  'ev-slow': ['onlyElectricalCharging'],
};
const permits: { readonly [type: string]: readonly string[] } = { disabled: ['disabledPermit'] };

function statusOf({ state, counts }: LotView): string[] | null {
  if (state === null) return null;
  if (state === 'closed') return ['closed'];
  if (counts === null) return ['open'];
  // Full is said where every space is known to be taken, and spacesAvailable where one is known to be free.
  if (counts.free > 0) return ['open', 'spacesAvailable'];
  return counts.unknown === 0 && counts.occupied > 0 ? ['open', 'full'] : ['open'];
}

/** Of the spaces of which something is known; null where that is none. */
function occupancyOf(counts: Counts | null): number | null {
  if (counts === null || counts.free + counts.occupied === 0) return null;
  return round(counts.occupied / (counts.free + counts.occupied));
}

/** The share of the spaces in service of which something is known, 0–1. */
function coverageOf(counts: Counts | null): number | null {
  if (counts === null) return null;
  const inService = counts.capacity - counts.outOfService;
  return inService === 0 ? 1 : round((inService - counts.unknown) / inService);
}

const round = (share: number) => Math.round(share * 1000) / 1000;

type Place = LotView['place'];

const isForResidents = ({ spaces }: Place) => spaces.length > 0 && spaces.every(({ type }) => type === 'resident');
const streetOf = ({ road, parcel }: Place['address']) => road ?? parcel;

function reservationOf(bookable: boolean | null): string[] | null {
  return bookable === null ? null : [bookable ? 'optional' : 'notAvailable'];
}

/** A column of the standard list as its gateway filled it in. */
function columnOf({ place }: LotView, key: string): string | null {
  return place.standard.find(([name]) => name === key)?.[2] || null;
}

const fees: { readonly [word: string]: readonly string[] } = {
  유료: ['feeCharged'],
  무료: ['free'],
  혼합: ['feeCharged', 'free'],
};

function categoryOf(view: LotView): string[] | null {
  const { spaces, operator } = view.place;
  const has = (...types: string[]) => spaces.some(({ type }) => types.includes(type));
  const found = [
    ...(operator === null ? [] : [operator]),
    ...(fees[columnOf(view, 'parkingchrgeInfo') ?? ''] ?? []),
    ...(has('disabled') ? ['forDisabled'] : []),
    ...(has('ev', 'ev-fast', 'ev-slow') ? ['forElectricalCharging'] : []),
    ...(has('resident') ? ['forResidents'] : []),
  ];
  return found.length === 0 ? null : found;
}
