import type { Level } from '../../contract/hazards.ts';

/** A number that decides what is followed, with where it comes from. */
export type Sourced<T> = { readonly value: T; readonly source: string; readonly confirmedBy: string | null };

export type ForecastPolicy = {
  /** Kinds of points that tell how a structure stands. */
  readonly kinds: Sourced<readonly string[]>;
  /** The limit whose date is said: the lowest one of at least this level. */
  readonly limitFrom: Sourced<Level>;
  /** Hours that are looked at. */
  readonly recordDays: Sourced<number>;
  /** Days that were missed are judged one by one, at most so many: a word takes several days in a row. */
  readonly catchUpDays: Sourced<number>;
  readonly neighbours: Sourced<{ readonly most: number; readonly days: number }>;
  /** Old hours are read for so long before days that are due are judged. */
  readonly backForMs: Sourced<number>;
  /** After the end of an hour or a day, for what is still on its way. */
  readonly settleMs: Sourced<number>;
  readonly lookEveryMs: Sourced<number>;
  /** How often alerts are told again of every point: one in maintenance was not listened to. */
  readonly tellEveryMs: Sourced<number>;
  /** A result that is older counts as not judged. */
  readonly staleMs: Sourced<number>;
  /** Work at a stretch, and rest after it, so that it takes a small share of one core whatever there is to do. */
  readonly pace: Sourced<{ readonly workMs: number; readonly restMs: number }>;
};

function own<T>(value: T, source: string): Sourced<T> {
  return { value, source, confirmedBy: null };
}

export const defaultForecastPolicy: ForecastPolicy = {
  kinds: own(
    ['tilt', 'inclination', 'crack', 'settlement', 'strain', 'displacement', 'deflection'],
    'own: what structural monitoring of buildings measures; only points that a rule on collapse judges',
  ),
  limitFrom: own('주의', 'own: the level from which somebody has to act'),
  recordDays: own(400, 'own: a year, so that seasons are known, and a month'),
  catchUpDays: own(
    60,
    'own: twice the long window of a trend, so that a first look finds the trends that daily looks would have found',
  ),
  neighbours: own(
    { most: 4, days: 120 },
    'own: the long window of a trend, the days that were missed, and a month for the noise',
  ),
  settleMs: own(10 * 60_000, 'own: an agent that was cut off for minutes has sent what it kept'),
  backForMs: own(30_000, 'own'),
  lookEveryMs: own(60_000, 'own'),
  tellEveryMs: own(10 * 60_000, 'own: maintenance that ends lets a word through within minutes'),
  staleMs: own(50 * 60 * 60_000, 'own: a day that was not judged, the next one, and two hours'),
  pace: own({ workMs: 5, restMs: 15 }, 'own: a quarter of one core, and no reading waits longer than a slice'),
};
