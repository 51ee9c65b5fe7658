import { InputError } from '../../contract/input-error.ts';

/**
 * What a password must be: length, and not one of those that are tried first. No rule of letters, digits and signs, which
 * makes people write `Password1!` (NIST SP 800-63B §5.1.1.2). Lengths are in characters as a person counts them.
 */
const length = { min: 10, max: 1024 } as const;

/** Beginnings of what is guessed first, in the world and on Korean keyboards; a password of these alone is refused. */
const common = [
  'password',
  'passw0rd',
  'qwerty',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'letmein',
  'welcome',
  'iloveyou',
  'administrator',
  'admin',
  'changeme',
  'parking',
  'jari',
  'dkssud', // 안녕 on a keyboard left in English
  'tkfkdgo', // 사랑해
  'qlalfqjsgh', // 비밀번호
  '1q2w3e4r5t6y7u8i9o0p',
  '0123456789',
  '9876543210',
] as const;

/** @throws InputError when it is too short, too long, or one of the first guesses */
export function checkPassword(name: string, password: string): void {
  const problem = passwordProblem(name, password);
  if (problem !== undefined) throw new InputError([`password of ${name}: ${problem}`]);
}

/** What is wrong with it, in words that never repeat it; undefined when nothing is. */
export function passwordProblem(name: string, password: string): string | undefined {
  const characters = [...password.normalize('NFC')];
  const { min, max } = length;
  if (characters.length < min || characters.length > max) {
    return `has ${characters.length} characters; give ${min} to ${max}`;
  }
  if (new Set(characters).size < 4) return 'is made of too few different characters; use a sentence of your own';
  const bare = password.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (isMadeOf(bare, name)) return 'is the name, or nearly; use a sentence of your own';
  const isFirstGuess = common.some((word) => isMadeOf(bare, word));
  return isFirstGuess ? 'is one of those that are tried first; use a sentence of your own' : undefined;
}

/** The word, once or again and again, or a part of it that long, with at most four digits after it. */
function isMadeOf(bare: string, word: string): boolean {
  const plain = word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (plain.length < 3) return false;
  const letters = bare.replace(/\d{1,4}$/, '');
  return [bare, letters].some(
    (text) => text.length > 0 && plain.repeat(Math.ceil(text.length / plain.length) + 1).startsWith(text),
  );
}
