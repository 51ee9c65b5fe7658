import { type EntityModel, timeOf, urnTo } from '../model.ts';
import type { AlertView, BuildingView, DeviceView } from '../views.ts';
import { addressRow, commonRows, pointOf } from './common.ts';

/** Smart Data Models, dataModel.Building, .Device and .Alert. */

/** Rather seen by those who look for buildings that people go into than by nobody. */
const assumedCategory = 'public';

/**
 * The model asks for a category and has no word for "not said". Where the site file does not say what a building is used for, it
 * is `assumedCategory`, and `categorySource` says that nobody said so. No collapse risk: nothing here computes one, and a grade
 * is an inspector's.
 */
export const building: EntityModel<BuildingView> = {
  type: 'Building',
  model: 'Building',
  id: ({ site, building }) => ({ type: 'Building', parts: [site, building] }),
  rows: [
    { name: 'name', of: 'common', get: ({ place }) => place.name.ko },
    { name: 'alternateName', of: 'common', get: ({ place }) => place.name.en },
    { name: 'category', of: 'model', get: ({ place }) => [place.category ?? assumedCategory] },
    { name: 'categorySource', of: 'own', get: ({ place }) => (place.category === null ? 'assumed' : 'site') },
    { name: 'location', of: 'core', kind: 'GeoProperty', get: ({ place }) => pointOf(place.location) },
    addressRow(
      ({ place }) => place.address.road ?? place.address.parcel,
      ({ district }) => district,
    ),
    { name: 'floorsAboveGround', of: 'model', get: ({ place }) => place.floors?.above },
    { name: 'floorsBelowGround', of: 'model', get: ({ place }) => place.floors?.below },
    { name: 'peopleCapacity', of: 'model', get: ({ place }) => place.occupants },
    { name: 'safetyGrade', of: 'own', get: ({ place }) => place.grade },
    ...commonRows<BuildingView>(),
  ],
};

export const device: EntityModel<DeviceView> = {
  type: 'Device',
  model: 'Device',
  id: ({ site, device }) => ({ type: 'Device', parts: [site, device] }),
  rows: [
    { name: 'name', of: 'common', get: ({ device }) => device },
    { name: 'category', of: 'model', get: ({ place }) => categoriesOf(place.kinds) },
    { name: 'controlledProperty', of: 'model', get: ({ place }) => propertiesOf(place.kinds) },
    { name: 'deviceState', of: 'model', isLive: true, get: stateOf },
    { name: 'dateLastValueReported', of: 'model', get: lastValueOf },
    { name: 'firmwareVersion', of: 'model', get: ({ place }) => place.firmware },
    { name: 'supportedProtocol', of: 'model', get: ({ place }) => (place.protocol === 'mqtt' ? ['mqtt'] : null) },
    { name: 'profile', of: 'own', get: ({ place }) => place.profile },
    {
      name: 'faultCode',
      of: 'own',
      isLive: true,
      get: ({ state, unknown }) => (unknown === null ? state?.code : null),
    },
    { name: 'simulated', of: 'own', get: ({ state }) => (state?.simulated === true ? true : null) },
    { name: 'location', of: 'core', kind: 'GeoProperty', get: ({ place }) => pointOf(place.location) },
    { name: 'controlledAsset', of: 'model', kind: 'Relationship', get: assetOf },
    ...commonRows<DeviceView>((view) => (stateOf(view) === 'unknown' ? 'unknown' : 'known')),
  ],
};

/** Kinds of points that the model has a word for. It has none for tilt, crack, vibration or gas: those stay as they are. */
const properties: { readonly [kind: string]: string } = {
  detect: 'occupancy',
  level: 'waterLevel',
  battery: 'batteryLife',
};

/** What is about the device and not about what it measures. */
const notMeasured = new Set([
  'fault',
  'setting',
  'model',
  'version',
  'error-bits',
  'test',
  'reset',
  'warm-up',
  'status',
]);
const outputs = new Set(['output', 'relay']);
const meters = new Set(['energy', 'power']);

