import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { MaintenanceItem } from '../../contract/http/alerts.ts';
import { askEvery } from '../gateway/api.ts';
import { firstLists } from '../gateway/first-lists.ts';
import { linkState, modelNow } from '../gateway/live.ts';
import { itemsOf } from '../gateway/offered.ts';
import { useResource } from '../gateway/resource.ts';
import { personNow } from '../gateway/session.ts';
import { mayAct, nameOf as personName } from '../pages/alerts/view.ts';
import { maintenanceModeWords, maintenanceWords } from '../text/maintenance.ts';
import { maintained, maintaining, type Part } from './asked.ts';
import { language, pick, speaker } from './language.ts';
import { inOrder, pathOf, targetOf } from './maintenance-view.ts';
import { address } from './router.ts';
import { StateMark } from './state-mark.tsx';
import { timeAt } from './time.tsx';

const tell = speaker(maintenanceWords);
const refreshMs = 10_000;
const shownAtMost = 3;

/** Whether the gateway said what is worked on, or that it does not say so. */
export const maintenanceKnown = signal(false);

/** Below the alarms of every page: what raises no alert now, or only a test. Nothing while there is none. */
export function MaintenanceStrip({ isDrawn }: { isDrawn: boolean }) {
  const { now, refresh } = useResource(
    'maintenance',
    () => askEvery<MaintenanceItem>(firstLists.maintenance),
    refreshMs,
  );
  const done = maintained.value;
  useEffect(() => {
    if (done > 0) void refresh();
  }, [done]);
  const isKnown = now.state !== 'loading';
  useEffect(() => {
    maintenanceKnown.value = isKnown;
  }, [isKnown]);
  if (!isDrawn || now.state === 'loading' || now.state === 'not-offered' || now.state === 'forbidden') return null;
  const isStale = now.state !== 'there' || now.stale !== null || linkState.value === 'lost';
  const items = now.state === 'there' ? inOrder(now.body) : [];
  if (items.length === 0 && !isStale) return null;
  return (
    <section id="maintenance" class="maintenance" aria-label={tell('strip')} data-stale={isStale || undefined}>
      {isStale && <StateMark tone="unknown">{tell('stripUnknown')}</StateMark>}
      {items.slice(0, shownAtMost).map((item) => (
        <Line key={item.maintenance} of={item} />
      ))}
      {items.length > shownAtMost && (
        <details>
          <summary>{tell('more', { count: items.length - shownAtMost })}</summary>
          {items.slice(shownAtMost).map((item) => (
            <Line key={item.maintenance} of={item} />
          ))}
        </details>
      )}
    </section>
  );
}

function Line({ of }: { of: MaintenanceItem }) {
  const path = pathOf(of);
  const name = nameOf(of);
  return (
    <p class="maintenance-line" data-mode={of.mode}>
      <StateMark tone={of.mode === 'out-of-action' ? 'warning' : 'unknown'} look="badge">
        {pick(maintenanceModeWords[of.mode])}
      </StateMark>
      {path === null ? <strong>{name}</strong> : <a href={address(path)}>{name}</a>}
      <time dateTime={of.until}>{tell('until', { time: timeAt(of.until) })}</time>
      <span>{tell('by', { who: personName(of.by), reason: of.reason })}</span>
      {mayAct(personNow()?.role) && (
        <button
          type="button"
          data-do="end-maintenance"
          onClick={() => {
            maintaining.value = { kind: 'end', item: of };
          }}
        >
          {tell('end')}
        </button>
      )}
    </p>
  );
}

/** What is worked on, as people call it. */
export function nameOf(item: MaintenanceItem): string {
  const { kind, name } = targetOf(item);
  if (kind !== 'building') return name;
  const building = itemsOf(modelNow().buildings).find((one) => one.site === item.site && one.building === name);
  return building?.name[language.value] ?? name;
}

/** Asks for maintenance of a part; nothing for who may not. */
export function MaintenanceButton({ part }: { part: Part }) {
  if (!mayAct(personNow()?.role)) return null;
  return (
    <button
      type="button"
      data-do="begin-maintenance"
      onClick={() => {
        maintaining.value = { kind: 'begin', part };
      }}
    >
      {tell('begin')}
    </button>
  );
}
