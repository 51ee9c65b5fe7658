import type { PointRef, SiteId } from '../../../contract/ids.ts';
import type { Recorded } from '../../../rules/replay.ts';
import type { StoredHistory } from '../../store/stored-history.ts';

/** Readings asked for at a time and point. */
const page = 5000;

type Range = { readonly site: SiteId; readonly from: number; readonly to: number };

/**
 * The stored readings of several points, merged in order of time. Those without a time are left out. Agents' restarts are
 * seen as the gaps they make.
 */
export function* storedReadings(
  history: StoredHistory['history'],
  points: readonly PointRef[],
  range: Range,
): Generator<Recorded> {
  const sources = points.map((point) => ofPoint(history, point, range));
  const next = sources.map((source) => source.next());
  for (;;) {
    let first = -1;
    for (const [index, { done, value }] of next.entries()) {
      if (done === true) continue;
      const best = next[first];
      if (best === undefined || best.done === true || value.at < best.value.at) first = index;
    }
    const [chosen, source] = [next[first], sources[first]];
    if (chosen === undefined || source === undefined || chosen.done === true) return;
    yield chosen.value;
    next[first] = source.next();
  }
}

function* ofPoint(history: StoredHistory['history'], point: PointRef, range: Range): Generator<Recorded, undefined> {
  let cursor: string | null = null;
  do {
    const found = history.readings({ ...range, point, limit: page, cursor });
    for (const { at, value, fault } of found.items)
      if (at !== null) yield { point, at: Date.parse(at), value, fault, epoch: 1 };
    cursor = found.next;
  } while (cursor !== null);
}
