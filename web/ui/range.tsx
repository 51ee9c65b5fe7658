import { second } from '../gateway/live.ts';
import type { Table } from '../text/words.ts';
import { speaker } from './language.ts';
import { addressHere, route } from './router.ts';

/** The time range a reader looks at. It stands in the address as `range`, and so goes along from page to page. */
const words = {
  hour: { ko: '1시간', en: '1 hour' },
  sixHours: { ko: '6시간', en: '6 hours' },
  day: { ko: '24시간', en: '24 hours' },
  week: { ko: '7일', en: '7 days' },
  month: { ko: '30일', en: '30 days' },
  period: { ko: '기간', en: 'Period' },
} as const satisfies Table;

const tell = speaker(words);
const hourMs = 3_600_000;

export const ranges = [
  { key: '1h', words: 'hour', ms: hourMs },
  { key: '6h', words: 'sixHours', ms: 6 * hourMs },
  { key: '24h', words: 'day', ms: 24 * hourMs },
  { key: '7d', words: 'week', ms: 7 * 24 * hourMs },
  { key: '30d', words: 'month', ms: 30 * 24 * hourMs },
] as const;

export type RangeKey = (typeof ranges)[number]['key'];

/** What moves over weeks is looked at over weeks. `point` is a name such as `crack` or `tilt_x`. */
export function standardRangeOf(point: string): RangeKey {
  return /^(crack|tilt|settlement)/.test(point) ? '30d' : '6h';
}

/** What the address asks for, else `standard`. */
export function rangeNow(standard: RangeKey): (typeof ranges)[number] {
  const asked = route.value.query.get('range');
  return ranges.find(({ key }) => key === asked) ?? ranges.find(({ key }) => key === standard) ?? ranges[2];
}

/** Its ends as the API takes them; the later one is now, to the whole minute, so that the same question is asked once. */
export function endsOf({ ms }: { readonly ms: number }): { from: string; to: string } {
  const minute = 60_000;
  const to = Math.ceil(second.peek() / minute) * minute;
  return { from: new Date(to - ms).toISOString(), to: new Date(to).toISOString() };
}

export function RangeChoice({ standard, keys }: { standard: RangeKey; keys?: readonly RangeKey[] }) {
  const now = rangeNow(standard);
  return (
    <nav class="tabs ranges" aria-label={tell('period')}>
      {ranges
        .filter(({ key }) => keys?.includes(key) ?? true)
        .map(({ key, words: label }) => (
          <a
            key={key}
            class="button"
            href={addressHere({ range: key, from: null, to: null })}
            aria-current={key === now.key ? 'true' : undefined}
          >
            {tell(label)}
          </a>
        ))}
    </nav>
  );
}
