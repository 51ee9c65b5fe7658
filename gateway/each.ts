import type { Clock, Timer } from '../contract/clock.ts';

/** Does something again and again, the first time after one span; the result ends that. */
export function each(clock: Pick<Clock, 'after'>, everyMs: number, work: () => void): () => void {
  let timer: Timer;
  const next = () => {
    timer = clock.after(everyMs, () => {
      work();
      next();
    });
  };
  next();
  return () => timer.cancel();
}
