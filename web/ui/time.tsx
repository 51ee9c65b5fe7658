import { second } from '../gateway/live.ts';
import { ageText, timeText } from '../text/format.ts';
import { language, say } from './language.ts';
import { zone } from './zone.ts';

/** How long ago, counting on every second by the gateway's clock. */
export function Age({ at, estimated = false }: { at: string | null; estimated?: boolean }) {
  if (at === null) return <span class="age">{say('timeUnknown')}</span>;
  const age = ageText(second.value - Date.parse(at), language.value);
  return (
    <time class="age" dateTime={at}>
      {estimated ? `≈ ${age}` : age}
    </time>
  );
}

/** Since when, by the clock of the site. */
export function Since({ at }: { at: string | null }) {
  if (at === null) return null;
  return (
    <time class="since" dateTime={at}>
      {say('since', { time: timeAt(at) })}
    </time>
  );
}

/** A moment by the clock of the site, with its date when that is not today's. */
export function At({ at }: { at: string }) {
  return <time dateTime={at}>{timeAt(at)}</time>;
}

export function timeAt(at: string): string {
  return timeText(Date.parse(at), second.value, zone.value, language.value);
}
