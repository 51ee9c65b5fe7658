import type { Bus, Outcome } from '../../../edge/bus/bus.ts';

/** A bus that is open, and gives whatever `answer` gives to each request, at once. */
export function answeringBus(answer: () => Promise<Outcome>, more: Partial<Bus> = {}): Bus {
  return {
    exchange: answer,
    readyAt: () => 0,
    isOpen: () => true,
    open: async () => {},
    close: async () => {},
    stats: () => ({ requests: 0, replies: 0, faults: {}, load: 0, discardedBytes: 0, closedBecause: null }),
    ...more,
  };
}
