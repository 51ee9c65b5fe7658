import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { hazardNames, levelNames } from '../../../contract/words/hazards.ts';
import type { AlertItem } from '../../gateway/items.ts';
import { returns, slow } from '../../gateway/live.ts';
import { personNow } from '../../gateway/session.ts';
import { alertStateWords, alertWords, statusWords } from '../../text/alerts.ts';
import { openAct } from '../../ui/asked.ts';
import { isRead } from '../../ui/hold.ts';
import { pick, speaker } from '../../ui/language.ts';
import { PushSwitch } from '../../ui/push-switch.tsx';
import { address, addressHere } from '../../ui/router.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { Age } from '../../ui/time.tsx';
import { Windowed } from '../../ui/windowed.tsx';
import {
  actionsOf,
  byUrgency,
  comeSince,
  isAside,
  mayAct,
  nameOf,
  type Row,
  rowsOf,
  standing,
  toneOf,
} from './view.ts';

const tell = speaker(alertWords);
const rowHeight = 92;

type ListProps = {
  /** Those that are asked for. */
  readonly alerts: readonly AlertItem[];
  /** Those and the others: a line that stands and fits no filter any more, as its level rose, is not over. */
  readonly all: readonly AlertItem[];
  readonly chosen: string | undefined;
  readonly empty: ComponentChildren;
  /** `urgency` sorts and groups them; `given` leaves both as they came. */
  readonly order?: 'urgency' | 'given';
};

/**
 * Alerts, the most urgent first. While somebody reads the list nothing in it moves: what is new announces itself in its place
 * above and comes in when it is asked for, or when nobody has touched the page for a minute. The alarm bar has it at once.
 */
export function AlertList({ alerts, all, chosen, empty, order = 'urgency' }: ListProps) {
  const before = useRef<{ readonly of: string; readonly items: readonly AlertItem[] } | null>(null);
  const asks = useSignal(0);
  const list = useRef<HTMLDivElement>(null);
  void slow.value;
  const isSorted = order === 'urgency';
  const front = isSorted ? alerts.filter((alert) => !isAside(alert)).toSorted(byUrgency) : alerts;
  const aside = isSorted ? alerts.filter(isAside) : [];
  // Another filter, the gateway heard again, a press: the list begins from what there is.
  const of = [order, ...Object.values(queryHere()), returns.value, asks.value].join(' ');
  const had = before.current;
  const isHeld = had !== null && had.of === of && had.items.length > 0 && isRead();
  const items = isHeld ? standing(had.items, all) : front;
  before.current = { of, items };
  const fresh = comeSince(items, front);
  const rows = isSorted ? rowsOf(items) : items.map((head) => ({ head, related: [] }));
  useKeys(list, rows);

  if (alerts.length === 0 && items.length === 0) return <>{empty}</>;
  return (
    <div ref={list} class="alerts">
      <p class="fresh-place">
        {fresh > 0 ? (
          <button
            type="button"
            class="fresh"
            onClick={() => {
              asks.value += 1;
            }}
          >
            {tell('newOnes', { count: fresh })}
          </button>
        ) : (
          <span class="hint">{tell('noneNew')}</span>
        )}
      </p>
      <Windowed items={rows} rowHeight={rowHeight} keyOf={({ head }) => `${head.site}/${head.alert}`} look="rows">
        {(row) => <AlertRow row={row} chosen={chosen} />}
      </Windowed>
      {aside.length > 0 && (
        <details class="aside-alerts">
          <summary>{tell('aside', { count: aside.length })}</summary>
          <ul class="rows">
            {aside.map((head) => (
              <li key={head.alert}>
                <AlertRow row={{ head, related: [] }} chosen={chosen} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {mayAct(personNow()?.role) && isSorted && <p class="hint keys">{tell('keys')}</p>}
      {mayAct(personNow()?.role) && <PushSwitch />}
    </div>
  );
}

function AlertRow({ row: { head, related }, chosen }: { row: Row; chosen: string | undefined }) {
  return (
    <>
      <AlertLine alert={head} chosen={chosen} />
      {related.length > 0 && (
        <details class="related">
          <summary>{tell('related', { count: related.length })}</summary>
          {related.map((alert) => (
            <AlertLine key={alert.alert} alert={alert} chosen={chosen} />
          ))}
        </details>
      )}
    </>
  );
}

function AlertLine({ alert, chosen }: { alert: AlertItem; chosen: string | undefined }) {
  const isChosen = chosen === alert.alert;
  const tone = toneOf(alert);
  return (
    <a
      class="alert-line"
      data-alert={alert.alert}
      data-tone={tone}
      data-state={alert.state}
      aria-current={isChosen ? 'true' : undefined}
      href={address(`/alerts/${alert.alert}`, queryHere())}
    >
      <span class="line-head">
        <StateMark tone={tone} look="badge">
          {pick(levelNames[alert.level])}
        </StateMark>
        <span class="what">{pick(hazardNames[alert.hazard])}</span>
        {alert.status !== 'Actual' && <span class="tag">{pick(statusWords[alert.status])}</span>}
        <span class="alert-state">{pick(alertStateWords[alert.state])}</span>
        <Age at={alert.since} />
      </span>
      <strong class="alert-headline">{pick(alert.headline)}</strong>
      <span class="line-foot">
        {alert.acknowledged === null ? (
          tell('takenByNobody')
        ) : (
          <>
            {tell('takenBy', { who: nameOf(alert.acknowledged.by) })} <Age at={alert.acknowledged.at} />
          </>
        )}
      </span>
    </a>
  );
}

/** The filter goes along to the alert and back. */
function queryHere(): Record<string, string | null> {
  const query = new URL(addressHere({}), location.origin).searchParams;
  return { state: query.get('state'), level: query.get('level'), building: query.get('building') };
}

/** J and K move, Enter opens (as on every link), A acknowledges. Keys typed into a field or dialog are the field's. */
function useKeys(list: { readonly current: HTMLElement | null }, rows: readonly Row[]): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null) return;
      if (
        target instanceof HTMLInputElement ||
        target instanceof HTMLSelectElement ||
        target instanceof HTMLTextAreaElement
      )
        return;
      const key = event.key.toLowerCase();
      if (key === 'j' || key === 'k') step(list.current, key === 'j' ? 1 : -1);
      if (key === 'a') acknowledgeAt(rows);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

function step(list: HTMLElement | null, by: 1 | -1): void {
  const lines = [...(list?.querySelectorAll<HTMLElement>('.alert-line') ?? [])];
  const { activeElement } = document;
  const at = activeElement instanceof HTMLElement ? lines.indexOf(activeElement) : -1;
  lines[Math.min(lines.length - 1, Math.max(0, at + by))]?.focus();
}

/** The line the keyboard is at, else the one that the address names. */
function acknowledgeAt(rows: readonly Row[]): void {
  const id =
    (document.activeElement instanceof HTMLElement ? document.activeElement.dataset.alert : undefined) ??
    location.pathname.split('/')[2];
  const alert = rows.flatMap(({ head, related }) => [head, ...related]).find((each) => each.alert === id);
  if (alert !== undefined && mayAct(personNow()?.role) && actionsOf(alert).includes('acknowledge'))
    openAct(alert, 'acknowledge');
}
