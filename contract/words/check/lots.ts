import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';
import { quoted } from './text.ts';

type Table = { readonly [code: string]: (figures: never) => Words };

/** Parking lots: terms that do not fit together, windows that overlap, parts that are missing. */
export const lotWords = {
  'nobody-asked-for-money': () => ({
    ko: 'payments 역할의 webhook이 없어 요금을 청구할 곳이 없음: gateway.notify에 추가',
    en: 'no webhook has the role payments, so nobody is asked for the money; add one under gateway.notify',
  }),
  'own-neighbour': ({ space }: { readonly space: string }) => ({
    ko: `${withParticle(space, '은/는')} 자기 자신의 이웃이 아님: 지움`,
    en: `${space} is no neighbour of itself; remove it`,
  }),
  'id-taken-in-lot': ({ part, id }: { part: 'zone' | 'lane' | 'entrance' | 'discount'; id: string }) => ({
    ko: `${koParts[part]} id ${withParticle(quoted(id), '은/는')} 이 주차장에서 이미 씀: 다른 id를 줌`,
    en: `${part} id ${quoted(id)} is taken in this lot; give it another`,
  }),
  'longer-than-max': () => ({
    ko: 'maxTime보다 긺: 둘 중 하나를 바로잡음',
    en: 'is longer than maxTime; set one of them right',
  }),
  'shorter-than-overstay': () => ({
    ko: 'overstayAfter보다 짧음: 둘 중 하나를 바로잡음',
    en: 'is shorter than overstayAfter; set one of them right',
  }),
  'charge-without-tariff': () => ({
    ko: '요금표(tariff)가 없는 주차장은 요금을 받지 않음: tariff: {…}를 추가',
    en: 'nothing is charged in a lot without tariff; add tariff: {…}',
  }),
  'day-max-below-base': () => ({
    ko: '기본요금(base.amount)보다 적음: 둘 중 하나를 바로잡음',
    en: 'is less than the base amount; set one of them right',
  }),
  'lane-without-point': () => ({
    ko: '차로에는 counter나 detect 측정점이 필요: 추가하거나 차로를 지움',
    en: 'a lane needs a counter or a detect point; add one, or remove it',
  }),
  'allocation-unsaid': ({ allocation }: { readonly allocation: string }) => ({
    ko: `이 주차장에 ${allocation} 배정의 뜻이 없음: allocations.${withParticle(allocation, '을/를')} 추가`,
    en: `this lot does not say what ${allocation} means; add allocations.${allocation}`,
  }),
  'bookable-without-booking': () => ({
    ko: '예약 조건(booking)이 없는 주차장은 예약할 수 없음: booking: {…}를 추가',
    en: 'nothing can be reserved in a lot without booking; add booking: {…}',
  }),
  'battery-limit-alone': () => ({
    ko: 'battery 측정점이 없으면 쓰이지 않음: battery를 추가',
    en: 'says nothing without the battery point; add it',
  }),
  'permit-idle': () => ({
    ko: '장애인 주차면에만 쓰이며 여기서는 바꾸는 것이 없음',
    en: 'is for bays for the disabled, and changes nothing here',
  }),
  'outside-plan': () => ({
    ko: '주차장 평면 밖에 있음: x와 y 확인',
    en: 'lies outside the plan of the lot; check x and y',
  }),
  'windows-overlap': () => ({
    ko: '앞의 시간대와 겹침: 하나로 합치거나 바로잡음',
    en: 'overlaps with a window before it; join them, or set one right',
  }),
} satisfies Table;

const koParts = { zone: '구역', lane: '차로', entrance: '출입구', discount: '할인' } as const;
