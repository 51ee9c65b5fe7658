import type { FeeReason } from '../reasons/fees.ts';

type Text = { readonly ko: string; readonly en: string };
type Words = { readonly [code in FeeReason['code']]: (line: Extract<FeeReason, { code: code }>) => Text };

/** What a line of a quote says. */
const words: Words = {
  'free-lot': () => ({ ko: '무료 주차장', en: 'Free of charge' }),
  grace: ({ minutes }) => ({ ko: `${minutes}분 이내 무료 회차`, en: `Free up to ${minutes} min` }),
  'free-time': freeTime,
  base: (line) => ({ ko: `${when(line)} 기본 ${line.minutes}분`, en: `${when(line)} first ${line.minutes} min` }),
  units: (line) => ({
    ko: `${when(line)} ${line.minutes}분마다 ${won(line.each)}원 × ${line.count}`,
    en: `${when(line)} ${line.count} × ${line.minutes} min at ${won(line.each)} KRW`,
  }),
  'in-base': (line) => ({ ko: `${when(line)} 기본요금에 포함`, en: `${when(line)} within the base fee` }),
  'day-max': ({ day, max }) => ({
    ko: `${day} 1일 최대 ${won(max)}원 적용`,
    en: `${day} daily maximum ${won(max)} KRW`,
  }),
  discount: ({ percent, classes }) => ({
    ko: `${classes.map(({ ko }) => ko).join('·')} 할인 ${percent} %`,
    en: `Discount ${percent} % (${classes.map(({ en }) => en).join(', ')})`,
  }),
  rounding: ({ to }) => ({ ko: `${won(to)}원 미만 절사`, en: `Rounded down to ${won(to)} KRW` }),
  overstay: ({ minutes, each, count }) => ({
    ko: `예약 종료 후 ${minutes}분마다 ${won(each)}원 × ${count}`,
    en: `After the end: ${count} × ${minutes} min at ${won(each)} KRW`,
  }),
};

function freeTime(line: Extract<FeeReason, { code: 'free-time' }>): Text {
  const { holiday } = line;
  if (holiday === undefined) return { ko: `${when(line)} 무료 시간`, en: `${when(line)} free hours` };
  if (holiday === null) return { ko: `${when(line)} 일요일 무료`, en: `${when(line)} free on Sundays` };
  // Holidays have no name in English; the Korean one is what the calendar on the wall says.
  return { ko: `${when(line)} 공휴일 무료 (${holiday})`, en: `${when(line)} free on public holidays (${holiday})` };
}

export function feeText(line: FeeReason): Text {
  // The key and the argument belong together, which a look-up by a union cannot show.
  return (words[line.code] as (line: FeeReason) => Text)(line);
}

function when({ day, from, to }: { day: string; from: string; to: string }): string {
  return `${day} ${from}–${to}`;
}

/** An amount in whole won, its thousands by commas: `12,000`, in both languages. */
export function won(amount: number): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, ',');
}
