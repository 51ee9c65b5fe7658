import type { SiteChange } from '../../contract/reasons/site-changes.ts';

/** In which words a person confirms that a change takes something away: its code, and what it is about. Pure. */
export function confirmationOf({ code, ...figures }: SiteChange): string {
  const about = Object.entries(figures).flatMap(([key, value]) => (notNames.has(key) ? [] : [value].flat()));
  return [code, ...about.map(String)].join(' ').slice(0, 500);
}

const notNames: ReadonlySet<string> = new Set(['lifeSafety', 'keys']);
