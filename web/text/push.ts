import type { PushState } from '../gateway/push.ts';
import type { Table, Words } from './words.ts';

export const pushWords = {
  title: { ko: '이 기기로 알림 받기', en: 'Notices on this device' },
  turnOn: { ko: '알림 켜기', en: 'Turn notices on' },
  turnOff: { ko: '알림 끄기', en: 'Turn notices off' },
} as const satisfies Table;

/** How push stands on this device, and what to do where it does not work. */
export const pushStateWords: Readonly<Record<PushState, Words>> = {
  on: { ko: '켜져 있습니다.', en: 'They are on.' },
  off: { ko: '꺼져 있습니다.', en: 'They are off.' },
  other: {
    ko: '이 기기의 알림은 다른 사람에게 가고 있습니다. 알림을 켜면 그 사람은 이 기기로 알림을 받지 못합니다.',
    en: 'This device gets somebody else’s notices. Once you turn yours on, theirs no longer come here.',
  },
  denied: {
    ko: '이 브라우저에서 알림이 차단되어 있습니다. 브라우저 설정에서 허용해 주세요.',
    en: 'This browser blocks notices. Allow them in its settings.',
  },
  closed: {
    ko: '이 건물은 폐쇄망이라 휴대전화 푸시 알림을 쓸 수 없습니다. 문자 알림을 등록해 주세요.',
    en: 'This building is on a closed network: phones cannot be pushed to. Set up notices by SMS.',
  },
  insecure: {
    ko: '이 주소는 브라우저가 신뢰하는 인증서가 없어 푸시 알림을 쓸 수 없습니다. 관리자에게 문자 알림을 요청하세요.',
    en: 'Browsers push only from addresses whose certificate they trust. Ask the manager for notices by SMS.',
  },
  'no-browser': {
    ko: '이 브라우저는 푸시 알림을 지원하지 않습니다. 아이폰에서는 홈 화면에 추가한 뒤 켜세요.',
    en: 'This browser cannot. On an iPhone, put the page on the home screen first.',
  },
  'not-offered': {
    ko: '이 게이트웨이는 푸시 알림을 보내지 않습니다. 관리자에게 문자 알림을 요청하세요.',
    en: 'This gateway sends no push messages. Ask the manager for notices by SMS.',
  },
  failed: {
    ko: '켜지 못했습니다. 인터넷에 연결되어 있는지 확인하세요.',
    en: 'It did not work. Is this device on the internet?',
  },
};
