import type { Who } from '../../contract/http/session.ts';
import { ask } from '../gateway/api.ts';
import { type Key, type Language, text } from '../text/text.ts';
import { make, setHidden } from './dom.ts';
import { Form, type Outcome, userInput } from './form.ts';

export type SignInOptions = { onSignedIn(person: Who): void; onAsked(): void };

const session = '/api/v1/session';

/** Who is signed in, and the form that asks. The session itself is a cookie no script can read. */
export class SignIn {
  readonly node: HTMLElement;
  readonly #options: SignInOptions;
  readonly #form = new Form({ id: 'sign-in', submit: 'signIn', send: () => this.#send() });
  readonly #user = userInput('user');
  readonly #password: HTMLInputElement;

  constructor(options: SignInOptions) {
    this.#options = options;
    this.node = this.#form.node;
    this.node.classList.add('card', 'narrow');
    this.#form.add(this.#form.labels.say(make('h1', { id: 'sign-in-title' }), 'signIn'));
    this.#form.field(this.#user, { label: 'user' });
    this.#password = this.#form.password('password', 'current-password', { label: 'password' });
    setHidden(this.node, true);
  }

  /** Goes on with the session that is there, else asks. */
  async begin(): Promise<void> {
    const answer = await ask<Who>('GET', session);
    if (answer.ok) this.#goOn(answer.body);
    else if (answer.why === 'unreachable') setTimeout(() => void this.begin(), 2000);
    else this.ask(answer.why === 'signed-out' ? null : 'unreachable');
  }

  /** Asks for name and password, saying why it does. */
  ask(why: Key | null): void {
    this.#options.onAsked();
    this.#form.trouble.say(why === null ? null : (language) => text(language, why));
    setHidden(this.node, false);
    this.#user.focus();
  }

  async signOut(): Promise<void> {
    const answer = await ask('DELETE', session);
    if (answer.ok || answer.why === 'signed-out') this.ask(null);
  }

  show(language: Language): void {
    this.#form.show(language);
  }

  async #send(): Promise<Outcome> {
    const [user, password] = [this.#user.value, this.#password.value];
    if (user === '') return { say: (language) => text(language, 'nameMissing'), at: this.#user };
    if (password === '') return { say: (language) => text(language, 'passwordMissing'), at: this.#password };
    const answer = await ask<Who>('POST', session, { user, password });
    // One text for a wrong name and a wrong password: neither is to be found out by trying.
    if (!answer.ok && answer.why === 'refused' && answer.status < 500) {
      return { say: (language) => text(language, 'signInWrong'), at: this.#password };
    }
    if (!answer.ok) return answer;
    this.#password.value = '';
    this.#goOn(answer.body);
    return null;
  }

  #goOn(person: Who): void {
    setHidden(this.node, true);
    this.#options.onSignedIn(person);
  }
}
