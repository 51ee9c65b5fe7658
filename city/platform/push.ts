import { waitMs } from '../hub/due.ts';
import type { PlatformRow } from '../store/views.ts';
import { type DueEvent, dueEvents } from './due.ts';
import { inOrder } from './envelope.ts';

export type PlatformTask = {
  /** Where the connector takes events. */
  readonly url: string;
  /** X-Scsns-Secret; null: none. */
  readonly secret: string | null;
};

export type PlatformOptions = {
  task: PlatformTask;
  rows(): Promise<readonly PlatformRow[]>;
  /** `nextAt` null: it was taken. */
  keep(
    event: Pick<DueEvent, 'identifier' | 'site'>,
    of: { tries: number; nextAt: number | null; error: string | null },
  ): Promise<void>;
  now(): number;
  /** 0–1. */
  random(): number;
};

const answerWithinMs = 20_000;

/**
 * Posts what is due, one after another. What the platform took is written after its answer, so that a kill in between posts
 * it again, under the same rrKey.
 */
export async function pushEvents(options: PlatformOptions): Promise<{ taken: number; refused: number }> {
  const counts = { taken: 0, refused: 0 };
  for (const due of dueEvents(await options.rows(), options.now())) {
    const error = await post(options.task, due);
    const tries = error === null ? 0 : due.tries + 1;
    const nextAt = error === null ? null : options.now() + waitMs(tries, options.random());
    await options.keep(due, { tries, nextAt, error });
    if (error === null) counts.taken++;
    else counts.refused++;
  }
  return counts;
}

/** Null: it was taken; else why not. */
async function post({ url, secret }: PlatformTask, { event }: DueEvent): Promise<string | null> {
  const headers = { ...event.headers, ...(secret === null ? {} : { 'X-Scsns-Secret': secret }) };
  try {
    const answer = await fetch(url, {
      ...{ method: 'POST', redirect: 'error', body: JSON.stringify(inOrder(event.body)) },
      headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const text = await answer.text();
    return answer.ok ? null : `${answer.status}: ${text.slice(0, 300)}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : null;
    return cause ?? (error instanceof Error ? error.message : String(error));
  }
}
