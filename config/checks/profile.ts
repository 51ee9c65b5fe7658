import { type PointName, pointNameSchema } from '../../contract/ids.ts';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { say } from '../../contract/words/check/said.ts';
import { addressesOf, stretchOf } from '../../devices/addresses.ts';
import { plausibilityProblems } from '../../devices/plausibility.ts';
import {
  type AnyPoint,
  type AnyProfile,
  isModbus,
  manualNumber,
  type PointProfile,
  type Profile,
  registersOf,
  tables,
  valueTypeOf,
} from '../../devices/profile.ts';
import { defaultEveryMs } from '../build.ts';
import type { Finding } from '../files/problem.ts';
import { conditionFindings } from './conditions.ts';
import { nearNames } from './did-you-mean.ts';
import { reachFindings } from './reach.ts';

/** Where a profile, each point of it valid by itself, contradicts itself. */
export function checkProfile(profile: AnyProfile): Finding[] {
  const own = isModbus(profile) ? registerFindings(profile) : speakerFindings(profile);
  const limits = Object.entries<AnyPoint>(profile.points).flatMap(([name, point]) =>
    reachFindings(profile, name, point).map(({ key, ...said }) => ({ path: ['points', name, key], ...said })),
  );
  return [...own, ...limits, ...conditionFindings(profile)];
}

/** What speaks by itself. */
function speakerFindings({ points, every }: Exclude<AnyProfile, Profile>): Finding[] {
  return Object.entries<AnyPoint>(points).flatMap(([name, point]) => plausibilityFindings(name, point, every));
}

function registerFindings(profile: Profile): Finding[] {
  const points = Object.entries(profile.points).flatMap(([name, point]) => {
    const findings: Finding[] = [];
    const scales = [
      ...(point.scaleFrom === null ? [] : [{ key: 'scaleFrom', partner: point.scaleFrom }]),
      ...point.scaleBy.map((partner) => ({ key: 'scaleBy', partner })),
    ];
    for (const { key, partner } of scales) {
      const reason = scaleProblem(profile, partner);
      if (reason !== undefined) findings.push({ path: ['points', name, key], ...say(reason) });
    }
    const circle = scaledByItself(profile, name);
    if (circle !== undefined)
      findings.push({ path: ['points', name], ...say({ code: 'scales-in-circle', point: name, by: circle }) });
    const unread = readableFinding(profile, point);
    if (unread !== undefined) findings.push({ path: ['points', name, 'address'], ...unread });
    const manual = manualFinding(profile, name, point);
    if (manual !== undefined) findings.push(manual);
    const width = registersOf(point);
    if (width > profile.limits.maxRegisters)
      findings.push({
        path: ['points', name],
        ...say({ code: 'point-too-wide', takes: width, limit: profile.limits.maxRegisters }),
      });
    return [...findings, ...bitFindings(profile, name, point), ...plausibilityFindings(name, point, defaultEveryMs)];
  });
  return [...blockFindings(profile), ...points];
}

/** Through which other point this one is scaled by itself; undefined where it is not. */
function scaledByItself({ points }: Profile, name: string): string | undefined {
  const seen = new Set<string>([name]);
  for (const each of seen) {
    const point = points[pointNameSchema.parse(each)];
    const scales =
      point === undefined ? [] : [...(point.scaleFrom === null ? [] : [point.scaleFrom]), ...point.scaleBy];
    if (scales.some((partner) => partner === name)) return each;
    for (const partner of scales) seen.add(partner);
  }
  return undefined;
}

/** Blocks that no request reads, and points that one of them gives only a part of. */
function blockFindings(profile: Profile): Finding[] {
  const { blocks, limits, points } = profile;
  const ofBlocks = tables.flatMap((table) =>
    (blocks[table] ?? []).flatMap(([first, last], i, all): Finding[] => {
      const limit = table === 'coil' || table === 'discrete' ? limits.maxBits : limits.maxRegisters;
      const other = all.slice(0, i).find(([from, to]) => from <= last && first <= to);
      const at = { path: ['blocks', table, i] };
      return [
        ...(last - first + 1 > limit
          ? [{ ...at, ...say({ code: 'block-too-wide', takes: last - first + 1, limit }) }]
          : []),
        ...((profile.readable[table] ?? []).length === 0 ||
        profile.readable[table]?.some(([from, to]) => from <= first && last <= to)
          ? []
          : [
              {
                ...at,
                ...say({ code: 'not-in-readable', table, first, last, isBlock: true }),
                severity: 'warning' as const,
              },
            ]),
        ...(other === undefined
          ? []
          : [{ ...at, ...say({ code: 'blocks-overlap', first: other[0], last: other[1] }) }]),
      ];
    }),
  );
  const ofPoints = Object.entries(points).flatMap(([name, point]): Finding[] => {
    const { first, last } = stretchOf(point);
    const block = addressesOf(profile, point.table).blockOf(first, last);
    if (block === undefined || (block.first <= first && last <= block.last)) return [];
    return [{ path: ['points', name, 'address'], ...say({ code: 'point-over-block', ...block }) }];
  });
  return [...ofBlocks, ...ofPoints];
}

function scaleProblem({ points }: Profile, partner: PointName): CheckReason | undefined {
  const point = points[partner];
  const names = Object.keys(points);
  if (point === undefined)
    return { code: 'profile-without-point', point: partner, near: nearNames(partner, names), known: names };
  return valueTypeOf(point) === 'number' ? undefined : { code: 'scale-no-number', point: partner };
}

/** A single point is read all the same, and a block too: so one of the two is wrong, and the other may be right. */
function readableFinding({ readable, blocks }: Profile, point: PointProfile): Omit<Finding, 'path'> | undefined {
  const { table, first, last } = stretchOf(point);
  const isIn = (ranges: readonly (readonly [number, number])[] = []) =>
    ranges.some(([from, to]) => from <= first && last <= to);
  if ((readable[table] ?? []).length === 0 || isIn(readable[table]) || isIn(blocks[table])) return undefined;
  return { ...say({ code: 'not-in-readable', table, first, last, isBlock: false }), severity: 'warning' };
}

/** A table whose every address is as a manual numbers it; what is declared readable is taken for what is on the wire. */
function manualFinding(profile: Profile, name: string, point: PointProfile): Finding | undefined {
  const alike = Object.values(profile.points).filter(({ table }) => table === point.table);
  const meant = manualNumber(point.address);
  const isManual = ({ address }: PointProfile) => address >= 10_001 && manualNumber(address)?.table === meant?.table;
  const declared = [...(profile.readable[point.table] ?? []), ...(profile.blocks[point.table] ?? [])];
  const isDeclared = declared.some(([first, last]) => first <= point.address && point.address <= last);
  if (!alike.every(isManual) || isDeclared || meant === undefined) return undefined;
  const { table, address } = point;
  const said =
    meant.table === table
      ? say({ code: 'manual-number', table, address, meant: meant.address })
      : say({ code: 'manual-number-of-other', table, address, meant });
  return { path: ['points', name, 'address'], ...said, severity: 'warning' };
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
  return [{ path: ['points', name, 'bit'], ...say({ code: 'bit-of-which', bit: point.bit ?? 0, wide }) }];
}

function plausibilityFindings(name: string, point: AnyPoint, usualMs: number): Finding[] {
  const problems = plausibilityProblems({ point, everyMs: point.every ?? usualMs, said: point.plausibility ?? {} });
  return problems.map(({ key, ...said }) => ({ path: ['points', name, 'plausibility', key], ...said }));
}
