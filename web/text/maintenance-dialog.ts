import type { MaintenanceItem } from '../../contract/http/alerts.ts';
import { maintenanceWords } from './maintenance.ts';
import type { Table, Words } from './words.ts';

/** Words of the dialog that begins or ends maintenance: first what each means for those who rely on it. */
export const maintenanceEffectWords: Record<MaintenanceItem['mode'], Words> = {
  maintenance: {
    ko: '이 부분의 값은 알 수 없음으로 처리되고 경보를 내지 않습니다.',
    en: 'Its values count as unknown, and raise no alert.',
  },
  test: {
    ko: '이 부분의 경보는 시험으로 표시되고 시험 담당자에게만 갑니다.',
    en: 'Its alerts are marked Test and go to test people alone.',
  },
  'out-of-action': {
    ko: '수신기·경보·연동이 꺼진 상태로 기록되고, 종료 시각까지 경보로 남습니다. 그 뒤에도 꺼져 있으면 다시 등록하세요.',
    en: 'A panel, siren or interlock is off: that stands as an alert itself until the time given. If it is still off then, enter it again.',
  },
};

export const maintenanceDialogWords = {
  begin: maintenanceWords.begin,
  end: maintenanceWords.end,
  beginOf: { ko: '{name} 점검 등록', en: 'Maintenance of {name}' },
  mode: { ko: '구분', en: 'What' },
  untilWhen: { ko: '종료 시각', en: 'Until' },
  untilHint: { ko: '이 시각이 되면 저절로 끝납니다. {zone} 시각', en: 'It ends by itself then. Time of {zone}' },
  untilMissing: { ko: '종료 시각을 입력해 주세요.', en: 'Say until when.' },
  reason: { ko: '사유', en: 'Reason' },
  reasonMissing: { ko: '사유를 입력해 주세요.', en: 'Give a reason.' },
  endOf: { ko: '{name} 점검 종료', en: 'End the maintenance of {name}' },
  endHint: {
    ko: '끝내면 이 부분을 바로 다시 판정합니다.',
    en: 'What it covered is judged afresh at once.',
  },
  cancel: { ko: '취소', en: 'Cancel' },
} as const satisfies Table;
