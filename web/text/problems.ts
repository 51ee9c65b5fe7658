import { signal } from '@preact/signals';
import type { Problem } from '../../contract/http/common.ts';
import type { Words } from '../../contract/words/words.ts';
import type { Failed } from '../gateway/answer.ts';
import { type Language, text } from './text.ts';

type Say = (problem: Problem) => Words;

/** Null until the words are there: they are many, and most pages are opened without needing one. */
const say = signal<Say | null>(null);
let coming: Promise<void> | null = null;

/** What a failure means to the person who asked; empty while its words are on their way, which a component that reads it awaits. */
export function failedText(failed: Failed, language: Language): string {
  if (failed.why === 'unreachable') return text(language, 'unreachable');
  if (failed.why === 'signed-out') return text(language, 'sessionEnded');
  if (coming === null) void fetchProblemWords();
  return say.value?.(failed.problem)[language] ?? '';
}

/** Fetches the words of every refusal. Where they cannot be had, the gateway's own sentence stands, and the next call tries again. */
export function fetchProblemWords(): Promise<void> {
  coming ??= import('../../contract/words/problems.ts').then(
    ({ problemText }) => {
      say.value = problemText;
    },
    () => {
      coming = null;
      say.value = ownSentence;
    },
  );
  return coming;
}

function ownSentence({ detail, title }: Problem): Words {
  const said = detail ?? title;
  return { ko: said, en: said };
}
