import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Failed } from '../gateway/answer.ts';
import { retryText } from '../text/format.ts';
import { failedText } from '../text/problems.ts';
import { language, say } from './language.ts';
import { Shape } from './state-mark.tsx';

/** Something said, in whichever language it is asked for. */
export type Say = () => string;

/** What went wrong with what was sent: a failure of the gateway's, or words of the page. */
export type Trouble = Failed | { readonly say: Say };

/**
 * The words are an alert; the count of seconds to wait is not, or a screen reader would read out every one of them.
 * `until` is when the gateway asked to be left alone until, by `performance.now()`; `onOver` when that has passed.
 */
export function FormError({
  id,
  trouble,
  until,
  onOver,
}: {
  id: string;
  trouble: Trouble | null;
  until: number;
  onOver(): void;
}) {
  const waitS = useCountdown(until, onOver);
  const isOver = trouble !== null && 'why' in trouble && trouble.why === 'busy' && waitS === 0;
  const words = trouble === null ? '' : isOver ? say('retryNow') : wordsOf(trouble);
  return (
    <div class="troubles">
      <p class="trouble" id={id} role="alert" data-tone="warning">
        <Shape />
        <span class="words">{words}</span>
      </p>
      <p class="wait" role="timer" hidden={waitS === 0}>
        {waitS === 0 ? '' : retryText(waitS, language.value)}
      </p>
    </div>
  );
}

function wordsOf(trouble: Trouble): string {
  return 'say' in trouble ? trouble.say() : failedText(trouble, language.value);
}

/** Whole seconds until then; 0 once it has passed. */
function useCountdown(until: number, onOver: () => void): number {
  const now = useSignal(performance.now());
  useEffect(() => {
    if (until <= performance.now()) return;
    now.value = performance.now();
    const tick = setInterval(() => {
      now.value = performance.now();
      if (now.value < until) return;
      clearInterval(tick);
      onOver();
    }, 250);
    return () => clearInterval(tick);
  }, [until]);
  return Math.max(0, Math.ceil((until - now.value) / 1000));
}
