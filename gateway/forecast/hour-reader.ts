import type { AgentId, PointRef, SiteId } from '../../contract/ids.ts';
import type { History } from '../store/history.ts';
import type { Fold } from './decisions.ts';
import type { ReadState } from './forecast.ts';
import { type GoodOrNot, hourMs, hoursFrom } from './hours.ts';
import type { Pace } from './pace.ts';
import type { Span } from './spans.ts';

const readingsPerPage = 1000;

export type HourReaderOptions = {
  readonly history: Pick<History, 'readingsInSteps'>;
  /** When somebody worked on a point or tested it, epoch ms; null as its end while they still do. */
  readonly handled: (site: SiteId, point: PointRef) => readonly { readonly from: number; readonly to: number | null }[];
  /** Whether the agent that reads a point reads a virtual field. */
  readonly isSimulated: (site: SiteId, agent: AgentId) => boolean;
  readonly pace: Pace;
};

/** Readings of the history as medians of hours. An hour in which a hand was on the sensor tells nothing of the structure. */
export class HourReader {
  readonly #options: HourReaderOptions;

  constructor(options: HourReaderOptions) {
    this.#options = options;
  }

  /** Hours of a span in which the point was heard, and left alone. */
  async hours({ of }: ReadState, { first, count }: Span): Promise<Fold['hours']> {
    const { history, handled, isSimulated, pace } = this.#options;
    const readings: GoodOrNot[] = [];
    const range = {
      site: of.site,
      point: of.point,
      from: Math.floor(first * hourMs - of.holdMs),
      to: (first + count) * hourMs,
    };
    for (let cursor: string | null = null; ; ) {
      const steps = history.readingsInSteps({ ...range, limit: readingsPerPage, cursor });
      cursor = await pace.steps(steps, (found) => {
        for (const { t, time, value, fault } of found ?? []) {
          if (time !== 'none')
            readings.push({ at: t, value: typeof value === 'number' && fault === null ? value : null });
        }
      });
      await pace.breathe();
      if (cursor === null) break;
    }
    const simulated = isSimulated(of.site, of.agent);
    const hours = hoursFrom(readings, { first, count, holdMs: of.holdMs });
    await pace.breathe();
    const times = handled(of.site, of.point);
    const isHandled = (hour: number) =>
      times.some(({ from, to }) => from < (hour + 1) * hourMs && (to === null || to >= hour * hourMs));
    return hours.flatMap(({ median, minutes }, nth) =>
      minutes === 0 || isHandled(first + nth)
        ? []
        : [{ hour: first + nth, stored: { median, minutes, simulated, imported: false } }],
    );
  }
}
