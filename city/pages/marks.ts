import { cityWords as words } from '../../contract/words/city.ts';
import { levelNames } from '../../contract/words/hazards.ts';
import { type Html, html, type Say } from './html.ts';
import type { CityLot } from './lots.ts';
import type { MarkState } from './map.ts';

/** What a lot or an alert is called on pages. Pure. */

/** Unknown is a state of its own: neither full nor free. */
export function stateOf({ state, figures }: Pick<CityLot, 'state' | 'figures'>): MarkState {
  if (state === 'unknown' || state === 'closed') return state;
  if (figures === null) return 'open';
  if (figures.free > 0) return 'free';
  return figures.unknown === 0 && figures.occupied > 0 ? 'full' : 'unknown';
}

/** The facility's own level. */
export function levelText(level: unknown, say: Say): string {
  const known = levelNames[level as keyof typeof levelNames];
  return known === undefined ? String(level) : say(known);
}

/** An exercise is never to be taken for the event. */
export function statusMark(status: unknown, say: Say): Html | string {
  if (status === 'Actual') return '';
  return html` <span class="soft">${say(status === 'Test' ? words.test : words.exercise)}</span>`;
}
