import type { Hazard, Level } from '../../contract/hazards.ts';
import { hazardNames } from '../../contract/words/hazards.ts';
import { withParticle } from '../../contract/words/particles.ts';
import type { CapStep } from './cap/chain.ts';
import type { AlertView, BuildingPlace } from './views.ts';

/**
 * Drafts of a 재난문자 for the officer who may send one. This program never sends any: only the ministry, local governments
 * and authorised agencies do.
 *
 * | length | for |
 * |---|---|
 * | 90 characters | every phone, those from before 2019 included |
 * | 157 characters | the longer body, planned nationwide for October 2026 |
 *
 * Source: Ministry of the Interior and Safety as reported by Asia Economy and Kyunghyang, 2026-02-26.
 */
export type BroadcastDraft = {
  readonly suggestedClass: BroadcastClass;
  readonly short: DraftText;
  readonly long: DraftText;
};

export type DraftText = { readonly text: string; readonly length: number; readonly limit: number };

/** 위급 cannot be switched off on a phone, 긴급 sounds, 안전안내 only shows. */
export type BroadcastClass = '위급' | '긴급' | '안전안내';

export const draftLimits = { short: 90, long: 157 } as const;

/** Hazards that threaten lives within minutes at 심각, for which local governments may use 위급 since 2026. */
const threatensLives: ReadonlySet<Hazard> = new Set(['fire', 'gas', 'co', 'collapse', 'earthquake']);

/** What an officer would most likely choose. A flood at 심각 goes as 긴급 by the rule of 2026. */
export function suggestedClass(hazard: Hazard, level: Level, step: CapStep): BroadcastClass {
  if (step === 'all-clear' || step === 'cancelled') return '안전안내';
  if (level === '심각') return threatensLives.has(hazard) ? '위급' : '긴급';
  return level === '경계' ? '긴급' : '안전안내';
}

export type DraftRequest = {
  readonly view: AlertView;
  readonly place: BuildingPlace;
  readonly step: CapStep;
  /** Who would sign, such as 새솔동; stands at the end in brackets. */
  readonly sender: string;
  /** `HH:mm` of the site. */
  readonly time: string;
};

/** Both drafts. Characters are UTF-16 units, the coding of the broadcast. Pure. */
export function broadcastDraft(request: DraftRequest): BroadcastDraft {
  const { view, step } = request;
  return {
    suggestedClass: suggestedClass(view.hazard, view.level, step),
    short: within(draftLimits.short, request),
    long: within(draftLimits.long, request),
  };
}

/** What must be said, then what fits of the rest, in the order of use to a reader. */
function within(limit: number, request: DraftRequest): DraftText {
  const { view, place, step, sender, time } = request;
  const mark = view.status === 'Actual' ? '' : view.status === 'Exercise' ? '[훈련] ' : '[시험] ';
  const signed = ` [${sender}]`;
  const name = place.name.ko;
  const event = `${name}${place.address === null ? '' : `(${place.address})`} ${eventOf(view, step)}`;
  const plain = `${name} ${eventOf(view, step)}`;
  const room = limit - mark.length - signed.length;
  const first = `${time} ${event}`.length <= room ? `${time} ${event}` : cutTo(plain, room);
  const text = instructionsOf(view, step).reduce((said, line) => {
    const longer = `${said} ${line}`;
    return longer.length <= room ? longer : said;
  }, first);
  const whole = `${mark}${text}${signed}`;
  return { text: whole, length: whole.length, limit };
}

function eventOf(view: AlertView, step: CapStep): string {
  const hazard = hazardNames[view.hazard].ko;
  if (step === 'all-clear') return `${hazard} 상황 종료.`;
  if (step === 'cancelled') return `${hazard} 안내 취소(오경보).`;
  if (view.forecast !== null) return `${withParticle(hazard, '이/가')} 우려됩니다.`;
  return view.level === '심각' || view.level === '경계' ? `${hazard} 발생.` : `${hazard} 주의.`;
}

function instructionsOf(view: AlertView, step: CapStep): string[] {
  if (step === 'cancelled') return ['평소대로 이용하시기 바랍니다.'];
  if (step === 'all-clear') return ['안내에 따라 이용하시기 바랍니다.'];
  const lines = view.instruction.ko.split('\n').map((line) => line.trim());
  return lines.filter(Boolean).map((line) => (/[.!?]$/.test(line) ? line : `${line}.`));
}

function cutTo(text: string, units: number): string {
  if (text.length <= units) return text;
  const end = /[\ud800-\udbff]$/.test(text.slice(0, units - 1)) ? units - 2 : units - 1;
  return `${text.slice(0, end)}…`;
}
