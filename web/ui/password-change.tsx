import { useEffect, useRef } from 'preact/hooks';
import { aboutPassword, isRefused } from '../gateway/answer.ts';
import { ask } from '../gateway/api.ts';
import { end, personNow } from '../gateway/session.ts';
import { passwordWords } from '../text/password.ts';
import { isPasswordAsked } from './asked.ts';
import { Form, type FormValues, type Outcome, PasswordField } from './form.tsx';
import { say, speaker } from './language.ts';

const tell = speaker(passwordWords);

/** A person's own password, changed in a dialog over whatever page it is asked for on. */
export function PasswordChange() {
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = isPasswordAsked.value;
  useEffect(() => {
    if (shown) dialog.current?.showModal();
  }, [shown]);
  return (
    <dialog
      ref={dialog}
      id="password-change"
      aria-labelledby="password-change-title"
      onClose={() => {
        isPasswordAsked.value = false;
      }}
    >
      {/* Made again each time it opens, so that nothing typed stays behind. */}
      {shown && <Content onCancel={() => dialog.current?.close()} onChanged={() => dialog.current?.close()} />}
    </dialog>
  );
}

function Content({ onCancel, onChanged }: { onCancel(): void; onChanged(): void }) {
  async function send(values: FormValues): Promise<Outcome> {
    const [password, newPassword] = [values.text('old-password'), values.text('new-password')];
    if (password === '') return { say: () => say('passwordMissing'), at: 'old-password' };
    if (newPassword === '') return { say: () => say('passwordMissing'), at: 'new-password' };
    const answer = await ask('PUT', '/api/v1/session/password', { password, newPassword });
    if (isRefused(answer, 'wrong-credentials')) {
      return { say: () => tell('oldPasswordWrong'), at: 'old-password' };
    }
    if (!answer.ok && answer.why === 'signed-out') return leave('sessionEnded');
    if (!answer.ok) return answer;
    return leave('passwordChanged');
  }

  function leave(why: 'sessionEnded' | 'passwordChanged'): null {
    onChanged();
    end(why);
    return null;
  }

  return (
    <Form
      id="change"
      submit={say('changePassword')}
      send={send}
      blame={(failed) => (isRefused(failed, ...aboutPassword) ? 'new-password' : undefined)}
      buttons={
        <button type="button" id="change-cancel" onClick={onCancel}>
          {say('cancel')}
        </button>
      }
    >
      <h2 id="password-change-title">{say('changePassword')}</h2>
      <p>{tell('changePasswordNote')}</p>
      <input type="text" autocomplete="username" name="user" hidden value={personNow()?.name ?? ''} />
      <PasswordField id="old-password" label={tell('oldPassword')} autocomplete="current-password" />
      <PasswordField
        id="new-password"
        label={say('newPassword')}
        hint={say('passwordRule')}
        autocomplete="new-password"
      />
    </Form>
  );
}
