import { problemText } from '../../contract/words/problems.ts';
import type { Failed } from '../gateway/answer.ts';
import { type Language, text } from './text.ts';

/** What a failure means to the person who asked. */
export function failedText(failed: Failed, language: Language): string {
  if (failed.why === 'unreachable') return text(language, 'unreachable');
  if (failed.why === 'signed-out') return text(language, 'sessionEnded');
  return problemText(failed.problem)[language];
}
