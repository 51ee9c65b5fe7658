import { type PlausibilityProblem, plausibilityProblems } from '../../devices/plausibility.ts';
import { type AnyProfile, isTalker, type PointProfile, valueTypeOf } from '../../devices/profile.ts';
import type { TalkerPoint } from '../../devices/serial/talker-profile.ts';
import { everyMsOf, overridden } from '../build.ts';
import type { Finding, Path } from '../files/problem.ts';
import { isLifeSafety, lifeSafetyMaxSilenceMs } from '../life-safety.ts';
import { type DeviceFile, durationText, type PointFile } from '../schema.ts';

/** Overrides of a device's points that make no sense for the point they change. */
export function checkDevice(device: DeviceFile, profile: AnyProfile, path: Path): Finding[] {
  const points: Readonly<Record<string, PointProfile | TalkerPoint>> = profile.points;
  const asked = isTalker(profile) ? { every: profile.every } : {};
  return Object.entries(points).flatMap(([name, own]) => {
    const override = Object.entries(device.points).find(([key]) => key === name)?.[1];
    const everyMs = everyMsOf(device, asked, own, override);
    const at = [...path, 'points', name];
    const rare = rareFinding({ ...own, kind: override?.kind ?? own.kind }, everyMs);
    const place = override?.every === undefined ? [...path, 'every'] : [...at, 'every'];
    const findings = rare === undefined ? [] : [{ path: place, message: `${name}: ${rare}` }];
    if (override === undefined) return findings;
    return [
      ...findings,
      ...pointFindings(own, override, everyMs).map(({ key, message }) => ({ path: [...at, key], message })),
      ...plausibilityFindings(own, override, everyMs).map(({ key, message }) => ({
        path: [...at, 'plausibility', key],
        message,
      })),
    ];
  });
}

function rareFinding(point: PointProfile | TalkerPoint, everyMs: number): string | undefined {
  if (!isLifeSafety(point) || everyMs <= lifeSafetyMaxSilenceMs) return undefined;
  return `people leave a building by its ${point.kind}, so it is read at least every ${durationText(lifeSafetyMaxSilenceMs)}, not every ${durationText(everyMs)}`;
}

function plausibilityFindings(
  own: PointProfile | TalkerPoint,
  override: PointFile,
  everyMs: number,
): PlausibilityProblem[] {
  const { plausibility } = override;
  if (plausibility === undefined) return [];
  return plausibilityProblems({
    point: overridden(own, override),
    everyMs,
    said: plausibility,
    beneath: own.plausibility,
  });
}

type PointFinding = { key: keyof PointFile; message: string };

function pointFindings(own: PointProfile | TalkerPoint, override: PointFile, everyMs: number): PointFinding[] {
  const type = valueTypeOf(own);
  const findings: PointFinding[] = [];
  if (type !== 'number') {
    for (const key of own.trueBelow === null ? (['scale', 'offset', 'valid', 'unit'] as const) : [])
      if (override[key] !== undefined)
        findings.push({ key, message: `${key} is for numbers, and this point is a ${type}; remove it` });
    if (override.deadband > 0)
      findings.push({
        key: 'deadband',
        message: `every change of a ${type} is sent, so a deadband says nothing; remove it`,
      });
  }
  if (own.trueBelow === null && override.trueBelow !== undefined)
    findings.push({
      key: 'trueBelow',
      message: 'this point is no yes or no by a limit; another one of the profile may be (its trueBelow), or remove it',
    });
  if ((type !== 'boolean' || own.trueBelow !== null) && override.invert !== undefined)
    findings.push({
      key: 'invert',
      message: `invert is for contacts and bits, and this point is a ${type}; remove it`,
    });
  return [...findings, ...silenceFindings(own, override, everyMs)];
}

function silenceFindings(own: PointProfile | TalkerPoint, override: PointFile, everyMs: number): PointFinding[] {
  const findings: PointFinding[] = [];
  if (override.maxSilence !== undefined && override.maxSilence < everyMs)
    findings.push({
      key: 'maxSilence',
      message: `the point is read every ${durationText(everyMs)} only; raise maxSilence to that, or lower every`,
    });
  const kind = override.kind ?? own.kind;
  if (isLifeSafety({ kind }) && (override.maxSilence ?? 0) > lifeSafetyMaxSilenceMs)
    findings.push({
      key: 'maxSilence',
      message: `people leave a building by its ${kind}, so it says at least every ${durationText(lifeSafetyMaxSilenceMs)} that it is well; lower it`,
    });
  return findings;
}
