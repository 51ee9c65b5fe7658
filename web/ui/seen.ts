import { heardAt, linkState, minute, second } from '../gateway/live.ts';
import type { Seen } from '../pages/live/view.ts';
import { language } from './language.ts';

/** How the reader sees the model now; reading it draws a component again every second, language and state. */
export function seenNow(): Seen {
  return { language: language.value, link: linkState.value, now: second.value, heardAt: heardAt() };
}

/** The same for what shows no age: drawn again every minute. */
export function seenThisMinute(): Seen {
  return { language: language.value, link: linkState.value, now: minute.value, heardAt: heardAt() };
}
