import { isNode, LineCounter, parseDocument } from 'yaml';

/** A file of YAML or JSON as values, and the line on which each stands. JSON may have comments. */
export type Lined = { readonly value: unknown; lineOf(path: readonly (string | number)[]): number };

/** Undefined when it is neither. */
export function linedOf(text: string): Lined | undefined {
  const lines = new LineCounter();
  const looksJson = /^\s*[{[]/.test(text);
  const doc = parseDocument(looksJson ? withoutComments(text) : text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
    uniqueKeys: false,
  });
  if (doc.errors.length > 0 || doc.contents === null) return undefined;
  const lineOf = (path: readonly (string | number)[]) => {
    const node = path.length === 0 ? doc.contents : doc.getIn(path, true);
    const at = isNode(node) ? node.range?.[0] : undefined;
    return at === undefined || at === null ? 1 : lines.linePos(at).line;
  };
  try {
    return { value: doc.toJS({ maxAliasCount: 1000 }), lineOf };
  } catch {
    return undefined; // aliases that multiply
  }
}

/** Blanks in the place of comments of C and of its heirs, so that lines and columns stay. */
export function withoutComments(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, ' '),
  );
}
