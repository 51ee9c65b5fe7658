import type { RawReading } from '../../contract/http/history.ts';

/**
 * The body of a page of readings, as its schema says it, in the steps in which they are found: making the text of thousands
 * at once, and checking each against the schema before, would hold up everything else.
 */
export function* readingsText(
  { point, unit }: { point: string; unit: string | null },
  page: Generator<readonly RawReading[], string | null>,
): Generator<void, Buffer[]> {
  const parts = [Buffer.from(`{"point":${JSON.stringify(point)},"unit":${JSON.stringify(unit)},"items":[`)];
  for (;;) {
    const step = page.next();
    if (step.done === true) return [...parts, Buffer.from(`],"next":${JSON.stringify(step.value)}}`)];
    if (step.value.length > 0) {
      const text = JSON.stringify(step.value).slice(1, -1);
      parts.push(Buffer.from(parts.length === 1 ? text : `,${text}`));
    }
    yield;
  }
}
