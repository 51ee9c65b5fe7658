import { alertStateWords } from '../../contract/words/alert-states.ts';
import { causeNames } from '../../contract/words/causes.ts';
import type { Cause, ReachItem } from '../gateway/items.ts';
import { alarmBarWords } from './alarm-bar.ts';
import type { Table, Words } from './words.ts';

/** Words of alerts. */

export { alertStateWords };

export const statusWords = {
  Exercise: { ko: '훈련', en: 'Exercise' },
  Test: { ko: '시험', en: 'Test' },
  Actual: { ko: '실제', en: 'Actual' },
} as const satisfies Table;

export const causeWords: Readonly<Record<Cause, Words>> = causeNames;

export const answerWords = {
  safe: { ko: '안전함', en: 'safe' },
  'need-help': { ko: '도움 필요', en: 'needs help' },
} as const satisfies Table;

/** How far a notice got with a person. */
export const reachedWords = {
  answered: { ko: '응답함', en: 'answered' },
  received: { ko: '수신함', en: 'received' },
  accepted: { ko: '접수됨(수신 확인 없음)', en: 'accepted, no receipt' },
  told: { ko: '보냄', en: 'told' },
  'not-yet': { ko: '아직 차례 아님', en: 'not their turn' },
  unreachable: { ko: '연락할 수 없음', en: 'cannot be reached' },
} as const satisfies Table;

export const evidenceWords: Readonly<Record<string, Words>> = {
  raise: { ko: '발생 시점', en: 'As it began' },
  after: { ko: '발생 직후', en: 'What followed' },
  gone: { ko: '해소 시점', en: 'As the condition was gone' },
  clear: { ko: '종료 시점', en: 'As it was closed' },
};

export const channelWords: Readonly<Record<ReachItem['channel'], Words>> = {
  email: { ko: '전자우편', en: 'e-mail' },
  sms: { ko: '문자', en: 'SMS' },
  webhook: { ko: '웹훅', en: 'webhook' },
  push: { ko: '푸시', en: 'push' },
};

export const deliveryWords: Readonly<Record<ReachItem['state'], Words>> = {
  waiting: { ko: '보내는 중', en: 'on its way' },
  accepted: { ko: '접수됨', en: 'accepted' },
  gone: { ko: '없는 주소', en: 'the address is gone' },
  refused: { ko: '거부됨', en: 'refused' },
  'given-up': { ko: '보내지 못함', en: 'could not be sent' },
  spared: { ko: '보내지 않음', en: 'not needed' },
  held: { ko: '조용한 시간이라 보류', en: 'held for their quiet hours' },
  gathered: { ko: '모아서 보냄', en: 'told with others in one message' },
};

