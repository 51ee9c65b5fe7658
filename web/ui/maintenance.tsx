import { signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { MaintenanceItem } from '../../contract/http/alerts.ts';
import { ask, askEvery } from '../gateway/api.ts';
import { now as gatewayNow, linkState, modelNow, refreshLive } from '../gateway/live.ts';
import { itemsOf } from '../gateway/offered.ts';
import { useResource } from '../gateway/resource.ts';
import { end, personNow } from '../gateway/session.ts';
import { mayAct, nameOf as personName } from '../pages/alerts/view.ts';
import { maintenanceEffectWords, maintenanceModeWords, maintenanceWords } from '../text/maintenance.ts';
import { ChoiceField, Form, type FormValues, type Outcome, TextField } from './form.tsx';
import { language, pick, speaker } from './language.ts';
import { fromLocal, toLocal } from './local-time.ts';
import { inOrder, pathOf, targetOf } from './maintenance-view.ts';
import { address } from './router.ts';
import { StateMark } from './state-mark.tsx';
import { timeAt } from './time.tsx';
import { zone } from './zone.ts';

const tell = speaker(maintenanceWords);
const refreshMs = 10_000;
const shownAtMost = 3;
const usualMs = 2 * 3_600_000;
const modes = ['maintenance', 'test', 'out-of-action'] as const;

/** A part as the gateway takes it: `device:tilt-se`, `building:hanbit`. */
export type Part = { readonly site: string; readonly target: string; readonly name: string };

type Wish = { readonly kind: 'begin'; readonly part: Part } | { readonly kind: 'end'; readonly item: MaintenanceItem };

const wish = signal<Wish | null>(null);
/** Grows with each one begun or ended here. */
const deeds = signal(0);

/** Whether the gateway said what is worked on, or that it does not say so. */
export const maintenanceKnown = signal(false);

/** Below the alarms of every page: what raises no alert now, or only a test. Nothing while there is none. */
export function MaintenanceStrip({ isDrawn }: { isDrawn: boolean }) {
  const { now, refresh } = useResource(
    'maintenance',
    () => askEvery<MaintenanceItem>('/api/v1/maintenance'),
    refreshMs,
  );
  const done = deeds.value;
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
            wish.value = { kind: 'end', item: of };
          }}
        >
          {tell('end')}
        </button>
      )}
    </p>
  );
}

function nameOf(item: MaintenanceItem): string {
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
        wish.value = { kind: 'begin', part };
      }}
    >
      {tell('begin')}
    </button>
  );
}

/** The dialog itself; stands once in the application. */
export function MaintenanceDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = wish.value;
  useEffect(() => {
    if (asked !== null && dialog.current?.open === false) dialog.current.showModal();
  }, [asked]);
  const onClose = () => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      id="maintain"
      aria-labelledby="maintain-title"
      onClose={() => {
        wish.value = null;
      }}
    >
      {asked?.kind === 'begin' && <Begin part={asked.part} onClose={onClose} />}
      {asked?.kind === 'end' && <End item={asked.item} onClose={onClose} />}
    </dialog>
  );
}

async function send(path: string, body: object, onClose: () => void): Promise<Outcome> {
  const answer = await ask<unknown>('POST', path, body);
  if (!answer.ok && answer.why === 'signed-out') {
    onClose();
    end('sessionEnded');
    return null;
  }
  if (!answer.ok) return answer;
  deeds.value += 1;
  refreshLive();
  onClose();
  return null;
}

function Begin({ part, onClose }: { part: Part; onClose(): void }) {
  const chosen = useSignal<MaintenanceItem['mode']>('maintenance');
  async function begin(values: FormValues): Promise<Outcome> {
    const until = fromLocal(values.text('maintain-until'), zone.value);
    if (until === null) return { say: () => tell('untilMissing'), at: 'maintain-until' };
    const reason = values.text('maintain-reason').trim();
    if (reason === '') return { say: () => tell('reasonMissing'), at: 'maintain-reason' };
    const { site, target } = part;
    const mode = values.text('maintain-mode');
    return send('/api/v1/maintenance', { site, target, mode, until: new Date(until).toISOString(), reason }, onClose);
  }
  return (
    <Form id="maintain-form" submit={tell('begin')} send={begin} buttons={<Cancel onClose={onClose} />}>
      <h2 id="maintain-title">{tell('beginOf', { name: part.name })}</h2>
      <ChoiceField
        id="maintain-mode"
        label={tell('mode')}
        chosen="maintenance"
        choices={modes.map((mode) => ({ value: mode, words: pick(maintenanceModeWords[mode]) }))}
        onChoice={(value) => {
          chosen.value = modes.find((mode) => mode === value) ?? 'maintenance';
        }}
      >
        <Effect of={chosen} />
      </ChoiceField>
      <TextField
        id="maintain-until"
        type="datetime-local"
        label={tell('untilWhen')}
        hint={tell('untilHint', { zone: zone.value })}
        defaultValue={toLocal(gatewayNow() + usualMs, zone.value)}
      />
      <TextField id="maintain-reason" label={tell('reason')} maxLength={500} />
    </Form>
  );
}

function Effect({ of }: { of: { readonly value: MaintenanceItem['mode'] } }) {
  return (
    <p class="hint" role="status">
      {pick(maintenanceEffectWords[of.value])}
    </p>
  );
}

function End({ item, onClose }: { item: MaintenanceItem; onClose(): void }) {
  async function finish(values: FormValues): Promise<Outcome> {
    const reason = values.text('maintain-reason').trim();
    if (reason === '') return { say: () => tell('reasonMissing'), at: 'maintain-reason' };
    return send(`/api/v1/maintenance/${encodeURIComponent(item.maintenance)}/end`, { reason }, onClose);
  }
  return (
    <Form id="maintain-form" submit={tell('end')} send={finish} buttons={<Cancel onClose={onClose} />}>
      <h2 id="maintain-title">{tell('endOf', { name: nameOf(item) })}</h2>
      <p class="hint">{tell('endHint')}</p>
      <TextField id="maintain-reason" label={tell('reason')} maxLength={500} />
    </Form>
  );
}

function Cancel({ onClose }: { onClose(): void }) {
  return (
    <button type="button" onClick={onClose}>
      {tell('cancel')}
    </button>
  );
}
