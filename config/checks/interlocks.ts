import { type PointRef, splitPointRef } from '../../contract/ids.ts';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { say } from '../../contract/words/check/said.ts';
import { conditionProblems } from '../../rules/checks/condition.ts';
import type { SitePoint } from '../buildings/site-points.ts';
import type { Finding, Path } from '../files/problem.ts';
import { valueAt } from '../files/schema-walk.ts';
import { type InterlockFile, interlockFileSchema, judgedPoints } from '../interlocks/interlock-file.ts';
import type { CheckContext } from './context.ts';
import type { PartialSite } from './partial-site.ts';
import { whyNoPoint } from './references.ts';

type InterlockContext = CheckContext & {
  readonly partial: PartialSite;
  readonly points: ReadonlyMap<PointRef, SitePoint>;
};
type Entry = { readonly file: InterlockFile; readonly path: Path; readonly own: ReadonlySet<string> };

/**
 * What an interlock says that cannot work: points of another agent (it must work with the network dead), an output that
 * cannot be written or has another owner, a condition that these points cannot meet, a gas siren that gas would stop.
 */
export function interlockFindings(value: unknown, context: InterlockContext): Finding[] {
  const entries = context.partial.agents.flatMap(({ path, buses }): Entry[] => {
    const listed = valueAt(value, [...path, 'interlocks']);
    const own = new Set(buses.flatMap(({ devices }) => devices.flatMap(({ id }) => id ?? [])));
    return (Array.isArray(listed) ? listed : []).flatMap((item: unknown, index) => {
      const parsed = interlockFileSchema.safeParse(item);
      return parsed.success ? [{ file: parsed.data, path: [...path, 'interlocks', index], own }] : [];
    });
  });
  return [...entries.flatMap((entry) => ofEntry(entry, context)), ...ownedTwice(entries, context)];
}

function ofEntry({ file, path, own }: Entry, context: InterlockContext): Finding[] {
  const named = namedPoints(file);
  const missing = named.flatMap(({ ref, at, type }): Finding[] => {
    const why = whyNoPoint(ref, type, context.partial, context) ?? whyNotOwn(ref, own);
    return why === undefined ? [] : [{ path: [...path, ...at], ...say(why) }];
  });
  if (missing.length > 0) return missing;
  return [
    ...outputFindings(file, path, context),
    ...conditionFindings(file, path, context),
    ...gasFindings(file, path),
  ];
}

type NamedPoint = { readonly ref: PointRef; readonly at: Path; readonly type: 'boolean' | 'number' | null };

function namedPoints({ when, points, output, silence, gas }: InterlockFile): NamedPoint[] {
  const witnesses = when.kind === 'voting' ? when.witnesses : [];
  return [
    { ref: output, at: ['output'], type: 'boolean' as const },
    ...points.map((ref, i) => ({ ref, at: ['points', i], type: null })),
    ...witnesses.flatMap((witness, w) =>
      witness.points.map((ref, i) => ({ ref, at: ['when', 'witnesses', w, 'points', i], type: null })),
    ),
    ...(silence === undefined ? [] : [{ ref: silence, at: ['silence'], type: 'boolean' as const }]),
    ...(gas?.points ?? []).map((ref, i) => ({ ref, at: ['gas', 'points', i], type: 'number' as const })),
  ];
}

function whyNotOwn(ref: PointRef, own: ReadonlySet<string>): CheckReason | undefined {
  const { device } = splitPointRef(ref);
  if (own.has(device)) return undefined;
  return { code: 'point-of-other-agent', device };
}

function outputFindings({ output }: InterlockFile, path: Path, { partial, profileOf }: InterlockContext): Finding[] {
  const { device, point } = splitPointRef(output);
  const found = partial.agents
    .flatMap(({ buses }) => buses.flatMap(({ devices }) => devices))
    .find(({ id }) => id === device);
  const profile = found?.profile === undefined ? undefined : profileOf(found.profile);
  if (profile === undefined || typeof profile === 'string') return [];
  const own = Object.entries(profile.points).find(([name]) => name === point)?.[1];
  if (own === undefined || ('writable' in own && own.writable)) return [];
  return [
    {
      path: [...path, 'output'],
      ...say({ code: 'output-read-only', profile: profile.id, point }),
    },
  ];
}

function conditionFindings(file: InterlockFile, path: Path, { points }: InterlockContext): Finding[] {
  const refs = judgedPoints(file);
  if (refs.length === 0) return [{ path: [...path, 'points'], ...say({ code: 'judges-nothing', kinds: false }) }];
  const judged = refs.flatMap((ref) => points.get(ref)?.point ?? []);
  if (judged.length < refs.length) return [];
  return conditionProblems(file.when, judged).map(({ path: at, point, reason, severity }) => ({
    path: [...path, 'when', ...at],
    ...say(point === null ? reason : { ...reason, on: point }),
    severity,
  }));
}

/** What is to sound for gas must be allowed to switch in gas. */
function gasFindings(file: InterlockFile, path: Path): Finding[] {
  const { gas } = file;
  if (gas === undefined) return [];
  const shared = judgedPoints(file).find((ref) => gas.points.includes(ref));
  if (shared === undefined) return [];
  return [{ path: [...path, 'gas'], ...say({ code: 'gas-forbids-itself', point: shared, zone: gas.zone }) }];
}

function ownedTwice(entries: readonly Entry[], { lineOf }: InterlockContext): Finding[] {
  return entries.flatMap(({ file, path }, index) => {
    const earlier = entries.slice(0, index).find((other) => other.file.output === file.output);
    if (earlier === undefined) return [];
    const line = lineOf([...earlier.path, 'output']);
    return [
      {
        path: [...path, 'output'],
        ...say({ code: 'output-owned', output: file.output, line }),
      },
    ];
  });
}
