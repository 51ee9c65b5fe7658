import type { PointRef } from '../../contract/ids.ts';
import type { SitePoint } from '../buildings/site-points.ts';
import type { InterlockConfig } from '../site.ts';
import { type InterlockFile, judgedPoints } from './interlock-file.ts';

/** An interlock with its points resolved. Those that are not there have been refused. */
export function buildInterlock(file: InterlockFile, all: ReadonlyMap<PointRef, SitePoint>): InterlockConfig {
  const { id, when, output, on, onUnknown, silence = null, gas = null } = file;
  const points = judgedPoints(file).flatMap((ref) => all.get(ref)?.point ?? []);
  return { id, condition: when, points, output, on, onUnknown, silence, gas };
}
