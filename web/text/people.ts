import { roleNames } from '../../contract/words/roles.ts';
import type { Table } from './words.ts';

/** Words of the page of people, for operators: brief. */
export const peopleWords = {
  peopleForbidden: {
    ko: '사람 관리는 시스템 관리자와 건물 관리자만 가능',
    en: 'People are looked after by administrators and building managers alone',
  },
  peopleForbiddenHelp: { ko: '{person} 계정의 역할: {role}', en: 'The role of {person}: {role}' },
  toLive: { ko: '현황으로 돌아가기', en: 'Back to the live page' },
  peopleFailed: {
    ko: '목록을 새로 받지 못함 · 아래는 {time} 기준',
    en: 'The lists could not be fetched again · below is as of {time}',
  },
  peopleNone: { ko: '아직 없음', en: 'Nobody yet' },
  you: { ko: '본인', en: 'you' },
  everything: { ko: '전체', en: 'everything' },
  changeRole: { ko: '역할 변경', en: 'Change role' },
  newPasswordLink: { ko: '새 비밀번호', en: 'New password' },
  remove: { ko: '삭제', en: 'Remove' },
  roleChanged: { ko: '{person} 역할 변경됨: {role}', en: '{person} is now: {role}' },
  saveRole: { ko: '역할 저장', en: 'Save the role' },
  removeAsk: {
    ko: '삭제하면 {person} 계정은 모든 기기에서 바로 로그아웃되며 되돌릴 수 없음',
    en: 'Removing {person} signs them out everywhere at once, and cannot be undone',
  },
  removeSend: { ko: '{person} 삭제', en: 'Remove {person}' },
  removed: { ko: '{person} 삭제됨', en: '{person} is removed' },
  reason: { ko: '사유(선택)', en: 'Reason (optional)' },
  reasonHint: { ko: '감사 기록에 남음', en: 'Kept in the audit' },
  linkAsk: {
    ko: '링크를 받은 사람이 {person} 계정의 비밀번호를 새로 정함. 본인에게만 전달할 것',
    en: 'The holder of the link sets a new password for {person}. Give it to nobody else',
  },
  invite: { ko: '초대', en: 'Invite' },
  role: { ko: '역할', en: 'Role' },
  building: { ko: '건물', en: 'Building' },
  buildings: { ko: '건물', en: 'Buildings' },
  chooseBuilding: { ko: '건물을 하나 이상 선택', en: 'Choose at least one building' },
  noBuildings: { ko: '사이트 파일에 건물이 없음', en: 'The site file has no buildings' },
  uses: { ko: '인원', en: 'People' },
  usesHint: {
    ko: '링크 하나로 가입할 수 있는 입주자 수, 1–500',
    en: 'How many residents may join by the one link, 1–500',
  },
  usesWrong: { ko: '인원은 1–500', en: 'Give 1–500 people' },
  life: { ko: '유효 기간', en: 'Good for' },
  hour1: { ko: '1시간', en: '1 hour' },
  day1: { ko: '1일', en: '1 day' },
  days7: { ko: '7일', en: '7 days' },
  days30: { ko: '30일', en: '30 days' },
  makeLink: { ko: '초대 링크 만들기', en: 'Make the invitation' },
  makePasswordLink: { ko: '새 비밀번호 링크 만들기', en: 'Make the link' },
  onlyOnce: {
    ko: '링크와 QR 코드는 지금 한 번만 표시됨. 닫으면 다시 볼 수 없음',
    en: 'The link and its QR code are shown this once. After closing they cannot be seen again',
  },
  link: { ko: '링크', en: 'Link' },
  copy: { ko: '복사', en: 'Copy' },
  copied: { ko: '복사됨', en: 'Copied' },
  copyByHand: {
    ko: '복사할 수 없음. 선택된 링크를 직접 복사할 것',
    en: 'Cannot copy. The link is selected: copy it by hand',
  },
  print: { ko: '인쇄', en: 'Print' },
  qr: { ko: '링크의 QR 코드', en: 'QR code of the link' },
  scan: {
    ko: '휴대전화 카메라로 QR 코드를 찍거나 아래 주소를 여세요.',
    en: 'Scan the QR code with your phone’s camera, or open the address below.',
  },
  until: { ko: '{time}까지', en: 'until {time}' },
  usesLeft: { ko: '{count}명 남음', en: 'for {count} more' },
  openInvitations: { ko: '사용 가능한 초대', en: 'Open invitations' },
  invitationsNone: { ko: '없음', en: 'None' },
  invitedBy: { ko: '{who} · {time}에 만듦', en: '{who} · made {time}' },
  commandLine: { ko: '명령줄({login})', en: 'command line ({login})' },
  withdraw: { ko: '초대 취소', en: 'Withdraw' },
  withdrawAsk: {
    ko: '취소하면 이 링크로 더 이상 가입할 수 없음',
    en: 'Nobody can join by this link any more once it is withdrawn',
  },
  withdrawSend: { ko: '초대 취소', en: 'Withdraw the invitation' },
  keep: { ko: '그대로 두기', en: 'Keep it' },
  withdrawn: { ko: '초대 취소됨', en: 'The invitation is withdrawn' },
} as const satisfies Table;

type RoleWords = typeof roleNames;

export { roleNames as roleWords };

/** What each role may do, for who is about to give it. */
export const roleMeans: RoleWords = {
  viewer: { ko: '현황 보기', en: 'Sees the live page' },
  operator: { ko: '현황 보기, 장치 제어', en: 'Sees the live page, and commands devices' },
  manager: {
    ko: '담당 건물이 있는 사이트의 현황 보기, 담당 건물 입주자 초대와 삭제',
    en: 'Sees the live page of sites with a building of theirs; invites and removes its residents',
  },
  resident: { ko: '담당 건물 알림용 계정, 현황은 볼 수 없음', en: 'For notices of the building; sees no devices' },
  admin: { ko: '모든 일: 사람, 역할, 감사 기록', en: 'Everything: people, roles, the audit' },
};
