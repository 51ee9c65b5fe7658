import type { Words } from '../words.ts';
import { durationText } from './text.ts';

type Table = { readonly [code: string]: (figures: never) => Words };
type Span = { readonly leastMs: number; readonly mostMs: number };

/** How a value is written: what is said where one is not of its form. */
export const formWords = {
  'id-form': ({ begins }: { readonly begins: boolean }) => ({
    ko: `ID는 a–z, 0–9, -로 된 1–63자${begins ? '이고 영문자나 숫자로 시작' : ''}`,
    en: `an id is 1–63 of a–z, 0–9 and -${begins ? ', and begins with a letter or digit' : ''}`,
  }),
  'point-name-form': () => ({
    ko: '측정점 이름은 a–z, 0–9, _로 된 1–63자이고 영문자로 시작',
    en: 'a point name is 1–63 of a–z, 0–9 and _, and begins with a letter',
  }),
  'point-ref-form': () => ({
    ko: '측정점은 장치/측정점으로 작성, 예: tilt-se/tilt_x',
    en: 'a point is written device/point, as in tilt-se/tilt_x',
  }),
  'duration-form': () => ({
    ko: '시간은 숫자와 단위로 작성: 250ms, 5s, 10m, 2h',
    en: 'a duration is a number and a unit: 250ms, 5s, 10m or 2h',
  }),
  'duration-range': ({ leastMs, mostMs }: Span) => ({
    ko: `${durationText(leastMs)}에서 ${durationText(mostMs)} 사이여야 함`,
    en: `must lie between ${durationText(leastMs)} and ${durationText(mostMs)}`,
  }),
  /** As texts, where a span is written in a unit of its own. */
  'span-range': ({ least, most }: { readonly least: string; readonly most: string }) => ({
    ko: `${least}에서 ${most} 사이여야 함`,
    en: `must lie between ${least} and ${most}`,
  }),
  'between-spans': ({ least, most }: { readonly least: string; readonly most: string }) => ({
    ko: `${least}에서 ${most} 사이`,
    en: `between ${least} and ${most}`,
  }),
  'whole-minutes': ({ least, most }: { readonly least: number; readonly most: number }) => ({
    ko: `분 단위로 ${least}분에서 ${most}분 사이, 예: 5m, 1h`,
    en: `whole minutes between ${least} and ${most}, such as 5m or 1h`,
  }),
  'longer-than-nothing': () => ({ ko: '0보다 길어야 함', en: 'must be longer than nothing' }),
  'scale-zero': () => ({
    ko: '0을 곱하면 모든 값이 같아짐: 1, 0.1 같은 배율을 작성하거나 지움',
    en: 'by 0 every value is the same; write a scale such as 1 or 0.1, or remove it',
  }),
  'lower-end-first': ({ example }: { readonly example: boolean }) => ({
    ko: `작은 값을 먼저 작성${example ? ', 예: [0, 100]' : ''}`,
    en: `the lower end comes first${example ? ', as in [0, 100]' : ''}`,
  }),
  'date-form': ({ example }: { readonly example: string }) => ({
    ko: `날짜는 ${example} 형식으로 작성`,
    en: `a date is written ${example}`,
  }),
  'time-form': () => ({ ko: '시각은 HH:MM으로 작성', en: 'a time of day is written HH:MM' }),
  'phone-form': () => ({ ko: '전화번호를 작성', en: 'a telephone number' }),
  'no-such-timezone': () => ({
    ko: '없는 시간대: Asia/Seoul 같은 IANA 이름으로 작성',
    en: 'no such time zone; use an IANA name such as Asia/Seoul',
  }),
  'serial-port-form': () => ({
    ko: '시리얼 포트는 전체 경로로 작성, 예: /dev/serial/by-id/usb-…-port0',
    en: 'a serial port is a whole path, such as /dev/serial/by-id/usb-…-port0',
  }),
  'talker-address-form': () => ({ ko: '주소는 0–255의 숫자 또는 글', en: 'an address is a number, 0–255, or text' }),
  'own-name-form': () => ({ ko: '이름은 호스트 이름 또는 주소', en: 'a name is a host name or an address' }),
  'url-form': () => ({ ko: 'URL은 https:// 또는 http://로 시작', en: 'a URL begins with https:// or http://' }),
  'city-url-form': () => ({
    ko: 'https://도시 서버 하나, 또는 tls://NATS 서버(여럿이면 쉼표로 구분하고 모두 같은 방식)',
    en: 'one worker as https://…, or NATS servers as tls://…:4222, several with commas and all of one scheme',
  }),
  'url-with-secret': () => ({
    ko: '이 URL에는 사용자 이름과 비밀번호를 쓰지 않음',
    en: 'a URL here holds no user and no password',
  }),
  'url-with-hash': () => ({
    ko: '이 URL에는 # 뒤를 쓰지 않음(전송되지 않음)',
    en: 'a URL here has nothing behind #, which is never sent',
  }),
  'environment-name': () => ({
    ko: '환경 변수 이름은 A–Z, 0–9, _이고 영문자로 시작',
    en: 'the name of an environment variable is of A–Z, 0–9 and _, and begins with a letter',
  }),
  'topic-level': () => ({
    ko: '토픽 한 단계: 1–64자, 공백과 + / #은 쓸 수 없음',
    en: 'one level of a topic: 1–64 characters, no space and none of + / #',
  }),
  'topic-levels': () => ({
    ko: '토픽은 네 단계까지, 단계마다 1–64자, 공백과 + #은 쓸 수 없음',
    en: 'up to four levels of a topic, each 1–64 characters, no space and none of + #',
  }),
  'feed-id-form': () => ({ ko: '공백, 쉼표, <, &는 쓸 수 없음', en: 'no space, comma, < or &' }),

  'window-form': () => ({
    ko: '시간대는 "HH:MM-HH:MM"으로 작성, 예: "09:00-18:00", 자정을 넘기면 "18:00-08:00"',
    en: 'a window is written "HH:MM-HH:MM", such as "09:00-18:00" or, past midnight, "18:00-08:00"',
  }),
  'window-empty': () => ({
    ko: '시작과 끝 시각이 같음: 하루 종일은 "00:00-24:00"으로 작성, 없는 날은 쓰지 않음',
    en: 'begins and ends at the same time; a whole day is "00:00-24:00", and a day without is left out',
  }),
  'windows-of-day-overlap': () => ({
    ko: '시간대 두 개가 겹침: 하나로 합치거나 바로잡음',
    en: 'two of these windows overlap; join them, or set one of them right',
  }),
  'hours-form': ({ all, none }: { readonly all: string; readonly none: string }) => ({
    ko: `시간은 ${all}, ${none}, 시간대, 시간대 목록, 또는 weekday·saturday·holiday별로 이 중 하나`,
    en: `hours are ${all}, ${none}, a window, a list of windows, or one of these for each of weekday, saturday and holiday`,
  }),
  'day-hours-form': ({ all, none }: { readonly all: string; readonly none: string }) => ({
    ko: `${all}, ${none} 또는 시간대("HH:MM-HH:MM", 예: "09:00-18:00", 자정을 넘기면 "18:00-08:00")`,
    en: `use ${all}, ${none}, or windows: a window is written "HH:MM-HH:MM", such as "09:00-18:00" or, past midnight, "18:00-08:00"`,
  }),

  'device-or-point': () => ({ ko: 'device와 point 중 하나만 작성', en: 'give one of device and point' }),
  'one-test': () => ({ ko: 'above, below, is 중 하나만 작성', en: 'give one of above, below and is' }),
  'is-or-bits': () => ({ ko: 'is와 bits 중 하나만 작성', en: 'give one of is and bits' }),
  'no-level': () => ({
    ko: '단계를 하나 이상 작성: 관심, 주의, 경계, 심각',
    en: 'give at least one level: 관심, 주의, 경계 or 심각',
  }),
  'n-of-m': () => ({ ko: 'n of m에서 n은 m보다 클 수 없음', en: 'n of m: n cannot be more than m' }),
  'baseline-form': () => ({
    ko: '숫자, { learn: 10m }, { median: 24h } 중 하나로 작성',
    en: 'give a number, { learn: 10m } or { median: 24h }',
  }),
  'curve-order': () => ({
    ko: '점은 x가 커지는 순서로, x마다 하나씩 작성',
    en: 'the points stand in rising order, each x once',
  }),
} satisfies Table;
