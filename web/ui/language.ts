import type { Language } from '../text/text.ts';
import { make, setAttribute } from './dom.ts';

/** The reader's language. The address carries it: the pages keep nothing else, and a link shows a colleague the same. */

const names = { ko: '한국어', en: 'English' } as const satisfies Record<Language, string>;
const languages = ['ko', 'en'] as const satisfies readonly Language[];

export class LanguageChoice {
  readonly node: HTMLElement;
  readonly #buttons: ReadonlyMap<Language, HTMLButtonElement>;
  readonly #onChoice: (language: Language) => void;

  constructor(onChoice: (language: Language) => void) {
    this.#onChoice = onChoice;
    this.#buttons = new Map(languages.map((language) => [language, this.#button(language)]));
    this.node = make('span', { class: 'languages' }, [...this.#buttons.values()]);
  }

  /** Speaks the language of the address, else of the browser. */
  begin(): void {
    this.#speak(fromAddress() ?? (navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en'));
  }

  #button(language: Language): HTMLButtonElement {
    const words = document.createTextNode(names[language]);
    const button = make('button', { type: 'button', id: `to-${language}`, lang: language }, [words]);
    button.addEventListener('click', () => this.#choose(language));
    return button;
  }

  #choose(language: Language): void {
    const address = new URL(location.href);
    address.searchParams.set('lang', language);
    history.replaceState(null, '', address);
    this.#speak(language);
  }

  #speak(language: Language): void {
    setAttribute(document.documentElement, 'lang', language);
    for (const [other, button] of this.#buttons) setAttribute(button, 'aria-pressed', String(other === language));
    this.#onChoice(language);
  }
}

/** The address of another page of ours, in the language that was chosen here. */
export function pageAddress(path: string): string {
  const chosen = fromAddress();
  return chosen === undefined ? path : `${path}?lang=${chosen}`;
}

function fromAddress(): Language | undefined {
  const asked = new URLSearchParams(location.search).get('lang');
  return languages.find((language) => language === asked);
}
