import type { z } from 'zod';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { reasonOf, say, text } from '../../contract/words/check/said.ts';
import { nearNames } from '../checks/did-you-mean.ts';
import { type Finding, type Path, quoted } from './problem.ts';
import { placeAt, valueAt } from './schema-walk.ts';

type Issue = z.core.$ZodIssue;

/** Sentences of contract/, whose schemas the pages use as well, and so know nothing of these codes. */
for (const reason of [
  { code: 'id-form', begins: true },
  { code: 'point-name-form' },
  { code: 'point-ref-form' },
  { code: 'duration-form' },
] as const)
  text(reason);

/** What a schema found wrong with a value, in words that say how to fix it; one finding for each unknown key. */
export function explain(schema: z.ZodType, value: unknown, error: z.ZodError): Finding[] {
  return error.issues.flatMap((issue) => explainIssue(schema, value, issue));
}

function explainIssue(schema: z.ZodType, value: unknown, issue: Issue): Finding[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      at: 'key',
      ...say(unknownKey(schema, value, path, key)),
    }));
  if (issue.code === 'invalid_key') {
    const [inner] = issue.issues;
    const why = inner === undefined ? { cause: 'not a valid name' } : { cause: inner.message, reason: reasonOf(inner) };
    return [{ path, at: 'key', ...say(inWords(why, path.at(-1))) }];
  }
  const found = valueAt(value, path);
  const { description = null } = placeAt(schema, value, path);
  if (issue.code !== 'custom' && issue.code !== 'invalid_union' && path.length > 0 && found === undefined)
    return [{ path, ...say({ code: 'key-missing', key: String(path.at(-1)), hint: description }) }];
  // A sentence of a schema's own, of which nothing but its text is known.
  if (issue.code === 'custom') return [{ path, message: issue.message, reason: reasonOf(issue) }];
  return [{ path, ...say(reasonFor(issue, found, description)) }];
}

function reasonFor(issue: Exclude<Issue, { code: 'custom' }>, found: unknown, hint: string | null): CheckReason {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue, found, hint);
    case 'invalid_value':
      return notAmong(found, issue.values.map(String));
    case 'invalid_union':
      return wrongKind(issue, found);
    case 'too_small':
    case 'too_big':
      return wrongSize(issue, found, hint);
    default:
      return inWords({ cause: issue.message, reason: reasonOf(issue) }, found);
  }
}

/** What a schema says of a value, with the value before it. */
function inWords({ cause, reason }: { cause: string; reason?: CheckReason | undefined }, found: unknown): CheckReason {
  return { ...(reason ?? { code: 'schema-says', cause }), about: quoted(found) };
}

const durationKeys: readonly unknown[] = ['every', 'maxSilence', 'commitEvery', 'gap', 'answer'];

function wrongType(issue: Extract<Issue, { code: 'invalid_type' }>, found: unknown, hint: string | null): CheckReason {
  if (found === null) return { code: 'nothing-here', hint };
  if (durationKeys.includes(issue.path.at(-1))) return { code: 'duration-form', about: quoted(found) };
  return { code: 'wrong-type', wanted: issue.expected, found: quoted(found), hint };
}

function notAmong(found: unknown, choices: readonly string[]): CheckReason {
  const near = typeof found === 'string' ? nearNames(found, choices) : [];
  return { code: 'not-known-here', found: quoted(found), choices, near };
}

function wrongKind(issue: Extract<Issue, { code: 'invalid_union' }>, found: unknown): CheckReason {
  const isChoice = issue.errors.flat().every(({ code }) => code === 'invalid_value');
  const own = () => inWords({ cause: issue.message, reason: reasonOf(issue) }, found);
  if (!isChoice) return own();
  const values = issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []));
  const kinds = 'options' in issue && Array.isArray(issue.options) ? issue.options : values;
  if (found === undefined)
    return { code: 'choice-missing', key: String(issue.path.at(-1)), choices: kinds.map(String) };
  return kinds.length > 0 ? notAmong(found, kinds.map(String)) : own();
}

function wrongSize(
  issue: Extract<Issue, { code: 'too_small' | 'too_big' }>,
  found: unknown,
  hint: string | null,
): CheckReason {
  const bound: { bound: 'least' | 'most'; limit: number } =
    issue.code === 'too_small'
      ? { bound: 'least', limit: Number(issue.minimum) }
      : { bound: 'most', limit: Number(issue.maximum) };
  if (issue.origin === 'string')
    return found === '' ? { code: 'text-empty', hint } : { code: 'text-length', ...bound, hint };
  if (issue.origin === 'array') return { code: 'list-length', ...bound, hint };
  const code = issue.inclusive === false ? 'above-below' : 'not-in-range';
  return { code, ...bound, found: quoted(found), hint };
}

const keyHints: Readonly<Record<string, CheckReason>> = {
  unit: { code: 'unit-of-talker' },
  tls: { code: 'tls-elsewhere' },
  '<<': { code: 'merge-key' },
  password: { code: 'secret-in-file' },
};

function unknownKey(schema: z.ZodType, value: unknown, path: Path, key: string): CheckReason {
  const { keys, otherKinds } = placeAt(schema, value, path);
  const special = Object.hasOwn(keyHints, key) ? keyHints[key] : undefined;
  if (special !== undefined) return special;
  const kind = otherKinds.get(key);
  if (kind !== undefined) return { code: 'key-of-kind', key, kind };
  return { code: 'unknown-key', key, near: nearNames(key, keys), known: keys };
}
