import type { Words } from './words.ts';

/** What an alert of life safety turned out to be. */
export const causes = ['real', 'cooking', 'steam', 'dust', 'test', 'fault', 'other'] as const;
export type Cause = (typeof causes)[number];

export const causeNames: Readonly<Record<Cause, Words>> = {
  real: { ko: '실제 상황', en: 'Real' },
  cooking: { ko: '조리', en: 'Cooking' },
  steam: { ko: '수증기', en: 'Steam' },
  dust: { ko: '먼지', en: 'Dust' },
  test: { ko: '시험', en: 'Test' },
  fault: { ko: '센서 고장', en: 'Sensor fault' },
  other: { ko: '기타', en: 'Other' },
};
