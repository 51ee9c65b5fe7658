import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';

type Table = { readonly [code: string]: (figures: never) => Words };
/** A number that no raw value is; `least` and `most` are what there are. */
type Outside = { readonly written: number; readonly least: number; readonly most: number };

/** What in a profile is compared with raw values, and can never be one. */
export const rawWords = {
  'no-raw-bit': ({ written }: { readonly written: number }) => ({
    ko: `${withParticle(written, '은/는')} 비트의 원시값이 아님: 0 또는 1`,
    en: `${written} is no raw value of a bit: 0 or 1`,
  }),
  'text-has-no-number': () => ({ ko: '글에는 원시 숫자가 없음', en: 'a text has no raw number' }),
  'no-raw-value': (figures: Outside) => ({
    ko: `${koOutside(figures)}`,
    en: `${outside(figures)}`,
  }),
  'before-scale': (figures: Outside) => ({
    ko: `${koOutside(figures)}, scale과 offset을 적용하기 전 값`,
    en: `${outside(figures)}, before scale and offset`,
  }),
  'sign-bit-of-zero': (figures: Outside) => ({
    ko: `${koOutside(figures)}: 부호 비트만 있는 0은 0임`,
    en: `${outside(figures)}; 0 with the sign bit set is 0`,
  }),
  'wide-pattern': (figures: Outside & { readonly allOnes: boolean }) => ({
    ko: `${koOutside(figures)}: ${figures.allOnes ? '혹시 -1?' : '음수로 작성'}`,
    en: `${outside(figures)}; ${figures.allOnes ? 'did you mean -1?' : 'write it as a negative number'}`,
  }),
  'too-many-decimals': ({ written, decimals }: { written: number; decimals: number | null }) => ({
    ko: `${withParticle(written, '은/는')} 장치가 쓰는 소수 자릿수보다 많음(decimals: ${decimals})`,
    en: `${written} has more digits behind the point than the device writes (decimals: ${decimals})`,
  }),
  'number-over-field': ({ text, width }: { readonly text: string; readonly width: number }) => ({
    ko: `${withParticle(text, '은/는')} ${text.length}자인데 필드는 ${width}자임`,
    en: `${text} has ${text.length} characters, and its field has ${width}`,
  }),
  'bits-of-no-number': () => ({
    ko: '정수에만 이름 붙일 비트가 있음: 지움',
    en: 'only a whole number has bits to name; remove it',
  }),
  'no-such-bit': ({ bits, bit }: { readonly bits: number; readonly bit: string }) => ({
    ko: `값은 ${bits}비트(0–${bits - 1})이고 ${withParticle(bit, '은/는')} 없음`,
    en: `the value has ${bits} bits, 0–${bits - 1}, and no ${bit}`,
  }),
  'no-raw-range': ({ isText }: { readonly isText: boolean }) => ({
    ko: `${isText ? '글' : '비트'}에는 원시값 범위가 없음: 지움`,
    en: `a ${isText ? 'text' : 'bit'} has no range of raw values; remove it`,
  }),
  'outside-raw-limits': ({ written, least, most }: Outside) => ({
    ko: `${withParticle(written, '은/는')} ${least}–${most} 밖임`,
    en: `${written} lies outside ${least}–${most}`,
  }),
  'raw-range-turned': ({ first, last }: { readonly first: number; readonly last: number }) => ({
    ko: `원시값으로는 ${withParticle(first, '와/과')} ${last}임: 작은 값을 먼저 작성`,
    en: `as raw values these are ${first} and ${last}; the lower end comes first`,
  }),
  'text-says-itself': () => ({ ko: '글은 그대로 나타남: 지움', en: 'a text says its own words; remove it' }),
  'raw-key-turned': ({ first, last }: { readonly first: number; readonly last: number }) => ({
    ko: `원시값으로는 ${first}에서 ${last}임: 작은 값을 먼저 작성`,
    en: `as raw values this is ${first} to ${last}; the lower end comes first`,
  }),
  'raw-value-has-word': ({ raw, key }: { readonly raw: number; readonly key: string }) => ({
    ko: `원시값 ${withParticle(raw, '은/는')} ${key}에 이미 낱말이 있음`,
    en: `the raw value ${raw} has the word of ${key} already`,
  }),
} satisfies Table;

function outside({ written, least, most }: Outside): string {
  return `${written} is no raw value here, which is a whole number, ${least} to ${most}`;
}

function koOutside({ written, least, most }: Outside): string {
  return `${withParticle(written, '은/는')} 원시값이 아님, ${least}에서 ${most} 사이의 정수여야 함`;
}
