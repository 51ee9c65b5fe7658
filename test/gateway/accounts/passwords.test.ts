import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPassword, passwordProblem } from '../../../gateway/accounts/passwords.ts';
import { hashPassword, matches, newSecret } from '../../../gateway/accounts/secrets.ts';

const decomposed = (text: string) => text.normalize('NFD');

describe('a password', () => {
  test.each([
    'correct horse',
    'right horse',
    'another one',
    '우리집강아지이름은뽀삐',
    '새솔동의 주차장입니다',
    '비밀번호는 비밀이야',
    'I park my car at 7',
    'xK9#mQ2$vL',
    'wjrmaqmfh ehsqjfwk',
    '🐈‍⬛ 고양이 셋 🐈‍⬛ 🐈',
    'x1x2y3z4w5',
  ])('of one’s own is taken: %s', (password) => {
    expect(passwordProblem('haeun', password)).toBeUndefined();
    expect(passwordProblem('haeun', decomposed(password))).toBeUndefined();
  });

  test.each([
    [0, ''],
    [9, '123456789'],
    [9, '새솔동주차장자리'.concat('다')],
    [1025, 'xyzw'.repeat(256).concat('x')],
  ])('of %i characters is refused: it may have 10 to 1024', (has, password) => {
    const problem = { code: 'password-length', figures: { has, min: 10, max: 1024 } };
    expect(passwordProblem('haeun', password)).toMatchObject(problem);
    expect(passwordProblem('haeun', decomposed(password))).toMatchObject(problem);
  });

  test.each([
    'password12',
    'Password1!',
    'passwordpassword',
    'password123456',
    'ｐａｓｓｗｏｒｄ１２',
    'qwerty123456',
    'qwer1234!@#$',
    'qwertyuiop[]',
    'q1w2e3r4t5',
    '1q2w3e4r5t',
    '1234567890',
    '0987654321',
    '01012345678',
    '2026-11-25-1',
    'asdf1234!!',
    'zxcvbnm,./',
    'admin123456',
    'jari-jari-jari',
    'welcome parking 2026',
    'qlalfqjsgh',
    'qlalfqjsgh1234',
    'dkssudgktpdy',
    'tkfkdgo1004!',
    'rhksflwk1234',
    'wnckwkd12345',
    '비밀번호123456',
    '안녕하세요안녕하세요',
    '사랑해사랑해사랑해1',
    '관리자 비밀번호 1!',
  ])('that is tried first is refused: %s', (password) => {
    expect(passwordProblem('haeun', password)?.code).toBe('password-common');
    expect(passwordProblem('haeun', decomposed(password))?.code).toBe('password-common');
  });

  test.each(['haeunhaeun', 'haeun12345', 'Haeun-Haeun!', 'HAEUN.2026.', 'xhaeun1234'])(
    'that is the name, or nearly, is refused: %s',
    (password) => {
      expect(passwordProblem('haeun', password)?.code).toBe('password-like-name');
    },
  );

  test.each(['aaaaaaaaaa', '가나가나가나가나가나', '..........', '          '])(
    'of few characters is refused: %j',
    (password) => {
      expect(passwordProblem('haeun', password)?.code).toBe('password-few-characters');
    },
  );

  test('that we make ourselves is always good enough', () => {
    for (let i = 0; i < 200; i++) expect(passwordProblem('haeun', newSecret())).toBeUndefined();
  });

  test('is judged without an end or an error, and never quoted, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 6, maxLength: 60 }), (password) => {
        const problem = passwordProblem('haeun', password);
        expect(`${problem?.message} ${JSON.stringify(problem?.figures)}`).not.toContain(password);
      }),
      { numRuns: 300 },
    );
  });

  test('that has something wrong with it is refused', () => {
    expect(() => checkPassword('haeun', 'password12')).toThrow(expect.objectContaining({ code: 'password-common' }));
  });
});

describe('a stored password', () => {
  test('is argon2id of 19 MiB, 2 passes and one lane, with a salt of its own', async () => {
    const [one, other] = [await hashPassword('right horse'), await hashPassword('right horse')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await matches('right horse', one)).toBe(true);
    expect(await matches('right horse ', one)).toBe(false);
    expect(await matches('', one)).toBe(false);
  });

  test('is met from a keyboard that sends Hangul composed, and from one that sends it in parts', async () => {
    const hash = await hashPassword('새솔동주차장입니다'.normalize('NFC'));
    expect(await matches('새솔동주차장입니다'.normalize('NFD'), hash)).toBe(true);
    expect(await matches('새솔동주차장입니까', hash)).toBe(false);
  });

  test('carries its own cost, so that a dearer one can come later', async () => {
    // The reference implementation's own test: 64 MiB, 2 passes, "password" with the salt "somesalt".
    const dearer = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await matches('password', dearer)).toBe(true);
    expect(await matches('passwort', dearer)).toBe(false);
  });

  test('that is damaged is an error, and nobody’s is never right', async () => {
    await expect(matches('x', '$2b$10$abc')).rejects.toThrow('the accounts table is damaged');
    expect(await matches('', undefined)).toBe(false);
  });
});
