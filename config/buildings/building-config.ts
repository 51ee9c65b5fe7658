import { resolve } from 'node:path';
import type { BuildingId, DeviceId, PointRef } from '../../contract/ids.ts';
import type { Rule, Text } from '../../rules/rule.ts';
import type { Location } from '../lots/lot-config.ts';
import type { BuildingFile, PlaceFile } from './building-file.ts';

/** A building as the rest of the program sees it. */
export type BuildingConfig = {
  readonly id: BuildingId;
  readonly name: Text;
  /** WGS 84, degrees. */
  readonly location: Location | null;
  readonly outline: readonly Location[] | null;
  readonly address: { readonly road: string | null; readonly parcel: string | null };
  readonly built: number | null;
  /** As an inspector gave it; nothing here computes one. */
  readonly grade: 'A' | 'B' | 'C' | 'D' | 'E' | null;
  /** What it is used for, one of `buildingCategories`. */
  readonly category: string | null;
  readonly occupants: number | null;
  /** The lowest first. */
  readonly storeys: readonly StoreyConfig[];
  /** Every point that belongs to it, where it is. */
  readonly places: readonly PlaceConfig[];
  /** One for each alert subject. */
  readonly rules: readonly Rule[];
  /** A glTF binary that is drawn behind the sensors, absolute; null: none. It may be missing or broken. */
  readonly model: string | null;
  readonly forecast: {
    /** What the daily cycle of structural points is explained by; null: the nearest that measures air. */
    readonly temperature: PointRef | null;
  };
};

export type StoreyConfig = {
  readonly id: string;
  readonly name: Text;
  /** Floor above the ground, and floor to floor, metres. */
  readonly elevation: number;
  readonly height: number;
  /** [x, y] in metres east and north of the building's corner; null: unknown. */
  readonly outline: readonly (readonly [number, number])[] | null;
};

export type PlaceConfig = {
  /** null: only a point of it stands here. */
  readonly device: DeviceId | null;
  readonly point: PointRef | null;
  readonly storey: string | null;
  /** Fire compartment or room; the storey where the file names none. */
  readonly zone: string | null;
  readonly at: readonly [number, number] | null;
  /** Above the floor of the storey, metres. */
  readonly height: number | null;
  readonly name: Text | null;
};

/** A building whose references have been checked. Its files are relative to `folder`. */
export function buildBuilding(file: BuildingFile, rules: readonly Rule[], folder = ''): BuildingConfig {
  const { location = null, outline = null, address, built = null, grade = null, model } = file;
  const { category = null, occupants = null } = file;
  return {
    id: file.id,
    name: file.name,
    location,
    outline,
    address: { road: address?.road ?? null, parcel: address?.parcel ?? null },
    built,
    grade,
    category,
    occupants,
    storeys: storeysOf(file.storeys),
    places: file.places.map(placeOf),
    rules,
    model: model === undefined ? null : resolve(folder, model.file),
    forecast: { temperature: file.forecast?.temperature ?? null },
  };
}

/** A storey without an outline has that of the one below. */
function storeysOf(storeys: BuildingFile['storeys']): StoreyConfig[] {
  let last: StoreyConfig['outline'] = null;
  return storeys.map(({ id, name, elevation, height, outline }) => {
    last = outline ?? last;
    return { id, name, elevation, height, outline: last };
  });
}

function placeOf(place: PlaceFile): PlaceConfig {
  const storey = place.storey ?? null;
  return {
    device: place.device ?? null,
    point: place.point ?? null,
    storey,
    zone: place.zone ?? storey,
    at: place.at ?? null,
    height: place.height ?? null,
    name: place.name ?? null,
  };
}
