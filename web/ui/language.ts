import { computed, effect, signal } from '@preact/signals';
import { type Key, type Language, text } from '../text/text.ts';
import { filled, type Words } from '../text/words.ts';
import { addressHere, go, route } from './router.ts';

/** The reader's language. The address carries it: the pages keep nothing else, and a link shows a colleague the same. */

export const languages = ['ko', 'en'] as const satisfies readonly Language[];
export const languageNames = { ko: '한국어', en: 'English' } as const satisfies Record<Language, string>;

const ofBrowser: Language = navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en';

export const language = computed<Language>(() => {
  const asked = route.value.query.get('lang');
  return languages.find((each) => each === asked) ?? ofBrowser;
});

/** Tells the browser and screen readers; called once. */
export function startLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value;
  });
}

export function chooseLanguage(next: Language): void {
  go(addressHere({ lang: next }), 'replace');
}

/** A text of the common table in the reader's language. */
export function say(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return text(language.value, key, values);
}

/** The side of a pair that the reader reads. */
export function pick(words: Words): string {
  return words[language.value];
}

/** Speaks a table of its own, as a page has one: `const tell = speaker(parkingWords)`, then `tell('free')`. */
export function speaker<K extends string>(table: Readonly<Record<K, Words>>) {
  return (key: K, values: Readonly<Record<string, string | number>> = {}): string =>
    filled(table[key][language.value], values);
}

/** The title of the window. */
export const title = signal('');

/** A browser spends more on a title than on a picture of the page: five are written at once, and then as many a minute. */
const titlesAtOnce = 5;
const titlesWithinMs = 60_000;

export function startTitle(): void {
  const written: number[] = [];
  let later: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    written.push(performance.now());
    if (written.length > titlesAtOnce) written.shift();
    document.title = title.peek() === '' ? '자리 Jari' : `${title.peek()} · 자리 Jari`;
  };
  let before = route.peek();
  effect(() => {
    void title.value;
    clearTimeout(later);
    const [first = 0] = written.length < titlesAtOnce ? [] : written;
    const wait = first === 0 ? 0 : first + titlesWithinMs - performance.now();
    // Another page, or another language, is told at once.
    if (wait <= 0 || before !== route.peek()) write();
    else later = setTimeout(write, wait);
    before = route.peek();
  });
}
