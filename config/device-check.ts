import { type PointProfile, type Profile, valueTypeOf } from '../devices/profile.ts';
import { everyMsOf } from './build.ts';
import { isLifeSafety, lifeSafetyMaxSilenceMs } from './life-safety.ts';
import type { Finding, Path } from './problem.ts';
import { type DeviceFile, durationText, type PointFile } from './schema.ts';

/** Overrides of a device's points that make no sense for the point they change. */
export function checkDevice(device: DeviceFile, profile: Profile, path: Path): Finding[] {
  return Object.entries(profile.points).flatMap(([name, own]) => {
    const override = Object.entries(device.points).find(([key]) => key === name)?.[1];
    const everyMs = everyMsOf(device, own, override);
    const rare = rareFinding({ ...own, kind: override?.kind ?? own.kind }, everyMs);
    const place = override?.every === undefined ? [...path, 'every'] : [...path, 'points', name, 'every'];
    const findings = rare === undefined ? [] : [{ path: place, message: `${name}: ${rare}` }];
    if (override === undefined) return findings;
    const inOverride = pointFindings(own, override, everyMs);
    return [...findings, ...inOverride.map(({ key, message }) => ({ path: [...path, 'points', name, key], message }))];
  });
}

function rareFinding(point: PointProfile, everyMs: number): string | undefined {
  if (!isLifeSafety(point) || everyMs <= lifeSafetyMaxSilenceMs) return undefined;
  return `people leave a building by its ${point.kind}, so it is read at least every ${durationText(lifeSafetyMaxSilenceMs)}, not every ${durationText(everyMs)}`;
}

type PointFinding = { key: keyof PointFile; message: string };

function pointFindings(own: PointProfile, override: PointFile, everyMs: number): PointFinding[] {
  const type = valueTypeOf(own);
  const findings: PointFinding[] = [];
  if (type !== 'number') {
    for (const key of ['scale', 'offset', 'valid', 'unit'] as const)
      if (override[key] !== undefined)
        findings.push({ key, message: `${key} is for numbers, and this point is a ${type}; remove it` });
    if (override.deadband > 0)
      findings.push({
        key: 'deadband',
        message: `every change of a ${type} is sent, so a deadband says nothing; remove it`,
      });
  }
  if (type !== 'boolean' && override.invert !== undefined)
    findings.push({
      key: 'invert',
      message: `invert is for contacts and bits, and this point is a ${type}; remove it`,
    });
  return [...findings, ...silenceFindings(own, override, everyMs)];
}

function silenceFindings(own: PointProfile, override: PointFile, everyMs: number): PointFinding[] {
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
