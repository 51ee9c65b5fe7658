import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';
import { listed, quoted } from './text.ts';

type Table = { readonly [code: string]: (figures: never) => Words };

const channelNames: Readonly<Record<string, Words>> = {
  push: { ko: '푸시', en: 'push' },
  sms: { ko: '문자', en: 'SMS' },
  email: { ko: '전자우편', en: 'e-mail' },
};
const dayNames: Readonly<Record<string, Words>> = {
  weekday: { ko: '평일', en: 'weekdays' },
  saturday: { ko: '토요일', en: 'Saturdays' },
  holiday: { ko: '휴일', en: 'holidays' },
};

/** Who is told, and who is on duty. */
export const notifyWords = {
  'push-in-closed-site': () => ({
    ko: '폐쇄망 사이트(mode: closed)에서는 푸시가 닿지 않음: push를 지우거나 mode: public으로 바꿈',
    en: 'push reaches nobody of a closed site (mode: closed); remove push, or say mode: public',
  }),
  'closed-without-sms': () => ({
    ko: '폐쇄망 사이트인데 문자 설정(notify.sms)이 없음: 입주자의 휴대전화에는 아무 알림도 가지 않음',
    en: 'this site is closed and has no notify.sms: nothing reaches the phones of its residents',
  }),
  'person-above': ({ person }: { readonly person: string }) => ({
    ko: `${withParticle(quoted(person), '은/는')} 위에 이미 있음: 한 번만 씀`,
    en: `${quoted(person)} stands above; name everybody once`,
  }),
  'residents-in-turns': ({ key }: { readonly key: 'people' | 'duty' }) => ({
    ko: `입주자에게는 언제나 모두에게 동시에 알림: ${withParticle(key, '을/를')} 지움`,
    en: `residents are always told all at once; remove ${key}`,
  }),
  'order-never-used': ({ line }: { readonly line: number }) => ({
    ko: `${line}행이 같은 경우를 모두 먼저 받으므로 쓰이지 않음: 좁은 조건을 위에 두거나 지움`,
    en: `line ${line} takes everything that this would; put the narrower entry first, or remove this`,
  }),
  'channel-not-set-up': ({ channel }: { readonly channel: string }) => ({
    ko: `이 사이트는 ${channelNames[channel]?.ko ?? channel} 알림을 보내지 않음: notify.${withParticle(channel, '을/를')} 설정하거나 여기서 뺌`,
    en: `this site sends nothing by ${channelNames[channel]?.en ?? channel}; set up notify.${channel}, or leave it out here`,
  }),
  'duty-taken': ({ role, line }: { readonly role: string; readonly line: number }) => ({
    ko: `${withParticle(role, '은/는')} ${line}행에 당직표가 있음: 근무를 그 표에 합침`,
    en: `${role} has its rota in line ${line}; put these shifts there`,
  }),
  'duty-gap': ({ role, days, hours }: { role: string; days: string; hours: readonly string[] }) => ({
    ko: `${role}: ${dayNames[days]?.ko ?? days} ${hours.join(', ')}에 당직자가 없음: 그때는 이 역할 모두에게 알리고 rota-gap 경보가 섬`,
    en: `${role}: nobody is on duty on ${dayNames[days]?.en ?? days} ${listed(hours)}; everybody of the role is told then, and rota-gap stands as a trouble`,
  }),
  'swap-of-nobody': ({ person, date }: { readonly person: string; readonly date: string }) => ({
    ko: `${withParticle(quoted(person), '은/는')} 당직표에 없어 ${date}에 바꿀 근무가 없음: 이름을 바로잡음`,
    en: `${quoted(person)} has no shift in this rota to swap on ${date}; correct the name`,
  }),
} satisfies Table;
