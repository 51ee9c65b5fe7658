import type { ForecastItem } from '../../contract/http/forecasts.ts';
import { forecastWords } from '../../contract/words/forecast.ts';
import type { Tone } from './tones.ts';
import type { Table, Words } from './words.ts';

export const forecastPageWords = {
  title: { ko: '구조 예보', en: 'Structural forecast' },
  moving: { ko: '구조 예보: 움직임 {count}곳', en: 'Forecast: {count} moving' },
  about: {
    ko: '하루에 한 번 기록 전체로 다시 판단합니다. 예보만으로 차단기를 닫거나 입주자에게 알리지 않습니다.',
    en: 'Judged once a day from the whole record. Nothing is closed and no resident is told by a forecast alone.',
  },
  none: { ko: '예보하는 측정점이 없습니다.', en: 'No point of this building is forecast.' },
  quiet: { ko: '뚜렷한 움직임 없음 {count}곳', en: '{count} without clear movement' },
  untold: { ko: '판단할 수 없음 {count}곳', en: '{count} of which nothing can be told' },
  lastKnown: { ko: '지금은 판단할 수 없음. 마지막 판단: {state}', en: 'Nothing can be told now. Last known: {state}' },
  rate: { ko: '속도', en: 'Rate' },
  meanRate: { ko: '평균 속도(판단 구간)', en: 'Mean rate of the window' },
  perDay: { ko: '하루 {rate}', en: '{rate} a day' },
  range: { ko: '{low} – {high}', en: '{low} to {high}' },
  since: { ko: '처음 판정', en: 'First said' },
  window: { ko: '기준 도달', en: 'Limit reached' },
  between: { ko: '{from} – {to}', en: '{from} to {to}' },
  noDate: { ko: '도달 시점 산정 불가', en: 'No date can be said' },
  limit: { ko: '기준', en: 'Limit' },
  limitNotLearnt: { ko: '기준선 학습 중', en: 'Still learning what it is measured from' },
  noLimit: { ko: '정해진 기준 없음', en: 'No limit is set' },
  seasonal: { ko: '계절 변화일 수 있음', en: 'May be seasonal' },
  why: { ko: '판단 근거', en: 'Why' },
  whyNot: { ko: '상위 단계로 판정하지 않은 이유', en: 'Why no more is said' },
  simulated: { ko: '모의 기록 포함', en: 'Simulated record' },
  report: { ko: '보고서', en: 'Report' },
  judgedAt: { ko: '{time} 판단', en: 'judged {time}' },
  notYet: { ko: '아직 판단하지 않음', en: 'not judged yet' },
  chart: { ko: '하루 중앙값', en: 'Day medians' },
  median: { ko: '측정값', en: 'As measured' },
  corrected: { ko: '온도 영향 제거', en: 'Without temperature' },
  chartAbout: {
    ko: '{point}: {from}부터 {to}까지 하루 중앙값 {count}개, {low}에서 {high}',
    en: '{point}: {count} day medians from {from} to {to}, between {low} and {high}',
  },
  noDays: { ko: '기록된 날이 없습니다.', en: 'No day is recorded.' },
  reportTitle: { ko: '구조 예보 보고서', en: 'Structural forecast report' },
  reportNote: {
    ko: '안전등급을 매기지 않습니다. 점검자가 판단할 근거입니다.',
    en: 'It gives no safety grade; it is evidence for an inspector.',
  },
  madeAt: { ko: '{time} 작성', en: 'made {time}' },
  print: { ko: '인쇄', en: 'Print' },
  back: { ko: '건물로', en: 'To the building' },
  point: { ko: '측정점', en: 'Point' },
  state: { ko: '상태', en: 'State' },
  method: { ko: '방법', en: 'Method' },
  version: { ko: '프로그램 버전', en: 'Program version' },
  temperature: { ko: '보정 온도', en: 'Corrected by the temperature' },
  neighbours: { ko: '비교한 이웃', en: 'Neighbours' },
  coefficient: { ko: '온도 계수', en: 'Temperature coefficient' },
  perDegree: {
    ko: '보정 온도 1℃당 {now}, 시정수 {lag}시간의 1차 지연으로 이를 따르는 구조체 온도 1℃당 {lagged} (합 {low} – {high})',
    en: '{now} per °C of that temperature, {lagged} per °C of a structure that follows it by a first-order lag, time constant {lag} h (sum {low} to {high})',
  },
  notCorrected: { ko: '보정하지 않음', en: 'Not corrected' },
  record: { ko: '기록', en: 'Record' },
  hours: {
    ko: '{from} – {to}, {hours}시간 (외부 기록 {imported}, 모의 {simulated})',
    en: '{from} to {to}, {hours} hours ({imported} from outside, {simulated} simulated)',
  },
  noRecord: { ko: '없음', en: 'None' },
  steps: { ko: '급변 시점', en: 'Steps' },
  noSteps: { ko: '없음', en: 'None' },
  step: { ko: '{time}: {by} (측정 노이즈 {noise})', en: '{time}: {by} (noise {noise})' },
  changes: { ko: '지난 판단', en: 'What was said before' },
  settings: { ko: '판단에 쓰는 수치와 출처', en: 'Numbers that decide, and their sources' },
  number: { ko: '수치', en: 'Number' },
  value: { ko: '값', en: 'Value' },
  source: { ko: '출처', en: 'Source' },
  series: { ko: '날짜별 기록', en: 'Day by day' },
  day: { ko: '날짜', en: 'Day' },
  coverage: { ko: '수집률', en: 'Coverage' },
} as const satisfies Table;

/** That nothing moves is said of what is known alone, and never that all is well. */
export const forecastStateWords: Readonly<Record<ForecastItem['state'] | 'untold', Words>> = {
  none: { ko: '뚜렷한 움직임 없음', en: 'No clear movement' },
  trend: forecastWords.trend,
  accelerating: forecastWords.accelerating,
  imminent: forecastWords.imminent,
  untold: { ko: '판단할 수 없음', en: 'Cannot be told' },
};

export const forecastTones: Readonly<Record<ForecastItem['state'], Tone>> = {
  none: 'normal',
  trend: 'notice',
  accelerating: 'caution',
  imminent: 'warning',
};
