import type { Bucket, RawReading, ReadingsBody } from '../../contract/http/history.ts';
import type { Answer } from './answer.ts';
import { ask } from './api.ts';
import { type Series, seriesOfBuckets, seriesOfReadings } from './series.ts';

/** The past of a point, thinned by the gateway to what can be drawn. */

export type Span = { readonly from: string; readonly to: string };
export type Past = Series & {
  readonly unit: string | null;
  readonly words: readonly string[];
  readonly kind: 'line' | 'steps';
};

/** More readings of a contact than this are not drawn one by one. */
const maxReadings = 10_000;

export async function pastOf(site: string, point: string, span: Span, points: number): Promise<Answer<Past>> {
  const buckets = await ask<ReadingsBody>('GET', pathOf(site, point, span, `maxPoints=${points}`));
  if (!buckets.ok) return buckets;
  const { items, unit } = buckets.body;
  const widthMs = (Date.parse(span.to) - Date.parse(span.from)) / points;
  const made = items.filter(isBucket);
  if (made.some(({ count }) => count > 0)) {
    const contact = unit === null && made.every(isZeroOrOne) ? await contactOf(site, point, span) : null;
    if (contact !== null) return { ...buckets, body: { ...contact, unit, kind: 'steps' } };
    const series = seriesOfBuckets(made, widthMs);
    return { ...buckets, body: { ...series, unit, words: [], kind: 'line' } };
  }
  // No number in it: contacts and words are drawn reading by reading.
  const raw = await readingsOf(site, point, span, maxReadings);
  if (!raw.ok) return raw;
  return { ...raw, body: { ...seriesOfReadings(raw.body), unit, kind: 'steps' } };
}

/** A contact has means as well, and stands at one of two words at any time; null where these are numbers, or more than can be drawn. */
async function contactOf(site: string, point: string, span: Span) {
  const raw = await readingsOf(site, point, span, maxReadings);
  if (!raw.ok || raw.body.length >= maxReadings) return null;
  return raw.body.some(({ value }) => typeof value === 'boolean') ? seriesOfReadings(raw.body) : null;
}

const isZeroOrOne = ({ min, max }: Bucket): boolean => [null, 0, 1].includes(min) && [null, 0, 1].includes(max);

/** Every reading of the span, page after page, up to a limit. */
export async function readingsOf(
  site: string,
  point: string,
  span: Span,
  limit: number,
): Promise<Answer<RawReading[]>> {
  const items: RawReading[] = [];
  let cursor: string | null = null;
  for (;;) {
    const page: Answer<ReadingsBody> = await ask<ReadingsBody>(
      'GET',
      pathOf(site, point, span, cursor === null ? '' : `cursor=${encodeURIComponent(cursor)}`),
    );
    if (!page.ok) return page;
    items.push(...page.body.items.filter((item): item is RawReading => !isBucket(item)));
    cursor = page.body.next;
    if (cursor === null || items.length >= limit) return { ok: true, body: items.slice(0, limit), at: page.at };
  }
}

function pathOf(site: string, point: string, { from, to }: Span, more: string): string {
  const query = `site=${site}&point=${encodeURIComponent(point)}&from=${from}&to=${to}`;
  return `/api/v1/readings?${query}${more === '' ? '' : `&${more}`}`;
}

function isBucket(item: RawReading | Bucket): item is Bucket {
  return 'count' in item;
}
