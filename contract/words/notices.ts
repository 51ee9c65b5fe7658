import type { Words } from './words.ts';

/** Words of notices that are about people and their channels themselves. */

/** What was held during somebody's quiet hours. */
export function heldTitle(count: number): Words {
  return {
    ko: `조용한 시간에 온 알림 ${count}건`,
    en: `${count} ${count === 1 ? 'notice' : 'notices'} from your quiet hours`,
  };
}

export function moreText(count: number): Words {
  return { ko: `외 ${count}건`, en: `and ${count} more` };
}
