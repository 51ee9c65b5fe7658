import { insecureText } from '../text/format.ts';
import type { Language } from '../text/text.ts';
import { make, setText } from './dom.ts';

/** A banner on every page of a gateway that lets unencrypted connections in; the gateway says so on <html>. */
export class InsecureBanner {
  readonly #listeners = document.documentElement.dataset.insecure ?? '';
  readonly #words = make('span');

  /** Puts the banner before everything else, where there is something to say. */
  constructor() {
    if (this.#listeners === '') return;
    const shape = make('span', { class: 'shape', 'aria-hidden': 'true' });
    document.body.prepend(
      make('p', { id: 'insecure', class: 'insecure', 'data-tone': 'caution' }, [shape, this.#words]),
    );
  }

  show(language: Language): void {
    setText(this.#words, insecureText(this.#listeners, language));
  }
}
