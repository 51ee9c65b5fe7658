import { z } from 'zod';

/**
 * The numbers that decide what is forecast. Buckets are what medians are made of (an hour), blocks what is judged (a local
 * day); windows are counted in blocks, so that the same numbers serve a recording of minutes.
 */

const times = z.number().min(0).max(1000);
const count = z.int().min(1).max(10_000);
const share = z.number().min(0).max(1);

const accelerationBarsSchema = z.strictObject({
  growth: z.number().min(1).max(10).describe('each velocity over that of the longer window'),
  longest: times.describe('change over the longest window, times noise'),
  shortest: times.describe('change over the shortest window, times noise'),
  oldest: times.describe('change in the part of the longest window that is before the middle one, times noise'),
  oldestShare: share.describe('velocity of that part, as a share of that of the middle window'),
  least: count.describe('blocks that the shortest window has at least'),
  most: count.describe('blocks that the longest window has at most'),
  gain: times.describe('shortest velocity less the longest, in deviations of the shortest'),
  updates: count.describe('blocks in a row that must say so'),
});

export const forecastSettingsSchema = z.strictObject({
  bucketMs: z.int().min(1).default(3_600_000).describe('ms of a bucket'),
  blockMs: z.int().min(1).default(86_400_000).describe('ms of a block; a whole number of buckets'),
  coverage: share.default(0.5).describe('share of the expected readings that a block needs'),
  frozen: z
    .strictObject({ buckets: count.default(48).describe('equal buckets in a row: the feed stands still') })
    .prefault({}),
  step: z
    .strictObject({
      before: count.default(24).describe('buckets before'),
      after: count.default(12).describe('buckets after'),
      timesNoise: times.default(6).describe('median shift over the noise of such shifts'),
      sharp: share.default(0.6).describe('share of the shift that must come within a few buckets'),
      within: count.default(3).describe('those few buckets'),
      history: count.default(672).describe('buckets before, whose shifts are the noise'),
      least: count.default(168).describe('buckets before the first step that may be named'),
      settle: count.default(14).describe('blocks during which a step is what is said'),
    })
    .prefault({}),
  temperature: z
    .strictObject({
      cycles: count.default(7).describe('full daily cycles before anything is fitted'),
      swing: times.default(1).describe('°C by which a block counts as a cycle'),
      maxLag: count.default(12).describe('buckets that a structure may lag behind the air'),
      bridge: count.default(3).describe('buckets without a temperature that are bridged'),
      window: count.default(90).describe('blocks that are fitted'),
    })
    .prefault({}),
  noise: z
    .strictObject({
      prior: share.default(0.4).describe('correlation of neighbouring blocks before anything is known'),
      priorBlocks: count.default(28).describe('blocks that this weighs as'),
      margin: times.default(1).describe('deviations that are added to the correlation'),
      sizeMargin: times.default(6).describe('over the number of blocks, is added to the size as a share'),
    })
    .prefault({}),
  trend: z
    .strictObject({
      long: count.default(28).describe('blocks'),
      longTimesNoise: times.default(3).describe('change over the window, times noise'),
      short: count.default(14).describe('blocks'),
      shortTimesNoise: times.default(6).describe('change over the short window, times noise'),
      p: z.number().min(0).max(0.05).default(0.01).describe('two-sided, of the rank test'),
      updates: count.default(3).describe('blocks in a row that must say so'),
      release: share.default(0.5).describe('share of those bars under which a trend is over'),
      releaseUpdates: count.default(3).describe('blocks in a row under them'),
    })
    .prefault({}),
  seasonal: z
    .strictObject({
      blocks: count.default(365).describe('record that knows its seasons'),
      times: times.default(3).describe('times the largest residual range'),
      range: count.default(30).describe('blocks of that range'),
    })
    .prefault({}),
  accelerating: z
    .strictObject({
      ladders: z
        .array(z.array(count).length(3))
        .min(1)
        .default([
          [28, 14, 7],
          [42, 28, 14],
          [56, 28, 14],
          [84, 42, 21],
          [112, 56, 28],
        ])
        .describe('nested windows, the longest first'),
      bars: z
        .array(accelerationBarsSchema)
        .min(1)
        .default([
          {
            growth: 1.15,
            longest: 3,
            shortest: 3,
            oldest: 1.5,
            oldestShare: 0.3,
            least: 7,
            most: 112,
            gain: 2.5,
            updates: 2,
          },
          {
            growth: 1.45,
            longest: 1.2,
            shortest: 1.7,
            oldest: 0.2,
            oldestShare: 0.4,
            least: 14,
            most: 42,
            gain: 1.3,
            updates: 2,
          },
        ])
        .describe('any of which is enough'),
    })
    .prefault({}),
  imminent: z
    .strictObject({
      smoothings: z.array(count).min(1).default([1, 3, 5]).describe('blocks a median is taken over'),
      starts: z.array(count).min(1).default([14, 21, 28, 42]).describe('blocks before now at which the fit begins'),
      low: share.default(0.05).describe('percentile of the earliest end'),
      high: share.default(0.95).describe('percentile of the latest end'),
      fits: count.default(3).describe('smoothings and starts that must give a date'),
      sure: times
        .default(6)
        .describe('squares of the residuals that still count as a fit: 1 + sure / (n − 3) of the least'),
      widthOverLead: times.default(2).describe('a longer window than so many times its lead is not said'),
    })
    .prefault({}),
  neighbours: z
    .strictObject({
      times: times.default(3).describe('a neighbour moves along from one so-many-th of the rate on'),
      timesNoise: times.default(3).describe('and out of its own noise'),
      patience: count.default(14).describe('blocks after which a lone trend is said all the same'),
    })
    .prefault({}),
});

