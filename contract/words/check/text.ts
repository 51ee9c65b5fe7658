/** How values of a file, names and spans stand inside a finding. Pure. */

/** A value from a file inside a message: in quotes if it is text, short, without control characters. */
export function quoted(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text;
}

/** `a, b or c`. */
export function oneOf(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `a, b 또는 c`. */
export function koOneOf(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} 또는 ${names.at(-1)}`;
}

/** `did you mean a or b?`, or what is said where no name is near. */
export function nearText(near: readonly string[], otherwise: string): string {
  return near.length > 0 ? `did you mean ${oneOf(near)}?` : otherwise;
}

export function koNearText(near: readonly string[], otherwise: string): string {
  return near.length > 0 ? `혹시 ${koOneOf(near)}?` : otherwise;
}

/** Milliseconds as a person would write them: `250ms`, `5s`, `10m`, `2h`. */
export function durationText(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms >= 1000 && ms % 100 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** A share as a whole per cent: `85 %`. */
export function percentText(share: number): string {
  return `${Math.round(share * 100)} %`;
}
