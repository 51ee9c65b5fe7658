import type { BuildingId, LotId, PointRef, SpaceId } from '../../contract/ids.ts';
import type { Detection, ViolationLimits } from './detection.ts';
import type { HoursByDayClass } from './hours.ts';
import type { LotFile, SpaceFile } from './lot.ts';
import type { Allocation, AllocationTerms, Booking, SharingWindow } from './sharing.ts';
import type { SpaceType } from './space-types.ts';
import type { Discounts, Tariff } from './tariff.ts';

/** A lot as the rest of the program sees it: defaults filled in, what the lot says for all spaces laid on each. */
export type LotConfig = {
  readonly id: LotId;
  readonly name: LotFile['name'];
  /** 노상, 노외, 부설; null where the site file does not say. */
  readonly kind: 'on-street' | 'off-street' | 'annexed' | null;
  readonly operator: 'public' | 'private' | null;
  readonly managedBy: { readonly name: LotFile['name']; readonly phone: string | null } | null;
  readonly landClass: '1' | '2' | '3' | '4' | '5' | 'other' | null;
  /** WGS 84, degrees. */
  readonly location: Location | null;
  readonly outline: readonly Location[] | null;
  readonly plan: { readonly origin: Location | null; readonly width: number; readonly depth: number } | null;
  readonly address: { readonly road: string | null; readonly parcel: string | null };
  readonly buildings: readonly BuildingId[];
  readonly emergencySign: LotFile['name'];
  readonly hours: HoursByDayClass;
  /** What becomes of hours past midnight when the next day has none. */
  readonly overnight: LotFile['overnight'];
  /** null: free. */
  readonly tariff: Tariff | null;
  readonly discounts: Discounts | null;
  readonly payment: readonly string[];
  readonly zones: readonly { readonly id: string; readonly name: LotFile['name']; readonly level: string | null }[];
  readonly lanes: readonly LaneConfig[];
  readonly entrances: readonly EntranceConfig[];
  readonly allocations: { readonly [allocation in Allocation]?: AllocationTerms | undefined };
  /** null: nothing here can be reserved. */
  readonly booking: Booking | null;
  readonly detection: Detection;
  readonly violations: ViolationLimits;
  /** Minutes after midnight at which the lanes are balanced against the spaces. */
  readonly balanceAt: number;
  /** How long stays are kept, ms. */
  readonly retention: { readonly stays: number; readonly residents: number };
  readonly ttl: number;
  readonly registry: LotFile['registry'];
  readonly spaces: readonly SpaceConfig[];
};

export type Location = { readonly lat: number; readonly lon: number };

export type SpaceConfig = {
  readonly id: SpaceId;
  readonly type: SpaceType;
  readonly occupancy: PointRef;
  readonly distance: PointRef | null;
  readonly permit: PointRef | null;
  readonly sensor: {
    /** YYYY-MM-DD. */
    readonly installed: string | null;
    readonly lifeYears: number | null;
    readonly battery: PointRef | null;
    readonly batteryLow: number | null;
  };
  readonly name: LotFile['name'] | null;
  readonly zone: string | null;
  /** Its middle, metres east and north of the plan's corner; turned anticlockwise by degrees. */
  readonly at: { readonly x: number; readonly y: number; readonly turn: number } | null;
  /** Metres. */
  readonly size: { readonly width: number; readonly length: number };
  readonly neighbours: readonly SpaceId[];
  readonly allocation: Allocation | null;
  readonly sharing: readonly SharingWindow[];
  readonly bookable: boolean;
  /** A resident's: shown to the public inside an open sharing window only, because its history tells who is at home. */
  readonly isResident: boolean;
};

export type LaneConfig = {
  readonly id: string;
  readonly way: 'in' | 'out';
  readonly counter: PointRef | null;
  readonly detect: PointRef | null;
};

export type EntranceConfig = { readonly id: string; readonly name: LotFile['name'] | null; readonly point: PointRef };

