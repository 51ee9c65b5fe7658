import { type Profile, registersOf } from '../devices/profile.ts';
import { truthProblems } from '../devices/truth.ts';
import { defaultEveryMs } from './build.ts';
import { didYouMean } from './near.ts';
import type { Finding } from './problem.ts';

/** Where a profile, each point of it valid by itself, contradicts itself. */
export function checkProfile(profile: Profile): Finding[] {
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
    const everyMs = point.every ?? defaultEveryMs;
    for (const { key, message } of truthProblems({ point, everyMs, said: point.truth ?? {} }))
      findings.push({ path: ['points', name, 'truth', key], message });
    return findings;
  });
}
