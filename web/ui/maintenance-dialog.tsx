import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { MaintenanceItem } from '../../contract/http/alerts.ts';
import { ask } from '../gateway/api.ts';
import { now as gatewayNow, refreshLive } from '../gateway/live.ts';
import { end } from '../gateway/session.ts';
import { maintenanceModeWords } from '../text/maintenance.ts';
import { maintenanceDialogWords, maintenanceEffectWords } from '../text/maintenance-dialog.ts';
import { maintained, maintaining, type Part } from './asked.ts';
import { ChoiceField, Form, type FormValues, type Outcome, TextField } from './form.tsx';
import { pick, speaker } from './language.ts';
import { fromLocal, toLocal } from './local-time.ts';
import { nameOf } from './maintenance.tsx';
import { zone } from './zone.ts';

const tell = speaker(maintenanceDialogWords);
const usualMs = 2 * 3_600_000;
const modes = ['maintenance', 'test', 'out-of-action'] as const;

/** Begins a maintenance, or ends one; stands once in the application. */
export function MaintenanceDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = maintaining.value;
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
        maintaining.value = null;
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
  maintained.value += 1;
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
