import type { Failed } from '../gateway/answer.ts';
import type { Key, Language } from '../text/text.ts';
import { make, setAttribute } from './dom.ts';
import { Trouble } from './form-error.ts';
import { Labels, type Words } from './labels.ts';

/** What came of sending a form: nothing to say, a failure, or words about what is still to be filled in. */
export type Outcome = null | Failed | { readonly say: Words; readonly at?: HTMLElement };
export type Control = HTMLInputElement | HTMLSelectElement;

export type FormOptions = {
  readonly id: string;
  readonly submit: Key | Words;
  send(): Promise<Outcome>;
};

export type FieldOptions = {
  readonly label: Key;
  readonly hint?: Key;
  /** Details of the gateway that are about this field. */
  readonly blame?: RegExp;
};

/**
 * A form of labelled fields with one button. It says what is wrong beside the button, puts the reader at the field that
 * is to be mended, keeps what was typed, and is never sent twice at once or before the gateway's wait is over.
 */
export class Form {
  readonly node: HTMLFormElement;
  readonly labels = new Labels();
  readonly trouble: Trouble;
  /** Beside the submit button; more buttons go in here. */
  readonly buttons: HTMLElement;
  readonly #options: FormOptions;
  readonly #submit: HTMLButtonElement;
  readonly #blames: { readonly control: Control; readonly pattern: RegExp }[] = [];
  #isSending = false;

  constructor(options: FormOptions) {
    this.#options = options;
    const { id, submit } = options;
    this.trouble = new Trouble(`${id}-problem`, (what) => this.#setReady(what));
    this.#submit = this.labels.say(make('button', { type: 'submit', id: `${id}-button`, class: 'main' }), submit);
    this.buttons = make('div', { class: 'buttons' }, [this.#submit]);
    // Our own words instead of the browser's, which speaks its own language.
    this.node = make('form', { id, class: 'form', novalidate: '' }, [this.trouble.node, this.buttons]);
    this.node.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
  }

  /** Puts nodes above the trouble and the button, in the order of the calls. */
  add(...nodes: readonly Node[]): void {
    this.trouble.node.before(...nodes);
  }

  /** Adds a control with its label, and its rule where it has one; the node is the whole field. */
  field(control: Control, { label, hint, blame }: FieldOptions, extra: readonly Node[] = []): HTMLElement {
    const name = this.labels.say(make('label', { for: control.id, id: `${control.id}-label` }), label);
    const node = make('div', { class: 'field' }, [name]);
    if (hint !== undefined) {
      node.append(this.labels.say(make('p', { class: 'hint', id: `${control.id}-hint` }), hint));
      setAttribute(control, 'aria-describedby', `${control.id}-hint`);
    }
    node.append(extra.length === 0 ? control : make('div', { class: 'with-button' }, [control, ...extra]));
    if (blame !== undefined) this.#blames.push({ control, pattern: blame });
    control.addEventListener('input', () => control.removeAttribute('aria-invalid'));
    this.add(node);
    return node;
  }

  /** A field for a password, with a button that shows what is typed. */
  password(id: string, autocomplete: 'current-password' | 'new-password', options: FieldOptions): HTMLInputElement {
    const attributes = { autocapitalize: 'none', spellcheck: 'false', maxlength: '1024' };
    const input = make('input', { id, name: id, type: 'password', autocomplete, ...attributes });
    const button = make('button', { type: 'button', 'aria-pressed': 'false', 'aria-controls': id, class: 'reveal' });
    this.labels.say(button, 'reveal');
    button.addEventListener('click', () => {
      const isShown = input.type === 'text';
      input.type = isShown ? 'password' : 'text';
      setAttribute(button, 'aria-pressed', String(!isShown));
    });
    this.field(input, options, [button]);
    return input;
  }

  /** Another button beside the submit button. */
  button(id: string, label: Key, onClick: () => void): HTMLButtonElement {
    const button = this.labels.say(make('button', { type: 'button', id }), label);
    button.addEventListener('click', onClick);
    this.buttons.append(button);
    return button;
  }

  show(language: Language): void {
    this.labels.show(language);
    this.trouble.show(language);
  }

  async #send(): Promise<void> {
    if (this.#isSending || this.trouble.isWaiting()) return;
    this.#isSending = true;
    this.trouble.say(null);
    this.#setReady('wait');
    const outcome = await this.#options.send();
    this.#setReady('go');
    this.#isSending = false;
    if (outcome === null) return;
    if ('say' in outcome) {
      this.trouble.say(outcome.say);
      blame(outcome.at);
    } else {
      this.trouble.refuse(outcome);
      if (outcome.why === 'refused') this.#blame(outcome.detail);
    }
  }

  /** Not `disabled`, which would take the keyboard's place on the page away. */
  #setReady(what: 'wait' | 'go'): void {
    if (what === 'wait') setAttribute(this.#submit, 'aria-disabled', 'true');
    else this.#submit.removeAttribute('aria-disabled');
  }

  #blame(detail: string): void {
    blame(this.#blames.find(({ pattern }) => pattern.test(detail))?.control);
  }
}

/** A field for the name that somebody signs in with, as browsers and phones should treat it. */
export function userInput(id: string): HTMLInputElement {
  const attributes = { autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: '63' };
  return make('input', { id, name: 'user', ...attributes });
}

function blame(control: HTMLElement | undefined): void {
  if (control === undefined) return;
  setAttribute(control, 'aria-invalid', 'true');
  control.focus();
}
