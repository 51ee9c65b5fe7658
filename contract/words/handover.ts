import type { Words } from './words.ts';

/** The words of a proof and of the hand-over report. */

/** Where a point stands. Only `proved` may be shown as proved. */
export type ProofStatus = 'proved' | 'failed' | 'unproved' | 'changed' | 'simulated';

export const statusWords: Readonly<Record<ProofStatus, Words>> = {
  proved: { ko: '확인됨', en: 'proved' },
  failed: { ko: '확인 실패', en: 'failed' },
  unproved: { ko: '미확인', en: 'not proved' },
  changed: { ko: '미확인 (확인 후 설정 변경)', en: 'not proved (changed since)' },
  simulated: { ko: '미확인 (가상 회선에서만)', en: 'not proved (on virtual lines only)' },
};

type Verdict = { readonly why: keyof typeof whyWords };

const whyWords = {
  reached: { ko: '자극에 따라 기대값에 도달: 확인됨', en: 'it came to the expected value: proved' },
  changed: { ko: '자극에 따라 값이 변함: 확인됨', en: 'it answered the stimulus: proved' },
  'not-reached': { ko: '기대값에 도달하지 않음: 확인 실패', en: 'it did not come to the expected value: failed' },
  unchanged: { ko: '자극에도 값이 그대로: 확인 실패', en: 'it stayed as it was: failed' },
  'no-reading': { ko: '값을 읽지 못함: 확인 실패', en: 'it could not be read: failed' },
} as const satisfies Readonly<Record<string, Words>>;

export function verdictText({ why }: Verdict): Words {
  return whyWords[why];
}

export const handoverWords = {
  kept: { ko: '기록', en: 'kept' },
  before: { ko: '자극 전', en: 'before' },
  nowStimulus: { ko: '이제 센서에 자극을 주십시오', en: 'Now work on the sensor' },
  title: { ko: '센서 인계서', en: 'Sensor hand-over report' },
  made: { ko: '작성', en: 'made' },
  by: { ko: '작성자', en: 'by' },
  site: { ko: '사이트', en: 'site' },
  siteFile: { ko: '사이트 파일 SHA-256', en: 'site file SHA-256' },
  proofsHead: { ko: '확인 기록의 끝 해시', en: 'head of the proofs' },
  version: { ko: '프로그램', en: 'program' },
  points: { ko: '포인트', en: 'points' },
  point: { ko: '포인트', en: 'point' },
  device: { ko: '장치', en: 'device' },
  status: { ko: '상태', en: 'status' },
  stimulus: { ko: '자극', en: 'stimulus' },
  raw: { ko: '레지스터', en: 'registers' },
  value: { ko: '값', en: 'value' },
  when: { ko: '일시', en: 'when' },
  who: { ko: '확인자', en: 'who' },
  profile: { ko: '프로파일', en: 'profile' },
  verified: { ko: '근거', en: 'source' },
  photo: { ko: '사진', en: 'photo' },
  photoGone: { ko: '사진 파일 없음 또는 바뀜', en: 'the photo is gone or was changed' },
  allProved: { ko: '모든 포인트가 확인됨', en: 'Every point is proved.' },
  someUnproved: {
    ko: '확인되지 않은 포인트가 있음: 그 포인트의 정상은 보증되지 않음',
    en: 'Some points are not proved: nobody vouches for what they show.',
  },
  brokenLog: {
    ko: '확인 기록의 해시가 중간부터 맞지 않음: 그 뒤의 기록은 세지 않음',
    en: 'The chain of proofs does not hold from some line on: nothing behind it counts.',
  },
  virtual: {
    ko: '가상 회선에서 한 확인이 있음: 실제 센서의 확인이 아님',
    en: 'Some proofs were made on virtual lines: they say nothing about a real sensor.',
  },
  signedBy: { ko: '서명', en: 'signed by' },
  unsigned: {
    ko: '서명 없음: 게이트웨이에 CA가 없음 (jari ca init)',
    en: 'not signed: the gateway has no CA (jari ca init)',
  },
  signature: { ko: '서명란', en: 'Signatures' },
  installer: { ko: '설치자', en: 'installer' },
  receiver: { ko: '인수자', en: 'received by' },
  verifyBy: {
    ko: '확인 방법: jari handover verify 파일 --ca ca.crt',
    en: 'to verify: jari handover verify FILE --ca ca.crt',
  },
} as const satisfies Readonly<Record<string, Words>>;
