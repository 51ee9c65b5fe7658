import { type Said, say } from '../../contract/words/check/said.ts';
import { type PlausibilityProblem, plausibilityProblems } from '../../devices/plausibility.ts';
import { type AnyPoint, type AnyProfile, isModbus, isUplink, valueTypeOf } from '../../devices/profile.ts';
import { everyMsOf, overridden } from '../build.ts';
import type { Finding, Path } from '../files/problem.ts';
import { isLifeSafety, lifeSafetyMaxSilenceMs } from '../life-safety.ts';
import type { DeviceFile, PointFile } from '../schema.ts';

/** Overrides of a device's points that make no sense for the point they change. */
export function checkDevice(device: DeviceFile, profile: AnyProfile, path: Path): Finding[] {
  const points: Readonly<Record<string, AnyPoint>> = profile.points;
  const asked = isModbus(profile) ? {} : { every: profile.every };
  const isByRadio = isUplink(profile);
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

type PointFinding = { key: keyof PointFile } & Said;

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