export type ForecastSettings = Readonly<z.infer<typeof forecastSettingsSchema>>;
export const defaultForecastSettings: ForecastSettings = forecastSettingsSchema.parse({});

/**
 * Asked every day, a test at its textbook level cries wolf several times a year: 5.5 false episodes a point and year at an
 * hourly correlation of 0.98, with p < 0.01 and 3 noises taken as if days were independent. Found by simulation of day
 * medians, 200 trend-free years of hourly correlation 0.9 to 0.98 and 600 planted drifts of 1.5 noises a day.
 */
const operatingPoint =
  'measured: with noise grown by the correlation of days, its prior and margins, and three updates in a row 0.01 false trends a year at hourly correlation 0.9 to 0.98, 0.05 at 0.98, 0.27 at 0.992; a drift of 1.5 noises a day found after 9 to 10 days, 1 of 600 later than 14';

/** Where each number comes from. One without a source is a type error. */
type Sources<T> = { readonly [key in keyof T]: T[key] extends number | readonly unknown[] ? string : Sources<T[key]> };

export const forecastSources: Sources<ForecastSettings> = {
  bucketMs: 'own: ten-minute readings give six a median',
  blockMs:
    'measured: medians of 24 h over 7 to 14 days find a trend in 4 to 9 % of trend-free series (AR 0.9 to 0.98), of 6 h in 7 to 28 %',
  coverage: 'own: a median of half the day',
  frozen: { buckets: 'own: two days without a change of the last digit' },
  step: {
    before: 'own: a whole day, so that its cycle cancels',
    after: 'own: half a day, so that a step is named the same day',
    timesNoise: 'own',
    sharp: 'own: what comes evenly over a day is no step',
    within: 'own',
    history: 'own: four weeks',
    least: 'measured: with three days instead of a week, 2 of 120 trend-free records named a step in their first week',
    settle: 'the short window of the trend: until then nothing else can be said',
  },
  temperature: {
    cycles: 'practice of structural monitoring: at least seven daily cycles',
    swing: 'own: a day whose air hardly moves tells nothing of temperature',
    maxLag: 'dynamic regression with past temperatures beats a static one, since heat lags by hours',
    bridge: 'own: the air changes evenly over so few hours',
    window: 'own: a season',
  },
  noise: {
    prior: operatingPoint,
    priorBlocks: operatingPoint,
    margin: operatingPoint,
    sizeMargin: operatingPoint,
  },
  trend: {
    long: 'measured: 28 day medians at p < 0.01 and 3 noise give 0 to 0.4 false episodes a year where each update is asked by itself',
    longTimesNoise: 'the same measurement',
    short: 'own: half of it, for movement that stands far out of the noise',
    shortTimesNoise: 'own: twice the long window',
    p: 'measured: p < 0.05 asked every day gives 8 to 13 false episodes a year',
    updates: operatingPoint,
    release: 'own: half the bars',
    releaseUpdates: 'own',
  },
  seasonal: { blocks: 'a year', times: 'own', range: 'own: a month' },
  accelerating: {
    ladders:
      'own: a month, six, eight, twelve and sixteen weeks, since what takes months to get faster looks even over one',
    bars: 'measured: 91 % of movements as 1 / (time left) over 40 to 120 days are announced with 20 % of their life left. The second bars, for steep growth in much noise, were set with three prisms of a pit wall in view: they name the one that came down three days before it did',
  },
  imminent: {
    smoothings: 'Leinauer et al. 2023: several smoothing windows',
    starts: 'Leinauer et al. 2023: several starts',
    low: 'Leinauer et al. 2023: percentiles of the dates',
    high: 'Leinauer et al. 2023: percentiles of the dates',
    fits: 'own',
    sure: 'measured: 4, the 95 % of one parameter, held the end in 79 % of what was said, since readings are alike',
    widthOverLead: 'own: a window wider than twice its lead tells nobody when',
  },
  neighbours: {
    times: 'own',
    timesNoise: 'as for the point itself',
    patience: 'own: silence about one corner that moves must end',
  },
};
