import { tryDuration } from '../../contract/duration.ts';
import type { PointRef } from '../../contract/ids.ts';
import { say } from '../../contract/words/check/said.ts';
import { isMapping, type RuleLibrary } from '../buildings/library.ts';
import type { RuleEntry } from '../buildings/resolve-rules.ts';
import type { SitePoint } from '../buildings/site-points.ts';
import type { Finding, Path } from '../files/problem.ts';
import { valueAt } from '../files/schema-walk.ts';
import { lifeSafetyMaxSilenceMs } from '../life-safety.ts';
import { pointInFile } from './buildings.ts';
import type { CheckContext } from './context.ts';
import { nearNames } from './did-you-mean.ts';
import type { PartialSite } from './partial-site.ts';
import { whyNoPoint } from './references.ts';

/** Roles that every gateway has; a site adds its own. */
const accountRoles = ['operator', 'manager', 'resident', 'admin'];

export type RuleCheckContext = CheckContext & {
  readonly value: unknown;
  readonly partial: PartialSite;
  readonly points: ReadonlyMap<PointRef, SitePoint>;
  readonly library: RuleLibrary;
  /** False when the points of some bus cannot be made out, so nothing is said about missing ones. */
  readonly knowsAllPoints: boolean;
};

/** What is wrong with the rules of a site: each entry by itself, on its points, and among the others. */
export function ruleFindings(entries: readonly RuleEntry[], context: RuleCheckContext): Finding[] {
  return [
    ...entries.flatMap((entry) => [
      ...readyFindings(entry, context),
      ...pointFindings(entry, context),
      ...ownFindings(entry, context),
      ...personFindings(entry, context),
      ...lifeSafetyFindings(entry, context),
    ]),
    ...takenFindings(entries, context),
  ];
}

function readyFindings({ path, file: { use } }: RuleEntry, { library }: RuleCheckContext): Finding[] {
  if (use === undefined || library.has(use)) return [];
  const ids = [...library.keys()];
  const said = say({ code: 'no-such-ready-rule', rule: use, near: nearNames(use, ids), known: ids });
  return [{ path: [...path, 'use'], ...said }];
}

/** Points named in the entry that are not there. */
function pointFindings({ path }: RuleEntry, { value, partial, ...context }: RuleCheckContext): Finding[] {
  return namedPoints(value, path).flatMap(({ at, text }) => {
    const why = whyNoPoint(text, null, partial, context);
    return why === undefined ? [] : [{ path: at, ...say(why) }];
  });
}

function namedPoints(value: unknown, path: Path): { at: Path; text: string }[] {
  const list = (at: Path) => {
    const items = valueAt(value, at);
    if (!Array.isArray(items)) return [];
    return items.flatMap((text: unknown, index) => (typeof text === 'string' ? [{ at: [...at, index], text }] : []));
  };
  const witnesses = valueAt(value, [...path, 'condition', 'witnesses']);
  const count = Array.isArray(witnesses) ? witnesses.length : 0;
  return [
    ...list([...path, 'points']),
    ...list([...path, 'condition', 'frequencies']),
    ...Array.from({ length: count }, (_, index) => [...path, 'condition', 'witnesses', index, 'points']).flatMap(list),
  ];
}

/** What laying it over its ready rule and looking at its points has found. */
function ownFindings({ path, findings, said, seesPlaces }: RuleEntry, { knowsAllPoints }: RuleCheckContext): Finding[] {
  // With points out of sight, only what the words alone say is sure.
  if (said !== null && !(knowsAllPoints && seesPlaces)) return [];
  return findings.map((finding) => ({ ...finding, path: [...path, ...finding.path] }));
}

function personFindings({ path, said, file }: RuleEntry, { value }: RuleCheckContext): Finding[] {
  if (said === null) return [];
  const findings: Finding[] = [];
  const own = valueAt(value, ['roles']);
  const roles = [...accountRoles, ...(isMapping(own) ? Object.keys(own) : [])];
  const standing = (key: 'who' | 'action' | 'source') => (file[key] === undefined ? path : [...path, key]);
  if (!roles.includes(said.who)) {
    const near = nearNames(said.who, roles);
    findings.push({ path: standing('who'), ...say({ code: 'no-such-role', role: said.who, near, known: roles }) });
  }
  if (said.action === null)
    findings.push({
      path: standing('action'),
      ...say({ code: 'rule-without-action', rule: said.id }),
      severity: 'warning',
    });
  if (said.source === undefined)
    findings.push({
      path: standing('source'),
      ...say({ code: 'rule-without-source', rule: said.id }),
      severity: 'warning',
    });
  return findings;
}

/** People leave a building by these: their devices' maps are verified, and they say often that they are well. */
function lifeSafetyFindings({ path, said, rules, file }: RuleEntry, context: RuleCheckContext): Finding[] {
  if (said === null || !said.lifeSafety) return [];
  const refs = [...new Set(rules.flatMap(({ points }) => points.map(({ ref }) => ref)))];
  return refs.flatMap((ref) => {
    const known = context.points.get(ref);
    if (known === undefined) return [];
    const findings: Finding[] = [];
    if (known.verified === 'none' && !file.acceptUnverified)
      findings.push({
        path,
        ...say({ code: 'rule-on-unverified', rule: said.id, point: ref, profile: known.profile }),
      });
    return [...findings, ...silenceFindings(ref, known, said.id, path, context)];
  });
}

function silenceFindings(
  ref: PointRef,
  known: SitePoint,
  id: string,
  path: Path,
  { value, partial }: RuleCheckContext,
): Finding[] {
  const limitMs = lifeSafetyMaxSilenceMs;
  const inFile = pointInFile(value, ref, partial);
  const silence = isMapping(inFile?.said) ? inFile.said.maxSilence : undefined;
  const silenceMs = typeof silence === 'string' ? tryDuration(silence) : undefined;
  if (inFile !== undefined && silenceMs !== undefined && silenceMs > lifeSafetyMaxSilenceMs)
    return [
      {
        path: [...inFile.path, 'maxSilence'],
        ...say({ code: 'life-safety-silence', by: id, point: ref, limitMs }),
      },
    ];
  if (known.point.everyMs <= lifeSafetyMaxSilenceMs) return [];
  return [
    {
      path,
      ...say({ code: 'life-safety-rule-slow', rule: id, point: ref, limitMs, everyMs: known.point.everyMs }),
    },
  ];
}

function takenFindings(entries: readonly RuleEntry[], { lineOf }: RuleCheckContext): Finding[] {
  const first = new Map<string, Path>();
  return entries.flatMap(({ path, building, file, said }) => {
    const id = said?.id ?? file.id ?? file.use;
    if (id === undefined) return [];
    const key = `${building ?? 'site'}/${id}`;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, path);
    if (earlier === undefined) return [];
    const at = file.id === undefined ? path : [...path, 'id'];
    return [{ path: at, ...say({ code: 'rule-taken', rule: id, line: lineOf(earlier) }) }];
  });
}
