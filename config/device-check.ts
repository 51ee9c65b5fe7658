import { type AnyProfile, isTalker, type PointProfile, valueTypeOf } from '../devices/profile.ts';
import type { TalkerPoint } from '../devices/serial/talker-profile.ts';
import { everyMsOf } from './build.ts';
import type { Finding, Path } from './problem.ts';
import { type DeviceFile, durationText, type PointFile } from './schema.ts';

/** Overrides of a device's points that make no sense for the point they change. */
export function checkDevice(device: DeviceFile, profile: AnyProfile, path: Path): Finding[] {
  const points: Readonly<Record<string, PointProfile | TalkerPoint>> = profile.points;
  const asked = isTalker(profile) ? { every: profile.every } : {};
  return Object.entries(points).flatMap(([name, own]) => {
    const override = Object.entries(device.points).find(([key]) => key === name)?.[1];
    if (override === undefined) return [];
    const everyMs = everyMsOf(device, asked, own, override);
    return pointFindings(own, override, everyMs).map(({ key, message }) => ({
      path: [...path, 'points', name, key],
      message,
    }));
  });
}

function pointFindings(
  own: PointProfile | TalkerPoint,
  override: PointFile,
  everyMs: number,
): { key: keyof PointFile; message: string }[] {
  const type = valueTypeOf(own);
  const findings: { key: keyof PointFile; message: string }[] = [];
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
  if (override.maxSilence !== undefined && override.maxSilence < everyMs)
    findings.push({
      key: 'maxSilence',
      message: `the point is read every ${durationText(everyMs)} only; raise maxSilence to that, or lower every`,
    });
  return findings;
}
