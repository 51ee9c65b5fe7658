import type { z } from 'zod';
import { didYouMean, oneOf } from '../checks/did-you-mean.ts';
import { type Finding, type Path, quoted } from './problem.ts';
import { placeAt, valueAt } from './schema-walk.ts';

type Issue = z.core.$ZodIssue;

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
      message: unknownKey(schema, value, path, key),
    }));
  if (issue.code === 'invalid_key')
    return [{ path, at: 'key', message: `${quoted(path.at(-1))}: ${issue.issues[0]?.message ?? 'not a valid name'}` }];
  const found = valueAt(value, path);
  const { description } = placeAt(schema, value, path);
  if (issue.code !== 'custom' && issue.code !== 'invalid_union' && path.length > 0 && found === undefined)
    return [{ path, message: `${quoted(path.at(-1))} is missing; add it${description ? `: ${description}` : ''}` }];
  const hint = description === undefined ? '' : ` (${description})`;
  return [{ path, message: issueText(issue, found, hint) }];
}

function issueText(issue: Issue, found: unknown, hint: string): string {
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
    case 'custom':
      return issue.message;
    default:
      return `${quoted(found)}: ${issue.message}`;
  }
}

const expectedWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping (key: value)',
  record: 'a mapping (key: value)',
};
const durationKeys: readonly unknown[] = ['every', 'maxSilence', 'commitEvery', 'gap', 'answer'];

function wrongType(issue: Extract<Issue, { code: 'invalid_type' }>, found: unknown, hint: string): string {
  if (found === null) return `nothing stands here; give a value${hint} or remove the key`;
  if (durationKeys.includes(issue.path.at(-1)))
    return `${quoted(found)}: a duration is a number and a unit: 250ms, 5s, 10m or 2h`;
  return `must be ${expectedWords[issue.expected] ?? issue.expected}, not ${quoted(found)}${hint}`;
}

function notAmong(found: unknown, values: readonly string[]): string {
  const guess = typeof found === 'string' ? didYouMean(found, values) : undefined;
  return `${quoted(found)} is not known here; use ${oneOf(values)}${guess ? ` (${guess})` : ''}`;
}

function wrongKind(issue: Extract<Issue, { code: 'invalid_union' }>, found: unknown): string {
  const isChoice = issue.errors.flat().every(({ code }) => code === 'invalid_value');
  if (!isChoice) return `${quoted(found)}: ${issue.message}`;
  const values = issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []));
  const kinds = 'options' in issue && Array.isArray(issue.options) ? issue.options : values;
  if (found === undefined) return `${quoted(issue.path.at(-1))} is missing; add it: ${oneOf(kinds.map(String))}`;
  return kinds.length > 0 ? notAmong(found, kinds.map(String)) : `${quoted(found)}: ${issue.message}`;
}

function wrongSize(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, found: unknown, hint: string): string {
  const limit = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  if (issue.origin === 'string')
    return found === '' ? `must not be empty${hint}` : `must have ${limit} characters${hint}`;
  if (issue.origin === 'array') return `needs ${limit} ${limit.endsWith(' 1') ? 'item' : 'items'}${hint}`;
  return `must be ${limit}, not ${quoted(found)}${hint}`;
}

const keyHints: Readonly<Record<string, string>> = {
  unit: 'a unit belongs to a Modbus device; a sensor that talks has an address, if its frames name one',
  tls: 'tls belongs to gateway.mqtt, to gateway.http and to the uplink of an agent; move it there',
  '<<': 'a merge key is of YAML 1.1 and does nothing here: write out the keys that it would bring',
  password: 'a secret never stands in the site file; put it in a file and name that with passwordFile',
};

function unknownKey(schema: z.ZodType, value: unknown, path: Path, key: string): string {
  const { keys, otherKinds } = placeAt(schema, value, path);
  const special = Object.hasOwn(keyHints, key) ? keyHints[key] : undefined;
  if (special !== undefined) return special;
  const kind = otherKinds.get(key);
  if (kind !== undefined) return `${quoted(key)} belongs to kind ${kind}; remove it, or change the kind`;
  const guess = didYouMean(key, keys) ?? (keys.length > 0 ? `known here: ${keys.join(', ')}` : 'remove it');
  return `unknown key ${quoted(key)}; ${guess}`;
}
