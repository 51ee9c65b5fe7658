import { computed, type ReadonlySignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { minute, second, slow } from '../gateway/live.ts';
import { ageText, timeText } from '../text/format.ts';
import { language, say } from './language.ts';
import { zone } from './zone.ts';

/**
 * How long ago, counting on every second by the gateway's clock: its text alone is written again, and nothing around it. `near`
 * is false while it is far from the view; with `until` it is how long ago it was then.
 */
export function Age({ at, isEstimated = false, until = null, near }: AgeProps) {
  const words = useMemo(
    () => computed(() => wordsOf(at, isEstimated, until ?? ((near?.value ?? true) ? second : slow).value)),
    [at, isEstimated, until, near],
  );
  return at === null ? (
    <span class="age">{words}</span>
  ) : (
    <time class="age" dateTime={at}>
      {words}
    </time>
  );
}

type AgeProps = {
  readonly at: string | null;
  readonly isEstimated?: boolean;
  readonly until?: number | null;
  readonly near?: ReadonlySignal<boolean>;
};

function wordsOf(at: string | null, isEstimated: boolean, now: number): string {
  if (at === null) return say('timeUnknown');
  const age = ageText(now - Date.parse(at), language.value);
  return isEstimated ? `≈ ${age}` : age;
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
  return timeText(Date.parse(at), minute.value, zone.value, language.value);
}
