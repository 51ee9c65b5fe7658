import { type DeviceId, type PointRef, splitPointRef } from '../../contract/ids.ts';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { say } from '../../contract/words/check/said.ts';
import { isMapping } from '../buildings/library.ts';
import { placesOf } from '../buildings/resolve-rules.ts';
import type { Finding, Path } from '../files/problem.ts';
import { valueAt } from '../files/schema-walk.ts';
import type { CheckContext } from './context.ts';
import { nearNames } from './did-you-mean.ts';
import type { PartialSite } from './partial-site.ts';
import { whyNoPoint } from './references.ts';

/** Storeys and places of buildings that do not fit together: names that are taken twice or lead nowhere. */
export function buildingFindings(value: unknown, partial: PartialSite, context: CheckContext): Finding[] {
  return partial.buildings.flatMap(({ path }) => [
    ...storeyFindings(value, path, context),
    ...placeFindings(value, path, partial, context),
    ...forecastFindings(value, path, partial, context),
  ]);
}

function storeyFindings(value: unknown, building: Path, { lineOf }: CheckContext): Finding[] {
  const ids = storeyIds(value, building);
  return ids.flatMap((id, index) => {
    const first = ids.indexOf(id);
    if (id === undefined || first === index) return [];
    const line = lineOf([...building, 'storeys', first, 'id']);
    return [{ path: [...building, 'storeys', index, 'id'], ...say({ code: 'storey-taken', id, line }) }];
  });
}

function storeyIds(value: unknown, building: Path): (string | undefined)[] {
  const storeys = valueAt(value, [...building, 'storeys']);
  if (!Array.isArray(storeys)) return [];
  return storeys.map((storey: unknown) => (isMapping(storey) && typeof storey.id === 'string' ? storey.id : undefined));
}

/** The temperature that explains a building's movement is a number of this site. */
function forecastFindings(value: unknown, building: Path, partial: PartialSite, context: CheckContext): Finding[] {
  const path = [...building, 'forecast', 'temperature'];
  const named = valueAt(value, path);
  const why = typeof named === 'string' ? whyNoPoint(named, 'number', partial, context) : undefined;
  return why === undefined ? [] : [{ path, ...say(why) }];
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
    else findings.push({ path, ...say({ code: 'place-twice', part: key, line: context.lineOf(first) }) });
    const why =
      device !== undefined
        ? whyNoDevice(device, partial)
        : point === undefined
          ? undefined
          : whyNoPoint(point, null, partial, context);
    if (why) findings.push({ path: [...path, device === undefined ? 'point' : 'device'], ...say(why) });
    if (storey !== undefined && !storeys.includes(storey)) {
      const near = nearNames(storey, storeys);
      findings.push({ path: [...path, 'storey'], ...say({ code: 'no-such-storey', storey, near }) });
    }
    return findings;
  });
}

function whyNoDevice(id: DeviceId, { agents, showsAllDevices }: PartialSite): CheckReason | undefined {
  const ids = agents.flatMap(({ buses }) => buses.flatMap((bus) => bus.devices.flatMap((device) => device.id ?? [])));
  if (ids.includes(id) || !showsAllDevices) return undefined;
  return { code: 'no-such-part', part: 'device', id, near: nearNames(id, ids) };
}

/** Where the file describes a point's device, and what it says of the point there. */
export function pointInFile(value: unknown, ref: PointRef, { agents }: PartialSite) {
  const { device: id, point } = splitPointRef(ref);
  const device = agents.flatMap(({ buses }) => buses.flatMap((bus) => bus.devices)).find((each) => each.id === id);
  if (device === undefined) return undefined;
  const path = [...device.path, 'points', point];
  return { path, said: valueAt(value, path) };
}
