import type { PersonReach } from '../../../contract/http/notices.ts';
import type { Tone } from '../../text/tones.ts';

/** How the page of who is reached puts people. Pure. */

type Reached = PersonReach['reached'];

const order: readonly Reached[] = ['gone', 'denied', 'unanswered', 'no-address', 'stale', 'unproven', 'reached'];

/** Those whom nothing reaches first, then those who were reached longest ago. */
export function byTrouble(a: PersonReach, b: PersonReach): number {
  return (
    order.indexOf(a.reached) - order.indexOf(b.reached) ||
    (a.lastReachedAt ?? '').localeCompare(b.lastReachedAt ?? '') ||
    a.person.localeCompare(b.person)
  );
}

/** What is not known is shown as unknown, and never as well. */
export function toneOf(reached: Reached): Tone {
  if (reached === 'reached') return 'normal';
  return reached === 'unproven' ? 'unknown' : 'caution';
}
