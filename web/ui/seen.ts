import { heardAt, linkState, second } from '../gateway/live.ts';
import type { Seen } from '../pages/live/view.ts';
import { language } from './language.ts';

/** How the reader sees the model now; reading it draws a component again every second, language and state. */
export function seenNow(): Seen {
  return { language: language.value, link: linkState.value, now: second.value, heardAt: heardAt() };
}
