import { effect, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { levelNames } from '../../contract/words/hazards.ts';
import type { AlertItem } from '../gateway/items.ts';
import { linkState, modelFor, second } from '../gateway/live.ts';
import { itemsOf } from '../gateway/offered.ts';
import { personNow } from '../gateway/session.ts';
import { type Bar, barOf, isUnacknowledged, mayAct, nameOf, newsKey, soundsFor } from '../pages/alerts/view.ts';
import { alarmBarWords } from '../text/alarm-bar.ts';
import { levelTones } from '../text/tones.ts';
import { openAct } from './asked.ts';
import { pressingFor } from './hold.ts';
import { pick, speaker } from './language.ts';
import { notThereText } from './not-there.tsx';
import { address } from './router.ts';
import { allowSound, silence, silencedUntil, soundFor, soundState } from './sound.ts';
import { StateMark } from './state-mark.tsx';
import { Age } from './time.tsx';

const tell = speaker(alarmBarWords);

/** Stands above every page, form and dialog, and takes the reader nowhere by itself. */
export function AlarmBar() {
  const { alerts } = modelFor('alerts');
  const bar = useRef<HTMLElement>(null);
  useHeight(bar);
  if (linkState.value === 'lost') {
    return (
      <section ref={bar} class="alarm-bar" data-tone="unknown" aria-label={tell('bar')}>
        <StateMark tone="unknown">
          {tell('unknownNow')}
          {alerts.state === 'there' && ` · ${tell('asOfLast', { count: barOf(itemsOf(alerts)).open })}`}
        </StateMark>
      </section>
    );
  }
  if (alerts.state !== 'there') {
    return (
      <section ref={bar} class="alarm-bar" data-tone="unknown" aria-label={tell('bar')}>
        {alerts.state !== 'loading' && (
          <StateMark tone="unknown">{tell('notJudged', { why: notThereText(alerts.state) })}</StateMark>
        )}
      </section>
    );
  }
  const view = barOf(itemsOf(alerts));
  return (
    <section ref={bar} class="alarm-bar" data-tone={view.tone} aria-label={tell('bar')}>
      {view.open === 0 ? <span class="quiet">{tell('none')}</span> : <Open bar={view} />}
      <p class="aside" role="alert">
        {news.value === null ? '' : tell('newAlert', { headline: pick(news.value.headline) })}
      </p>
    </section>
  );
}

function Open({ bar }: { bar: Bar }) {
  const { first, oldest } = bar;
  return (
    <>
      <a class="counts" href={address('/alerts')}>
        {bar.counts.map(({ level, count }) => (
          <StateMark key={level} tone={levelTones[level]} look="badge">
            {pick(levelNames[level])} {count}
          </StateMark>
        ))}
        <span>{bar.unacknowledged > 0 ? tell('unacknowledged', { count: bar.unacknowledged }) : tell('allTaken')}</span>
      </a>
      {first !== null && (
        <a class="first" href={address(`/alerts/${first.alert}`)}>
          <strong>{pick(first.headline)}</strong> · <Taker of={first} /> · <Age at={first.since} />
        </a>
      )}
      {oldest !== null && oldest !== first && (
        <a class="oldest" href={address(`/alerts/${oldest.alert}`)}>
          <span>{tell('oldest')}:</span>
          <span class="what">{pick(oldest.headline)}</span>
          <Age at={oldest.since} />
        </a>
      )}
      <Deeds bar={bar} />
    </>
  );
}

function Taker({ of: { acknowledged } }: { of: AlertItem }) {
  return acknowledged === null ? (
    <span>{tell('takenByNobody')}</span>
  ) : (
    <span>{tell('takenBy', { who: nameOf(acknowledged.by) })}</span>
  );
}

/** What sounds, and the way to stop it that acknowledges nothing. */
function Sound() {
  switch (soundState.value) {
    case 'off':
      return null;
    case 'blocked':
      return (
        <>
          <button type="button" data-do="allow-sound" title={tell('soundBlocked')} onClick={() => void allowSound()}>
            {tell('allowSound')}
          </button>
          <Silence />
        </>
      );
    case 'sounding':
      return <Silence />;
    case 'silenced':
      return <span class="silent">{tell('silenced', { wait: waitText() })}</span>;
  }
}

function Silence() {
  return (
    <button type="button" data-do="silence" onClick={silence}>
      {tell('silence')}
    </button>
  );
}

function waitText(): string {
  void second.value;
  const seconds = Math.max(0, Math.round((silencedUntil.value - performance.now()) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * Acknowledge is for the most urgent one that nobody is on; reset for one whose condition is gone. Each has a place of its own, kept
 * while it is not needed: one that comes or goes moves no other under the pointer.
 */
function Deeds({ bar: { first, latched } }: { bar: Bar }) {
  const acts = mayAct(personNow()?.role);
  const unacknowledged = acts && first !== null && isUnacknowledged(first) ? first : null;
  const resettable = acts ? latched : null;
  if (unacknowledged === null && resettable === null && soundState.value === 'off') return null;
  return (
    <span class="deeds">
      <span class="deed">{soundState.value === 'off' ? acts && <Room>{tell('silence')}</Room> : <Sound />}</span>
      {acts && (
        <span class="deed">
          {resettable === null ? (
            <Room>{tell('reset')}</Room>
          ) : (
            <button type="button" data-do="reset" onClick={() => openAct(resettable, 'reset')}>
              {tell('reset')}
            </button>
          )}
        </span>
      )}
      {acts && (
        <span class="deed">
          {unacknowledged === null ? (
            <Room>{tell('acknowledge')}</Room>
          ) : (
            <button
              type="button"
              class="main"
              data-do="acknowledge"
              onClick={() => openAct(unacknowledged, 'acknowledge')}
            >
              {tell('acknowledge')}
            </button>
          )}
        </span>
      )}
    </span>
  );
}

/** As wide as the button that may come here. */
function Room({ children }: { children: string }) {
  return (
    <span class="button room" aria-hidden="true">
      {children}
    </span>
  );
}

/** The alert that came last, for who hears the page. */
const news = signal<AlertItem | null>(null);

/** Sound and announcement follow the alerts. Called once. */
export function startAlarms(): void {
  let known: ReadonlySet<string> | null = null;
  effect(() => {
    const { alerts } = modelFor('alerts');
    if (alerts.state !== 'there') {
      known = null;
      return soundFor(new Set());
    }
    const items = itemsOf(alerts);
    soundFor(new Set(items.filter(soundsFor).map(newsKey)));
    const before = known;
    known = new Set(items.filter(isUnacknowledged).map(newsKey));
    // What stood when the page was opened is no news.
    const fresh = before === null ? [] : items.filter((item) => isUnacknowledged(item) && !before.has(newsKey(item)));
    if (fresh[0] !== undefined) news.value = fresh[0];
  });
}

/** What sticks below the bar has to know how high it is, and gives way when nobody is about to press it. */
function useHeight(bar: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    if (bar.current === null) return;
    let height = 0;
    let isTold = false;
    let later: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      const wait = isTold ? pressingFor() : 0;
      isTold = true;
      if (wait > 0) later = setTimeout(settle, wait);
      else document.documentElement.style.setProperty('--bar-height', `${Math.round(height)}px`);
    };
    const observer = new ResizeObserver(([entry]) => {
      height = entry?.borderBoxSize[0]?.blockSize ?? 0;
      clearTimeout(later);
      settle();
    });
    observer.observe(bar.current);
    return () => {
      observer.disconnect();
      clearTimeout(later);
    };
  }, [bar.current]);
}