export const alertWords = {
  ...alarmBarWords,
  open: { ko: '열린 경보 {count}건', en: '{count} open alerts' },
  sounding: { ko: '경보음 울림', en: 'Sounding' },
  shelve: { ko: '보류', en: 'Shelve' },
  unshelve: { ko: '보류 해제', en: 'Unshelve' },
  report: { ko: '조치 보고', en: 'Report action' },
  acknowledgedWhen: { ko: '확인', en: 'Acknowledged' },
  reported: { ko: '조치 보고', en: 'Action reported' },
  cancel: { ko: '닫기', en: 'Cancel' },
  see: { ko: '자세히', en: 'Details' },
  list: { ko: '경보 목록', en: 'Alert list' },
  filterOpen: { ko: '열린 경보', en: 'Open' },
  filterAll: { ko: '전체 기록', en: 'All' },
  level: { ko: '등급', en: 'Level' },
  anyLevel: { ko: '모든 등급', en: 'Any level' },
  building: { ko: '건물', en: 'Building' },
  anyBuilding: { ko: '모든 건물', en: 'Any building' },
  siteItself: { ko: '설비·시스템', en: 'Installation' },
  noneNew: { ko: '새로 오는 경보는 여기에 먼저 표시', en: 'What comes from now on is counted here' },
  newOnes: { ko: '새 경보 {count}건 보기', en: 'Show {count} new' },
  aside: { ko: '보류·점검·포함 {count}건', en: '{count} shelved, out of service or part of another' },
  related: { ko: '관련 경보 {count}건', en: '{count} related' },
  emptyOpen: { ko: '열린 경보가 없습니다.', en: 'No alert is open.' },
  emptyFilter: { ko: '조건에 맞는 경보가 없습니다.', en: 'No alert fits this filter.' },
  lastClosed: { ko: '마지막 경보: {headline} · {time} 종료', en: 'The last one: {headline} · closed {time}' },
  noneEver: { ko: '기록된 경보가 없습니다.', en: 'None was ever recorded.' },
  chooseOne: { ko: '목록에서 경보를 선택하세요.', en: 'Choose an alert from the list.' },
  gone: { ko: '없는 경보입니다.', en: 'There is no such alert.' },
  toList: { ko: '목록으로', en: 'To the list' },
  whatToDo: { ko: '할 일', en: 'What to do' },
  whoAndWhen: { ko: '{who} · {time}까지', en: '{who} · by {time}' },
  why: { ko: '이유', en: 'Why' },
  where: { ko: '감지한 곳', en: 'Seen by' },
  nowValue: { ko: '지금 값', en: 'Now' },
  history: { ko: '경과', en: 'What happened' },
  told: { ko: '알림', en: 'Who was told' },
  toldTo: { ko: '{role} · {step}차', en: '{role} · step {step}' },
  toldReason: { ko: '이유', en: 'Reason' },
  handled: { ko: '전달 처리 {time}', en: 'delivery handled {time}' },
  notHandled: { ko: '전달 중', en: 'being delivered' },
  toldNobody: { ko: '아직 아무에게도 알리지 않음', en: 'Nobody was told yet' },
  reachShort: {
    ko: '알림 대상 {people}명 · 응답 {answered} · 무응답 {silent}',
    en: '{people} people · {answered} answered · {silent} silent',
  },
  reach: {
    ko: '대상 {people}명 · 보냄 {told} · 접수 {accepted} · 수신 {received} · 응답 {answered} (안전 {safe}, 도움 {needHelp}) · 무응답 {silent}',
    en: '{people} people · told {told} · accepted {accepted} · received {received} · answered {answered} (safe {safe}, help {needHelp}) · silent {silent}',
  },
  unreachable: { ko: '연락할 수 없음 {count}명', en: '{count} cannot be reached' },
  needHelpCount: { ko: '도움이 필요한 사람 {count}명', en: 'Need help: {count}' },
  calledTimes: { ko: '도움 요청 {count}번', en: 'calls for help: {count}' },
  ledger: { ko: '사람별 전달 기록 {count}건', en: '{count} deliveries, person by person' },
  attempts: { ko: '{count}회 시도', en: 'attempts: {count}' },
  answeredAt: { ko: '{time} 응답', en: 'answered {time}' },
  openedAt: { ko: '{time} 열어 봄', en: 'opened {time}' },
  receivedAt: { ko: '{time} 수신', en: 'received {time}' },
  acceptedAt: { ko: '{time} 접수(수신 확인 없음)', en: 'accepted {time}, no receipt' },
  guideline: { ko: '행동요령', en: 'Guideline' },
  guidelineFor: { ko: '{audience} · {level}', en: '{audience} · {level}' },
  sources: { ko: '근거: {sources}', en: 'Sources: {sources}' },
  evidence: { ko: '증거', en: 'Evidence' },
  evidenceNone: { ko: '아직 저장된 증거 없음', en: 'None kept yet' },
  frozenAt: { ko: '{time} 고정', en: 'frozen {time}' },
  hash: { ko: 'SHA-256 {hash}', en: 'SHA-256 {hash}' },
  readings: { ko: '측정값 {count}개', en: '{count} readings' },
  raw: { ko: '원문', en: 'As stored' },
  print: { ko: '사건 보고서', en: 'Incident report' },
  printNow: { ko: '인쇄', en: 'Print' },
  notVerifiable: { ko: '{time}부터 확인 불가', en: 'not verifiable since {time}' },
  returned: { ko: '{time} 감지 해소', en: 'condition gone {time}' },
  ackedBy: { ko: '{who} 확인 · {time}', en: 'acknowledged by {who} · {time}' },
  shelvedBy: { ko: '{who} 보류 · {time}까지: {text}', en: 'shelved by {who} until {time}: {text}' },
  reportedBy: { ko: '{who} 조치 보고 · {time}: {text}', en: 'reported by {who} · {time}: {text}' },
  reasonOptional: { ko: '메모(선택)', en: 'Note (optional)' },
  reasonNeeded: { ko: '사유', en: 'Reason' },
  reasonMissing: { ko: '사유를 입력할 것', en: 'Give a reason' },
  reportWhat: { ko: '무엇을 했는지', en: 'What was done' },
  photo: { ko: '사진(선택)', en: 'Photo (optional)' },
  photoHint: {
    ko: '찍은 위치와 시각 정보는 빼고 작게 줄여 보냄',
    en: 'Sent small, without where and when it was taken',
  },
  photoUnreadable: {
    ko: '이 브라우저가 열 수 없는 사진 형식. JPEG로 저장해 다시 고를 것',
    en: 'This browser cannot open that picture. Save it as JPEG and choose it again',
  },
  photoBy: { ko: '{who} · {time}', en: '{who} · {time}' },
  minutes: { ko: '보류 시간', en: 'For how long' },
  minutesOf: { ko: '{count}분', en: '{count} min' },
  cause: { ko: '원인', en: 'Cause' },
  causeNone: { ko: '고르지 않음', en: 'Not said' },
  ackDefault: { ko: '확인', en: 'acknowledged' },
  resetDefault: { ko: '복구', en: 'reset' },
  askAcknowledge: {
    ko: '이 경보를 맡습니다. 소리와 반복 알림이 멎고, 경보는 열려 있습니다.',
    en: 'You take this alert. Sound and reminders stop; it stays open.',
  },
  askReset: {
    ko: '상황이 끝난 것을 현장에서 확인한 뒤 복구합니다.',
    en: 'Reset only after somebody saw that it is over.',
  },
  askShelve: {
    ko: '정한 시간 동안 목록에서 내려 둡니다. 더 나빠지면 바로 다시 올라옵니다.',
    en: 'Out of the list for a while. It comes back at once if it gets worse.',
  },
  askReport: { ko: '한 일을 기록에 남깁니다.', en: 'Puts on record what was done.' },
  done: { ko: '{what} 처리됨', en: '{what}: done' },
  keys: { ko: '단축키: J·K 이동, A 확인, Enter 열기', en: 'Keys: J and K move, A acknowledges, Enter opens' },
  rule: { ko: '규칙', en: 'Rule' },
  hazard: { ko: '위험', en: 'Hazard' },
  state: { ko: '상태', en: 'State' },
  began: { ko: '발생', en: 'Began' },
  ended: { ko: '종료', en: 'Closed' },
  by: { ko: '누가', en: 'By' },
  system: { ko: '시스템', en: 'system' },
  time: { ko: '시각', en: 'Time' },
  incident: { ko: '사건 보고서', en: 'Incident report' },
  madeAt: { ko: '{time} 작성', en: 'made {time}' },
} as const satisfies Table;
