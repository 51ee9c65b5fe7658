import { byId, setHidden, setText } from './dom.ts';
import { type Key, type Language, text } from './text.ts';

export type Person = { name: string; role: string };
export type SignInOptions = { onSignedIn(person: Person): void; onAsked(): void };

/** Who is signed in, and the form that asks. The session itself is a cookie no script can read. */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #form = byId('sign-in', HTMLFormElement);
  readonly #user = byId('user', HTMLInputElement);
  readonly #password = byId('password', HTMLInputElement);
  readonly #button = byId('sign-in-button', HTMLButtonElement);
  #language: Language = 'ko';
  #problem: Key | null = null;

  constructor(options: SignInOptions) {
    this.#options = options;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
  }

  /** Goes on with the session that is there, else asks. */
  async begin(): Promise<void> {
    const answer = await ask('GET');
    if (answer === null) setTimeout(() => void this.begin(), 2000);
    else if (answer.ok) this.#options.onSignedIn(await answer.json());
    else this.ask(answer.status === 401 ? null : 'signInFailed');
  }

  ask(problem: Key | null): void {
    this.#options.onAsked();
    this.#say(problem);
    setHidden(this.#form, false);
    this.#user.focus();
  }

  async signOut(): Promise<void> {
    const answer = await ask('DELETE');
    if (answer !== null) this.ask(null);
  }

  show(language: Language): void {
    this.#language = language;
    setText(byId('sign-in-title', HTMLHeadingElement), text(language, 'signIn'));
    setText(byId('user-label', HTMLLabelElement), text(language, 'user'));
    setText(byId('password-label', HTMLLabelElement), text(language, 'password'));
    setText(this.#button, text(language, 'signIn'));
    this.#say(this.#problem);
  }

  async #send(): Promise<void> {
    this.#button.disabled = true;
    const answer = await ask('POST', { user: this.#user.value, password: this.#password.value });
    this.#button.disabled = false;
    if (answer?.ok !== true) {
      this.#say(answer === null ? 'signInFailed' : answer.status === 429 ? 'signInBusy' : 'signInWrong');
      return;
    }
    this.#say(null);
    this.#password.value = '';
    setHidden(this.#form, true);
    this.#options.onSignedIn(await answer.json());
  }

  #say(problem: Key | null): void {
    this.#problem = problem;
    setText(byId('sign-in-problem', HTMLParagraphElement), problem === null ? '' : text(this.#language, problem));
  }
}

/** One request about the session; null when the gateway does not answer. */
async function ask(method: 'GET' | 'POST' | 'DELETE', body?: object): Promise<Response | null> {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  try {
    return await fetch('/api/v1/session', { method, ...json, signal: AbortSignal.timeout(10_000) });
  } catch {
    return null;
  }
}
