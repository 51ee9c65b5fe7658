import type { z } from 'zod';
import { deviceRecordSchema } from '../../contract/city.ts';
import { isConnected } from '../pages/boxes.ts';
import type { StateRow } from '../store/views.ts';
import * as body from './bodies.ts';
import type { Observed } from './model.ts';

/** What the city holds of all sites, as entities are made of it. Pure. */

export type WhyUnknown = 'not-agreed' | 'not-said' | 'not-public';

type About = Observed & {
  readonly site: string;
  readonly district: string;
  /** When its state changed last, epoch ms; null: unknown. */
  readonly changed: number | null;
  /** Why nothing is said of it now; null: something is. */
  readonly unknown: WhyUnknown | null;
};

export type LotView = About & {
  readonly lot: string;
  readonly place: z.output<typeof body.lotPlace>;
  readonly state: 'open' | 'closed' | null;
  readonly counts: body.Counts | null;
};
export type GroupView = About & {
  readonly lot: string;
  readonly spaceType: string;
  readonly isOnStreet: boolean;
  readonly total: number;
  readonly counts: body.Counts | null;
};
export type SpotView = About & {
  readonly lot: string;
  readonly space: string;
  readonly spaceType: string;
  readonly isOnStreet: boolean;
  readonly name: { readonly ko: string; readonly en: string } | null;
  readonly location: { readonly lat: number; readonly lon: number } | null;
  readonly size: { readonly width: number; readonly length: number } | null;
  readonly state: 'free' | 'occupied' | 'closed' | 'unknown';
};
export type BuildingView = About & { readonly building: string; readonly place: z.output<typeof body.buildingPlace> };
export type DeviceView = About & {
  readonly device: string;
  readonly place: z.output<typeof body.devicePlace>;
  readonly state: z.output<typeof deviceRecordSchema> | null;
};
export type AlertView = About & {
  readonly alert: string;
  readonly says: z.output<typeof body.alertBody>;
  readonly location: { readonly lat: number; readonly lon: number } | null;
  readonly address: string | null;
};

export type Views = {
  readonly lots: readonly LotView[];
  readonly groups: readonly GroupView[];
  readonly spots: readonly SpotView[];
  readonly buildings: readonly BuildingView[];
  readonly devices: readonly DeviceView[];
  readonly alerts: readonly AlertView[];
};

/** Rows of the city's database, by kind. */
export type Held = {
  readonly [kind in 'place' | 'lot' | 'space' | 'device' | 'alert']: readonly StateRow[];
};

/** How long an alert that is over is still told. */
const overForMs = 7 * 86_400_000;

export function viewsOf(held: Held, now: number): Views {
  const places = standing(held.place);
  const states = (rows: readonly StateRow[]) => new Map(rows.map((row) => [`${row.site}/${row.key}`, row]));
  const [ofLots, ofSpaces, ofDevices] = [states(held.lot), states(held.space), states(held.device)];
  const lots = places.flatMap((row) => lotView(row, ofLots, now) ?? []);
  const buildings = places.flatMap((row) => buildingView(row, now) ?? []);
  const at = new Map(buildings.map((building) => [`${building.site}/${building.building}`, building.place]));
  return {
    lots,
    groups: lots.flatMap((lot) => groupsOf(lot, ofLots)),
    spots: lots.flatMap((lot) => spotsOf(lot, ofSpaces, now)),
    buildings,
    devices: places.flatMap((row) => deviceView(row, ofDevices, now) ?? []),
    alerts: held.alert.flatMap((row) => alertView(row, at, now) ?? []),
  };
}

/** Without what its site no longer has: a site file that lost a lot says so by its list. */
export function standing(places: readonly StateRow[]): StateRow[] {
  const lists = new Map(places.filter(({ key }) => key === 'site').map(({ site, body }) => [site, body]));
  return places.filter(({ site, key, body: said }) => {
    const [kind = '', id = ''] = key.split('/');
    const list = lists.get(site)?.[`${kind}s`];
    return said !== null && (!Array.isArray(list) || list.includes(id));
  });
}