/** Perpendicular bays, metres (Parking Lot Act, Enforcement Rule art. 3). */
const sizes: { readonly [type in SpaceType]: { width: number; length: number } } = {
  general: { width: 2.5, length: 5 },
  extended: { width: 2.6, length: 5.2 },
  compact: { width: 2, length: 3.6 },
  disabled: { width: 3.3, length: 5 },
  ev: { width: 2.5, length: 5 },
  'ev-fast': { width: 2.5, length: 5 },
  'ev-slow': { width: 2.5, length: 5 },
  family: { width: 2.6, length: 5.2 },
  motorcycle: { width: 1, length: 2.3 },
  freight: { width: 3.3, length: 10 },
  bus: { width: 3.3, length: 13 },
  resident: { width: 2, length: 6 },
};

/** A checked lot of a site file. */
export function buildLot(lot: LotFile): LotConfig {
  const { managedBy, plan, address } = lot;
  return {
    id: lot.id,
    name: lot.name,
    kind: lot.kind ?? null,
    operator: lot.operator ?? null,
    managedBy: managedBy === undefined ? null : { name: managedBy.name, phone: managedBy.phone ?? null },
    landClass: lot.landClass ?? null,
    location: lot.location ?? null,
    outline: lot.outline ?? null,
    plan: plan === undefined ? null : { ...plan, origin: plan.origin ?? null },
    address: { road: address?.road ?? null, parcel: address?.parcel ?? null },
    buildings: lot.buildings,
    emergencySign: lot.emergencySign,
    hours: lot.hours,
    overnight: lot.overnight,
    tariff: lot.tariff ?? null,
    discounts: lot.discounts ?? null,
    payment: lot.payment,
    zones: lot.zones.map(({ id, name, level }) => ({ id, name, level: level ?? null })),
    lanes: lot.lanes.map(({ id, way, counter, detect }) => ({
      id,
      way,
      counter: counter ?? null,
      detect: detect ?? null,
    })),
    entrances: lot.entrances.map(({ id, name, point }) => ({ id, name: name ?? null, point })),
    allocations: lot.allocations,
    booking: lot.booking ?? null,
    detection: lot.detection,
    violations: lot.violations,
    balanceAt: minutesOf(lot.balance.at),
    retention: { stays: lot.retention.stays, residents: lot.retention.residents },
    ttl: lot.ttl,
    registry: lot.registry,
    spaces: lot.spaces.map((space, nth) => buildSpace(space, nth, lot)),
  };
}

function buildSpace(space: SpaceFile, nth: number, lot: LotFile): SpaceConfig {
  const allocation = space.allocation ?? lot.allocation ?? null;
  const sharing = space.sharing ?? lot.sharing;
  const { installed, lifeYears, battery, batteryLow } = space.sensor;
  return {
    id: space.id,
    type: space.type,
    occupancy: space.occupancy,
    distance: space.distance ?? null,
    permit: space.permit ?? null,
    sensor: {
      installed: installed ?? null,
      lifeYears: lifeYears ?? null,
      battery: battery ?? null,
      batteryLow: batteryLow ?? null,
    },
    name: space.name ?? null,
    zone: space.zone ?? null,
    at: space.at ?? null,
    size: space.size ?? sizes[space.type],
    neighbours: space.neighbours ?? besides(lot.spaces, nth),
    allocation,
    sharing,
    bookable: lot.booking !== undefined && (space.bookable ?? sharing.length > 0),
    isResident: space.type === 'resident' || allocation !== null,
  };
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** Spaces of a lot stand as they are listed, within a zone. */
function besides(spaces: LotFile['spaces'], nth: number): SpaceId[] {
  const zone = spaces[nth]?.zone;
  return [spaces[nth - 1], spaces[nth + 1]].flatMap((other) => (other?.zone === zone && other ? [other.id] : []));
}
