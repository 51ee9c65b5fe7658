import { type Level, levels } from '../../../contract/hazards.ts';
import { guidelineFor } from '../../../contract/words/guidelines/guidelines.ts';
import { isForecast } from '../../alerts/alert.ts';
import type { AlertSignal } from '../../commit/participant.ts';
import type { AlertView } from '../views.ts';
import { type CapChain, type CapStep, isOver } from './chain.ts';

/** Which alerts the public is told of. */
export type CapPolicy = { readonly hazards: readonly string[]; readonly from: Level };

/** What was last sent of an alert, and whether people are still told of it. */
export type ChainMemory = {
  readonly chain: CapChain;
  readonly view: AlertView;
  readonly isStanding: boolean;
};

/**
 * The step that an alert's change asks for; null when nothing is to be sent.
 *
 * | now | no message yet | messages stand | messages are over |
 * |---|---|---|---|
 * | stands, and the public is told of it | raised | changed, when something differs | – |
 * | stands, below the level that is told | – | changed, when something differs | – |
 * | quiet | – | – (no renewal: it expires) | – |
 * | over | – | all-clear | – |
 * | mistaken | – | cancelled | – |
 */
export function stepFor(signal: AlertSignal, known: ChainMemory | undefined, policy: CapPolicy): CapStep | null {
  if (known === undefined) return signal.now === 'stands' && isTold(signal, policy) ? 'raised' : null;
  if (isOver(known.chain)) return null;
  if (signal.now === 'over') return 'all-clear';
  if (signal.now === 'mistaken') return 'cancelled';
  return signal.now === 'stands' && differs(viewOf(signal), known.view) ? 'changed' : null;
}

/** What is only forecast is never published by itself: whether people leave by it is for a person to say. */
function isTold({ hazard, level, rule }: AlertSignal, { hazards, from }: CapPolicy): boolean {
  return !isForecast({ rule }) && hazards.includes(hazard) && levels.indexOf(level) >= levels.indexOf(from);
}

/** What a reader of the message would see differently. */
function differs(a: AlertView, b: AlertView): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

/** The alert as its messages say it: its own action first, then what residents are to do. */
export function viewOf(signal: AlertSignal): AlertView {
  const { site, building, alert, hazard, level, rule, since, headline, why, action, witnesses, status } = signal;
  const { lines } = guidelineFor({ hazard, level, audience: 'resident', phase: 'during' });
  const all = (own: string, more: readonly string[]) => [own, ...more].filter(Boolean).join('\n');
  return {
    ...{ site, building, alert, hazard, level, rule, since, headline, why, status },
    instruction: { ko: all(action.ko, lines.ko), en: all(action.en, lines.en) },
    // Two make it observed; how many more there are changes nothing for a reader.
    witnesses: Math.min(witnesses, 2),
    forecast: isForecast({ rule }) ? { onset: null } : null,
  };
}
