import type { CityHalt, CityWait } from '../reasons/city-configuration.ts';
import type { ConfigurationReason } from '../reasons/configuration.ts';
import { configurationWords } from './configuration.ts';
import { withParticle } from './particles.ts';
import type { Words } from './words.ts';

/** What a city says of configuration on its way to gateways. */

type Reason = CityHalt | CityWait;
type Table = { readonly [C in Reason['code']]: (figures: Extract<Reason, { code: C }>) => Words };

const table: Table = {
  returned: ({ gateway, why }) => ({
    ko: `${withParticle(gateway, '이/가')} 스스로 되돌림${because(why, 'ko')}`,
    en: `${gateway} took it back by itself${because(why, 'en')}`,
  }),
  refused: ({ gateway, why }) => ({
    ko: `${withParticle(gateway, '이/가')} 받지 않음${because(why, 'ko')}`,
    en: `${gateway} did not take it${because(why, 'en')}`,
  }),
  silent: ({ gateway, seconds }) => ({
    ko: `${gateway}: ${seconds}초째 소식 없음`,
    en: `${gateway} has said nothing for ${seconds} s`,
  }),
  'devices-fewer': ({ gateway, before, now }) => ({
    ko: `${gateway}: 응답하는 기기가 ${before}대에서 ${now}대로 줄어듦`,
    en: `${gateway}: ${now} devices answer, ${before} did before`,
  }),
  'backlog-older': ({ gateway, minutes }) => ({
    ko: `${gateway}: ${minutes}분 전 자료가 아직 미전송`,
    en: `${gateway}: data of ${minutes} min ago still waits`,
  }),
  'services-failing': ({ gateway, services }) => ({
    ko: `${gateway}: 서비스 오류(${services.join(', ')})`,
    en: `${gateway}: services fail (${services.join(', ')})`,
  }),
  'troubles-more': ({ gateway, before, now }) => ({
    ko: `${gateway}: 설비 이상 경보가 ${before}건에서 ${now}건으로 늘어남`,
    en: `${gateway}: ${now} alerts of its equipment, ${before} before`,
  }),
  overdue: ({ gateway, minutes }) => ({
    ko: `${gateway}: ${minutes}분이 지나도 결과가 없음`,
    en: `${gateway} has neither kept it nor gone back within ${minutes} min`,
  }),
  'by-hand': ({ by }) => ({ ko: `${withParticle(by, '이/가')} 멈춤`, en: `Halted by ${by}` }),
  trying: ({ gateways }) => ({ ko: `${gateways}곳에서 시험 중`, en: `Tried at ${gateways}` }),
  soaking: ({ minutes }) => ({ ko: `${minutes}분 더 지켜봄`, en: `Watched for ${minutes} min more` }),
  'first-away': ({ gateways }) => ({
    ko: `먼저 받기로 한 게이트웨이가 연결되지 않음: ${gateways.join(', ')}`,
    en: `Named to be the first, and not connected: ${gateways.join(', ')}`,
  }),
  'nobody-connected': () => ({
    ko: '남은 게이트웨이가 모두 연결되어 있지 않음',
    en: 'None of those that wait is connected',
  }),
  away: ({ gateways }) => ({
    ko: `연결되지 않은 ${gateways}곳이 남음`,
    en: `${gateways} not connected; they get it when they come`,
  }),
};

export function cityConfigurationWords(reason: Reason): Words {
  const words = table[reason.code] as (figures: Reason) => Words; // the table's own key
  return words(reason);
}

function because(why: ConfigurationReason | null, language: 'ko' | 'en'): string {
  return why === null ? '' : `: ${configurationWords(why)[language]}`;
}

/** How far a set is, and how each gateway stands with it. */
export const setStateNames = {
  running: { ko: '진행 중', en: 'under way' },
  halted: { ko: '멈춤', en: 'halted' },
  done: { ko: '완료', en: 'done' },
  returning: { ko: '되돌리는 중', en: 'being taken back' },
  returned: { ko: '되돌림', en: 'taken back' },
  ended: { ko: '다음 판으로 대체됨', en: 'replaced by a newer one' },
} as const satisfies Record<string, Words>;

export const targetStateNames = {
  waiting: { ko: '대기', en: 'waiting' },
  offered: { ko: '전달', en: 'offered' },
  trying: { ko: '시험 중', en: 'trying' },
  kept: { ko: '적용됨', en: 'kept' },
  returned: { ko: '되돌림', en: 'returned' },
  refused: { ko: '거부', en: 'refused' },
  replaced: { ko: '현장에서 바꿈', en: 'replaced at the site' },
} as const satisfies Record<string, Words>;

type Counts = { readonly has: number; readonly rest: number };
type StepWords = { readonly name: Words; readonly effect: (counts: Counts) => Words };

/** What somebody may decide of a set, and what comes of it. `has`: gateways that were handed it, `rest`: that were not yet. */
export const cityStepWords: { readonly [step in 'halt' | 'go' | 'return']: StepWords } = {
  halt: {
    name: { ko: '배포 멈춤', en: 'Halt' },
    effect: ({ rest }) => ({
      ko: `남은 ${rest}곳에는 배포하지 않습니다.`,
      en: `The other ${rest} do not get it.`,
    }),
  },
  go: {
    name: { ko: '계속 배포', en: 'Go on' },
    effect: ({ rest }) => ({
      ko: `남은 ${rest}곳에 단계별로 계속 배포합니다. 지금까지 알려진 문제로는 다시 멈추지 않습니다.`,
      en: `The other ${rest} get it wave by wave. What is known to be wrong by now halts it no more.`,
    }),
  },
  return: {
    name: { ko: '되돌리기', en: 'Take back' },
    effect: ({ has }) => ({
      ko: `이 판을 받은 ${has}곳이 모두 이전 설정으로 돌아갑니다.`,
      en: `All ${has} that were handed it go back to what ran before.`,
    }),
  },
};
