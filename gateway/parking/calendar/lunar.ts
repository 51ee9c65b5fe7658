import { dayMs, type LocalDay } from './local-day.ts';

/**
 * Days of the Korean lunar calendar, from the calendar that Node carries (`dangi`, ICU). Korea's new moons are reckoned
 * for Seoul: in 2028 the year begins on 27 January, a day later than in Beijing. Five other tables agree with it on 81
 * dates up to 2050; what lies beyond has been compared with nothing and is refused.
 */

const lastYear = 2050;
const firstYear = 1900;

const format = new Intl.DateTimeFormat('en-u-ca-dangi', { timeZone: 'UTC', month: 'numeric', day: 'numeric' });

/**
 * The local day on which a lunar month's day falls in a Gregorian year; leap months are passed over.
 * @throws RangeError outside 1900–2050, and for a lunar day that this year has not
 */
export function lunarDay(year: number, month: number, day: number): LocalDay {
  if (year < firstYear || year > lastYear) {
    throw new RangeError(`lunar dates are known for ${firstYear}–${lastYear}, not for ${year}`);
  }
  const first = Date.UTC(year, 0, 1) / dayMs;
  const end = Date.UTC(year + 1, 0, 1) / dayMs;
  for (let at = first; at < end; at++) if (isLunar(at, month, day)) return at;
  throw new RangeError(`${year} has no lunar ${month}/${day}`);
}

/** A leap month is written `4bis`, so it is never equal to a number. */
function isLunar(at: LocalDay, month: number, day: number): boolean {
  const parts = format.formatToParts(new Date(at * dayMs));
  const text = (type: string) => parts.find((part) => part.type === type)?.value;
  return text('month') === String(month) && text('day') === String(day);
}
