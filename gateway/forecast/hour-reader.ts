import type { AgentId, SiteId } from '../../contract/ids.ts';
import type { History, Page } from '../store/history.ts';
import type { Fold } from './decisions.ts';
import type { ReadState } from './forecast.ts';
import { type GoodOrNot, hourMs, hoursFrom } from './hours.ts';
import type { Pace } from './pace.ts';
import type { Span } from './spans.ts';

const readingsPerPage = 1000;

export type HourReaderOptions = {
  readonly history: Pick<History, 'readingsInSteps'>;
  /** Whether the agent that reads a point reads a virtual field. */
  readonly isSimulated: (site: SiteId, agent: AgentId) => boolean;
  readonly pace: Pace;
};

/** Readings of the history as medians of hours. */
export class HourReader {
  readonly #options: HourReaderOptions;

  constructor(options: HourReaderOptions) {
    this.#options = options;
  }

  /** Hours in which the point was heard, of a span. */
  async hours({ of }: ReadState, { first, count }: Span): Promise<Fold['hours']> {
    const { history, isSimulated, pace } = this.#options;
    const readings: GoodOrNot[] = [];
    const range = {
      site: of.site,
      point: of.point,
      from: Math.floor(first * hourMs - of.holdMs),
      to: (first + count) * hourMs,
    };
    for (let cursor: string | null = null; ; ) {
      const page: Page = await pace.steps(history.readingsInSteps({ ...range, limit: readingsPerPage, cursor }));
      for (const { at, value, fault } of page.itemsOf(0, page.count)) {
        if (at !== null)
          readings.push({ at: Date.parse(at), value: typeof value === 'number' && fault === null ? value : null });
      }
      await pace.breathe();
      cursor = page.next;
      if (cursor === null) break;
    }
    const simulated = isSimulated(of.site, of.agent);
    const hours = hoursFrom(readings, { first, count, holdMs: of.holdMs });
    await pace.breathe();
    return hours.flatMap(({ median, minutes }, nth) =>
      minutes === 0 ? [] : [{ hour: first + nth, stored: { median, minutes, simulated, imported: false } }],
    );
  }
}
