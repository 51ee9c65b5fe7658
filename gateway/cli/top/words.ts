import type { AgentItem, DeviceItem } from '../../../contract/http/live.ts';
import type { Words } from '../../../contract/words/words.ts';

export const stateWords: Record<DeviceItem['state'] | AgentItem['state'], Words> = {
  online: { ko: '정상', en: 'online' },
  degraded: { ko: '불안정', en: 'degraded' },
  offline: { ko: '끊김', en: 'offline' },
  unknown: { ko: '모름', en: 'unknown' },
};

export const topWords = {
  devices: { ko: '장치', en: 'devices' },
  alerts: { ko: '열린 경보', en: 'open alerts' },
  unacknowledged: { ko: '미확인', en: 'unacknowledged' },
  lost: {
    ko: '게이트웨이 연결 끊김, 지금 상태는 알 수 없음. 마지막 수신',
    en: 'gateway lost, the state now is unknown. last heard',
  },
  agent: { ko: '수집기', en: 'agent' },
  state: { ko: '상태', en: 'state' },
  backlog: { ko: '대기', en: 'backlog' },
  missing: { ko: '누락', en: 'missing' },
  clock: { ko: '시각', en: 'clock' },
  disk: { ko: '디스크 여유', en: 'disk free' },
  memory: { ko: '메모리', en: 'memory' },
  loop: { ko: '지연 p99', en: 'loop p99' },
  version: { ko: '버전', en: 'version' },
  buses: { ko: '회선', en: 'bus' },
  load: { ko: '부하', en: 'load' },
  faults: { ko: '최근 오류', en: 'recent faults' },
  device: { ko: '장치', en: 'device' },
  since: { ko: '경과', en: 'for' },
  polls: { ko: '응답', en: 'answered' },
  unheard: { ko: '수신 없음', en: 'not heard' },
  battery: { ko: '배터리', en: 'battery' },
  why: { ko: '이유', en: 'why' },
  open: { ko: '열림', en: 'open' },
  closed: { ko: '닫힘', en: 'closed' },
  more: { ko: '외 {count}대', en: 'and {count} more' },
  quit: { ko: 'q 끝내기', en: 'q quits' },
  notJudged: { ko: '알 수 없음', en: 'unknown' },
} as const satisfies Readonly<Record<string, Words>>;
