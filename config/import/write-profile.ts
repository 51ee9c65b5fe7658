import { parse } from 'yaml';
import type { ImportNote } from '../../contract/words/profile-import.ts';
import { profileSchema } from '../../devices/profile.ts';
import { checkProfile } from '../checks/profile.ts';
import { type Draft, type DraftPoint, kindOf } from './draft.ts';

export type Written = {
  readonly yaml: string;
  readonly points: number;
  /** What was left out while writing. */
  readonly notes: readonly ImportNote[];
};

type Named = { readonly key: string; readonly point: DraftPoint };

/**
 * A draft as the text of a profile that the schema takes: a point that it does not take is left out and named. Undefined when none is
 * left.
 */
export function writeProfile(draft: Draft, options: { id: string; source: string }): Written | undefined {
  const notes: ImportNote[] = [];
  let left = named(draft.points);
  for (let tries = 0; left.length > 0 && tries < 50; tries++) {
    const yaml = textOf(draft, left, options);
    const wrong = problemsOf(yaml);
    if (wrong.size === 0) return { yaml, points: left.length, notes };
    for (const { key, point } of left) {
      const what = wrong.get(key);
      if (what !== undefined) notes.push({ line: point.line, name: point.name, code: 'not-valid', what });
    }
    const kept = left.filter(({ key }) => !wrong.has(key));
    if (kept.length === left.length) return undefined;
    left = kept;
  }
  return undefined;
}

/** What the schema and the checks have against each point; `` for the profile itself. */
function problemsOf(yaml: string): Map<string, string> {
  const value: unknown = parse(yaml);
  const parsed = profileSchema.safeParse(value);
  const found = parsed.success
    ? checkProfile(parsed.data)
        .filter(({ severity = 'error' }) => severity === 'error')
        .map(({ path, message }) => ({ path, message }))
    : parsed.error.issues.map(({ path, message }) => ({ path, message }));
  return new Map(
    found.map(({ path, message }) => [path[0] === 'points' ? String(path[1]) : '', message.slice(0, 200)]),
  );
}

/** Names that a profile takes, each once. */
function named(points: readonly DraftPoint[]): Named[] {
  const taken = new Set<string>();
  return points.map((point) => {
    const words = point.name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^[^a-z]+|_+$/g, '')
      .slice(0, 50);
    const base = words === '' ? `${point.table}_${point.address}` : words;
    let key = base;
    for (let i = 2; taken.has(key); i++) key = `${base}_${i}`;
    taken.add(key);
    return { key, point };
  });
}

function textOf(draft: Draft, points: readonly Named[], { id, source }: { id: string; source: string }): string {
  const link = Object.entries(draft.link).map(([key, value]) => `${key}: ${value}`);
  return [
    '# A draft, made out of the file below and held against no device and no manual. Check each row before it is used, and write',
    '# down in `source` and `verified` what it was checked against.',
    `id: ${id}`,
    `maker: ${JSON.stringify(draft.maker)}`,
    `model: ${JSON.stringify(draft.model.slice(0, 100))}`,
    `source: ${JSON.stringify(source)}`,
    'verified: none',
    ...(link.length === 0 ? [] : [`link: { ${link.join(', ')} }`]),
    'points:',
    ...points.map(({ key, point }) => `  ${key}: { ${rowOf(point)} }`),
    '',
  ].join('\n');
}

function rowOf(point: DraftPoint): string {
  const { table, address, type, order, bit, mask, length, scale, offset, unit, sentinels, enum: words } = point;
  const isNumber = type !== 'bool' && type !== 'bit' && type !== 'string' && words === undefined;
  const given = {
    table,
    address,
    type,
    order,
    bit,
    mask,
    length,
    scale: isNumber && scale !== 1 ? scale : undefined,
    offset: isNumber && offset !== 0 ? offset : undefined,
    unit: isNumber && unit !== null ? unit : undefined,
    sentinels: isNumber ? sentinels : undefined,
    enum: words,
    kind: kindOf(point),
  };
  return Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(', ');
}
