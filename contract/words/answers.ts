import type { Words } from './words.ts';

/** What those who help are told when people answer that they need help. `headline` is the alert's own. */
export function helpTitle(of: { count: number; headline: Words }): Words {
  return {
    ko: `도움 요청 ${of.count}명 – ${of.headline.ko}`,
    en: `${of.count} ${of.count === 1 ? 'person needs' : 'people need'} help – ${of.headline.en}`,
  };
}

export const helpText: Words = {
  ko: '누가 어디에 있는지 경보 화면에서 확인하고 연락하세요.',
  en: 'The page of the alert says who and where; call them.',
};
