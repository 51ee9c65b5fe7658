import type { MaintenanceItem } from '../../contract/http/alerts.ts';

/** Which maintenance is of what. Pure. */

/** What is switched off first, then what ends last. */
export function inOrder(items: readonly MaintenanceItem[]): MaintenanceItem[] {
  const rank = ({ mode }: MaintenanceItem) => (mode === 'out-of-action' ? 0 : mode === 'maintenance' ? 1 : 2);
  return items.toSorted((a, b) => rank(a) - rank(b) || Date.parse(b.until) - Date.parse(a.until));
}

/** `device:contacts-1` as its kind and its name. */
export function targetOf({ target }: Pick<MaintenanceItem, 'target'>): {
  readonly kind: string;
  readonly name: string;
} {
  const colon = target.indexOf(':');
  return { kind: target.slice(0, colon), name: target.slice(colon + 1) };
}

/** The page on which it is at home; null for what has none. */
export function pathOf(item: Pick<MaintenanceItem, 'target'>): string | null {
  const { kind, name } = targetOf(item);
  const [first = ''] = name.split('/');
  if (kind === 'device' || kind === 'point') return `/devices/${first}`;
  return kind === 'building' || kind === 'zone' ? `/buildings/${first}` : null;
}
