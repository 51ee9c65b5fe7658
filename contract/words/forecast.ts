import type { ForecastReason } from '../reasons/forecast.ts';
import { digits, levelText, rateText, signed } from './figures.ts';
import { withParticle } from './particles.ts';
import type { Words as Text } from './words.ts';

/** The words of a forecast, and why it says what it says and no more, in one sentence each. */

export type ForecastWord = 'step' | 'trend' | 'accelerating' | 'imminent';

/** What the states are called. That nothing moves has no word here: it would be read as all is well. */
export const forecastWords: { readonly [state in ForecastWord]: Text } = {
  step: { ko: '급변(계단형 변화)', en: 'Step' },
  trend: { ko: '추세', en: 'Trend' },
  accelerating: { ko: '가속', en: 'Accelerating' },
  imminent: { ko: '임박', en: 'Imminent' },
};

/** How an instant (epoch ms) is written; the caller knows the time zone. By default the day in Korea. */
export type When = (at: number) => Text;

type Words = {
  readonly [code in ForecastReason['code']]: (reason: Extract<ForecastReason, { code: code }>, when: When) => Text;
};

const words: Words = {
  step: ({ at, by, noise, unit }, when) => ({
    ko: `${when(at).ko} 한 번에 ${signed(levelText, by, unit)} 변함(측정 노이즈 ${rateText(noise, unit)}). 계속되는 움직임은 아님`,
    en: `Changed by ${signed(levelText, by, unit)} at once on ${when(at).en} (noise ${rateText(noise, unit)}); not a continuing movement`,
  }),
  trend: ({ perDay, low, high, blocks, unit }) => ({
    ko: `최근 ${blocks}일 동안 하루 ${signed(rateText, perDay, unit)}씩 움직임(${between(low, high, unit).ko})`,
    en: `Moving by ${signed(rateText, perDay, unit)} a day over the last ${blocks} days (${between(low, high, unit).en})`,
  }),
  'trend-to-limit': ({ perDay, limit, earliest, latest, unit }, when) => ({
    ko: `하루 ${signed(rateText, perDay, unit)}씩 움직임. 이대로면 ${when(earliest).ko}~${when(latest).ko} 사이에 기준 ${levelText(limit, unit)} 도달`,
    en: `Moving by ${signed(rateText, perDay, unit)} a day; at this rate reaches the limit ${levelText(limit, unit)} between ${when(earliest).en} and ${when(latest).en}`,
  }),
  accelerating: ({ blocks, perDay, unit }) => ({
    ko: `움직임이 빨라짐: ${pairs(blocks, perDay, unit).ko}`,
    en: `Moving faster and faster: ${pairs(blocks, perDay, unit).en}`,
  }),
  imminent: ({ earliest, latest, limit, unit }, when) => ({
    ko: `${when(earliest).ko}~${when(latest).ko} 사이에 ${limit === null ? '붕괴에 이를' : `기준 ${levelText(limit, unit)}에 이를`} 수 있음`,
    en: `May ${limit === null ? 'fail' : `reach the limit ${levelText(limit, unit)}`} between ${when(earliest).en} and ${when(latest).en}`,
  }),
  'no-movement': ({ blocks }) => ({
    ko: `최근 ${blocks}일 동안 측정 노이즈(산포)를 넘는 움직임 없음`,
    en: `No movement beyond the noise over the last ${blocks} days`,
  }),
  'not-judged-yet': () => ({
    ko: '아직 판단하지 않음. 기록을 다 읽으면 하루에 한 번 판단',
    en: 'Not judged yet: it is judged once a day, when all of its record is read',
  }),
  'no-readings': () => ({ ko: '정상 측정값이 없어 판단하지 못함', en: 'No good readings, so nothing can be said' }),
  'too-few-days': ({ have, need, since }, when) => ({
    ko: `${since === null ? '' : `${when(since).ko} 급변(계단형 변화) 이후 `}측정 ${have}일, ${need}일이 되어야 판단 가능`,
    en: `${have} of the ${need} days that are needed${since === null ? '' : `, counted from the step of ${when(since).en}`}`,
  }),
  'too-many-gaps': ({ have, of }) => ({
    ko: `${of}일 중 ${have}일만 측정되어 판단하지 못함`,
    en: `Readings on ${have} of ${of} days only: too many gaps to judge by`,
  }),
  frozen: ({ value, unit, since }, when) => ({
    ko: `${when(since).ko}부터 ${levelText(value, unit)}에서 전혀 변하지 않음. 센서나 통신이 멈춘 것으로 보여 판단하지 않음`,
    en: `Has stood at exactly ${levelText(value, unit)} since ${when(since).en}: the feed looks frozen, so nothing is said`,
  }),
  'temperature-not-learnt': ({ cycles, need }) => ({
    ko: `온도 영향 학습 중(일교차 ${cycles}/${need}일), 보정하지 않은 값으로 판단`,
    en: `Still learning the effect of temperature (${cycles} of ${need} daily cycles); values are not corrected`,
  }),
  'no-temperature': () => ({
    ko: '온도 측정값이 없어 온도 영향을 걷어내지 못함',
    en: 'There is no temperature to correct by',
  }),
  'below-noise': ({ change, blocks, times, need, unit }) => ({
    ko: `${blocks}일 동안 ${signed(levelText, change, unit)}, 측정 노이즈(산포)의 ${short(times)}배(${need}배를 넘어야 추세)`,
    en: `${signed(levelText, change, unit)} over ${blocks} days, ${short(times)} times the noise (a trend takes ${need})`,
  }),
  'not-significant': ({ p, need, blocks }) => ({
    ko: `${blocks}일 동안의 변화가 우연일 수 있음(p = ${short(p)}, 기준 ${need})`,
    en: `The change over ${blocks} days may be chance (p = ${short(p)}, bar ${need})`,
  }),
  'not-confirmed': ({ have, need }) => ({
    ko: `${need}일 연속 확인되어야 알림(현재 ${have}일째)`,
    en: `Said once ${need} days in a row agree (${have} so far)`,
  }),
  'may-be-seasonal': ({ months }) => ({
    ko: `측정 기간이 ${short(months)}개월로 1년이 안 되어 계절에 따른 움직임일 수 있음`,
    en: `May be the season's doing: the record covers ${short(months)} months, not a year`,
  }),
  'step-only': ({ at, by, unit }, when) => ({
    ko: `${when(at).ko}의 급변(계단형 변화) ${signed(levelText, by, unit)} 말고는 움직임 없음`,
    en: `Nothing moved but the step of ${signed(levelText, by, unit)} on ${when(at).en}`,
  }),
  'suspect-sensor': ({ perDay, neighbours, of, unit }) => ({
    ko: `하루 ${signed(rateText, perDay, unit)}씩 변하지만 같은 온도의 주변 센서 ${of}개 중 ${neighbours}개만 함께 움직임. 센서부터 점검`,
    en: `Changes by ${signed(rateText, perDay, unit)} a day, but ${neighbours} of ${of} neighbours under the same temperature move along: look at the sensor first`,
  }),
  'within-drift': ({ perDay, driftPerDay, unit }) => ({
    ko: `하루 ${signed(rateText, perDay, unit)}, 센서 자체 드리프트(하루 ${rateText(driftPerDay, unit)}) 이내`,
    en: `${signed(rateText, perDay, unit)} a day is within what the sensor itself drifts (${rateText(driftPerDay, unit)} a day)`,
  }),
  'not-accelerating': ({ blocks, perDay, unit }) => ({
    ko: `빨라지지 않음: ${pairs(blocks, perDay, unit).ko}`,
    en: `Not getting faster: ${pairs(blocks, perDay, unit).en}`,
  }),
  'no-limit': () => ({
    ko: '이 지점에 기준값이 없어 도달 시점을 산정하지 않음',
    en: 'No limit is set for this point, so no date is said',
  }),
  'limit-not-learnt': () => ({
    ko: '기준선을 아직 학습하는 중이라 도달 시점을 산정하지 않음',
    en: 'What the limit is measured from is still being learnt, so no date is said',
  }),
  'past-limit': ({ value, limit, unit }) => ({
    ko: `이미 기준 ${withParticle(levelText(limit, unit), '을/를')} 넘음(${levelText(value, unit)})`,
    en: `Past the limit ${levelText(limit, unit)} already (${levelText(value, unit)})`,
  }),
  'away-from-limit': ({ limit, unit }) => ({
    ko: `기준 ${levelText(limit, unit)}에서 멀어지는 방향`,
    en: `Moving away from the limit ${levelText(limit, unit)}`,
  }),
  'beyond-horizon': ({ limit, days, horizon, unit }) => ({
    ko: `기준 ${levelText(limit, unit)}까지 약 ${short(days)}일. ${short(horizon)}일보다 먼 시점은 산정하지 않음`,
    en: `About ${short(days)} days to the limit ${levelText(limit, unit)}; no date farther than ${short(horizon)} days is said`,
  }),
  'dates-apart': ({ width, lead, times }) => ({
    ko:
      width === null || lead === null
        ? '도달 시점 산정 불가'
        : `계산한 날짜들이 ${short(width)}일에 걸쳐 흩어짐(남은 기간 ${short(lead)}일의 ${times}배 이내여야 알림)`,
    en:
      width === null || lead === null
        ? 'No date can be worked out'
        : `The dates spread over ${short(width)} days, and are said only within ${times} times the ${short(lead)} days left`,
  }),
  'dates-move': () => ({
    ko: '연속한 두 번의 계산에서 날짜 범위가 아직 겹치지 않음',
    en: 'The dates of two updates in a row do not overlap yet',
  }),
};

/** Why, as a sentence. `when` writes the instants in it. */
export function forecastText(reason: ForecastReason, when: When): Text {
  // The key and the argument belong together, which a look-up by a union cannot show.
  return (words[reason.code] as (reason: ForecastReason, when: When) => Text)(reason, when);
}

function between(low: number, high: number, unit: string): Text {
  return {
    ko: `${signed(rateText, low, unit)}~${signed(rateText, high, unit)}`,
    en: `${signed(rateText, low, unit)} to ${signed(rateText, high, unit)}`,
  };
}

/** `28일 +0.1 mm/일, 14일 +0.2 mm/일`. */
function pairs(blocks: readonly number[], perDay: readonly number[], unit: string): Text {
  const each = (days: string, a: string) =>
    blocks.map((length, i) => `${length}${days} ${signed(rateText, perDay[i] ?? 0, unit)}${a}`).join(', ');
  return { ko: each('일간', '/일'), en: each(' d', '/d') };
}

/** At most three figures that count, never with an exponent. */
function short(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) < 1e-6 && rounded !== 0 ? '0' : digits(rounded);
}
