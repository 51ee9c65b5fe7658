import type { WorkCheck } from '../../contract/supervisor.ts';
import type { Store } from './store.ts';
import { sqliteCode } from './store-error.ts';

/**
 * Something was committed since the last look; where there was nothing to commit, a small commit is made now. A disk that
 * is full passes: the store answers, and sees itself to what follows (disk-room.ts).
 */
export function storeWork(store: Pick<Store, 'commits' | 'touch'>): WorkCheck {
  let before = store.commits;
  return {
    name: 'store',
    look: async () => {
      try {
        if (store.commits === before) store.touch();
        return null;
      } catch (error) {
        const code = sqliteCode(error);
        return code === 'SQLITE_FULL' ? null : (code ?? String(error));
      } finally {
        before = store.commits;
      }
    },
  };
}