function propertiesOf(kinds: readonly string[]): string[] {
  const measured = kinds.filter((kind) => !notMeasured.has(kind));
  return [...new Set((measured.length === 0 ? kinds : measured).map((kind) => properties[kind] ?? kind))].sort();
}

function categoriesOf(kinds: readonly string[]): string[] {
  const found = [
    ...(kinds.some((kind) => outputs.has(kind)) ? ['actuator'] : []),
    ...(kinds.some((kind) => meters.has(kind)) ? ['meter'] : []),
  ];
  return found.length === 0 ? ['sensor'] : found;
}

/** Unknown as soon as its gateway is not agreed with. */
function stateOf({ state, unknown }: DeviceView): string {
  return unknown !== null || state === null ? 'unknown' : state.state;
}

/** Known exactly while it does not answer; of one that does, the state's own time is newer. */
function lastValueOf({ state }: DeviceView) {
  if (state === null || state.state === 'online' || state.lastGoodAt === null) return null;
  const at = Date.parse(state.lastGoodAt);
  return Number.isFinite(at) ? timeOf(at) : null;
}

function assetOf({ site, place }: DeviceView) {
  const [kind, id] = place.at?.split('/') ?? [];
  if (id === undefined) return null;
  return urnTo(kind === 'building' ? 'Building' : 'OffStreetParking', site, id);
}

export const alert: EntityModel<AlertView> = {
  type: 'Alert',
  model: 'Alert',
  id: ({ site, alert }) => ({ type: 'Alert', parts: [site, alert] }),
  rows: [
    { name: 'category', of: 'model', get: ({ says }) => hazards[says.hazard]?.category ?? 'security' },
    { name: 'subCategory', of: 'model', get: ({ says }) => hazards[says.hazard]?.sub },
    { name: 'severity', of: 'model', get: ({ says }) => severities[says.level] },
    { name: 'description', of: 'core', get: ({ says }) => says.headline.ko },
    { name: 'dateIssued', of: 'model', get: ({ says }) => timeOf(says.since) },
    { name: 'validFrom', of: 'common', get: ({ says }) => timeOf(says.since) },
    { name: 'validTo', of: 'model', get: ({ says }) => timeOf(says.closed) },
    { name: 'location', of: 'core', kind: 'GeoProperty', get: ({ location }) => pointOf(location) },
    addressRow(
      ({ address }) => address,
      ({ district }) => district,
    ),
    {
      ...{ name: 'alertSource', of: 'model' },
      get: ({ site, says }) => (says.building === null ? site : urnTo('Building', site, says.building)),
    },
    // An exercise is never to be taken for the event.
    { name: 'alertStatus', of: 'own', get: ({ says }) => says.status },
    { name: 'alertState', of: 'own', isLive: true, get: ({ says }) => says.state },
    { name: 'headlineEn', of: 'own', get: ({ says }) => says.headline.en },
    { name: 'facilityLevel', of: 'own', get: ({ says }) => says.level },
    { name: 'hazard', of: 'own', get: ({ says }) => says.hazard },
    { name: 'rule', of: 'own', get: ({ says }) => says.rule },
    ...commonRows<AlertView>(),
  ],
};

/** The four levels are the facility's own. */
const severities: { readonly [level: string]: string } = {
  관심: 'low',
  주의: 'medium',
  경계: 'high',
  심각: 'critical',
};

/** The model has no category for fire or structures: they are security, with a sub-category where it has one. */
const hazards: { readonly [hazard: string]: { readonly category: string; readonly sub?: string } } = {
  fire: { category: 'security', sub: 'buildingFire' },
  gas: { category: 'security', sub: 'fireRisk' },
  co: { category: 'health' },
  flood: { category: 'environment', sub: 'flood' },
  earthquake: { category: 'naturalDisaster', sub: 'earthquake' },
};
