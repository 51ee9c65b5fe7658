import type { z } from 'zod';
import { type BuildingId, buildingIdSchema, type PointRef } from '../../contract/ids.ts';
import type { PartialSite } from '../checks/partial-site.ts';
import type { Path } from '../files/problem.ts';
import { valueAt } from '../files/schema-walk.ts';
import { type PlaceFile, placeSchema } from './building-file.ts';
import type { RuleLibrary } from './library.ts';
import { type Resolved, resolveRule } from './resolve-rule.ts';
import { type RuleFile, ruleFileSchema } from './rule-file.ts';
import type { SitePoint } from './site-points.ts';

/** A rule of the file with its place there, and what became of it. Entries that cannot be read are left out. */
export type RuleEntry = Resolved & {
  readonly path: Path;
  readonly building: BuildingId | null;
  readonly file: RuleFile;
  /** False when a place of its building cannot be read, so points that a kind asks for may yet be there. */
  readonly seesPlaces: boolean;
};

export type Places = { readonly path: Path; readonly place: PlaceFile };

/** Resolves every rule of a site file that can be read by itself, those of buildings first. */
export function resolveRules(
  value: unknown,
  { buildings }: Pick<PartialSite, 'buildings'>,
  points: ReadonlyMap<PointRef, SitePoint>,
  library: RuleLibrary,
): RuleEntry[] {
  const entries = (path: Path, building: BuildingId | null, own: readonly SitePoint[], seesPlaces: boolean) =>
    read(value, path, ruleFileSchema).map(({ item: file, at }): RuleEntry => {
      const around = { building, own, all: points, library };
      return { path: at, building, file, seesPlaces, ...resolveRule(file, valueAt(value, at), around) };
    });
  return [
    ...buildings.flatMap(({ id, path }) => {
      const building = buildingIdSchema.safeParse(id);
      if (!building.success) return [];
      const places = placesOf(value, path);
      const seesPlaces = places.length === listAt(value, [...path, 'places']).length;
      return entries([...path, 'rules'], building.data, pointsIn(places, points), seesPlaces);
    }),
    ...entries(['rules'], null, [...points.values()], true),
  ];
}

/** The places of a building that can be read. */
export function placesOf(value: unknown, building: Path): Places[] {
  return read(value, [...building, 'places'], placeSchema).map(({ item: place, at: path }) => ({ path, place }));
}

function pointsIn(places: readonly Places[], points: ReadonlyMap<PointRef, SitePoint>): SitePoint[] {
  const devices = new Set(places.flatMap(({ place }) => place.device ?? []));
  const single = new Set(places.flatMap(({ place }) => place.point ?? []));
  return [...points.values()].filter(({ device, point }) => devices.has(device) || single.has(point.ref));
}

/** The items of a list that this schema takes. */
function read<T extends z.ZodType>(value: unknown, path: Path, schema: T): { item: z.output<T>; at: Path }[] {
  return listAt(value, path).flatMap((raw, index) => {
    const parsed = schema.safeParse(raw);
    return parsed.success ? [{ item: parsed.data, at: [...path, index] }] : [];
  });
}

function listAt(value: unknown, path: Path): readonly unknown[] {
  const list = valueAt(value, path);
  return Array.isArray(list) ? list : [];
}
