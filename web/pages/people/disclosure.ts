import type { Key, Language } from '../../text/text.ts';
import { make, type Part, setAttribute } from '../../ui/dom.ts';
import type { Labels } from '../../ui/labels.ts';

/** Buttons of a line, each of which opens a form below it; one is open at a time, and the button closes it again. */
export class Opening {
  readonly buttons = make('div', { class: 'buttons' });
  readonly place = make('div', { class: 'opened' });
  readonly #labels: Labels;
  #open: { readonly button: HTMLButtonElement; readonly part: Part<Language> } | null = null;
  #language: Language = 'ko';

  constructor(labels: Labels) {
    this.#labels = labels;
  }

  /** @param of whose line, for who hears the button without seeing the line */
  add(label: Key, of: string, makePart: (close: () => void) => Part<Language>): void {
    const attributes = { type: 'button', 'data-do': label, 'aria-expanded': 'false', 'aria-describedby': of };
    const button = this.#labels.say(make('button', attributes), label);
    button.addEventListener('click', () => {
      const wasOpen = this.#open?.button === button;
      this.#close();
      if (!wasOpen) this.#show(button, makePart);
    });
    this.buttons.append(button);
  }

  show(language: Language): void {
    this.#language = language;
    this.#open?.part.show(language);
  }

  #show(button: HTMLButtonElement, makePart: (close: () => void) => Part<Language>): void {
    const part = makePart(() => {
      this.#close();
      button.focus();
    });
    this.#open = { button, part };
    setAttribute(button, 'aria-expanded', 'true');
    part.show(this.#language);
    this.place.append(part.node);
    part.node.querySelector<HTMLElement>('input, select, button')?.focus();
  }

  #close(): void {
    if (this.#open === null) return;
    setAttribute(this.#open.button, 'aria-expanded', 'false');
    this.#open.part.node.remove();
    this.#open = null;
  }
}
