/**
 * Korean particles after names and numbers: 이/가, 을/를, 은/는, 와/과, 으로/로. Pure.
 *
 * The choice follows the last *spoken* syllable: P3 is read 피삼, so P3이; 1 is read 일, so 1로. Where the reading is not
 * sure (Shop: 숍 or 쇼프), the double form is written, as official texts do: `Shop을(를)`.
 * Source: National Institute of Korean Language, 한국어 어문 규범, 한글 맞춤법 and 외래어 표기법.
 */

/** How the last spoken syllable ends: 으로 becomes 로 after a vowel and after ㄹ. */
type Ending = 'vowel' | 'consonant' | 'rieul';

/** Per pair: after a consonant, after a vowel, after ㄹ, and when the ending is not known. */
const forms = {
  '이/가': { consonant: '이', vowel: '가', rieul: '이', unknown: '이(가)' },
  '을/를': { consonant: '을', vowel: '를', rieul: '을', unknown: '을(를)' },
  '은/는': { consonant: '은', vowel: '는', rieul: '은', unknown: '은(는)' },
  '와/과': { consonant: '과', vowel: '와', rieul: '과', unknown: '와(과)' },
  '으로/로': { consonant: '으로', vowel: '로', rieul: '로', unknown: '(으)로' },
} as const;

export type Particle = keyof typeof forms;

/** The word with its particle: `withParticle('101동(지하)', '을/를')` is `101동(지하)을`. */
export function withParticle(word: string | number, particle: Particle): string {
  return `${word}${particleAfter(word, particle)}`;
}

/** The particle alone, for a word that stands in a mark-up of its own. */
export function particleAfter(word: string | number, particle: Particle): string {
  return forms[particle][endingOf(String(word)) ?? 'unknown'];
}

function endingOf(word: string): Ending | undefined {
  const spoken = spokenPart(word);
  return hangulEnding(spoken) ?? unitEnding(spoken) ?? numberEnding(spoken) ?? latinEnding(spoken);
}

/** The word before closing brackets, quotes and stops; what stands inside when there is nothing before. */
function spokenPart(word: string): string {
  const plain = word.normalize('NFKC').replace(/[\s"'”’」』》〉.,!?…]+$/u, '');
  const before = plain.replace(/[\s"'”’」』》〉]*(\([^()]*\)|\[[^[\]]*\]|\{[^{}]*\}|<[^<>]*>)$/u, '');
  if (before === plain) return plain;
  return before === '' ? spokenPart(plain.slice(1, -1)) : spokenPart(before);
}

/** Final consonants are numbered within a syllable block: none is 0, ㄹ is 8 (Unicode 15, section 3.12). */
function hangulEnding(spoken: string): Ending | undefined {
  const code = spoken.codePointAt(spoken.length - 1) ?? 0;
  if (code < 0xac00 || code > 0xd7a3) return undefined;
  const final = (code - 0xac00) % 28;
  if (final === 0) return 'vowel';
  return final === 8 ? 'rieul' : 'consonant';
}

/** Units as they are read after a number: 25 %LEL is 퍼센트 엘이엘, 5 cm is 오 센티미터. */
const units: readonly (readonly [RegExp, Ending])[] = [
  [/\d\s*(%|°C?|deg|[kcm]?m2?|mm\/[smhd]|cm\/[smhd]|[km]?V|k?W|k?Wh|[km]?A|[km]?Hz|s|ms|lx|h)$/u, 'vowel'],
  [/\d\s*(ppm|[km]?g|m3)$/u, 'consonant'],
  [/\d\s*(%LEL|dB|[hk]?Pa)$/u, 'rieul'],
];

function unitEnding(spoken: string): Ending | undefined {
  return units.find(([pattern]) => pattern.test(spoken))?.[1];
}

const digits: readonly Ending[] = [
  'consonant', // 영
  'rieul', // 일
  'vowel', // 이
  'consonant', // 삼
  'vowel', // 사
  'vowel', // 오
  'consonant', // 육
  'rieul', // 칠
  'rieul', // 팔
  'vowel', // 구
];

/** 10 is 십, 100 is 백, but 10¹² is 조, which ends in a vowel. */
function numberEnding(spoken: string): Ending | undefined {
  const last = /\d$/.exec(spoken)?.[0];
  if (last === undefined) return undefined;
  if (last !== '0') return digits[Number(last)];
  const zeros = /(?:^|[^\d.,])[1-9][\d,]*?([0,]+)$/.exec(spoken)?.[1]?.replaceAll(',', '').length ?? 0;
  if (zeros > 19) return undefined;
  return zeros >= 12 && zeros < 16 ? 'vowel' : 'consonant';
}

/** Letters that are spelt out and end in a consonant: 엘, 엠, 엔, 알. */
const spelt: Readonly<Record<string, Ending>> = { L: 'rieul', M: 'consonant', N: 'consonant', R: 'rieul' };

/** How English words end in Korean, most particular first. What is in no row (Shop, Book, Type) is not sure. */
const words: readonly (readonly [RegExp, Ending])[] = [
  [/(l|le)$/, 'rieul'], // Mall 몰, Mobile 모바일
  [/(m|n|ng|[^aeiou]ne|one|ine|ane|une|ome|ime|ame)$/, 'consonant'], // Zone 존, Parking 파킹
  [/ck$/, 'consonant'], // Block 블록
  [/[^aeiou][ktp]$/, 'vowel'], // Park 파크, Mart 마트, Camp 캠프
  [/(ph|th|sh|ch|gh|ee|ie|oe|ue|ce|se|ge|ve|re|de|te|ke|ze|[aiouyw])$/, 'vowel'], // Place 플레이스, Plaza 플라자
  [/[dfrsvxz]$/, 'vowel'], // Tower 타워, Plus 플러스, Land 랜드
];

function latinEnding(spoken: string): Ending | undefined {
  const word = /[A-Za-z]+$/.exec(spoken)?.[0];
  if (word === undefined) return undefined;
  if (word.length === 1 || word === word.toUpperCase()) return spelt[word.slice(-1).toUpperCase()] ?? 'vowel';
  return words.find(([pattern]) => pattern.test(word.toLowerCase()))?.[1];
}
