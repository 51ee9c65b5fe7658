import { type Said, say } from '../../contract/words/check/said.ts';
import { type PlausibilityProblem, plausibilityProblems } from '../../devices/plausibility.ts';
import { type AnyPoint, type AnyProfile, isModbus, isUplink, valueTypeOf } from '../../devices/profile.ts';
import { everyMsOf, overridden } from '../build.ts';
import type { Finding, Path, Severity } from '../files/problem.ts';
import { isLifeSafety, lifeSafetyMaxSilenceMs } from '../life-safety.ts';
import type { DeviceFile, PointFile } from '../schema.ts';
import { conditionProblem, conditionsOf } from './conditions.ts';
import { reachFindings } from './reach.ts';

/** Overrides of a device's points that make no sense for the point they change. */
export function checkDevice(device: DeviceFile, profile: AnyProfile, path: Path): Finding[] {
  const points: Readonly<Record<string, AnyPoint>> = profile.points;
  const asked = isModbus(profile) ? {} : { every: profile.every };
  const isByRadio = isUplink(profile);
  const asHere = withOverrides(profile, device.points);
  return Object.entries(points).flatMap(([name, own]) => {
    const override = Object.entries(device.points).find(([key]) => key === name)?.[1];
    const everyMs = everyMsOf(device, asked, own, override);
    const at = [...path, 'points', name];
    const kind = override?.kind ?? own.kind;
    const isRare = isLifeSafety({ ...own, kind }) && everyMs > lifeSafetyMaxSilenceMs;
    const place = override?.every === undefined ? [...path, 'every'] : [...at, 'every'];
    const limitMs = lifeSafetyMaxSilenceMs;
    const rare = { code: 'life-safety-point-slow', point: name, kind, limitMs, everyMs } as const;
    const radio = { code: 'life-safety-by-radio', point: name, kind, limitMs: 3 * everyMs } as const;
    const radioFindings = [{ path: [...path, 'profile'], ...say(radio), severity: 'warning' as const }];
    const findings = !isRare ? [] : isByRadio ? radioFindings : [{ path: place, ...say(rare) }];
    if (override === undefined) return findings;
    return [
      ...findings,
      ...pointFindings(own, override, everyMs).map(({ key, ...said }) => ({ path: [...at, key], ...said })),
      ...limitFindings(asHere, name, override).map(({ key, ...said }) => ({ path: [...at, key], ...said })),
      ...plausibilityFindings(own, override, everyMs).map(({ key, ...said }) => ({
        path: [...at, 'plausibility', key],
        ...said,
      })),
    ];
  });
}

function plausibilityFindings(own: AnyPoint, override: PointFile, everyMs: number): PlausibilityProblem[] {
  const { plausibility } = override;
  if (plausibility === undefined) return [];
  return plausibilityProblems({
    point: overridden(own, override),
    everyMs,
    said: plausibility,
    beneath: own.plausibility,
  });
}

/** The profile with its points as the site has them. */
function withOverrides(profile: AnyProfile, overrides: DeviceFile['points']): AnyProfile {
  const given = new Map<string, PointFile>(Object.entries(overrides));
  const points = Object.fromEntries(
    Object.entries<AnyPoint>(profile.points).map(([name, own]) => {
      const override = given.get(name);
      return [name, override === undefined ? own : overridden(own, override)];
    }),
  );
  return { ...profile, points } as AnyProfile;
}

const rangeKeys = ['trueBelow', 'valid', 'scale', 'offset'] as const;

/** Limits that the point's values do not reach any more, and values that other points wait for and it never gives now. */
function limitFindings(profile: AnyProfile, name: string, override: PointFile): PointFinding[] {
  const key = rangeKeys.find((each) => override[each] !== undefined);
  const points: Readonly<Record<string, AnyPoint>> = profile.points;
  const own = points[name];
  if (key === undefined || own === undefined) return [];
  const limits = reachFindings(profile, name, own).map(({ key: at, ...said }) => ({
    key: override[at] === undefined ? key : at,
    ...said,
  }));
  const waiting = Object.values(points)
    .flatMap((point) => conditionsOf(point))
    .filter((condition) => condition.point === name)
    .flatMap((condition) => conditionProblem(profile, condition) ?? []);
  return [...limits, ...waiting.slice(0, 1).map((reason) => ({ key, ...say(reason) }))];
}

type PointFinding = { key: keyof PointFile; severity?: Severity } & Said;

function pointFindings(own: AnyPoint, override: PointFile, everyMs: number): PointFinding[] {
  const type = valueTypeOf(own);
  const findings: PointFinding[] = [];
  if (type !== 'number') {
    for (const key of own.trueBelow === null ? (['scale', 'offset', 'valid', 'unit'] as const) : [])
      if (override[key] !== undefined) findings.push({ key, ...say({ code: 'key-for-numbers', key, type }) });
    if (override.deadband > 0)
      findings.push({
        key: 'deadband',
        ...say({ code: 'deadband-idle', type }),
      });
  }
  if (own.trueBelow === null && override.trueBelow !== undefined)
    findings.push({
      key: 'trueBelow',
      ...say({ code: 'true-below-idle' }),
    });
  if ((type !== 'boolean' || own.trueBelow !== null) && override.invert !== undefined)
    findings.push({
      key: 'invert',
      ...say({ code: 'invert-idle', type }),
    });
  return [...findings, ...silenceFindings(own, override, everyMs)];
}

function silenceFindings(own: AnyPoint, override: PointFile, everyMs: number): PointFinding[] {
  const findings: PointFinding[] = [];
  if (override.maxSilence !== undefined && override.maxSilence < everyMs)
    findings.push({
      key: 'maxSilence',
      ...say({ code: 'silence-below-every', everyMs }),
    });
  const kind = override.kind ?? own.kind;
  if (isLifeSafety({ kind }) && (override.maxSilence ?? 0) > lifeSafetyMaxSilenceMs)
    findings.push({
      key: 'maxSilence',
      ...say({ code: 'life-safety-silence', by: kind, point: null, limitMs: lifeSafetyMaxSilenceMs }),
    });
  return findings;
}
