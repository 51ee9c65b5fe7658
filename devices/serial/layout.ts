import type { CheckReason } from '../../contract/words/check/check.ts';

/**
 * What stands in a line, as a data sheet shows it: `R{range:4}`, `$WIMWV,{angle},{*},{speed},M,A`. Text stands for
 * itself; `{name}` is a field up to the text that follows it; `{name:4}` one of exactly four characters; `{*}` a field
 * nobody asks for. A last field never holds what ends one before it. Read from left to right without going back, so no line takes long, whatever it holds.
 */
export type Layout = readonly Part[];

type Part =
  | { readonly text: string }
  /** `width` null: up to the next text. */
  | { readonly field: string | null; readonly width: number | null };

/** @throws never; what is wrong with it comes back as a reason */
export function tryLayout(text: string): { ok: true; layout: Layout } | { ok: false; problem: CheckReason } {
  const parts: Part[] = [];
  const pieces = text.match(/\{[^{}]*\}|[^{}]+|[{}]/g) ?? [];
  for (const piece of pieces) {
    if (!piece.startsWith('{') && piece !== '}') {
      parts.push({ text: piece });
      continue;
    }
    const match = /^\{(\*|[a-z][a-z0-9_]{0,62})(?::([1-9]\d?))?\}$/.exec(piece);
    if (match === null) return { ok: false, problem: { code: 'layout-no-field', piece } };
    const before = parts.at(-1);
    if (before !== undefined && 'field' in before && before.width === null)
      return { ok: false, problem: { code: 'layout-endless-field', piece } };
    parts.push({ field: match[1] === '*' ? null : (match[1] ?? null), width: match[2] ? Number(match[2]) : null });
  }
  const names = fieldsOf(parts);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return { ok: false, problem: { code: 'layout-field-twice', field: twice } };
  return { ok: true, layout: parts };
}

/** The names of the fields, in order. */
export function fieldsOf(layout: Layout): string[] {
  return layout.flatMap((part) => ('field' in part && part.field !== null ? [part.field] : []));
}

/** Characters of a field; null when it goes up to the next text. */
export function widthIn(layout: Layout, field: string): number | null {
  const part = layout.find((each) => 'field' in each && each.field === field);
  return part !== undefined && 'field' in part ? part.width : null;
}

/** The fields of a line; undefined when the line is not wholly of this layout. */
export function matchLayout(layout: Layout, line: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  let at = 0;
  for (const [i, part] of layout.entries()) {
    if ('text' in part) {
      if (!line.startsWith(part.text, at)) return undefined;
      at += part.text.length;
      continue;
    }
    const end = part.width === null ? endOfField(layout[i + 1], line, at) : at + part.width;
    if (end < 0 || end > line.length) return undefined;
    if (part.field !== null && i === layout.length - 1 && holdsBorder(layout, line.slice(at, end))) return undefined;
    if (part.field !== null) fields.set(part.field, line.slice(at, end));
    at = end;
  }
  return at === line.length ? fields : undefined;
}

/**
 * A last field in which stands what ends a field before it: the line has more fields than the layout (another firmware, or a
 * decimal comma), and nobody knows which is which. `{*}` takes the rest, whatever it is.
 */
function holdsBorder(layout: Layout, rest: string): boolean {
  return layout.some((part, i) => {
    const next = layout[i + 1];
    return 'field' in part && part.width === null && next !== undefined && 'text' in next && rest.includes(next.text);
  });
}

/** The line that holds these fields; numbers are filled up with zeros to a field's width. */
export function writeLayout(layout: Layout, fields: ReadonlyMap<string, string>): string {
  return layout
    .map((part) => {
      if ('text' in part) return part.text;
      return padded((part.field === null ? undefined : fields.get(part.field)) ?? '', part.width ?? 0);
    })
    .join('');
}

function endOfField(next: Part | undefined, line: string, at: number): number {
  return next === undefined ? line.length : 'text' in next ? line.indexOf(next.text, at) : -1;
}

function padded(text: string, width: number): string {
  if (text === '' || !/^-?[\d.]+$/.test(text)) return text.padEnd(width);
  return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
}
