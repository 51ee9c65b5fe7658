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
  'bytes-unproved': ({ from, to }: { readonly from: number; readonly to: number }) => ({
    ko: `검사합은 ${from}–${to}바이트만 지켜서 손상된 값이 여기서 읽힐 수 있음: 검사합 범위나 위치를 바로잡음`,
    en: `the checksum proves bytes ${from}–${to} alone, so a damaged value would be read here; correct its range, or the place`,
  }),
  'field-unproved': ({ field }: { readonly field: string }) => ({
    ko: `검사합이 필드 ${field} 뒤에서 시작해 손상된 값이 읽힐 수 있음: from을 바로잡음`,
    en: `the checksum begins behind the field ${field}, so a damaged value would be read there; correct from`,
  }),
  'layout-no-ascii': () => ({
    ko: 'ASCII 글자만 보내고 받음: 줄 끝은 frame.end에, 그 밖의 글자는 지움',
    en: 'lines and requests are ASCII text; a line end goes to frame.end, remove other characters',
  }),
  'layout-has-mark': ({ mark }: { readonly mark: string }) => ({
    ko: `검사합과 그 앞의 ${withParticle(mark, '은/는')} layout에 쓰지 않음: 지움`,
    en: `the checksum and the ${mark} before it are no part of the layout; remove them`,
  }),
  'layout-too-long': ({ least, maxLength }: { readonly least: number; readonly maxLength: number }) => ({
    ko: `layout이 ${least}자 이상인데 maxLength는 ${maxLength}임: 둘 중 하나를 바로잡음`,
    en: `it has ${least} characters or more, and maxLength is ${maxLength}; correct one of them`,
  }),
  'request-no-field': ({ piece }: { readonly piece: string }) => ({
    ko: `${withParticle(JSON.stringify(piece), '은/는')} 채워지지 않음: 요청에는 {address}만 씀`,
    en: `${JSON.stringify(piece)} is not filled in; a request knows {address} alone`,
  }),
  'answer-without-address': () => ({
    ko: '응답에 주소(frame.address)가 없어 요청에 넣을 주소도 없음: send에 장치의 주소를 직접 작성',
    en: 'its answers name no address (frame.address), so there is none to be put in; write the device’s own into send',
  }),
  'field-trimmed': ({ text }: { readonly text: string }) => ({
    ko: `필드의 앞뒤 공백은 떼고 비교하므로 ${JSON.stringify(text)}일 수 없음: 공백을 지움`,
    en: `fields are compared without the spaces around them, so none is ${JSON.stringify(text)}; remove the spaces`,
  }),
  'on-is-off': () => ({
    ko: 'on과 off가 같아 언제나 true임: 둘 중 하나를 바로잡음',
    en: 'on and off are the same, so it would be true for ever; correct one of them',
  }),
  'frame-needs-8-bits': () => ({
    ko: '바이너리 프레임은 데이터 비트 8이 필요함: dataBits를 지움',
    en: 'binary frames need 8 data bits; remove dataBits',
  }),
  'ships-with-7-bits': ({ profile }: { readonly profile: string }) => ({
    ko: `${withParticle(profile, '은/는')} 데이터 비트 7로 출고됨: 이 버스에 dataBits: 7을 쓰고, 8로 바꾸어 놓았으면 dataBits: 8을 씀`,
    en: `${profile} ships with 7 data bits; write dataBits: 7 on this bus, or dataBits: 8 if the sensor was set so`,
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
