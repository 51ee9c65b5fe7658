import type { RawReading } from '../../../../contract/http/history.ts';
import type { BuildingDetail } from '../../../../contract/http/live.ts';
import type { Answer, Failed } from '../../../gateway/answer.ts';
import { ask } from '../../../gateway/api.ts';
import type { AlertItem } from '../../../gateway/items.ts';
import { readingsOf } from '../../../gateway/readings.ts';
import { gapMs } from '../../../gateway/series.ts';
import type { Past, Reference } from './past.ts';

/** Questions on their way at once: a browser opens six connections to a gateway, and the stream keeps one. */
const atOnce = 4;
const maxReadings = 10_000;
const alertsAsked = 1000;
const firstReadings = 20;

/**
 * The last reading of each point within the silence that a chart bridges, and the alerts that are over. Stops asking as soon
 * as `isWanted` says no; what is unanswered fails the whole, so that no gap of the line is taken for a gap of the readings.
 */
export async function askPast(
  of: Pick<BuildingDetail, 'site' | 'building'>,
  points: readonly string[],
  { at, isWanted }: { readonly at: number; isWanted(): boolean },
): Promise<Answer<Past>> {
  const alerts = await ask<{ items: AlertItem[]; next: string | null }>(
    'GET',
    `/api/v1/alerts?state=all&site=${of.site}&building=${of.building}&limit=${alertsAsked}`,
  );
  if (!alerts.ok) return alerts;
  const span = { from: new Date(at - gapMs).toISOString(), to: new Date(at).toISOString() };
  const readings = await askEach(points, isWanted, async (point) => {
    const answer = await readingsOf(of.site, point, span, maxReadings);
    return answer.ok ? { ...answer, body: lastTimed(answer.body) } : answer;
  });
  if (!readings.ok) return readings;
  const { items, next } = alerts.body;
  const closed = items.filter((alert) => alert.closed !== null);
  return { ok: true, body: { readings: readings.body, closed, isPartial: next !== null }, at: alerts.at };
}

/** Of each point as askPast asks; a point without a good number among the first readings of the period has no reference. */
export async function askReference(
  site: string,
  points: readonly string[],
  { from, to, isWanted }: { readonly from: number; readonly to: number; isWanted(): boolean },
): Promise<Answer<Reference>> {
  const span = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}&limit=${firstReadings}`;
  const found = await askEach(points, isWanted, async (point) => {
    const path = `/api/v1/readings?site=${site}&point=${encodeURIComponent(point)}&${span}`;
    const answer = await ask<{ items: RawReading[] }>('GET', path);
    return answer.ok ? { ...answer, body: firstGood(answer.body.items) } : answer;
  });
  if (!found.ok) return found;
  return { ...found, body: new Map([...found.body].flatMap(([point, of]) => (of === null ? [] : [[point, of]]))) };
}

function firstGood(readings: readonly RawReading[]): { value: number; at: number } | null {
  for (const { value, quality, at } of readings)
    if (typeof value === 'number' && quality === 'good' && at !== null) return { value, at: Date.parse(at) };
  return null;
}

/** Asks for each point, some at once; the first that is not answered fails the whole. */
async function askEach<T>(
  points: readonly string[],
  isWanted: () => boolean,
  askOne: (point: string) => Promise<Answer<T>>,
): Promise<Answer<ReadonlyMap<string, T>>> {
  const found = new Map<string, T>();
  const left = [...points];
  let failed: Failed | null = null;
  let at = Number.POSITIVE_INFINITY;
  const work = async () => {
    for (let point = left.pop(); point !== undefined && failed === null; point = left.pop()) {
      const answer: Answer<T> = isWanted() ? await askOne(point) : { ok: false, why: 'unreachable' };
      if (!answer.ok) {
        failed = answer;
        return;
      }
      found.set(point, answer.body);
      at = Math.min(at, answer.at);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed ?? { ok: true, body: found, at };
}

/** A reading without a time of its own stood at an unknown moment. */
function lastTimed(readings: readonly RawReading[]): RawReading | null {
  return readings.findLast(({ at }) => at !== null) ?? null;
}
