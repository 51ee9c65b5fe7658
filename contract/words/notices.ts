import type { Words } from './words.ts';

/** Words of notices that are about people and their channels themselves. */

/** A test of whether somebody's channels reach them. The link that answers it follows in a line of its own. */
export const reachTestWords = {
  title: { ko: '[시험] 알림 수신 확인', en: '[Test] Do notices reach you?' },
  text: {
    ko: '실제 상황이 아닙니다. 알림이 잘 도착하는지 확인합니다.',
    en: 'Nothing has happened. This checks that notices arrive.',
  },
} as const satisfies Readonly<Record<string, Words>>;

/** The daily probe of a browser. It is seen for seconds, or until the next one where browsers do not let it go. */
export const pushProbeWords = {
  title: { ko: '알림 자동 점검', en: 'Daily check of notices' },
  text: {
    ko: '이 기기에 알림이 오는지 하루 한 번 점검합니다. 하실 일은 없습니다.',
    en: 'Once a day this checks that notices reach this device. There is nothing to do.',
  },
} as const satisfies Readonly<Record<string, Words>>;

/** Behind the link of a test. */
export const answerLinkWords: Words = {
  ko: '실제 상황이 아닙니다. 위 주소를 열고 버튼을 눌러 주세요.',
  en: 'Nothing has happened. Please open the address above and press the button.',
};

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
