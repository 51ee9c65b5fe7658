import type { ProblemCode, ProblemFigures } from '../problems/problems.ts';
import { reservationProblemWords } from './reservation-problems.ts';
import type { Words } from './words.ts';

/** What a person is told for each code of contract/problems. English is also the `detail` of the answer. */
export const problemWords: { readonly [C in ProblemCode]: (figures: ProblemFigures[C]) => Words } = {
  'sign-in-needed': () => ({ ko: '로그인이 필요합니다.', en: 'sign in, or send Authorization: Bearer TOKEN' }),
  'not-allowed': ({ role, what }) => ({
    ko: '이 계정의 역할로는 할 수 없는 일입니다.',
    en: `${role} may not ${what}`,
  }),
  'scope-lacking': ({ scopes }) => ({
    ko: `토큰에 필요한 범위 없음: ${scopes.join(', ')}`,
    en: `the token lacks scope ${scopes.join(' or ')}`,
  }),
  'people-only': () => ({ ko: '로그인한 사람만 가능', en: 'only a signed-in person may' }),
  'foreign-origin': () => ({
    ko: '다른 사이트의 페이지에서 보낸 변경이어서 거부',
    en: 'this change was sent by the page of another site',
  }),
  'too-many-at-once': () => ({ ko: '지금 요청이 많습니다.', en: 'too many at once; try again' }),
  'too-many-requests': ({ retryAfterS }) => ({
    ko: `요청이 너무 많습니다. ${retryAfterS}초 뒤에 다시 시도해 주세요.`,
    en: `too many requests from this address; try again in ${retryAfterS} s`,
  }),

  'invalid-request': ({ errors }) => {
    const list = errors.map(({ where, message }) => `${where}: ${message}`).join('; ');
    return { ko: `잘못된 요청: ${list}`, en: list };
  },
  'malformed-request': ({ cause }) => ({ ko: `읽을 수 없는 요청: ${cause}`, en: cause }),
  'body-too-large': ({ cause }) => ({ ko: '보낸 내용이 너무 큽니다.', en: cause }),
  'unsupported-media-type': ({ cause }) => ({ ko: `지원하지 않는 형식: ${cause}`, en: cause }),
  'refused-input': ({ problems }) => ({ ko: problems.join('; '), en: problems.join('; ') }),

  'nothing-here': ({ method, path }) => ({
    ko: `없는 주소: ${method} ${path}`,
    en: `nothing is at ${method} ${path}; /api/openapi.json lists what is`,
  }),
  'no-such-site': ({ site }) => ({ ko: `없는 사이트: ${site}`, en: `site: this gateway serves no site ${site}` }),
  'no-site-of-yours': () => ({ ko: '담당 사이트 없음', en: 'site: this gateway serves no site of yours' }),
  'site-needed': ({ sites }) => ({
    ko: `사이트를 지정해야 합니다: ?site= (${sites.join(', ')} 중 하나)`,
    en: `site: this gateway serves several sites, so say which with ?site= (one of ${sites.join(', ')})`,
  }),
  'no-such-building': ({ site, building }) => ({
    ko: `사이트 파일에 없는 건물: ${site}/${building}`,
    en: `building: no site file has ${site}/${building}`,
  }),
  'no-such-device': ({ site, device }) => ({
    ko: `${site} 사이트에 없는 장치: ${device}`,
    en: `device: site ${site} has no device ${device}`,
  }),
  'no-such-point': ({ site, point }) => ({
    ko: `${site} 사이트에 없는 측정점: ${point}`,
    en: `point: site ${site} has no point ${point}`,
  }),
  'no-own-ca': () => ({
    ko: '이 게이트웨이는 자체 인증 기관을 쓰지 않습니다.',
    en: 'this gateway does not use a CA of its own',
  }),

  'cursor-gone': () => ({
    ko: '목록이 바뀌어 이어 볼 수 없습니다. 처음부터 다시 불러오세요.',
    en: 'cursor: this list has no such place (any more); begin again without it',
  }),
  'cursor-invalid': ({ cause }) => ({ ko: `이 목록의 커서가 아님: ${cause}`, en: cause }),
  'buckets-have-no-pages': () => ({
    ko: 'maxPoints와 cursor는 함께 쓸 수 없음',
    en: 'cursor: buckets have no pages; leave out cursor or maxPoints',
  }),
  'from-not-before-to': () => ({ ko: '시작은 끝보다 앞서야 합니다.', en: 'from: must be before to' }),

  'too-many-streams': () => ({
    ko: '실시간 화면이 너무 많이 열려 있습니다. 잠시 뒤 다시 시도해 주세요.',
    en: 'too many open event streams; try again later',
  }),
  'cannot-store': () => ({
    ko: '저장할 수 없음: 디스크 여유 공간과 게이트웨이 로그 확인',
    en: 'nothing can be stored: free space on its disk, or see the log of the gateway',
  }),
  'cannot-read-store': () => ({
    ko: '저장된 값을 읽을 수 없음: 게이트웨이 로그 확인',
    en: 'the store cannot be read; the log of the gateway says why',
  }),
  'internal-error': () => ({
    ko: '게이트웨이가 처리하지 못했습니다. 원인은 게이트웨이 로그에 있습니다.',
    en: 'the gateway failed to answer; its log says why',
  }),

  'wrong-credentials': () => ({ ko: '이름이나 비밀번호가 맞지 않습니다.', en: 'no such name with that password' }),
  'too-many-wrong-passwords': ({ retryAfterS }) => ({
    ko: '비밀번호가 여러 번 틀려서 잠시 잠겼습니다.',
    en: `too many wrong passwords; try again in ${retryAfterS} s`,
  }),
  'no-such-person': ({ person }) => ({ ko: `없는 사람: ${person}`, en: `there is no person ${person}` }),
  'no-such-invitation': () => ({ ko: '이미 사용되었거나 취소된 초대', en: 'there is no such invitation' }),
  'invitation-gone': () => ({
    ko: '사용되었거나 기간이 지났거나 취소된 초대',
    en: 'this invitation is used up, over or withdrawn',
  }),
  'invite-outside-own-buildings': () => ({
    ko: '건물 관리자는 담당 건물의 입주자만 초대 가능',
    en: 'a manager invites residents of the own buildings, and no others',
  }),

  'point-read-only': ({ point }) => ({ ko: `쓸 수 없는 포인트: ${point}`, en: `${point} cannot be written` }),
  'point-not-yours': ({ point }) => ({
    ko: `${point}: 이 역할로는 조작할 수 없습니다.`,
    en: `${point} may not be written by your role`,
  }),
  'value-type-wrong': ({ point, given }) => ({
    ko: `${point}: 값의 종류가 다름 (${given})`,
    en: `value: ${point} takes no ${given}`,
  }),
  'agent-offline': ({ agent }) => ({
    ko: `엣지 ${agent} 연결 안 됨: 다시 연결된 뒤 새로 보내 주세요.`,
    en: `agent ${agent} is offline; nothing is kept for later, so send it again when it is back`,
  }),
  'no-such-command': ({ command }) => ({ ko: `없는 명령: ${command}`, en: `there is no command ${command}` }),

  'no-such-lot': ({ site, lot }) => ({
    ko: `${site} 사이트에 없는 주차장: ${lot}`,
    en: `lot: site ${site} has no lot ${lot}`,
  }),
  'no-such-space': ({ lot, space }) => ({
    ko: `${lot} 주차장에 없는 주차면: ${space}`,
    en: `space: lot ${lot} has no space ${space}`,
  }),

  ...reservationProblemWords,

  'contact-invalid': ({ channel }) => ({
    ko: channel === 'email' ? '전자우편 주소가 아닙니다.' : '전화번호가 아닙니다. 숫자만 입력해 주세요.',
    en: channel === 'email' ? 'address: this is no e-mail address' : 'address: a phone number is 8 to 15 digits',
  }),
  'no-such-contact': ({ channel }) => ({
    ko: `등록되지 않은 연락처 (${channel})`,
    en: `there is no such ${channel} address`,
  }),
};
