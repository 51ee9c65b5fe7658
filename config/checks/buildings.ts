import { type DeviceId, type PointRef, splitPointRef } from '../../contract/ids.ts';
import { isMapping } from '../buildings/library.ts';
import { placesOf } from '../buildings/resolve-rules.ts';
import { type Finding, type Path, quoted } from '../files/problem.ts';
import { valueAt } from '../files/schema-walk.ts';
import type { CheckContext } from './context.ts';
import { didYouMean } from './did-you-mean.ts';
import type { PartialSite } from './partial-site.ts';
import { whyNoPoint } from './references.ts';

/** Storeys and places of buildings that do not fit together: names that are taken twice or lead nowhere. */
export function buildingFindings(value: unknown, partial: PartialSite, context: CheckContext): Finding[] {
  return partial.buildings.flatMap(({ path }) => [
    ...storeyFindings(value, path, context),
    ...placeFindings(value, path, partial, context),
  ]);
}

function storeyFindings(value: unknown, building: Path, { lineOf }: CheckContext): Finding[] {
  const ids = storeyIds(value, building);
  return ids.flatMap((id, index) => {
    const first = ids.indexOf(id);
    if (id === undefined || first === index) return [];
    const line = lineOf([...building, 'storeys', first, 'id']);
    const message = `storey id ${quoted(id)} is taken in line ${line}; ids are unique in a building`;
    return [{ path: [...building, 'storeys', index, 'id'], message }];
  });
}

function storeyIds(value: unknown, building: Path): (string | undefined)[] {
  const storeys = valueAt(value, [...building, 'storeys']);
  if (!Array.isArray(storeys)) return [];
  return storeys.map((storey: unknown) => (isMapping(storey) && typeof storey.id === 'string' ? storey.id : undefined));
}

function placeFindings(value: unknown, building: Path, partial: PartialSite, context: CheckContext): Finding[] {
  const storeys = storeyIds(value, building).flatMap((id) => id ?? []);
  const seen = new Map<string, Path>();
  return placesOf(value, building).flatMap(({ path, place }) => {
    const { device, point, storey } = place;
    const findings: Finding[] = [];
    const key = device ?? point ?? '';
    const first = seen.get(key);
    if (first === undefined) seen.set(key, path);
    else findings.push({ path, message: `${key} has its place in line ${context.lineOf(first)}; keep one of the two` });
    const why =
      device === undefined ? point && whyNoPoint(point, null, partial, context) : whyNoDevice(device, partial);
    if (why) findings.push({ path: [...path, device === undefined ? 'point' : 'device'], message: why });
    if (storey !== undefined && !storeys.includes(storey)) {
      const guess = didYouMean(storey, storeys) ?? 'add it to storeys, or correct this';
      findings.push({ path: [...path, 'storey'], message: `there is no storey ${quoted(storey)}; ${guess}` });
    }
    return findings;
  });
}

function whyNoDevice(id: DeviceId, { agents, showsAllDevices }: PartialSite): string | undefined {
  const ids = agents.flatMap(({ buses }) => buses.flatMap((bus) => bus.devices.flatMap((device) => device.id ?? [])));
  if (ids.includes(id) || !showsAllDevices) return undefined;
  return `there is no device ${quoted(id)}; ${didYouMean(id, ids) ?? 'add it, or correct this'}`;
}

/** Where the file describes a point's device, and what it says of the point there. */
export function pointInFile(value: unknown, ref: PointRef, { agents }: PartialSite) {
  const { device: id, point } = splitPointRef(ref);
  const device = agents.flatMap(({ buses }) => buses.flatMap((bus) => bus.devices)).find((each) => each.id === id);
  if (device === undefined) return undefined;
  const path = [...device.path, 'points', point];
  return { path, said: valueAt(value, path) };
}
