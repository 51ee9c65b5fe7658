import type { Hazard, Level } from '../hazards.ts';

/** What a hazard is called, as a headline begins. */
export const hazardNames: Readonly<Record<Hazard, { ko: string; en: string }>> = {
  fire: { ko: '화재', en: 'Fire' },
  gas: { ko: '가스 누출', en: 'Gas leak' },
  co: { ko: '일산화탄소', en: 'Carbon monoxide' },
  flood: { ko: '침수', en: 'Flooding' },
  collapse: { ko: '건물 붕괴 징후', en: 'Signs of collapse' },
  vibration: { ko: '건물 진동', en: 'Building vibration' },
  earthquake: { ko: '지진', en: 'Earthquake' },
  power: { ko: '정전', en: 'Power failure' },
  entrance: { ko: '출입구·방화문', en: 'Entrance or fire door' },
  equipment: { ko: '설비 이상', en: 'Equipment trouble' },
  sos: { ko: '긴급 구조 요청', en: 'Call for help' },
};

/** The four levels in both languages. English words are ours: no official translation was found. */
export const levelNames: Readonly<Record<Level, { ko: string; en: string }>> = {
  관심: { ko: '관심', en: 'Watch' },
  주의: { ko: '주의', en: 'Caution' },
  경계: { ko: '경계', en: 'Warning' },
  심각: { ko: '심각', en: 'Critical' },
};
