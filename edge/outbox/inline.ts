import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import { GroupedOutbox, type StorePort } from './grouped-outbox.ts';
import type { Outbox } from './outbox.ts';
import { type OutboxStore, openStore, type StoreOptions } from './store.ts';

/** An outbox whose commits block this thread: for simulated time and short runs. */
export function inlineOutbox(options: { clock: Clock; log: Log; maxWaitingBytes?: number } & StoreOptions): Outbox {
  const { clock, log, maxWaitingBytes, ...store } = options;
  const port = inlinePort(store);
  return new GroupedOutbox({ clock, log, port, ...(maxWaitingBytes === undefined ? {} : { maxWaitingBytes }) });
}

function inlinePort(options: StoreOptions): StorePort {
  let store: OutboxStore | undefined;
  const opened = () => {
    if (store === undefined) throw new Error('the outbox is not open');
    return store;
  };
  return {
    dir: options.dir,
    open: async () => {
      store = openStore(options);
      return store.opened;
    },
    commit: async (rows, acks) => opened().commit(rows, acks),
    page: async (after, limit) => opened().page(after, limit),
    close: async () => opened().close(),
  };
}
