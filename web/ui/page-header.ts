import type { Who } from '../../contract/http/session.ts';
import { mayKeepPeople } from '../pages/people/roles.ts';
import type { Language } from '../text/text.ts';
import { byId, make, setHidden, setText } from './dom.ts';
import { InsecureBanner } from './insecure-banner.ts';
import { Labels } from './labels.ts';
import { LanguageChoice, pageAddress } from './language.ts';
import { PasswordChange } from './password-change.ts';

export type TopOptions = {
  onLanguage(language: Language): void;
  onSignOut(): void;
  onPasswordChanged(): void;
};

/** The first line of every page: where one is, the language, and what a person can do with the own account. */
export class Top {
  readonly #labels = new Labels();
  readonly #banner = new InsecureBanner();
  readonly #languages: LanguageChoice;
  readonly #change: PasswordChange;
  readonly #brand = make('a', { class: 'brand', lang: 'ko', href: '/' }, [document.createTextNode('자리')]);
  readonly #who = make('span', { id: 'who', class: 'who' });
  readonly #people = this.#labels.say(make('a', { id: 'to-people', class: 'button' }), 'people');
  readonly #changeButton = this.#labels.say(
    make('button', { type: 'button', id: 'change-password' }),
    'changePassword',
  );
  readonly #signOut = this.#labels.say(make('button', { type: 'button', id: 'sign-out' }), 'signOut');
  readonly #siteNames = make('span', { id: 'site-names', class: 'site-names' });
  readonly #asOf = make('span', { id: 'as-of', class: 'as-of' });
  readonly #account = make('span', { class: 'account' });
  #person: Who | null = null;

  constructor({ onLanguage, onSignOut, onPasswordChanged }: TopOptions) {
    this.#languages = new LanguageChoice((language) => {
      this.#show(language);
      onLanguage(language);
    });
    this.#change = new PasswordChange(onPasswordChanged);
    this.#changeButton.addEventListener('click', () => this.#change.open(this.#person?.name ?? ''));
    this.#signOut.addEventListener('click', onSignOut);
    this.#account.append(this.#who, this.#people, this.#changeButton, this.#signOut);
    byId('top', HTMLElement).append(this.#brand, this.#siteNames, this.#asOf, this.#languages.node, this.#account);
    document.body.append(this.#change.node);
    this.showPerson(null);
  }

  /** Speaks for the first time. */
  begin(): void {
    this.#languages.begin();
  }

  showPerson(person: Who | null): void {
    this.#person = person;
    setText(this.#who, person?.name ?? '');
    setHidden(this.#account, person === null);
    setHidden(this.#people, !mayKeepPeople(person) || location.pathname === '/people');
  }

  /** Which sites, and as of when. */
  showPlace(siteNames: string, asOf: string): void {
    setText(this.#siteNames, siteNames);
    setText(this.#asOf, asOf);
  }

  #show(language: Language): void {
    this.#labels.show(language);
    this.#banner.show(language);
    this.#change.show(language);
    this.#people.href = pageAddress('/people');
    this.#brand.href = pageAddress('/');
  }
}
