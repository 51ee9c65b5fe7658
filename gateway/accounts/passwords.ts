import { Refusal } from '../../contract/problems/refusal.ts';

/**
 * What a password must be: length, and not one of those that are tried first. No rule of letters, digits and signs, which
 * makes people write `Password1!` (NIST SP 800-63B §5.1.1.2). Lengths are in characters as a person counts them.
 */
const length = { min: 10, max: 1024 } as const;

/**
 * What is guessed first, in the world and in Korea; the last row is the one before it on a keyboard left in English.
 * Numbers of every kind (years, telephones, 1234) need no row: digits do not count.
 */
const common = `
  password passwd passw0rd letmein welcome iloveyou changeme administrator admin manager guest login parking jari
  qwertyuiop qwerty qwer asdfghjkl asdfgh asdf zxcvbnm zxcv qazwsxedc qazwsx qaz wsx abcdefghij abcdef abcd
  q1w2e3r4t5y6u7i8o9p0 1q2w3e4r5t6y7u8i9o0p q1w2e3r4 1q2w3e4r q1w2e3 1q2w3e
  비밀번호 패스워드 암호 안녕하세요 안녕 사랑해요 사랑해 관리자 관리사무소 주차장 주차 자리
  qlalfqjsgh votmdnjem dkagh dkssudgktpdy dkssud tkfkdgody tkfkdgo rhksflwk rhksfltkanth wnckwkd wnck wkfl
`;
const longestFirst = common
  .trim()
  .split(/\s+/)
  .toSorted((one, other) => other.length - one.length);

/** What must be left of a password when the first guesses and all digits are taken out of it. */
const leastOwn = 4;

type PasswordProblem = Refusal<
  'password-length' | 'password-few-characters' | 'password-like-name' | 'password-common'
>;

/** @throws Refusal when it is too short, too long, or one of the first guesses */
export function checkPassword(name: string, password: string): void {
  const problem = passwordProblem(name, password);
  if (problem !== undefined) throw problem;
}

/** What is wrong with it, in words that never repeat it; undefined when nothing is. */
export function passwordProblem(name: string, password: string): PasswordProblem | undefined {
  const characters = [...password.normalize('NFC')];
  const { min, max } = length;
  if (characters.length < min || characters.length > max) {
    return new Refusal('password-length', { has: characters.length, min, max });
  }
  if (new Set(characters).size < leastOwn) return new Refusal('password-few-characters', {});
  // Compatibility forms: full-width letters are guessed as soon as plain ones.
  const bare = plain(password.normalize('NFKC'));
  const nameless = without(bare, [plain(name)]);
  if (nameless !== bare && isLittle(nameless)) return new Refusal('password-like-name', {});
  return isLittle(without(nameless, longestFirst)) ? new Refusal('password-common', {}) : undefined;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function without(text: string, words: readonly string[]): string {
  // Something stays in place of a word, so that what was on its two sides makes no new one.
  return words.filter((word) => word.length >= 2).reduce((rest, word) => rest.replaceAll(word, ' '), text);
}

function isLittle(rest: string): boolean {
  return [...rest.replace(/[\p{N} ]/gu, '')].length < leastOwn;
}
