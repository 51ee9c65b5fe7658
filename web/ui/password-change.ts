import { ask } from '../gateway/api.ts';
import { type Language, text } from '../text/text.ts';
import { make } from './dom.ts';
import { Form, type Outcome } from './form.ts';

/** The own password, changed in a dialog over whatever page it is asked for on. */
export class PasswordChange {
  readonly node = make('dialog', { id: 'password-change', 'aria-labelledby': 'password-change-title' });
  readonly #form = new Form({ id: 'change', submit: 'changePassword', send: () => this.#send() });
  readonly #user = make('input', { type: 'text', autocomplete: 'username', name: 'user', hidden: '' });
  readonly #old: HTMLInputElement;
  readonly #new: HTMLInputElement;
  readonly #onChanged: () => void;

  /** @param onChanged the password is another one now, and nobody is signed in any more */
  constructor(onChanged: () => void) {
    this.#onChanged = onChanged;
    const { labels } = this.#form;
    this.#form.add(
      labels.say(make('h2', { id: 'password-change-title' }), 'changePassword'),
      labels.say(make('p'), 'changePasswordNote'),
      this.#user,
    );
    this.#old = this.#form.password('old-password', 'current-password', { label: 'oldPassword' });
    this.#new = this.#form.password('new-password', 'new-password', {
      label: 'newPassword',
      hint: 'passwordRule',
      blame: /^password of /,
    });
    this.#form.button('change-cancel', 'cancel', () => this.node.close());
    this.node.append(this.#form.node);
    this.node.addEventListener('close', () => this.#forget());
  }

  /** @param user whose password: what keeps passwords in the browser wants to know */
  open(user: string): void {
    this.#user.value = user;
    this.node.showModal();
  }

  show(language: Language): void {
    this.#form.show(language);
  }

  async #send(): Promise<Outcome> {
    const [password, newPassword] = [this.#old.value, this.#new.value];
    for (const input of [this.#old, this.#new]) {
      if (input.value === '') return { say: (language) => text(language, 'passwordMissing'), at: input };
    }
    const answer = await ask('PUT', '/api/v1/session/password', { password, newPassword });
    if (!answer.ok && answer.why === 'refused' && answer.status === 401) {
      return { say: (language) => text(language, 'oldPasswordWrong'), at: this.#old };
    }
    if (!answer.ok) return answer;
    this.node.close();
    this.#onChanged();
    return null;
  }

  #forget(): void {
    for (const input of [this.#old, this.#new]) input.value = '';
    this.#form.trouble.say(null);
  }
}
