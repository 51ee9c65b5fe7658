import { z } from 'zod';

/**
 * Why a forecast says what it says, and why it does not say more. Lengths of windows are counted in blocks, which are
 * days unless the settings say otherwise; rates are per day of 24 h; times are epoch ms; `unit` is the point's, of
 * temperatures °C. The words stand in `contract/words/forecast.ts`.
 */

const figure = z.number();
const count = z.int().min(0);
const at = z.number();
const unit = z.string();
const blocks = count;

const reason = <C extends string, S extends z.core.$ZodLooseShape>(code: C, shape: S) =>
  z.object({ code: z.literal(code), ...shape }).readonly();

export const forecastReasonSchema = z.discriminatedUnion('code', [
  /** A step: the level changed at once by `by`. */
  reason('step', { at, by: figure, noise: figure, unit }),
  /** 추세. `low` and `high`: interval of the rate. `change`: over the window. */
  reason('trend', {
    perDay: figure,
    low: figure,
    high: figure,
    change: figure,
    noise: figure,
    p: figure,
    blocks,
    unit,
  }),
  /** 추세, and the limit comes within the horizon. */
  reason('trend-to-limit', {
    perDay: figure,
    low: figure,
    high: figure,
    limit: figure,
    earliest: at,
    latest: at,
    unit,
  }),
  /** 가속: velocities per day in nested windows, the longest first. */
  reason('accelerating', { blocks: z.array(count).readonly(), perDay: z.array(figure).readonly(), unit }),
  /** 임박. `limit` null: no limit is known, and the window is that of failure by inverse velocity. */
  reason('imminent', { earliest: at, latest: at, limit: figure.nullable(), fits: count, unit }),
  /** Nothing moves beyond its noise. */
  reason('no-movement', { change: figure, noise: figure, blocks, unit }),

  /** Nothing is said of its readings: they were not looked at yet. */
  reason('not-judged-yet', {}),
  reason('no-readings', {}),
  /** Days with readings, and what the word needs; `since`: of the record's last step. */
  reason('too-few-days', { have: count, need: count, since: at.nullable() }),
  /** Enough days, but too many without readings among the `of` of the record, or since its last step. */
  reason('too-many-gaps', { have: count, of: count }),
  /** No change of the last digit over so many buckets. */
  reason('frozen', { value: figure, unit, since: at, buckets: count }),
  /** `cycles` of `need` daily cycles of the temperature are seen: nothing is corrected yet. */
  reason('temperature-not-learnt', { cycles: count, need: count }),
  reason('no-temperature', {}),
  reason('below-noise', { change: figure, noise: figure, times: figure, need: figure, blocks, unit }),
  reason('not-significant', { p: figure, need: figure, blocks }),
  /** The word that would be said if the next updates agree. */
  reason('not-confirmed', { have: count, need: count }),
  /** `change` is within `times` × `range`, the largest residual range seen; `months` of a year are seen. */
  reason('may-be-seasonal', { change: figure, range: figure, times: figure, months: figure, unit }),
  /** The only movement is that of the step. */
  reason('step-only', { at, by: figure, unit }),
  /** `alone` against `of` neighbours that share its temperature: the sensor is to be looked at first. */
  reason('suspect-sensor', { perDay: figure, neighbours: figure, of: count, unit }),
  /** Within what the sensor itself drifts. */
  reason('within-drift', { perDay: figure, driftPerDay: figure, source: z.string(), unit }),
  reason('not-accelerating', {
    blocks: z.array(count).readonly(),
    perDay: z.array(figure).readonly(),
    growth: figure,
    unit,
  }),
  reason('no-limit', {}),
  reason('limit-not-learnt', {}),
  /** The level is past its limit already: rules speak of that. */
  reason('past-limit', { value: figure, limit: figure, unit }),
  reason('away-from-limit', { perDay: figure, limit: figure, unit }),
  /** The limit is reached in `days` at the earliest, later than the window of `horizon` days lets say. */
  reason('beyond-horizon', { limit: figure, days: figure, horizon: figure, unit }),
  /** The dates lie too far apart: `width` days against a lead of `lead`. null: no date at all. */
  reason('dates-apart', { width: figure.nullable(), lead: figure.nullable(), times: figure }),
  /** The windows of two updates do not overlap yet. */
  reason('dates-move', {}),
]);

export type ForecastReason = z.infer<typeof forecastReasonSchema>;
