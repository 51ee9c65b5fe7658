import type { Words } from './words.ts';

/** What of another tool's register map was not carried into a profile: where, of what, why. */
export type ImportNote = {
  readonly line: number;
  readonly name: string;
  readonly code: keyof typeof notes;
  readonly what: string;
};

const notes = {
  'part-not-carried': (what: string) => ({ ko: `${what}: 옮기지 않음`, en: `${what} is not carried over` }),
  'table-unknown': (what: string) => ({
    ko: `레지스터 종류 ${what}: 알 수 없음`,
    en: `${what} is no table of registers`,
  }),
  'type-unknown': (what: string) => ({ ko: `형식 ${what}: 지원하지 않음`, en: `no point has the type ${what}` }),
  'address-unknown': (what: string) => ({ ko: `주소 ${what}: 알 수 없음`, en: `${what} is no address` }),
  'condition-dropped': (what: string) => ({ ko: `조건 무시: ${what}`, en: `its condition was dropped: ${what}` }),
  'rounding-dropped': (what: string) => ({
    ko: `소수 ${what}자리 반올림은 옮기지 않음`,
    en: `rounding to ${what} digits was dropped`,
  }),
  'other-unit': (what: string) => ({ ko: `국번 ${what}의 것: 다른 장치`, en: `of unit ${what}, another device` }),
  'other-device': () => ({ ko: '다른 장치', en: 'of another device' }),
  'address-base': (what: string) => ({
    ko: `${what}은 주소를 1부터 셈: 한 레지스터씩 어긋나지 않는지 확인`,
    en: `${what} counted addresses from 1: see whether all are off by one`,
  }),
  'manual-numbers': (what: string) => ({
    ko: `${what} 같은 번호는 설명서의 레지스터 번호로 보고 주소로 바꿈(40001 = holding 0): 원래 주소였는지 확인`,
    en: `numbers such as ${what} were taken as a manual's and turned into addresses (40001 = holding 0): see whether they were addresses`,
  }),
  'type-assumed': (what: string) => ({
    ko: `형식 열이 없어 모두 ${what}로 봄: 부호와 길이 확인`,
    en: `no column says the type, so all were taken as ${what}: see to signs and lengths`,
  }),
  'table-assumed': (what: string) => ({
    ko: `레지스터 종류가 적혀 있지 않아 모두 ${what}로 봄: input이면 다른 레지스터를 읽음`,
    en: `nothing says the kind of register, so all were taken as ${what}: if they are input registers, others are read`,
  }),
  'columns-assumed': (what: string) => ({
    ko: `열의 뜻이 적혀 있지 않아 내용으로 봄(${what}): 맞는지 확인`,
    en: `no heading says what the columns are, so they were told by what stands in them (${what}): see whether that is so`,
  }),
  'width-assumed': (what: string) => ({
    ko: `${what}에 길이가 없어 16비트로 봄: 32비트면 값이 틀림`,
    en: `${what} without a width was taken as 16 bits: if it is 32, the values are wrong`,
  }),
  'scale-unknown': (what: string) => ({ ko: `배율 ${what}: 알 수 없음`, en: `${what} is no scale that is known` }),
  'factor-unsure': (what: string) => ({
    ko: `계수 ${what}: 곱하는지 나누는지 알 수 없음. 열 이름을 scale(곱함) 또는 divisor(나눔)로 바꿀 것`,
    en: `whether a factor of ${what} multiplies or divides is not said: call its column scale or divisor`,
  }),
  'not-valid': (what: string) => ({ ko: `profile이 받지 않음: ${what}`, en: `a profile does not take it: ${what}` }),
} satisfies { readonly [code: string]: (what: string) => Words };

export function noteText({ name, code, what }: ImportNote): Words {
  const { ko, en } = notes[code](what);
  const before = name === '' ? '' : `${name}: `;
  return { ko: `${before}${ko}`, en: `${before}${en}` };
}

export type ImportProblem =
  | { readonly code: 'format-unknown' | 'nothing-carried'; readonly file: string }
  | { readonly code: 'not-read' | 'not-written'; readonly file: string; readonly cause: string }
  | { readonly code: 'written'; readonly file: string; readonly points: number; readonly left: number };

export function importProblemText(problem: ImportProblem): Words {
  const { code, file } = problem;
  switch (code) {
    case 'format-unknown':
      return {
        ko: `${file}: 알 수 없는 형식: wb-mqtt-serial JSON, Home Assistant modbus YAML, telegraf TOML, EdgeX YAML, OpenEMS Java, modpoll CSV, 또는 name과 address 열이 있는 CSV`,
        en: `${file}: of no known format; give wb-mqtt-serial JSON, Home Assistant modbus YAML, telegraf TOML, an EdgeX profile, the Java of an OpenEMS device, a CSV of modpoll, or a CSV with the columns name and address`,
      };
    case 'nothing-carried':
      return { ko: `${file}: 옮길 수 있는 측정점이 없음`, en: `${file}: not one point could be carried over` };
    case 'not-read':
      return { ko: `${file}: 읽을 수 없음 (${problem.cause})`, en: `${file}: cannot be read (${problem.cause})` };
    case 'not-written':
      return {
        ko: `${file}: 쓸 수 없음 (${problem.cause}): 이미 있으면 다른 이름 사용`,
        en: `${file}: cannot be written (${problem.cause}); give another name if it is there already`,
      };
    case 'written':
      return {
        ko: `${file}: 측정점 ${problem.points}개, 옮기지 못한 것 ${problem.left}건. 설명서와 대조할 것`,
        en: `${file}: ${problem.points} points, ${problem.left} notes of what was not carried over. Hold it against the manual`,
      };
  }
}
