import type { Page } from '../store/history.ts';

/** Readings whose text is made in one step. */
const perStep = 500;

/**
 * The body of a page of readings, as its schema says it, in steps: making the text of thousands at once, and checking
 * each against the schema before, would hold up everything else.
 */
export function* readingsText(
  { point, unit }: { point: string; unit: string | null },
  page: Generator<void, Page>,
): Generator<void, Buffer[]> {
  const { count, itemsOf, next } = yield* page;
  const parts = [Buffer.from(`{"point":${JSON.stringify(point)},"unit":${JSON.stringify(unit)},"items":[`)];
  for (let from = 0; from < count; from += perStep) {
    const text = JSON.stringify(itemsOf(from, from + perStep)).slice(1, -1);
    parts.push(Buffer.from(from === 0 ? text : `,${text}`));
    yield;
  }
  parts.push(Buffer.from(`],"next":${JSON.stringify(next)}}`));
  return parts;
}
