import type { Table } from './words.ts';

/** Words of what stands around every page. */
export const frameWords = {
  overview: { ko: '현황', en: 'Overview' },
  alerts: { ko: '경보', en: 'Alerts' },
  parking: { ko: '주차', en: 'Parking' },
  buildings: { ko: '건물', en: 'Buildings' },
  devices: { ko: '장치', en: 'Devices' },
  charts: { ko: '추세', en: 'Charts' },
  people: { ko: '사람', en: 'People' },
  reach: { ko: '연락망', en: 'Who is told' },
  more: { ko: '더 보기', en: 'More' },
  pages: { ko: '화면', en: 'Pages' },
  skip: { ko: '본문으로 이동', en: 'Skip to the content' },
  wall: { ko: '벽면 화면', en: 'Wall display' },
  leaveWall: { ko: '벽면 화면 닫기', en: 'Leave wall display' },
  dark: { ko: '어둡게', en: 'Dark' },
  light: { ko: '밝게', en: 'Light' },
  asSystem: { ko: '기기 설정대로', en: 'As the device' },
  colours: { ko: '화면 색', en: 'Colours' },
  language: { ko: '언어', en: 'Language' },
  loading: { ko: '불러오는 중', en: 'Loading' },
  notFound: { ko: '없는 화면입니다', en: 'There is no such page' },
  notFoundHelp: {
    ko: '주소를 확인하거나 현황에서 다시 찾아보세요.',
    en: 'Check the address, or start from the overview.',
  },
  toOverview: { ko: '현황으로', en: 'To the overview' },
  pageFailed: { ko: '이 화면을 불러오지 못함', en: 'This page could not be loaded' },
  pageFailedHelp: {
    ko: '게이트웨이에 연결되면 다시 시도하세요. 열려 있던 다른 화면은 그대로 쓸 수 있습니다.',
    en: 'Try again once the gateway is reachable. Pages that were open before still work.',
  },
  again: { ko: '다시 시도', en: 'Try again' },
  notOffered: { ko: '이 게이트웨이에서 제공하지 않음', en: 'Not offered by this gateway' },
  forbidden: { ko: '이 계정의 역할로는 볼 수 없음', en: 'Not for the role of this account' },
  failed: { ko: '게이트웨이가 답하지 못함', en: 'The gateway could not answer' },
  linkLost: {
    ko: '게이트웨이 연결 끊김. {time} 이후의 상태는 알 수 없음',
    en: 'The gateway is not reachable. Nothing is known since {time}',
  },
  simulatedSite: { ko: '모의 데이터', en: 'Simulated' },
} as const satisfies Table;
