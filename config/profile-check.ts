import { type AnyProfile, isTalker, registersOf } from '../devices/profile.ts';
import { didYouMean } from './near.ts';
import type { Finding } from './problem.ts';

/** Where a profile, each point of it valid by itself, contradicts itself. */
export function checkProfile(profile: AnyProfile): Finding[] {
  if (isTalker(profile)) return [];
  const names = Object.keys(profile.points);
  return Object.entries(profile.points).flatMap(([name, point]) => {
    const findings: Finding[] = [];
    const partner = point.scaleFrom;
    if (partner !== null && !names.includes(partner)) {
      const guess = didYouMean(partner, names) ?? `it has ${names.join(', ')}`;
      findings.push({
        path: ['points', name, 'scaleFrom'],
        message: `the profile has no point ${partner}; ${guess}`,
      });
    }
    const width = registersOf(point);
    if (width > profile.limits.maxRegisters)
      findings.push({
        path: ['points', name],
        message: `takes ${width} registers, but limits.maxRegisters is ${profile.limits.maxRegisters}; correct one of them`,
      });
    return findings;
  });
}
