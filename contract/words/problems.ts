import type { ProblemCode, ProblemFigures } from '../problems/problems.ts';
import { alertProblemWords } from './alert-problems.ts';
import { answerProblemWords } from './answer-problems.ts';
import { configurationProblemWords } from './configuration-problems.ts';
import { reservationProblemWords } from './reservation-problems.ts';
import { roleNames } from './roles.ts';
import type { Words } from './words.ts';

type Table = { readonly [C in ProblemCode]: (figures: ProblemFigures[C]) => Words };

/** What a person is told for each code of contract/problems. The English is also the `detail` of the answer. */
export const problemWords: Table = {
  'sign-in-needed': () => ({
    ko: '로그인이 필요합니다.',
    en: 'Sign in, or send Authorization: Bearer TOKEN.',
  }),
  'not-allowed': ({ role, right }) => ({
    ko: '이 계정의 역할로는 할 수 없는 일입니다.',
    en: `The role ${role} does not have the right ${right}.`,
  }),
  'scope-lacking': ({ scopes }) => ({
    ko: `토큰에 필요한 범위가 없습니다: ${scopes.join(', ')}`,
    en: `The token lacks scope ${scopes.join(' or ')}.`,
  }),
  'people-only': () => ({ ko: '로그인한 사람만 할 수 있습니다.', en: 'Only a signed-in person may do this.' }),
  'foreign-origin': () => ({
    ko: '다른 사이트의 페이지가 보낸 변경이라 거부되었습니다.',
    en: 'This change was sent by the page of another site.',
  }),
  'too-many-at-once': () => ({
    ko: '지금 요청이 많습니다.',
    en: 'Too many are asking for this at once. Try again.',
  }),
  'too-many-requests': () => ({
    ko: '이 주소에서 보낸 요청이 너무 많습니다.',
    en: 'Too many requests came from this address. Try again later.',
  }),

  'invalid-request': ({ errors }) => {
    const list = errors.map(({ where, message }) => `${where}: ${message}`).join('; ');
    return { ko: `요청 형식 오류: ${list}`, en: list };
  },
  'malformed-request': ({ cause }) => ({ ko: `읽을 수 없는 요청: ${cause}`, en: cause }),
  'body-too-large': ({ cause }) => ({ ko: '보낸 내용이 너무 큽니다.', en: cause }),
  'unsupported-media-type': ({ cause }) => ({ ko: `지원하지 않는 형식: ${cause}`, en: cause }),

  'nothing-here': ({ method, path }) => ({
    ko: `없는 주소: ${method} ${path}`,
    en: `Nothing is at ${method} ${path}; /api/openapi.json lists what is.`,
  }),
  'no-such-site': ({ site }) => ({ ko: `없는 사이트: ${site}`, en: `This gateway serves no site ${site}.` }),
  'no-site-of-yours': () => ({ ko: '담당하는 사이트가 없습니다.', en: 'This gateway serves no site of yours.' }),
  'site-needed': ({ sites }) => ({
    ko: `사이트를 지정해야 합니다: ?site= (${sites.join(', ')})`,
    en: `This gateway serves several sites: say which with ?site= (${sites.join(', ')}).`,
  }),
  'no-such-building': ({ site, building }) => ({
    ko: `사이트 파일에 없는 건물: ${site}/${building}`,
    en: `No site file has a building ${site}/${building}.`,
  }),
  'no-model': ({ site, building }) => ({
    ko: `${site}/${building}: 건물 모델이 없거나 읽을 수 없음`,
    en: `There is no model of building ${building} at site ${site}, or it cannot be read.`,
  }),
  'no-such-device': ({ site, device }) => ({
    ko: `${site} 사이트에 없는 장치: ${device}`,
    en: `Site ${site} has no device ${device}.`,
  }),
  'no-such-point': ({ site, point }) => ({
    ko: `${site} 사이트에 없는 측정점: ${point}`,
    en: `Site ${site} has no point ${point}.`,
  }),
  'no-own-ca': () => ({
    ko: '이 게이트웨이는 자체 인증 기관을 쓰지 않습니다.',
    en: 'This gateway does not use a CA of its own.',
  }),

  'cursor-gone': () => ({
    ko: '목록이 바뀌어 이어 볼 수 없습니다. 처음부터 다시 불러오세요.',
    en: 'The list no longer has the item that this cursor names. Begin again without a cursor.',
  }),
  'cursor-invalid': ({ cause }) => ({ ko: `이 목록의 커서가 아님: ${cause}`, en: cause }),
  'buckets-have-no-pages': () => ({
    ko: 'maxPoints와 cursor는 함께 쓸 수 없습니다.',
    en: 'Buckets have no pages: leave out cursor or maxPoints.',
  }),
  'from-not-before-to': () => ({ ko: '시작은 끝보다 앞서야 합니다.', en: 'from must be before to.' }),

  'too-many-streams': () => ({
    ko: '실시간 화면이 너무 많이 열려 있습니다.',
    en: 'Too many event streams are open. Try again later.',
  }),
  'cannot-store': () => ({
    ko: '받은 값을 저장할 수 없음: 디스크 여유 공간과 게이트웨이 로그 확인',
    en: 'Nothing can be stored: free space on the disk, or see the log of the gateway.',
  }),
  'cannot-read-store': () => ({
    ko: '저장된 값을 읽을 수 없음: 게이트웨이 로그 확인',
    en: 'The store cannot be read; the log of the gateway says why.',
  }),
  'chain-broken': ({ hops, brokenAgents, agents }) => ({
    ko: `경보 전달 경로가 끊김(${hops.join(', ')}): 현장 장치 ${agents}대 중 ${brokenAgents}대`,
    en: `Alerts do not arrive: the chain is broken at ${hops.join(', ')}, for ${brokenAgents} of ${agents} agents.`,
  }),
  'chain-unproven': ({ agents }) => ({
    ko: `경보 전달 경로가 아직 확인되지 않음: 현장 장치 ${agents}대`,
    en: `No check has come through yet from each of the ${agents} agents; one is sent every minute.`,
  }),
  'backup-failing': ({ backup, drill }) => ({
    ko: `게이트웨이 백업에 문제가 있음(백업 ${backup}, 복원 시험 ${drill})`,
    en: `Copies of the gateway fail or are late (backup ${backup}, drill ${drill}).`,
  }),
  'internal-error': () => ({
    ko: '게이트웨이가 처리하지 못했습니다. 원인은 게이트웨이 로그에 있습니다.',
    en: 'The gateway failed to answer; its log says why.',
  }),

  'wrong-credentials': () => ({
    ko: '이름이나 비밀번호가 맞지 않습니다.',
    en: 'The name or the password is wrong.',
  }),
  'too-many-wrong-passwords': () => ({
    ko: '비밀번호가 여러 번 틀려서 잠시 잠겼습니다.',
    en: 'Too many wrong passwords.',
  }),

  'malformed-name': ({ kind, typed }) => ({
    ko:
      kind === 'user'
        ? '이름에는 영문 소문자(a–z), 숫자, 붙임표(-)만 쓸 수 있고, 첫 글자는 영문자나 숫자여야 합니다.'
        : `쓸 수 없는 이름: ${typed}. 영문 소문자(a–z), 숫자, 붙임표(-)만 쓸 수 있습니다.`,
    en:
      kind === 'user'
        ? 'A user name has 1 to 63 of a–z, 0–9 and -, and begins with a letter or digit.'
        : `${kind === 'id' ? 'id' : 'token name'} ${JSON.stringify(typed)}: use 1–63 of a–z, 0–9 and -, beginning with a letter or digit`,
  }),
  'name-taken': ({ name }) => ({
    ko: `이미 쓰이고 있는 이름입니다: ${name}. 다른 이름을 정해 주세요.`,
    en: `The name ${name} is taken. Choose another one.`,
  }),
  'password-length': ({ has, min, max }) => ({
    ko: `비밀번호가 ${has}자입니다. ${min}자 이상, ${max}자 이하로 정해 주세요.`,
    en: `The password has ${has} characters. Give it ${min} to ${max}.`,
  }),
  'password-few-characters': () => ({
    ko: '서로 다른 글자가 너무 적은 비밀번호입니다. 나만의 문장으로 정해 주세요.',
    en: 'The password has too few different characters. Use a sentence of your own.',
  }),
  'password-like-name': () => ({
    ko: '이름과 거의 같은 비밀번호입니다. 나만의 문장으로 정해 주세요.',
    en: 'The password is nearly the name. Use a sentence of your own.',
  }),
  'password-common': () => ({
    ko: '가장 먼저 시도되는 흔한 비밀번호입니다. 나만의 문장으로 정해 주세요.',
    en: 'The password is one of those that are tried first. Use a sentence of your own.',
  }),

  'no-such-person': ({ person }) => ({ ko: `없는 사람: ${person}`, en: `There is no person ${person}.` }),
  'only-admin': ({ person }) => ({
    ko: `${person} 외에 시스템 관리자 없음. 다른 시스템 관리자를 먼저 둘 것`,
    en: `${person} is the only administrator. Make another one first.`,
  }),
  'role-needs-building': ({ role }) => ({
    ko: `${roleNames[role].ko}: 건물 선택 필요`,
    en: `The role ${role} belongs to a building. Say which.`,
  }),
  'role-without-building': ({ role }) => ({
    ko: `${roleNames[role].ko}: 건물에 속하지 않는 역할`,
    en: `The role ${role} is for everything. Only managers and residents belong to buildings.`,
  }),

  'no-such-invitation': () => ({ ko: '이미 사용되었거나 취소된 초대', en: 'There is no such invitation.' }),
  'invitation-gone': () => ({
    ko: '사용되었거나 기간이 지났거나 취소된 초대',
    en: 'This invitation is used up, over or withdrawn. Ask for another one.',
  }),
  'invite-outside-own-buildings': () => ({
    ko: '건물 관리자는 담당 건물의 입주자만 초대 가능',
    en: 'Managers can invite residents of their own buildings only.',
  }),
  'too-many-invitations': ({ max }) => ({
    ko: `열린 초대가 ${max}개입니다. 먼저 몇 개를 취소하세요.`,
    en: `${max} invitations of yours are open. Withdraw some first.`,
  }),
  'invitation-people': ({ max }) =>
    max === 1
      ? {
          ko: '이 역할은 초대 하나에 한 사람만 가능',
          en: 'An invitation for this role is good for one person. Make one for each.',
        }
      : { ko: `초대 하나의 인원은 1–${max}명`, en: `An invitation is good for 1 to ${max} people.` },
  'invitation-lifetime': () => ({
    ko: '초대 유효 기간은 1분–30일',
    en: 'An invitation is good for 1 minute to 30 days.',
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
  'outputs-off': () => ({
    ko: '게이트웨이가 교체되어 출력 제어가 꺼져 있습니다. 현장을 확인한 뒤 시스템 화면에서 출력을 켜세요.',
    en: 'This gateway was replaced and its outputs are off; look at the place, then turn them on (page System, or jari outputs on).',
  }),
  'agent-offline': ({ agent }) => ({
    ko: `엣지 ${agent} 연결 안 됨: 다시 연결된 뒤 새로 보내 주세요.`,
    en: `agent ${agent} is offline; nothing is kept for later, so send it again when it is back`,
  }),
  'no-such-command': ({ command }) => ({ ko: `없는 명령: ${command}`, en: `there is no command ${command}` }),

  'no-such-message': ({ message }) => ({ ko: `없는 알림 메시지: ${message}`, en: `there is no message ${message}` }),
  'no-drafts': ({ alert }) => ({
    ko: `경보 ${alert}: 외부에 알린 내용이 없어 초안이 없습니다.`,
    en: `alert ${alert}: the public was told nothing of it, so there is no draft`,
  }),

  'no-such-lot': ({ site, lot }) => ({
    ko: `${site} 사이트에 없는 주차장: ${lot}`,
    en: `lot: site ${site} has no lot ${lot}`,
  }),
  'no-such-space': ({ lot, space }) => ({
    ko: `${lot} 주차장에 없는 주차면: ${space}`,
    en: `space: lot ${lot} has no space ${space}`,
  }),

  ...reservationProblemWords,
  ...configurationProblemWords,
  ...alertProblemWords,
  ...answerProblemWords,

  'contact-invalid': ({ channel }) => ({
    ko: channel === 'email' ? '전자우편 주소가 아닙니다.' : '전화번호가 아닙니다. 숫자만 입력해 주세요.',
    en: channel === 'email' ? 'address: this is no e-mail address' : 'address: a phone number is 8 to 15 digits',
  }),
  'no-such-contact': ({ channel }) => ({
    ko: `등록되지 않은 연락처 (${channel})`,
    en: `there is no such ${channel} address`,
  }),
  'push-not-there': () => ({
    ko: '이 게이트웨이는 푸시 알림을 보내지 않습니다. 문자나 전자우편을 등록해 주세요.',
    en: 'This gateway sends no push messages (gateway.notify.push); add a telephone number or an e-mail address.',
  }),
  'push-of-another': () => ({
    ko: '이 기기의 알림은 다른 사람에게 가고 있습니다. 내 알림으로 바꾸려면 알림을 켜 주세요.',
    en: 'take: this browser pushes to somebody else; it changes hands only when the person asks for it',
  }),
  'endpoint-refused': ({ host }) => ({
    ko: `허용되지 않은 푸시 서버입니다: ${host}`,
    en: `endpoint: ${host} is no public push service; gateway.notify.push.allowHosts would let it in`,
  }),
  'receipt-forged': () => ({
    ko: '이 게이트웨이가 보낸 알림의 수신 확인이 아닙니다.',
    en: 'token: no notice of ours has it',
  }),
  'nothing-to-test': () => ({
    ko: '시험할 연락처가 없습니다. 먼저 휴대전화 번호나 푸시 알림을 등록해 주세요.',
    en: 'there is no address to test; add a telephone number, or turn on notices on this device, first',
  }),
  'no-such-test': () => ({ ko: '진행 중인 수신 시험이 없습니다.', en: 'there is no such test' }),
  'too-many-tests': ({ retryAfterS }) => ({
    ko: `시험 알림을 너무 자주 보냈습니다. ${retryAfterS}초 뒤에 다시 보내세요.`,
    en: `A test was sent too often. Try again in ${retryAfterS} s.`,
  }),
  'receipt-used': ({ receipt }) => ({
    ko: `이미 처리된 수신 확인입니다 (${receipt}).`,
    en: `token: ${receipt} was said of this notice already`,
  }),
  'no-override': ({ space }) => ({ ko: `수동 설정 없음: ${space}`, en: `space: ${space} has no override to end` }),
  'until-in-the-past': ({ until }) => ({ ko: `이미 지난 시각: ${until}`, en: `until: ${until} is over already` }),
  'until-too-far': ({ days }) => ({
    ko: `수동 설정은 최대 ${days}일까지 가능`,
    en: `until: an override lasts ${days} days at most`,
  }),
  'span-too-long': ({ days }) => ({
    ko: `조회 기간은 최대 ${days}일`,
    en: `from: the span may be ${days} days long at most`,
  }),
  'too-few-spaces': ({ spaces, least }) => ({
    ko: `거주자 보호를 위해 ${least}면 미만은 통계를 제공하지 않습니다(${spaces}면).`,
    en: `a lot of ${spaces} residents' spaces gives no figures; at least ${least} are needed`,
  }),
};

/** An answer of RFC 9457 in words. One whose code is not known here (a newer gateway's) keeps its own sentence. */
export function problemText(problem: {
  type: string;
  title: string;
  detail?: string | undefined;
  figures?: object | undefined;
}): Words {
  const code = problem.type.replace(/^\/problems\//, '');
  const said = problem.detail ?? problem.title;
  if (!Object.hasOwn(problemWords, code)) return { ko: said, en: said };
  // The code and its figures came together, and the gateway checked them against each other.
  const words = problemWords[code as ProblemCode] as (figures: object) => Words;
  return words(problem.figures ?? {});
}
