import type { Change, Model } from './model.ts';
import type { Offered } from './offered.ts';

/**
 * What lists that were fetched once more say that the page does not know, as the events that would have told it: a page of a
 * thousand devices is not drawn from the start every half minute. Null where they differ in more than an event tells: what there is,
 * its order, or whether a part is offered at all.
 */
export function newsOf(known: Model, fetched: Model): readonly Change[] | null {
  if (!isSame([...known.sites], [...fetched.sites])) return null;
  if (!isSame(listOf(known.buildings), listOf(fetched.buildings))) return null;
  const points = (model: Model) => new Map([...model.points].flatMap(([key, of]) => pointsOf(key, of)));
  const parts = [
    changed(known.agents, fetched.agents)?.map((data): Change => ({ event: 'agent', data })),
    changed(known.devices, fetched.devices)?.map((data): Change => ({ event: 'device', data })),
    changed(points(known), points(fetched))?.map((data): Change => ({ event: 'reading', data })),
    changedOf(known.lots, fetched.lots)?.map((data): Change => ({ event: 'lot', data })),
    changedOf(known.spaces, fetched.spaces)?.map((data): Change => ({ event: 'space', data })),
    changedOf(known.alerts, fetched.alerts)?.map((data): Change => ({ event: 'alert', data })),
  ];
  const news: Change[] = [];
  for (const part of parts) {
    if (part === undefined) return null;
    news.push(...part);
  }
  return news;
}

const pointsOf = <T>(device: string, of: ReadonlyMap<string, T>) =>
  [...of].map(([name, item]) => [`${device}/${name}`, item] as const);

const listOf = <T>(offered: Offered<T>) => (offered.state === 'there' ? [...offered.items] : offered.state);

function changedOf<T>(known: Offered<T>, fetched: Offered<T>): T[] | undefined {
  if (known.state === 'there' && fetched.state === 'there') return changed(known.items, fetched.items);
  return known.state === fetched.state ? [] : undefined;
}

/** The items that differ; undefined where the keys or their order do. */
function changed<T>(known: ReadonlyMap<string, T>, fetched: ReadonlyMap<string, T>): T[] | undefined {
  const keys = known.keys();
  if (known.size !== fetched.size) return undefined;
  const differ: T[] = [];
  for (const [key, item] of fetched) {
    if (keys.next().value !== key) return undefined;
    if (!isSame(known.get(key), item)) differ.push(item);
  }
  return differ;
}

/** Of what came as JSON. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [as, bs] = [Object.entries(a), Object.entries(b)];
  return as.length === bs.length && as.every(([key, value]) => isSame(value, (b as Record<string, unknown>)[key]));
}
