import { qualityOf } from '../../contract/reading.ts';
import type { StoredReading } from '../store/history.ts';
import { isoOf } from '../store/iso-time.ts';

/**
 * The body of a page of readings, as its schema says it, in the steps in which they are found: making the text of thousands
 * at once, and checking each against the schema before, would hold up everything else.
 */
export function* readingsText(
  { point, unit }: { point: string; unit: string | null },
  page: Generator<readonly StoredReading[], string | null>,
): Generator<void, Buffer[]> {
  const parts = [Buffer.from(`{"point":${JSON.stringify(point)},"unit":${JSON.stringify(unit)},"items":[`)];
  for (;;) {
    const step = page.next();
    if (step.done === true) return [...parts, Buffer.from(`],"next":${JSON.stringify(step.value)}}`)];
    if (step.value.length > 0) {
      const text = step.value.map(textOf).join();
      parts.push(Buffer.from(parts.length === 1 ? text : `,${text}`));
    }
    yield;
  }
}

/** Put together by hand: objects of their own for thousands would stay in memory until the next whole collection. */
function textOf({ t, time, value, fault, seq }: StoredReading): string {
  const at = time === 'none' ? 'null' : `"${isoOf(t)}"`;
  const said = typeof value === 'string' ? JSON.stringify(value) : `${value}`;
  const why = fault === null ? 'null' : `"${fault}"`;
  return `{"at":${at},"value":${said},"quality":"${qualityOf(value, fault)}","fault":${why},"seq":${seq},"time":"${time}"}`;
}
