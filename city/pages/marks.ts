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

/** The shape of each level, as the pages of a gateway draw it. */
const levelShapes = {
  관심: { look: 'attention', points: '8,1 15,8 8,15 1,8' },
  주의: { look: 'caution', points: '8,1.5 15.5,14.5 0.5,14.5' },
  경계: { look: 'warning', points: '8,1 15,6.2 12.3,14.5 3.7,14.5 1,6.2' },
  심각: { look: 'severe', points: '4,1 12,1 16,8 12,15 4,15 0,8' },
} as const;

/** The facility's own level: shape, colour and word. */
export function levelMark(level: unknown, say: Say): Html {
  const known = levelNames[level as keyof typeof levelNames];
  if (known === undefined) return html`<b>${String(level)}</b>`;
  const { look, points } = levelShapes[level as keyof typeof levelShapes];
  return html`<b class="level l-${look}"><svg viewBox="0 0 16 16" aria-hidden="true"><polygon points="${points}"/></svg> ${say(known)}</b>`;
}

/** An exercise is never to be taken for the event. */
export function statusMark(status: unknown, say: Say): Html | string {
  if (status === 'Actual') return '';
  return html` <span class="soft">${say(status === 'Test' ? words.test : words.exercise)}</span>`;
}
