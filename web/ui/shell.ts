import type { Who } from '../../contract/http/session.ts';
import type { Key, Language } from '../text/text.ts';
import { Top } from './page-header.ts';
import { SignIn } from './sign-in.ts';

export type ShellOptions = {
  readonly main: HTMLElement;
  onLanguage(language: Language): void;
  onSignedIn(person: Who): void;
  /** Nobody is signed in: what was shown to somebody goes. */
  onAsked(): void;
};

/** What the pages of signed-in people have in common: the first line, and the form for whoever is not. */
export class Shell {
  readonly top: Top;
  readonly #signIn: SignIn;

  constructor({ main, onLanguage, onSignedIn, onAsked }: ShellOptions) {
    this.#signIn = new SignIn({
      onSignedIn: (person) => {
        this.top.showPerson(person);
        onSignedIn(person);
      },
      onAsked: () => {
        this.top.showPerson(null);
        onAsked();
      },
    });
    this.top = new Top({
      onLanguage: (language) => {
        this.#signIn.show(language);
        onLanguage(language);
      },
      onSignOut: () => void this.#signIn.signOut(),
      onPasswordChanged: () => this.ask('passwordChanged'),
    });
    main.prepend(this.#signIn.node);
  }

  /** Speaks, and looks who is signed in. */
  begin(): void {
    this.top.begin();
    this.look();
  }

  /** Looks again who is signed in, and as what. */
  look(): void {
    void this.#signIn.begin();
  }

  ask(why: Key | null): void {
    this.#signIn.ask(why);
  }
}
