import type { Level } from '../../hazards.ts';

/**
 * Action guidelines (행동요령): short texts of our own, keyed as the public ones are. One action a line, seven words at
 * most, and the first three lines of each block in five words, so that they can stand alone in large print.
 */

export const audiences = ['manager', 'resident', 'responder'] as const;
export const phases = ['before', 'during', 'after'] as const;
/** People who need another line: who moves, hears or sees with difficulty, and who is with children. */
export const groups = ['mobility', 'hearing', 'sight', 'children'] as const;

export type Audience = (typeof audiences)[number];
export type Phase = (typeof phases)[number];
export type Group = (typeof groups)[number];

/** Korean and English of one action. */
export type Line = readonly [ko: string, en: string];

export type Phases = {
  readonly before: readonly Line[];
  readonly during: Readonly<Record<Level, readonly Line[]>>;
  readonly after: readonly Line[];
};

/** `code`: safetyCate2 of the national action guidelines (1 natural, 2 social, 3 daily life); null where there is none. */
export type GuidelineSource = { readonly code: string | null; readonly title: string };

export type HazardGuidelines = Readonly<Record<Audience, Phases>> & {
  readonly sources: readonly GuidelineSource[];
  /** Said besides, to residents and to those who help them, while it lasts. */
  readonly vulnerable: Readonly<Record<Group, readonly Line[]>>;
  /** What residents of flats do instead, where the rule for flats differs. */
  readonly flat?: Phases;
};

/** The blocks of a hazard while it lasts, by rising level. */
export function byLevel(
  관심: readonly Line[],
  주의: readonly Line[],
  경계: readonly Line[],
  심각: readonly Line[],
): Phases['during'] {
  return { 관심, 주의, 경계, 심각 };
}

/** What holds for people who need another line whenever a building is left. */
export const leavingWithHelp: HazardGuidelines['vulnerable'] = {
  mobility: [
    ['계단참에서 도움을 기다리세요', 'Wait on the stair landing'],
    ['119에 위치를 알리세요', 'Tell 119 where you are'],
    ['휠체어는 넷이 드세요', 'Let four people carry a wheelchair'],
  ],
  hearing: [
    ['불빛 경보를 확인하세요', 'Watch for flashing lights'],
    ['119에 문자로 신고하세요', 'Report to 119 by text'],
    ['옆 사람을 따라가세요', 'Follow the people near you'],
  ],
  sight: [
    ['한 손으로 벽을 짚으세요', 'Keep one hand on the wall'],
    ['옆 사람 팔을 잡으세요', "Take somebody's arm"],
    ['안내 목소리를 따르세요', 'Follow the voice that guides'],
  ],
  children: [
    ['아이 손을 잡으세요', 'Hold the child by the hand'],
    ['아기는 안고 나가세요', 'Carry babies out'],
    ['아이에게 차분히 말하세요', 'Speak calmly to children'],
  ],
};

/** The same where nobody has to leave. */
export const stayingWithHelp: HazardGuidelines['vulnerable'] = {
  mobility: [
    ['관리자에게 위치를 알리세요', 'Tell the manager where you are'],
    ['도움이 필요하면 말하세요', 'Say if you need help'],
  ],
  hearing: [
    ['알림 화면을 확인하세요', 'Check the notice on screen'],
    ['관리자에게 문자를 보내세요', 'Text the manager'],
  ],
  sight: [
    ['안내 방송을 들으세요', 'Listen to the announcement'],
    ['옆 사람에게 물으세요', 'Ask somebody near you'],
  ],
  children: [
    ['아이 곁에 머무세요', 'Stay with the children'],
    ['아이에게 상황을 설명하세요', 'Tell children what happens'],
  ],
};
