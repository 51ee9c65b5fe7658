import { useSignal } from '@preact/signals';
import { second } from '../../../gateway/live.ts';
import { momentText } from '../../../text/format.ts';
import { twinWords } from '../../../text/twin.ts';
import { language, speaker } from '../../../ui/language.ts';
import { RangeChoice, rangeNow } from '../../../ui/range.tsx';
import { addressHere, go, route } from '../../../ui/router.ts';
import { timeAt } from '../../../ui/time.tsx';
import { zone } from '../../../ui/zone.ts';

const tell = speaker(twinWords);
const minute = 60_000;
const steps = 96;

/** The moment that the address asks for, epoch ms; null is now, and so is whatever has not happened yet. */
export function momentNow(): number | null {
  const at = Date.parse(route.value.query.get('at') ?? '');
  return Number.isFinite(at) && at < second.peek() ? at : null;
}

function goTo(at: number | null): void {
  go(addressHere({ at: at === null ? null : new Date(at).toISOString() }), 'replace');
}

/** Which time is shown, in words and as a slider over the range of the address. Its right end is now. */
export function TimeChoice({ at, state, isPartial }: { at: number | null; state: string; isPartial: boolean }) {
  const range = rangeNow('24h');
  const dragged = useSignal<number | null>(null);
  const stepMs = range.ms / steps;
  const placeOf = (of: number | null) =>
    of === null ? steps : Math.max(0, steps - Math.round((second.peek() - of) / stepMs));
  const momentOf = (place: number) =>
    place >= steps ? null : Math.floor((second.peek() - (steps - place) * stepMs) / minute) * minute;
  const said = dragged.value === null ? at : momentOf(dragged.value);
  return (
    <div class="twin-time" data-past={said !== null || undefined}>
      <p id="twin-time-said" role="status">
        {said === null ? (
          tell('now')
        ) : (
          <strong>{tell(wordOf(dragged.value === null ? state : 'there'), { time: momentOfText(said) })}</strong>
        )}
      </p>
      <label>
        <span>{tell('time')}</span>
        <input
          type="range"
          id="twin-time"
          min="0"
          max={steps}
          value={dragged.value ?? placeOf(at)}
          aria-valuetext={said === null ? tell('now') : momentOfText(said)}
          onInput={(event) => {
            dragged.value = event.currentTarget.valueAsNumber;
          }}
          onChange={(event) => {
            dragged.value = null;
            goTo(momentOf(event.currentTarget.valueAsNumber));
          }}
        />
      </label>
      <RangeChoice standard="24h" />
      {at !== null && (
        <>
          <button type="button" id="twin-now" onClick={() => goTo(null)}>
            {tell('toNow')}
          </button>
          <p class="hint">
            {tell('pastHelp')} {isPartial && tell('pastPartial')}
          </p>
        </>
      )}
    </div>
  );
}

function wordOf(state: string): 'past' | 'pastLoading' | 'pastFailed' {
  if (state === 'there') return 'past';
  return state === 'loading' ? 'pastLoading' : 'pastFailed';
}

/** Today's by the clock, other days' with their date. */
function momentOfText(at: number): string {
  const time = timeAt(new Date(at).toISOString());
  return time.length <= 8 ? time : momentText(at, zone.value, language.value);
}
