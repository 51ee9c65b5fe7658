import { useSignal } from '@preact/signals';
import { type ComponentChildren, createElement } from 'preact';
import { useRef } from 'preact/hooks';
import type { Failed } from '../gateway/answer.ts';
import { FormError, type Say, type Trouble } from './form-error.tsx';
import { say } from './language.ts';

/** What came of sending a form: nothing to say, a failure, or words about what is still to be filled in. */
export type Outcome = null | Failed | { readonly say: Say; readonly at?: string };

export type FormProps = {
  readonly id: string;
  readonly submit: string;
  /** What was typed, by the names of the controls. */
  send(values: FormValues): Promise<Outcome>;
  /** The control, by its id, that a refusal is about. */
  blame?(failed: Failed): string | undefined;
  readonly look?: string;
  readonly children: ComponentChildren;
  /** More buttons beside the submit button. */
  readonly buttons?: ComponentChildren;
  onEscape?(): void;
  /** Said before anything is sent: why the form is here at all. */
  readonly first?: Say | undefined;
};

/** Text of a control by its name; '' for one that is not there. */
export type FormValues = {
  text(name: string): string;
  all(name: string): readonly string[];
  /** Files that were chosen; empty where none were. */
  files(name: string): readonly File[];
};

/**
 * A form with one submit button. It says what is wrong beside the button, puts the reader at the field that is to be
 * fixed, keeps what was typed, and is never sent twice at once or before the gateway's wait is over.
 */
export function Form({ id, submit, send, blame, look = '', children, buttons, onEscape, first }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const trouble = useSignal<Trouble | null>(first === undefined ? null : { say: first });
  const until = useSignal(0);
  const state = useSignal<'ready' | 'sending' | 'waiting'>('ready');

  async function onSubmit(event: Event): Promise<void> {
    event.preventDefault();
    if (state.peek() !== 'ready' || form.current === null) return;
    trouble.value = null;
    state.value = 'sending';
    const outcome = await send(valuesOf(form.current));
    state.value = 'ready';
    if (outcome === null) return;
    trouble.value = outcome;
    if ('say' in outcome) return point(outcome.at);
    if (outcome.why === 'busy') {
      until.value = performance.now() + outcome.waitS * 1000;
      state.value = 'waiting';
    }
    point(blame?.(outcome));
  }

  function point(control: string | undefined): void {
    const node = control === undefined ? null : document.getElementById(control);
    if (node === null) return;
    node.setAttribute('aria-invalid', 'true');
    node.focus();
  }

  return (
    // Our own words instead of the browser's, which speaks its own language.
    <form
      ref={form}
      id={id}
      class={look === '' ? 'form' : `form ${look}`}
      noValidate
      onSubmit={onSubmit}
      onInput={clearMark}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onEscape?.();
      }}
    >
      {children}
      <FormError
        id={`${id}-problem`}
        trouble={trouble.value}
        until={until.value}
        onOver={() => {
          state.value = 'ready';
        }}
      />
      <div class="buttons">
        {/* Not `disabled`, which would take the keyboard's place on the page away. */}
        <button
          type="submit"
          id={`${id}-button`}
          class="main"
          aria-disabled={state.value === 'ready' ? undefined : true}
        >
          {submit}
        </button>
        {buttons}
      </div>
    </form>
  );
}

function clearMark({ target }: Event): void {
  if (target instanceof Element) target.removeAttribute('aria-invalid');
}

function valuesOf(form: HTMLFormElement): FormValues {
  const data = new FormData(form);
  const all = (name: string) => data.getAll(name).map(String);
  const files = (name: string) =>
    data.getAll(name).flatMap((one) => (one instanceof File && one.size > 0 ? [one] : []));
  return { all, files, text: (name) => all(name)[0] ?? '' };
}

/** A control with its label, and its rule where it has one. */
export function Field({
  id,
  label,
  hint,
  children,
}: {
  id: string;
  label: string;
  hint?: string;
  children: ComponentChildren;
}) {
  return (
    <div class="field">
      <label for={id} id={`${id}-label`}>
        {label}
      </label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
    </div>
  );
}

/** What a line of text may be told beyond its label. */
export type InputOptions = {
  readonly type?: 'text' | 'number' | 'datetime-local' | 'date' | 'search' | 'tel';
  readonly autocomplete?: 'off' | 'username';
  readonly autocapitalize?: 'none';
  readonly spellcheck?: boolean;
  readonly maxLength?: number;
  readonly inputMode?: 'numeric' | 'decimal' | 'tel';
  readonly min?: number | string;
  readonly max?: number | string;
  readonly step?: number;
  readonly placeholder?: string;
  readonly defaultValue?: string;
  onChange?(event: { readonly currentTarget: HTMLInputElement }): void;
};

/** A line of text. `name` is the id where none is given. */
export function TextField(of: { id: string; name?: string; label: string; hint?: string } & InputOptions) {
  const { id, name = id, label, hint, type = 'text', autocomplete = 'off', ...input } = of;
  return (
    <Field id={id} label={label} {...(hint !== undefined && { hint })}>
      {createElement('input', {
        id,
        name,
        type,
        autocomplete,
        ...input,
        ...(hint !== undefined && { 'aria-describedby': `${id}-hint` }),
      })}
    </Field>
  );
}

/** A name that somebody signs in with, as browsers and phones should treat it. */
export const userInput = {
  autocomplete: 'username',
  autocapitalize: 'none',
  spellcheck: false,
  maxLength: 63,
} as const satisfies InputOptions;

/** A password, with a button that shows what is typed. */
export function PasswordField(of: {
  id: string;
  label: string;
  hint?: string;
  autocomplete: 'current-password' | 'new-password';
}) {
  const { id, label, hint, autocomplete } = of;
  const control = useRef<HTMLInputElement>(null);
  const isShown = useSignal(false);
  return (
    <Field id={id} label={label} {...(hint !== undefined && { hint })}>
      <div class="with-button">
        <input
          ref={control}
          id={id}
          name={id}
          type="password"
          autocomplete={autocomplete}
          autocapitalize="none"
          spellcheck={false}
          maxLength={1024}
          {...(hint !== undefined && { 'aria-describedby': `${id}-hint` })}
        />
        <button
          type="button"
          class="reveal"
          aria-pressed={isShown.value}
          aria-controls={id}
          onClick={() => {
            isShown.value = !isShown.value;
            if (control.current !== null) control.current.type = isShown.value ? 'text' : 'password';
          }}
        >
          {say('reveal')}
        </button>
      </div>
    </Field>
  );
}

export type Choice = { readonly value: string; readonly words: string };

/** One of several. */
export function ChoiceField(of: {
  id: string;
  label: string;
  choices: readonly Choice[];
  chosen: string;
  onChoice?(value: string): void;
  /** Below the control. */
  children?: ComponentChildren;
}) {
  const { id, label, choices, chosen, onChoice, children } = of;
  return (
    <Field id={id} label={label}>
      <select id={id} name={id} onChange={(event) => onChoice?.(event.currentTarget.value)}>
        {choices.map(({ value, words }) => (
          <option key={value} value={value} selected={value === chosen}>
            {words}
          </option>
        ))}
      </select>
      {children}
    </Field>
  );
}
