import { readFileSync, statSync } from 'node:fs';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import type { CheckReason } from '../../contract/words/check/check.ts';
import { say } from '../../contract/words/check/said.ts';
import { renameOldKeys } from './old-keys.ts';
import { type Finding, formatPath, type Path, type Problem, saidOf } from './problem.ts';

/** A YAML file as plain values, which still knows on which line each of them stands. */
export type YamlFile = {
  readonly file: string;
  readonly value: unknown;
  problem(finding: Finding): Problem;
  /** The line on which a path's value begins. */
  lineOf(path: Path): number;
};

export type OpenedYaml =
  | { readonly ok: true; readonly yaml: YamlFile; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const maxBytes = 1024 * 1024;
/** A site of a thousand points may well use one anchor for each; a file that multiplies aliases goes far beyond. */
const maxAliasCount = 10_000;

/**
 * Reads a YAML 1.2 file. Keys that occur twice come back as problems beside the values; a file that cannot be read as
 * YAML at all comes back as problems alone.
 */
export function openYaml(file: string): OpenedYaml {
  const text = readText(file);
  if (!text.ok) return { ok: false, problems: [wholeFile(file, text.problem)] };
  return parseYaml(file, text.text);
}

function readText(file: string): { ok: true; text: string } | { ok: false; problem: CheckReason } {
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) return { ok: false, problem: { code: 'is-a-folder' } };
    if (!stat.isFile()) return { ok: false, problem: { code: 'not-a-file' } };
    if (stat.size > maxBytes) return { ok: false, problem: { code: 'too-large', bytes: stat.size } };
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)) };
  } catch (error) {
    return { ok: false, problem: readTrouble(error) };
  }
}

/** Why the file system would not give a file or folder, and what to do about it. */
export function readTrouble(error: unknown): CheckReason {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return { code: 'no-such-file' };
  if (code === 'ENOTDIR') return { code: 'not-a-folder' };
  if (code === 'EACCES' || code === 'EPERM') return { code: 'no-permission' };
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { code: 'not-utf-8' };
  return { code: 'cannot-be-read', cause: error instanceof Error ? error.message : String(error) };
}

function parseYaml(file: string, text: string): OpenedYaml {
  const lines = new LineCounter();
  const problemAt = (offset: number, found: Omit<Finding, 'at'>): Problem => {
    const { line, col } = lines.linePos(offset);
    const { path, severity = 'error' } = found;
    return {
      file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      path: formatPath(path),
      severity,
      ...saidOf(found),
    };
  };
  try {
    const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, logLevel: 'error' });
    const slips = slipsOf(doc, text);
    const problems = [
      ...slips.map(({ offset, reason }) => problemAt(offset, { path: [], ...say(reason) })),
      ...renameOldKeys(doc).map(({ offset, reason }) =>
        problemAt(offset, { path: [], ...say(reason), severity: 'warning' }),
      ),
    ];
    if (slips.some(({ hidesValues }) => hidesValues)) return { ok: false, problems };
    if (doc.contents === null || (isScalar(doc.contents) && doc.contents.value === null))
      return { ok: false, problems: [wholeFile(file, { code: 'file-empty' })] };
    const problem = (found: Finding) => problemAt(offsetOf(doc, found.path, found.at ?? 'value'), found);
    const lineOf = (path: Path) => lines.linePos(offsetOf(doc, path, 'value')).line;
    return { ok: true, yaml: { file, value: doc.toJS({ maxAliasCount }), problem, lineOf }, problems };
  } catch (error) {
    // Aliases that multiply without end.
    const cause = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [wholeFile(file, { code: 'yaml-unusable', cause })] };
  }
}

function wholeFile(file: string, reason: CheckReason): Problem {
  return { file, line: 0, column: 0, path: '', severity: 'error', ...saidOf(say(reason)) };
}

/** A slip of the YAML itself. Where values are hidden by it, nothing can be said of the rest of the file. */
type Slip = { readonly offset: number; readonly reason: CheckReason; readonly hidesValues: boolean };

function slipsOf(doc: Document.Parsed, text: string): Slip[] {
  const syntax = [...doc.errors, ...doc.warnings].map((error) => ({
    offset: error.pos[0],
    reason: syntaxProblem(error, text),
    hidesValues: error.code !== 'DUPLICATE_KEY',
  }));
  return [...oldVersion(doc, text), ...oddSpaces(doc, text), ...syntax, ...loneAliases(doc), ...noNames(doc)];
}

