import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';
import { durationText } from './text.ts';

type Table = { readonly [code: string]: (figures: never) => Words };
type Type = 'number' | 'boolean' | 'string';

/** What a site says of a device's points beside its profile, and when their values are doubted. */
export const pointWords = {
  'key-for-numbers': ({ key, type }: { readonly key: string; readonly type: Type }) => ({
    ko: `${withParticle(key, '은/는')} 숫자에만 쓰며 이 측정점은 ${koTypes[type]}임: 지움`,
    en: `${key} is for numbers, and this point is a ${type}; remove it`,
  }),
  'deadband-idle': ({ type }: { readonly type: Type }) => ({
    ko: `${koTypes[type]} 측정점은 모든 변화를 보내므로 deadband가 쓰이지 않음: 지움`,
    en: `every change of a ${type} is sent, so a deadband says nothing; remove it`,
  }),
  'true-below-idle': () => ({
    ko: '한계값으로 true/false가 되는 측정점이 아님: 장치 종류의 다른 측정점(trueBelow)을 쓰거나 지움',
    en: 'this point is no yes or no by a limit; another one of the profile may be (its trueBelow), or remove it',
  }),
  'invert-idle': ({ type }: { readonly type: Type }) => ({
    ko: `invert는 접점과 비트에만 쓰며 이 측정점은 ${koTypes[type]}임: 지움`,
    en: `invert is for contacts and bits, and this point is a ${type}; remove it`,
  }),
  'silence-below-every': ({ everyMs }: { readonly everyMs: number }) => ({
    ko: `${durationText(everyMs)}마다 한 번만 읽음: maxSilence를 그 이상으로 올리거나 every를 낮춤`,
    en: `the point is read every ${durationText(everyMs)} only; raise maxSilence to that, or lower every`,
  }),

  'not-watched': ({ isWord }: { readonly isWord: boolean }) => ({
    ko: `${isWord ? '목록의 낱말' : '글'}은 감시하지 않음: 지움`,
    en: `a ${isWord ? 'word of a list' : 'text'} is not watched; remove it`,
  }),
  'watch-for-numbers': ({ key }: { readonly key: string }) => ({
    ko: `${withParticle(key, '은/는')} 숫자에만 쓰며 true/false 측정점에는 stuckAfter만 씀: 지움`,
    en: `${key} is for numbers, and this point is a boolean, which takes stuckAfter alone; remove it`,
  }),
  'watch-too-soon': ({ key, everyMs, repeats }: { key: string; everyMs: number; repeats: number }) => ({
    ko: `${everyMs / 1000}초마다 읽으며 같은 값이 ${repeats}회 필요함: ${withParticle(key, '을/를')} ${(repeats * everyMs) / 1000}s 이상으로 올리거나 every를 낮춤`,
    en: `the point is read every ${everyMs / 1000} s and ${repeats} equal readings are needed; raise ${key} to ${(repeats * everyMs) / 1000}s or more, or lower every`,
  }),
  'no-end-to-stick-at': () => ({
    ko: '멈출 끝값이 없음: stuckAt으로 값을 지정하거나 valid 범위를 줌',
    en: 'the point has no end to be stuck at; name the values with stuckAt, or give it a valid range',
  }),
  'outside-valid': ({ value, least, most }: { value: number; least: number; most: number }) => ({
    ko: `${withParticle(value, '은/는')} valid [${least}, ${most}] 밖이라 이미 값이 아님: 지우거나 valid를 넓힘`,
    en: `${value} lies outside valid [${least}, ${most}], so such a reading is no value already; remove it, or widen valid`,
  }),
  'noise-below-step': ({ step }: { readonly step: number }) => ({
    ko: `값이 ${step} 단위로 움직여 모든 움직임이 잡음이 됨: maxNoise를 ${step} 이상으로 올림`,
    en: `the point moves in steps of ${step}, so any movement would be noise; raise maxNoise to ${step} or more`,
  }),
  'duration-or-off': () => ({
    ko: '250ms, 5s, 10m, 2h 같은 시간, 또는 감시를 끄려면 false로 작성',
    en: 'give a duration such as 250ms, 5s, 10m or 2h, or false to switch this watch off',
  }),
  'rate-or-off': () => ({
    ko: '측정점 단위로 초당 가장 빠른 변화, { rise: …, fall: … }, 또는 감시를 끄려면 false로 작성',
    en: "give the fastest change in the point's unit a second, { rise: …, fall: … } of such, or false to switch this watch off",
  }),
  'number-or-off': () => ({
    ko: '측정점 단위로 0보다 큰 숫자, 또는 감시를 끄려면 false로 작성',
    en: "give a number above 0 in the point's unit, or false to switch this watch off",
  }),
} satisfies Table;

const koTypes: { readonly [T in Type]: string } = { boolean: 'true/false', number: '숫자', string: '글' };
