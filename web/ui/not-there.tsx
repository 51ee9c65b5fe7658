import type { NotThere as State } from '../gateway/offered.ts';
import { frameWords } from '../text/frame.ts';
import { speaker } from './language.ts';
import { StateMark } from './state-mark.tsx';

const tell = speaker(frameWords);
const words = { loading: 'loading', 'not-offered': 'notOffered', forbidden: 'forbidden', failed: 'failed' } as const;

/** Why a part is not there, in words: a page never shows an empty list or a nought in its place. */
export function NotThere({ state }: { state: State['state'] }) {
  if (state === 'loading') return <p class="hint">{tell('loading')}</p>;
  return (
    <p class="not-there">
      <StateMark tone="unknown">{notThereText(state)}</StateMark>
    </p>
  );
}

export function notThereText(state: State['state']): string {
  return tell(words[state]);
}