function about({ site, district, agreedAgo }: StateRow, state: StateRow | undefined, now: number): About {
  const asOf = agreedAgo === null ? null : Math.round(now - agreedAgo);
  const isSaid = state !== undefined && state.body !== null;
  const unknown = !isConnected({ agreedAgo }) ? 'not-agreed' : isSaid ? null : 'not-said';
  return { site, district, asOf, changed: state?.at ?? null, unknown };
}

function lotView(row: StateRow, states: ReadonlyMap<string, StateRow>, now: number): LotView | null {
  const [kind, lot = ''] = row.key.split('/');
  const place = body.lotPlace.safeParse(row.body);
  if (kind !== 'lot' || !place.success) return null;
  const state = states.get(`${row.site}/${lot}`);
  const says = body.lotState.safeParse(state?.body);
  const known = about(row, state, now);
  if (known.unknown !== null || !says.success)
    return { ...known, unknown: known.unknown ?? 'not-said', lot, place: place.data, state: null, counts: null };
  const { state: is, public: counts } = says.data;
  return { ...known, unknown: counts === null ? 'not-public' : null, lot, place: place.data, state: is, counts };
}

/** The spaces of a lot by what they are for. Residents' are in none: few of them would tell who is away. */
function groupsOf(lot: LotView, states: ReadonlyMap<string, StateRow>): GroupView[] {
  const { place, site, district, asOf, changed, unknown } = lot;
  const of = Map.groupBy(place.spaces, ({ type }) => type);
  const says = body.lotState.safeParse(states.get(`${site}/${lot.lot}`)?.body);
  const byType = lot.counts === null || !says.success ? {} : (says.data.public?.byType ?? {});
  return [...of]
    .filter(([type]) => type !== 'resident')
    .map(([spaceType, spaces]) => ({
      ...{ site, district, asOf, changed, unknown, lot: lot.lot, spaceType, total: spaces.length },
      ...{ isOnStreet: place.kind === 'on-street', counts: byType[spaceType] ?? null },
    }));
}

/** A resident's space is there while it is lent, and nowhere else. */
function spotsOf(lot: LotView, states: ReadonlyMap<string, StateRow>, now: number): SpotView[] {
  return lot.place.spaces.flatMap(({ id, type, name, location, size }) => {
    const row = states.get(`${lot.site}/${lot.lot}/${id}`);
    if (type === 'resident' && (row === undefined || row.body === null)) return [];
    const says = body.spaceState.safeParse(row?.body);
    const agreedAgo = lot.asOf === null ? null : now - lot.asOf;
    const { site, district, asOf } = lot;
    const isKnown = isConnected({ agreedAgo }) && says.success;
    const unknown = !isConnected({ agreedAgo }) ? 'not-agreed' : says.success ? null : 'not-said';
    return {
      ...{ site, district, asOf, unknown, lot: lot.lot, space: id, spaceType: type, name, size },
      ...{ location: location ?? lot.place.location, isOnStreet: lot.place.kind === 'on-street' },
      ...{ state: isKnown ? says.data.state : 'unknown', changed: says.success ? says.data.since : null },
    };
  });
}

function buildingView(row: StateRow, now: number): BuildingView | null {
  const [kind, building = ''] = row.key.split('/');
  const place = body.buildingPlace.safeParse(row.body);
  return kind === 'building' && place.success ? { ...about(row, row, now), building, place: place.data } : null;
}

function deviceView(row: StateRow, states: ReadonlyMap<string, StateRow>, now: number): DeviceView | null {
  const [kind, device = ''] = row.key.split('/');
  const place = body.devicePlace.safeParse(row.body);
  if (kind !== 'device' || !place.success) return null;
  const state = states.get(`${row.site}/${device}`);
  const says = deviceRecordSchema.safeParse(state?.body);
  return { ...about(row, state, now), device, place: place.data, state: says.success ? says.data : null };
}

function alertView(
  row: StateRow,
  buildings: ReadonlyMap<string, BuildingView['place']>,
  now: number,
): AlertView | null {
  const says = body.alertBody.safeParse(row.body);
  if (!says.success || (says.data.closed !== null && says.data.closed < now - overForMs)) return null;
  const place = buildings.get(`${row.site}/${says.data.building}`);
  return {
    ...{ ...about(row, row, now), alert: row.key, says: says.data },
    ...{ location: place?.location ?? null, address: place?.address.road ?? place?.address.parcel ?? null },
  };
}
