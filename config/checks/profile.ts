import { type AnyProfile, isTalker, type PointProfile, type Profile, registersOf } from '../../devices/profile.ts';
import type { TalkerPoint, TalkerProfile } from '../../devices/serial/talker-profile.ts';
import { truthProblems } from '../../devices/truth.ts';
import { defaultEveryMs } from '../build.ts';
import type { Finding } from '../files/problem.ts';
import { conditionFindings } from './conditions.ts';
import { didYouMean } from './did-you-mean.ts';

/** Where a profile, each point of it valid by itself, contradicts itself. */
export function checkProfile(profile: AnyProfile): Finding[] {
  const own = isTalker(profile) ? talkerFindings(profile) : registerFindings(profile);
  return [...own, ...conditionFindings(profile)];
}

function talkerFindings({ points, every }: TalkerProfile): Finding[] {
  return Object.entries<TalkerPoint>(points).flatMap(([name, point]) => truthFindings(name, point, every));
}

function registerFindings(profile: Profile): Finding[] {
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
    return [...findings, ...truthFindings(name, point, defaultEveryMs)];
  });
}

function truthFindings(name: string, point: PointProfile | TalkerPoint, usualMs: number): Finding[] {
  const problems = truthProblems({ point, everyMs: point.every ?? usualMs, said: point.truth ?? {} });
  return problems.map(({ key, message }) => ({ path: ['points', name, 'truth', key], message }));
}
