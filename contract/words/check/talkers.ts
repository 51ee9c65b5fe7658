import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';

type Table = { readonly [code: string]: (figures: never) => Words };

/** Profiles of sensors that talk: layouts, fields, checksums. */
export const talkerWords = {
  'more-than-of': () => ({ ko: '`of`보다 클 수 없음', en: 'cannot be more than `of`' }),
  'line-end-form': () => ({
    ko: '줄 끝은 "\\r\\n" 같은 제어 문자',
    en: 'a line ends with control characters, such as "\\r\\n"',
  }),
  'one-frame-unproved': () => ({
    ko: '검사합이 없으면 프레임 두 개 이상이 같아야 함',
    en: 'without a checksum at least two frames must say the same',
  }),
  'no-such-field': ({ field, known }: { readonly field: string; readonly known: readonly string[] }) => ({
    ko: `layout에 필드 ${field} 없음: 있는 것은 ${known.join(', ') || '없음'}`,
    en: `the layout has no field ${field}; it has ${known.join(', ') || 'none'}`,
  }),
  'layout-start': () => ({ ko: 'layout이 다른 글자로 시작함', en: 'the layout begins with another character' }),
  'layout-no-field': ({ piece }: { readonly piece: string }) => ({
    ko: `${withParticle(JSON.stringify(piece), '은/는')} 필드가 아님: {name} 또는 {name:4}로 작성`,
    en: `${JSON.stringify(piece)} is no field; write {name} or {name:4}`,
  }),
  'layout-endless-field': ({ piece }: { readonly piece: string }) => ({
    ko: `${piece} 앞 필드의 끝이 없음: {name:4}처럼 너비를 줌`,
    en: `nothing ends the field before ${piece}; give it a width, as in {name:4}`,
  }),
  'layout-field-twice': ({ field }: { readonly field: string }) => ({
    ko: `필드 ${withParticle(field, '이/가')} 두 번 있음`,
    en: `field ${field} stands in it twice`,
  }),
  'frame-ends': ({ bytes }: { readonly bytes: number }) => ({
    ko: `프레임은 ${bytes}바이트임`,
    en: `the frame has ${bytes} bytes`,
  }),
  'only-number-compared': () => ({
    ko: '숫자만 비교함: 지움',
    en: 'only a number is compared with it; remove it',
  }),
  'longer-than-field': ({ text, length, width }: { text: string; length: number; width: number }) => ({
    ko: `${withParticle(text, '은/는')} ${length}자인데 필드는 ${width}자임`,
    en: `${text} has ${length} characters, and its field has ${width}`,
  }),
} satisfies Table;
