import type { MaintenanceItem } from '../../contract/http/alerts.ts';
import type { Table, Words } from './words.ts';

/** Words of parts that are worked on, tested or switched off for a time. */

export const maintenanceModeWords: Record<MaintenanceItem['mode'], Words> = {
  maintenance: { ko: '점검 중', en: 'In maintenance' },
  test: { ko: '시험 중', en: 'Under test' },
  'out-of-action': { ko: '작동 중지', en: 'Switched off' },
};

export const maintenanceWords = {
  strip: { ko: '점검·시험·작동 중지', en: 'Maintenance, tests, parts switched off' },
  stripUnknown: { ko: '점검 중인 부분이 있는지 확인할 수 없음', en: 'Whether anything is in maintenance is not known' },
  until: { ko: '{time}까지', en: 'until {time}' },
  by: { ko: '{who}: {reason}', en: '{who}: {reason}' },
  more: { ko: '외 {count}건', en: 'and {count} more' },
  begin: { ko: '점검 등록', en: 'Begin maintenance' },
  end: { ko: '지금 끝내기', en: 'End now' },
} as const satisfies Table;
