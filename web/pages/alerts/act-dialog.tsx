import { useEffect, useRef } from 'preact/hooks';
import type { Failed } from '../../gateway/answer.ts';
import { ask, sendPicture } from '../../gateway/api.ts';
import { refreshLive } from '../../gateway/live.ts';
import { smallPhoto } from '../../gateway/photo.ts';
import { end } from '../../gateway/session.ts';
import { alertWords, causeWords } from '../../text/alerts.ts';
import { type Act, acting, deedsDone } from '../../ui/asked.ts';
import { ChoiceField, Field, Form, type FormValues, type Outcome, TextField } from '../../ui/form.tsx';
import { pick, speaker } from '../../ui/language.ts';
import { type Action, asksCause } from './view.ts';

const tell = speaker(alertWords);

const asks = {
  acknowledge: 'askAcknowledge',
  reset: 'askReset',
  shelve: 'askShelve',
  unshelve: 'askAcknowledge',
  report: 'askReport',
} as const satisfies Record<Action, keyof typeof alertWords>;

const shelvingMinutes = [15, 30, 60, 120, 480];

/** The dialog itself; stands once in the application. */
export function ActDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const now = acting.value;
  useEffect(() => {
    if (now !== null && dialog.current?.open === false) dialog.current.showModal();
  }, [now]);
  return (
    <dialog
      ref={dialog}
      id="act"
      aria-labelledby="act-title"
      onClose={() => {
        acting.value = null;
      }}
    >
      {now !== null && (
        <Content key={`${now.alert.alert} ${now.action}`} act={now} onClose={() => dialog.current?.close()} />
      )}
    </dialog>
  );
}

function Content({ act: { alert, action }, onClose }: { act: Act; onClose(): void }) {
  async function send(values: FormValues): Promise<Outcome> {
    const reason = values.text('act-reason').trim() || defaultReason(action);
    if (reason === '') return { say: () => tell('reasonMissing'), at: 'act-reason' };
    const cause = values.text('act-cause');
    const body = {
      version: alert.version,
      reason,
      ...(action === 'shelve' && { minutes: Number(values.text('act-minutes')) }),
      ...(cause !== '' && { cause }),
    };
    const path = `/api/v1/alerts/${encodeURIComponent(alert.alert)}/${action}?site=${alert.site}`;
    // Before the report itself: one that was sent twice is kept once, and a report without its photo is not said to be whole.
    for (const file of values.files('act-photo')) {
      const photo = await smallPhoto(file);
      if (photo === undefined) return { say: () => tell('photoUnreadable'), at: 'act-photo' };
      const sent = await sendPicture(
        `/api/v1/alerts/${encodeURIComponent(alert.alert)}/photos?site=${alert.site}`,
        photo,
      );
      if (!sent.ok) return refused(sent);
    }
    const answer = await ask<unknown>('POST', path, body);
    if (!answer.ok) return refused(answer);
    deedsDone.value += 1;
    onClose();
    return null;
  }

  /** Somebody else may have been faster: then what stands is shown, and the person decides again. */
  function refused(failed: Failed): Outcome {
    if (failed.why === 'signed-out') {
      onClose();
      end('sessionEnded');
      return null;
    }
    refreshLive();
    return failed;
  }

  const isReasonNeeded = defaultReason(action) === '';
  return (
    <Form
      id="act-form"
      submit={tell(action)}
      send={send}
      blame={() => undefined}
      buttons={
        <button type="button" id="act-cancel" onClick={onClose}>
          {tell('cancel')}
        </button>
      }
    >
      <h2 id="act-title">{tell(action)}</h2>
      <p class="about">{pick(alert.headline)}</p>
      <p class="hint">{tell(asks[action])}</p>
      {action === 'shelve' && (
        <ChoiceField
          id="act-minutes"
          label={tell('minutes')}
          chosen="30"
          choices={shelvingMinutes.map((count) => ({ value: String(count), words: tell('minutesOf', { count }) }))}
        />
      )}
      {action === 'reset' && asksCause(alert) && <CauseField />}
      {action === 'report' && <PhotoField />}
      <TextField
        id="act-reason"
        label={action === 'report' ? tell('reportWhat') : tell(isReasonNeeded ? 'reasonNeeded' : 'reasonOptional')}
        maxLength={500}
      />
    </Form>
  );
}

/** One keystroke is enough to acknowledge; what puts an alert out of sight needs a reason of a person's own. */
function defaultReason(action: Action): string {
  if (action === 'acknowledge') return tell('ackDefault');
  return action === 'reset' ? tell('resetDefault') : '';
}

function PhotoField() {
  return (
    <Field id="act-photo" label={tell('photo')} hint={tell('photoHint')}>
      <input id="act-photo" name="act-photo" type="file" accept="image/*" multiple aria-describedby="act-photo-hint" />
    </Field>
  );
}

function CauseField() {
  const causes = ['real', 'cooking', 'steam', 'dust', 'test', 'fault', 'other'] as const;
  return (
    <ChoiceField
      id="act-cause"
      label={tell('cause')}
      chosen="real"
      choices={causes.map((cause) => ({ value: cause, words: pick(causeWords[cause]) }))}
    />
  );
}
