import type { Failed } from '../gateway/answer.ts';
import { retryText } from '../text/format.ts';
import { failedText } from '../text/problems.ts';
import { type Language, text } from '../text/text.ts';
import { make, setHidden } from './dom.ts';
import { Labels, type Words } from './labels.ts';

/**
 * What went wrong with what was sent, and how long to wait when it came too often. The words are an alert; the count of
 * seconds is not, or a screen reader would read out every one of them.
 */
export class Trouble {
  readonly node: HTMLElement;
  readonly #labels = new Labels();
  readonly #words = make('span', { class: 'words' });
  readonly #wait = make('p', { class: 'wait', role: 'timer', hidden: '' });
  readonly #onWait: (what: 'wait' | 'go') => void;
  #until = 0;
  #tick: ReturnType<typeof setInterval> | undefined;

  /** @param onWait told when it becomes too early to send, and when it is no longer */
  constructor(id: string, onWait: (what: 'wait' | 'go') => void = () => {}) {
    this.#onWait = onWait;
    const shape = make('span', { class: 'shape', 'aria-hidden': 'true' });
    const alert = make('p', { class: 'trouble', id, role: 'alert', 'data-tone': 'warning' }, [shape, this.#words]);
    this.node = make('div', { class: 'troubles' }, [alert, this.#wait]);
  }

  /** Whether it is too early to send again. */
  isWaiting(): boolean {
    return this.#until > performance.now();
  }

  say(words: Words | null): void {
    this.#endWait();
    this.#labels.say(this.#words, words ?? (() => ''));
  }

  /** Says it, and counts down where the gateway asked for patience. */
  refuse(failed: Failed): void {
    this.say((language) => failedText(failed, language));
    if (failed.why !== 'busy') return;
    this.#until = performance.now() + failed.waitS * 1000;
    setHidden(this.#wait, false);
    this.#onWait('wait');
    this.#tick = setInterval(() => this.#count(), 250);
    this.#count();
  }

  show(language: Language): void {
    this.#labels.show(language);
  }

  #count(): void {
    const seconds = Math.ceil((this.#until - performance.now()) / 1000);
    if (seconds > 0) this.#labels.say(this.#wait, (language) => retryText(seconds, language));
    else this.say((language) => text(language, 'retryNow'));
  }

  #endWait(): void {
    clearInterval(this.#tick);
    if (this.#until > 0) this.#onWait('go');
    this.#until = 0;
    setHidden(this.#wait, true);
  }
}
