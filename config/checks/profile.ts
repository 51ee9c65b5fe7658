import type { PointName } from '../../contract/ids.ts';
import { plausibilityProblems } from '../../devices/plausibility.ts';
import {
  type AnyProfile,
  isTalker,
  manualNumber,
  type PointProfile,
  type Profile,
  registersOf,
  valueTypeOf,
} from '../../devices/profile.ts';
import type { TalkerPoint, TalkerProfile } from '../../devices/serial/talker-profile.ts';
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
  return Object.entries<TalkerPoint>(points).flatMap(([name, point]) => plausibilityFindings(name, point, every));
}

function registerFindings(profile: Profile): Finding[] {
  return Object.entries(profile.points).flatMap(([name, point]) => {
    const findings: Finding[] = [];
    const scales = [
      ...(point.scaleFrom === null ? [] : [{ key: 'scaleFrom', partner: point.scaleFrom }]),
      ...point.scaleBy.map((partner) => ({ key: 'scaleBy', partner })),
    ];
    for (const { key, partner } of scales) {
      const message = scaleProblem(profile, partner);
      if (message !== undefined) findings.push({ path: ['points', name, key], message });
    }
    const manual = manualFinding(profile, name, point);
    if (manual !== undefined) findings.push(manual);
    const width = registersOf(point);
    if (width > profile.limits.maxRegisters)
      findings.push({
        path: ['points', name],
        message: `takes ${width} registers, but limits.maxRegisters is ${profile.limits.maxRegisters}; correct one of them`,
      });
    return [...findings, ...bitFindings(profile, name, point), ...plausibilityFindings(name, point, defaultEveryMs)];
  });
}

function scaleProblem({ points }: Profile, partner: PointName): string | undefined {
  const point = points[partner];
  const names = Object.keys(points);
  if (point === undefined)
    return `the profile has no point ${partner}; ${didYouMean(partner, names) ?? `it has ${names.join(', ')}`}`;
  return valueTypeOf(point) === 'number' ? undefined : `${partner} is no number; name one that is`;
}

/** A table whose every address is as a manual numbers it; what is declared readable is taken for what is on the wire. */
function manualFinding(profile: Profile, name: string, point: PointProfile): Finding | undefined {
  const alike = Object.values(profile.points).filter(({ table }) => table === point.table);
  const isManual = ({ address }: PointProfile) => address >= 10_001 && manualNumber(address)?.table === point.table;
  const declared = [...(profile.readable[point.table] ?? []), ...(profile.blocks[point.table] ?? [])];
  const isDeclared = declared.some(([first, last]) => first <= point.address && point.address <= last);
  const meant = manualNumber(point.address);
  if (!alike.every(isManual) || isDeclared || meant === undefined) return undefined;
  const message = `${point.address} is how manuals number ${point.table} ${meant.address}: write address: ${meant.address}; if it really is ${point.address} on the wire, say so by readable: { ${point.table}: [[${point.address}, …]] }`;
  return { path: ['points', name, 'address'], message, severity: 'warning' };
}

/** Bit 3 of one register is bit 19 of the two that begin there, or bit 3, as their order has it: so it must be said. */
function bitFindings({ points }: Profile, name: string, point: PointProfile): Finding[] {
  if (point.type !== 'bit' || point.length !== undefined || registersOf(point) === 2) return [];
  const isBeside = (other: PointProfile) =>
    other.type === 'bit' &&
    other.table === point.table &&
    registersOf(other) === 2 &&
    (other.address === point.address || other.address + 1 === point.address);
  const wide = Object.entries(points).find(([, other]) => isBeside(other))?.[0];
  if (wide === undefined) return [];
  const message = `bit ${point.bit} of one register, or of the two that ${wide} is of? say length: 1 or length: 2`;
  return [{ path: ['points', name, 'bit'], message }];
}

function plausibilityFindings(name: string, point: PointProfile | TalkerPoint, usualMs: number): Finding[] {
  const problems = plausibilityProblems({ point, everyMs: point.every ?? usualMs, said: point.plausibility ?? {} });
  return problems.map(({ key, ...said }) => ({ path: ['points', name, 'plausibility', key], ...said }));
}