/** A key that JavaScript keeps for itself is dropped on the way, and with it what stands behind it. */
function noNames(doc: Document.Parsed): Slip[] {
  const slips: Slip[] = [];
  visit(doc, {
    Scalar: (at, { value, range }) => {
      if (at !== 'key' || value !== '__proto__') return;
      slips.push({ offset: range?.[0] ?? 0, reason: { code: 'key-no-name', key: '__proto__' }, hidesValues: true });
    },
  });
  return slips;
}

/** Under %YAML 1.1 the unit 012 is 10 and `no` is false, and another device would be asked. */
function oldVersion({ directives }: Document.Parsed, text: string): Slip[] {
  const { explicit, version } = directives.yaml;
  if (explicit !== true || version === '1.2') return [];
  return [
    { offset: Math.max(0, text.search(/^%YAML/m)), reason: { code: 'yaml-version', version }, hidesValues: true },
  ];
}

/**
 * Spaces that look like one and are none to YAML, copied out of a document or typed in Korean: at a line's beginning, in a
 * key, or at an end of a word without quotes. Inside of a name they may stand.
 */
function oddSpaces(doc: Document.Parsed, text: string): Slip[] {
  const found = new Set<number>();
  for (const { index, 0: indent } of text.matchAll(
    /^[ \t]*(?=[\u00a0\u00ad\u2000-\u200f\u2028\u2029\u202f\u2060\u3000\ufeff])/gm,
  ))
    found.add(index + indent.length);
  visit(doc, {
    Scalar: (key, { type, range }) => {
      if (type !== 'PLAIN' || !range) return;
      const plain = text.slice(range[0], range[1]);
      const at = key === 'key' ? plain.search(oddSpace) : endSpace(plain);
      if (at >= 0) found.add(range[0] + at);
    },
  });
  return [...found].map((offset) => ({ offset, reason: oddSpaceAt(text, offset), hidesValues: true }));
}

const oddSpace = /[\u00a0\u00ad\u2000-\u200f\u2028\u2029\u202f\u2060\u3000\ufeff]/;

function endSpace(plain: string): number {
  const last = plain.length - 1;
  return oddSpace.test(plain[0] ?? '') ? 0 : oddSpace.test(plain[last] ?? '') ? last : -1;
}

function oddSpaceAt(text: string, offset: number): CheckReason {
  const unicode = (text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return { code: 'odd-space', unicode };
}

function loneAliases(doc: Document.Parsed): Slip[] {
  const anchors = new Set<string>();
  const slips: Slip[] = [];
  visit(doc, {
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.add(node.anchor);
    },
    Alias: (_, { source, range }) => {
      if (anchors.has(source)) return;
      slips.push({
        offset: range?.[0] ?? 0,
        reason: { code: 'lone-alias', alias: source },
        hidesValues: true,
      });
    },
  });
  return slips;
}

function syntaxProblem(error: YAMLError, text: string): CheckReason {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return {
        code: 'key-twice',
        key: /^["']?([\w-]+)/.exec(text.slice(error.pos[0], error.pos[0] + 64))?.[1] ?? '',
      };
    case 'TAB_AS_INDENT':
      return { code: 'tab-indent' };
    case 'MULTIPLE_DOCS':
      return { code: 'second-document' };
    case 'NON_STRING_KEY':
      return { code: 'key-not-plain' };
    case 'TAG_RESOLVE_FAILED':
      return { code: 'yaml-tag' };
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return { code: 'not-key-value' };
    default:
      return { code: 'not-yaml', cause: error.message };
  }
}

/** Where a path's value (or last key) begins. For what is not there: where the innermost thing that is there begins. */
function offsetOf(doc: Document, path: Path, which: 'key' | 'value'): number {
  let node: unknown = doc.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    const inner = isAlias(node) ? node.resolve(doc) : node;
    if (isSeq(inner)) node = inner.items[Number(key)];
    else if (isMap(inner)) {
      const pair = inner.items.find((item) => nameOf(item) === String(key));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      if (which === 'key' && depth === path.length - 1) return offset;
      // A key with nothing behind it has a value node of no width: the key is the place to look.
      node = pair.value;
      if (isScalar(node) && node.range?.[0] === node.range?.[1]) continue;
    } else return offset;
    offset = startOf(node) ?? offset;
  }
  return offset;
}

function nameOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}
