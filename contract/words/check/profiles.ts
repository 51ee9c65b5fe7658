import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';
import { koNearText, koOneOf, listed, nearText, oneOf } from './text.ts';

type Table = { readonly [code: string]: (figures: never) => Words };
type Type = 'number' | 'boolean' | 'string';
type Together = { readonly point: string; readonly with: readonly string[]; readonly sign: boolean };
type Names = { readonly point: string; readonly near: readonly string[]; readonly known: readonly string[] };

/** Profiles of Modbus devices, and what a profile's points say of each other. */
export const profileWords = {
  'address-range': ({ address, meant }: { address: number; meant: { table: string; address: number } | null }) => ({
    ko: `통신 주소는 0–65535, 지금은 ${address}${meant === null ? '' : `: 설명서 번호라면 table: ${meant.table}, address: ${meant.address}`}`,
    en: `an address on the wire is 0–65535, not ${address}${meant === null ? '' : `: as manuals number, it is table: ${meant.table}, address: ${meant.address}`}`,
  }),
  'lower-address-first': () => ({ ko: '작은 주소를 먼저 작성', en: 'the lower address comes first' }),
  'scale-by-form': () => ({
    ko: '이 값에 곱할 측정점의 이름, 또는 여러 이름의 목록으로 작성',
    en: 'name the point that multiplies this one, or several in a list',
  }),
  'condition-form': () => ({
    ko: 'true/false인 측정점 하나, 여러 개의 목록, 또는 다른 측정점은 { 측정점: 값 }으로 작성',
    en: 'name a point that is a yes or no, several in a list, or { point: value } for others',
  }),
  'raw-value-form': () => ({
    ko: '원시값(3, -1, 0x8000)이나 그 범위(1-9)가 아님',
    en: 'not a raw value, such as 3, -1 or 0x8000, nor a range of them, such as 1-9',
  }),
  'bit-number-form': () => ({
    ko: '비트 번호가 아님(0이 가장 낮은 비트)',
    en: 'not the number of a bit, 0 the lowest',
  }),
  'no-points': () => ({ ko: '측정점이 없는 장치 종류는 읽을 것이 없음', en: 'a profile without points reads nothing' }),
  'bool-table': () => ({
    ko: 'coil과 discrete는 bool, 레지스터는 bool이 될 수 없음(bit 사용)',
    en: 'coils and discrete inputs are bool; registers never are (use bit)',
  }),
  'bit-needed': ({ most }: { readonly most: 7 | 31 }) => ({
    ko: `type bit에는 bit: ${most === 31 ? '0–15(레지스터 두 개는 0–31)' : '0–7'}이 필요하고 다른 type에는 쓰지 않음`,
    en: `type bit needs bit: ${most === 31 ? '0–15, or 0–31 of two registers' : '0–7'}, and only it takes one`,
  }),
  'only-number-below': () => ({
    ko: '숫자만 다른 숫자보다 작을 수 있음: 지우거나 `enum`을 지움',
    en: 'only a number can lie below another; remove it, or `enum`',
  }),
  'invert-of-none': ({ isBelow }: { readonly isBelow: boolean }) => ({
    ko: isBelow
      ? 'true는 trueBelow보다 작은 것이며 뒤집지 않음: invert를 지움'
      : 'invert는 enum이 없는 접점과 비트에만 씀: 지움, 낱말은 enum에서 바꿈',
    en: isBelow
      ? 'true is what lies below trueBelow, and is not turned; remove invert'
      : 'invert is for contacts and bits without enum; remove it, and turn words in enum',
  }),
  'never-below': ({ limit, least, most }: { limit: number; least: number; most: number }) => ({
    ko: `값의 범위는 ${koSpan(least, most)}, ${limit <= least ? `${limit}보다 작은 값이 없어 언제나 false` : `모두 ${limit}보다 작아 언제나 true`}임: 측정점의 단위로 된 한계값을 작성(scale, valid 확인)`,
    en: `its values are ${span(least, most)}, so ${limit <= least ? `none lies below ${limit} and it would be false` : `all lie below ${limit} and it would be true`} for ever; write a limit in the point's unit (see scale and valid)`,
  }),
  'valid-never': ({ least, most }: { readonly least: number; readonly most: number }) => ({
    ko: `값의 범위는 ${koSpan(least, most)}, valid 안에 드는 값이 없음: 배율을 곱한 뒤의 단위로 valid를 작성하거나 scale을 바로잡음`,
    en: `its values are ${span(least, most)}, so none is ever valid; write valid in the unit behind scale and offset, or correct these`,
  }),
  'condition-never-number': ({
    point,
    value,
    least,
    most,
  }: {
    point: string;
    value: number;
    least: number;
    most: number;
  }) => ({
    ko: `${withParticle(point, '은/는')} 값이 ${withParticle(value, '이/가')} 되지 않음: 값의 범위는 ${koSpan(least, most)}(형식과 scale의 단위로), sentinels와 valid 밖은 값이 아님, 그중 하나를 작성`,
    en: `${point} never says ${value}: its values are ${span(least, most)}, in the steps of its type and scale, and neither sentinels nor what is not valid; write one of them`,
  }),
  'condition-never-text': ({
    point,
    value,
    characters,
  }: {
    point: string;
    value: string;
    characters: number | null;
  }) => ({
    ko: `${withParticle(point, '은/는')} "${value}"일 수 없음: 앞뒤 공백 없는 글${characters === null ? '' : ` ${characters}자까지`}임`,
    en: `${point} never says "${value}": it is text without spaces around it${characters === null ? '' : `, of ${characters} characters at most`}`,
  }),
  'mask-form': ({ types }: { readonly types: readonly string[] }) => ({
    ko: `mask는 ${types.join(', ')}에만 쓰며 0xFF00처럼 비트가 이어져야 함`,
    en: `only ${types.join(', ')} take a mask, and its bits stand side by side, as in 0xFF00`,
  }),
  'mask-too-wide': ({ type }: { readonly type: string }) => ({
    ko: `${withParticle(type, '은/는')} 16비트인데 mask가 이를 넘음: 32비트 mask는 u32, i32, sm32에 씀`,
    en: `${type} has 16 bits, and the mask reaches beyond them; one of 32 bits is for u32, i32 or sm32`,
  }),
  'bit-length': () => ({
    ko: '비트는 레지스터 한 개 또는 두 개의 것이며 15보다 크면 두 개임',
    en: 'a bit is of one register, or of two; one over 15 is of two',
  }),
  'string-length': () => ({ ko: 'string에는 레지스터 수 length가 필요', en: 'a string needs its length in registers' }),
  'bcd-length': () => ({ ko: 'bcd는 레지스터 1, 2 또는 4개', en: 'bcd takes 1, 2 or 4 registers' }),
  'length-idle': () => ({ ko: 'length는 string, bcd, bit에만 씀', en: 'only strings, bcd and bits take a length' }),
  'in-flight-alone': () => ({
    ko: 'gap이나 sleepsAfter가 있는 장치에는 요청을 한 번에 하나만 보냄: inFlight나 그것을 지움',
    en: 'a device with gap or sleepsAfter is asked one request at a time; remove inFlight or those',
  }),
  'only-number-scaled': () => ({
    ko: '숫자만 곱하거나 부호를 가짐: 지움',
    en: 'only a number is multiplied or has a sign; remove it',
  }),
  'order-long': () => ({ ko: '여덟 글자 order는 64비트 형식에 씀', en: 'an eight-letter order is for 64-bit types' }),
  'order-short': ({ orders }: { readonly orders: readonly string[] }) => ({
    ko: `64비트 형식의 order는 ${orders.join(', ')}`,
    en: `64-bit types take ${orders.join(', ')}`,
  }),
  'not-writable': () => ({
    ko: 'coil과 holding 레지스터에만 쓸 수 있음',
    en: 'only coils and holding registers can be written',
  }),
  'write-function': ({ isBits }: { readonly isBits: boolean }) => ({
    ko: isBits ? 'coil은 5 또는 15로 씀' : '레지스터는 6 또는 16으로 씀',
    en: isBits ? 'coils are written with 5 or 15' : 'registers are written with 6 or 16',
  }),
  'write-one-register': () => ({
    ko: '6은 레지스터 한 개만 쓰므로 값의 나머지가 남음: 16을 쓰거나 지움',
    en: 'function 6 writes one register, and would leave the rest of the value; use 16, or remove it',
  }),
  'write-scaled': () => ({
    ko: '배율이나 부호를 다른 측정점에서 받는 값은 쓸 수 없음: writable을 지움',
    en: 'a value that has its scale or sign from another point cannot be written; remove writable',
  }),
  'past-last-address': () => ({ ko: '측정점이 주소 65535를 넘음', en: 'the point runs past address 65535' }),
  'block-too-wide': ({ takes, limit }: { readonly takes: number; readonly limit: number }) => ({
    ko: `한 번에 읽을 구간이 ${takes}개인데 한 요청의 한도는 ${limit}개임: 구간이나 limits를 바로잡음`,
    en: `read as a whole it takes ${takes}, and the limits allow ${limit} a request; correct the block or the limits`,
  }),
  'blocks-overlap': ({ first, last }: { readonly first: number; readonly last: number }) => ({
    ko: `구간 ${first}–${last}과 겹침: 한 주소는 한 구간에만 있음`,
    en: `it overlaps ${first}–${last}; an address stands in one block only`,
  }),
  'point-over-block': ({ first, last }: { readonly first: number; readonly last: number }) => ({
    ko: `측정점이 구간 ${first}–${last} 밖으로 나가는데 그 구간은 통째로만 읽음: 주소, 형식이나 blocks를 바로잡음`,
    en: `the point reaches beyond the block ${first}–${last}, which is read as a whole or not at all; correct its address or type, or blocks`,
  }),
  'scales-in-circle': ({ point, by }: { readonly point: string; readonly by: string }) => ({
    ko: `${withParticle(point, '이/가')} ${by}의 값으로 자기 자신의 배율을 정함: 하나를 지움`,
    en: `${point} is scaled by itself (by way of ${by}), so it never has a value; remove one of the two`,
  }),
  'point-too-wide': ({ takes, limit }: { readonly takes: number; readonly limit: number }) => ({
    ko: `레지스터 ${takes}개가 필요한데 limits.maxRegisters는 ${limit}임: 둘 중 하나를 바로잡음`,
    en: `takes ${takes} registers, but limits.maxRegisters is ${limit}; correct one of them`,
  }),
  'profile-without-point': ({ point, near, known }: Names) => ({
    ko: `장치 종류에 측정점 ${point} 없음: ${koNearText(near, `있는 것은 ${known.join(', ')}`)}`,
    en: `the profile has no point ${point}; ${nearText(near, `it has ${known.join(', ')}`)}`,
  }),
  'scale-no-number': ({ point }: { readonly point: string }) => ({
    ko: `${withParticle(point, '은/는')} 숫자가 아님: 숫자인 측정점을 지정`,
    en: `${point} is no number; name one that is`,
  }),
  'manual-number': ({ table, address, meant }: { table: string; address: number; meant: number }) => ({
    ko: `${withParticle(address, '은/는')} 설명서에서 ${table} ${withParticle(meant, '을/를')} 적는 번호임: address: ${withParticle(meant, '으로/로')} 작성, 통신 주소가 정말 ${address}이면 readable: { ${table}: [[${address}, …]] }로 명시`,
    en: `${address} is how manuals number ${table} ${meant}: write address: ${meant}; if it really is ${address} on the wire, say so by readable: { ${table}: [[${address}, …]] }`,
  }),
  'manual-number-of-other': ({
    table,
    address,
    meant,
  }: {
    table: string;
    address: number;
    meant: { table: string; address: number };
  }) => ({
    ko: `${withParticle(address, '은/는')} 설명서에서 ${meant.table} ${withParticle(meant.address, '을/를')} 적는 번호인데 table은 ${table}임: table: ${meant.table}, address: ${withParticle(meant.address, '으로/로')} 작성, 통신 주소가 정말 ${address}이면 readable: { ${table}: [[${address}, …]] }로 명시`,
    en: `${address} is how manuals number ${meant.table} ${meant.address}, and this point is in ${table}: write table: ${meant.table}, address: ${meant.address}; if it really is ${table} ${address} on the wire, say so by readable: { ${table}: [[${address}, …]] }`,
  }),
  'not-in-readable': ({
    table,
    first,
    last,
    isBlock,
  }: {
    table: string;
    first: number;
    last: number;
    isBlock: boolean;
  }) => ({
    ko: `readable은 ${table}에서 ${first === last ? first : `${first}–${last}`}을(를) 읽을 수 있다고 하지 않음: ${isBlock ? '블록' : '주소'}를 바로잡거나 readable에 추가`,
    en: `readable does not have ${table} ${first === last ? first : `${first}–${last}`}; correct the ${isBlock ? 'block' : 'address'}, or add it to readable`,
  }),
  'condition-against-itself': ({ point }: { readonly point: string }) => ({
    ko: `validWhile이 바라는 ${point} 상태를 invalidWhile이 모두 막아 값이 나오지 않음: 둘 중 하나를 지움`,
    en: `invalidWhile rules out all that validWhile asks of ${point}, so there is never a value; remove one of the two`,
  }),
  'condition-always-invalid': ({ point }: { readonly point: string }) => ({
    ko: `${withParticle(point, '은/는')} 언제나 invalidWhile의 값 중 하나라 값이 나오지 않음: 정말 값이 없는 상태만 남김`,
    en: `${point} is always one of what invalidWhile names, so there is never a value; leave what really means none`,
  }),
  'bit-of-which': ({ bit, wide }: { readonly bit: number; readonly wide: string }) => ({
    ko: `비트 ${withParticle(bit, '이/가')} 레지스터 한 개의 것인지 ${wide}의 두 개의 것인지 알 수 없음: length: 1 또는 length: 2로 명시`,
    en: `bit ${bit} of one register, or of the two that ${wide} is of? say length: 1 or length: 2`,
  }),

  'condition-of-type': ({ point, type, value }: { point: string; type: Type; value: string }) => ({
    ko: `${withParticle(point, '은/는')} ${type === 'boolean' ? 'true/false' : type === 'number' ? '숫자' : '글이'}라서 ${withParticle(value, '이/가')} 될 수 없음: { ${point}: … }에 ${type === 'boolean' ? 'true 또는 false를' : type === 'number' ? '숫자를' : '나오는 낱말을'} 작성`,
    en: `${point} is a ${type === 'boolean' ? 'yes or no' : type}, and ${value} is none of its values; write { ${point}: … } with ${type === 'boolean' ? 'true or false' : `a ${type === 'number' ? 'number' : 'word of it'}`}`,
  }),
  'condition-never-said': ({ point, value, words }: { point: string; value: string; words: readonly string[] }) => ({
    ko: `${withParticle(point, '은/는')} ${withParticle(value, '이/가')} 되지 않음: 나오는 값은 ${koOneOf(words)}`,
    en: `${point} never says ${value}; it says ${oneOf(words)}`,
  }),
  'waits-for-itself': ({ point, by }: { readonly point: string; readonly by: string }) => ({
    ko: `${withParticle(point, '이/가')} 자기 자신을 기다림(${by} 경유): 조건 하나를 지움`,
    en: `${point} waits for itself (by ${by}); remove one of the conditions`,
  }),
  'condition-in-other-table': (figures: Together) => ({
    ko: `${koTogether(figures)} 한 요청으로 두 테이블을 읽을 수 없음: 지움`,
    en: `${together(figures)}, and no request reads two tables; remove it`,
  }),
  'condition-too-far': (figures: Together & { readonly takes: number; readonly limit: number }) => ({
    ko: `${koTogether(figures)} 한 요청에 레지스터 ${figures.takes}개가 필요하고 한도는 ${figures.limit}개임: 지우거나 limits를 바로잡음`,
    en: `${together(figures)}, and one request would take ${figures.takes} registers where the limits allow ${figures.limit}; remove it, or correct the limits`,
  }),
  'condition-not-readable': (figures: Together & { table: string; first: number; last: number }) => ({
    ko: `${koTogether(figures)} ${figures.table} ${withParticle(`${figures.first}–${figures.last}`, '을/를')} 한 요청으로 읽어도 된다는 말이 없음: 출처에 있으면 readable: { ${figures.table}: [[${figures.first}, ${figures.last}]] }를 추가`,
    en: `${together(figures)}, and nothing says that ${figures.table} ${figures.first}–${figures.last} may be read in one request; if the source does, add readable: { ${figures.table}: [[${figures.first}, ${figures.last}]] }`,
  }),
} satisfies Table;

function span(least: number, most: number): string {
  if (least === -Infinity && most === Infinity) return 'numbers';
  if (most === Infinity) return `${least} and more`;
  return least === -Infinity ? `${most} and less` : `${least} to ${most}`;
}

function koSpan(least: number, most: number): string {
  if (least === -Infinity && most === Infinity) return '숫자';
  if (most === Infinity) return `${least} 이상`;
  return least === -Infinity ? `${most} 이하` : `${least}–${most}`;
}

function together({ point, with: others, sign }: Together): string {
  const says = `${listed(others)} ${others.length === 1 ? 'says' : 'say'}`;
  return sign
    ? `${point} has its sign by what ${says} in the same reply`
    : `${point} counts only while ${says} so in the same reply`;
}

function koTogether({ point, with: others, sign }: Together): string {
  return `${point}의 ${sign ? '부호는' : '값은'} 같은 응답의 ${withParticle(others.join(', '), '으로/로')} 정해지는데`;
}
