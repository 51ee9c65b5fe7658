import type { Table } from './words.ts';

/** Words of the building page for those who live or work there: short, polite, and never comforting without knowing. */
export const residentWords = {
  emergency: { ko: '지금 하세요', en: 'Do this now' },
  now: { ko: '지금 상황', en: 'What is going on' },
  exercise: { ko: '훈련입니다. 실제 상황이 아닙니다.', en: 'This is a drill. It is not real.' },
  test: { ko: '시험입니다. 실제 상황이 아닙니다.', en: 'This is a test. It is not real.' },
  since: { ko: '{time}부터 · {age}', en: 'since {time} · {age}' },
  unverifiable: {
    ko: '센서와 연결이 끊겨 지금 상황을 확인할 수 없습니다.',
    en: 'The sensors cannot be reached: how it is now is not known.',
  },
  returned: {
    ko: '감지는 멎었습니다. 안내가 있을 때까지 들어가지 마세요.',
    en: 'The sensors see it no more. Do not go back in until you are told.',
  },
  over: { ko: '상황이 끝났습니다', en: 'It is over' },
  cause: { ko: '원인: {cause}', en: 'Cause: {cause}' },
  noneOpen: {
    ko: '지금 열려 있는 경보가 없습니다. 경보가 없다고 해서 위험이 없다는 뜻은 아닙니다.',
    en: 'No alert is open right now. That does not mean that all is well.',
  },
  ifSmell: {
    ko: '불, 연기, 가스 냄새를 느끼면 바로 밖으로 나가 119에 신고하세요.',
    en: 'If you see fire or smoke, or smell gas, leave at once and call 119.',
  },
  notTold: {
    ko: '이 게이트웨이는 건물의 지금 상황을 알려 주지 않습니다.',
    en: 'This gateway does not tell how the building is right now.',
  },
  lost: {
    ko: '소식이 끊겼습니다. 아래는 {age}의 상황입니다.',
    en: 'No news is coming in. Below is how it was {age}.',
  },
  away: {
    ko: '게이트웨이에 연결할 수 없어 건물의 지금 상황을 알 수 없습니다.',
    en: 'The gateway cannot be reached: how the building is right now is not known.',
  },
  asOf: {
    ko: '아래는 {time}에 마지막으로 확인한 내용입니다. 지금은 다를 수 있습니다.',
    en: 'Below is what was known last, at {time}. It may be different by now.',
  },
  noneAsOf: {
    ko: '{time}에는 열린 경보가 없었습니다. 지금은 알 수 없습니다.',
    en: 'No alert was open at {time}. Whether one is now is not known.',
  },
  emergencyAsOf: { ko: '{time} 기준: {headline}', en: 'As of {time}: {headline}' },
  whatToDo: { ko: '행동요령', en: 'What to do' },
  call: { ko: '119에 전화하기', en: 'Call 119' },
  sos: { ko: '도움 요청 보내기', en: 'Send a call for help' },
  sosAsk: { ko: '도움이 필요하신가요?', en: 'Do you need help?' },
  sosWhere: { ko: '어디에 계신가요? (선택)', en: 'Where are you? (optional)' },
  sosAgain: { ko: '다시 보내기', en: 'Send again' },
  sosSent: {
    ko: '{time}에 도움 요청을 보냈습니다. 급하면 119에도 전화하세요.',
    en: 'Your call for help was sent at {time}. Call 119 as well if it is urgent.',
  },
  safe: { ko: '저는 안전합니다', en: 'I am safe' },
  needHelp: { ko: '도움이 필요합니다', en: 'I need help' },
  answered: { ko: '{time}에 보냄: {answer}', en: 'Sent at {time}: {answer}' },
  notSent: { ko: '보내지 못했습니다. 119에 전화하세요.', en: 'It could not be sent. Call 119.' },
  vulnerable: { ko: '도움이 더 필요한 분', en: 'If you need more help' },
  mobility: { ko: '거동이 불편한 분', en: 'If it is hard for you to move' },
  hearing: { ko: '잘 들리지 않는 분', en: 'If it is hard for you to hear' },
  sight: { ko: '잘 보이지 않는 분', en: 'If it is hard for you to see' },
  children: { ko: '아이와 함께 있는 분', en: 'If you are with children' },
  before: { ko: '평소에 해 둘 일', en: 'Before anything happens' },
  account: {
    ko: '이 계정은 {building}의 알림을 받기 위한 계정입니다.',
    en: 'This account is for notices of {building}.',
  },
  gone: {
    ko: '이 계정의 건물이 더 이상 등록되어 있지 않습니다. 건물 관리자에게 문의하세요.',
    en: 'The building of this account is not registered any more. Ask the building’s manager.',
  },
  noBuilding: { ko: '이 계정의 건물이 아닙니다.', en: 'This is not a building of this account.' },
} as const satisfies Table;
