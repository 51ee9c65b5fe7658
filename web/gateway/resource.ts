import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Answer, Failed } from './answer.ts';
import { returns } from './live.ts';
import { type NotThere, notThere } from './offered.ts';
import { end } from './session.ts';

/**
 * Something asked for and asked for again: what was there stays in sight when that fails, and `stale` says so.
 * `at` is when the gateway answered, by its own clock, epoch ms.
 */
export type Loaded<T> =
  | { readonly state: 'there'; readonly body: T; readonly at: number; readonly stale: Failed | null }
  | (NotThere & { readonly failed: Failed | null });

export type Resource<T> = { readonly now: Loaded<T>; refresh(): Promise<void> };

/**
 * Asks as long as the component stands: at once, whenever `key` becomes another one, when the gateway is heard again, and
 * every `everyMs` while the page is seen. A null key asks nothing. A session that is gone asks for name and password.
 */
export function useResource<T>(key: string | null, ask: () => Promise<Answer<T>>, everyMs: number): Resource<T> {
  const now: Signal<Loaded<T>> = useSignal<Loaded<T>>({ state: 'loading', failed: null });
  const turn = useRef(0);
  const asking = useRef(ask);
  asking.current = ask;

  async function refresh(): Promise<void> {
    const mine = ++turn.current;
    const answer = await asking.current();
    // Another question is on its way, or the component has gone.
    if (mine !== turn.current) return;
    now.value = answer.ok
      ? { state: 'there', body: answer.body, at: answer.at, stale: null }
      : failedAfter(now.peek(), answer);
    if (!answer.ok && answer.why === 'signed-out') end('sessionEnded');
  }

  useEffect(() => {
    now.value = { state: 'loading', failed: null };
    if (key === null) return;
    void refresh();
    const tick = setInterval(() => {
      if (document.visibilityState === 'visible') void refresh();
    }, everyMs);
    const onSeen = () => {
      if (document.visibilityState === 'visible') void refresh();
    };
    document.addEventListener('visibilitychange', onSeen);
    addEventListener('online', onSeen);
    const unsubscribe = afterReturns(onSeen);
    return () => {
      turn.current += 1;
      clearInterval(tick);
      document.removeEventListener('visibilitychange', onSeen);
      removeEventListener('online', onSeen);
      unsubscribe();
    };
  }, [key]);

  return { now: now.value, refresh };
}

/** Calls `fn` whenever the gateway is heard again, from the next time on. */
function afterReturns(fn: () => void): () => void {
  let isFirst = true;
  return returns.subscribe(() => {
    if (!isFirst) fn();
    isFirst = false;
  });
}

function failedAfter<T>(before: Loaded<T>, failed: Failed): Loaded<T> {
  if (failed.why === 'refused' && (failed.status === 404 || failed.status === 403)) {
    return { ...notThere(failed.status), failed };
  }
  return before.state === 'there' ? { ...before, stale: failed } : { state: 'failed', failed };
}
