import { tryDuration } from '../contract/duration.ts';

/** Milliseconds of `1h`, `-5m`; undefined when the text is neither. */
export function trySignedDuration(text: string): number | undefined {
  const ms = tryDuration(text.replace(/^[-+]/, ''));
  return ms === undefined || !text.startsWith('-') ? ms : -ms;
}
