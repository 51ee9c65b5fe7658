import type { WorkCheck } from '../contract/supervisor.ts';
import type { Outbox } from './outbox/outbox.ts';

/** Every bus has ended a turn since the last look. One whose port is away looks for it; one that stands still is stuck. */
export function busWork(turns: () => ReadonlyMap<string, number>): WorkCheck {
  let before: ReadonlyMap<string, number> = new Map();
  return {
    name: 'buses',
    look: async () => {
      const now = turns();
      const stuck = [...now].filter(([bus, count]) => before.get(bus) === count).map(([bus]) => bus);
      before = now;
      return stuck.length === 0 ? null : `${stuck.join(', ')}: no poll ended`;
    },
  };
}

/** No row lies beyond it: the file is asked, and little is read. */
const beyond = Number.MAX_SAFE_INTEGER;

/** The outbox's thread answers behind what it is writing, so no write hangs. */
export function outboxWork(outbox: Pick<Outbox, 'page'>): WorkCheck {
  return {
    name: 'outbox',
    look: async () => {
      await outbox.page(beyond, 1);
      return null;
    },
  };
}
