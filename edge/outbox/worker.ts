import { parentPort, workerData } from 'node:worker_threads';
import type { NewRow, Opened, Row } from './outbox.ts';
import { type CommitOutcome, type OutboxStore, openStore, type StoreOptions } from './store.ts';

/** The thread that owns the outbox file: answers one request after the other, in order. */

export type Request =
  | { kind: 'open' | 'close' }
  | { kind: 'commit'; rows: readonly NewRow[]; acks: readonly number[] }
  | { kind: 'page'; after: number; limit: number };

export type Answer = { n: number } & (
  | { kind: 'opened'; opened: Opened }
  | { kind: 'commit'; outcome: Committed }
  | { kind: 'page'; rows: readonly Row[] }
  | { kind: 'closed' }
  | { kind: 'failed'; problem: string }
);

/** The outcome of a commit; of rows their identities alone: the caller has the rest. */
export type Committed =
  | { kind: 'committed'; identities: readonly Pick<Row, 'id' | 'epoch' | 'start' | 'seq'>[] }
  | Extract<CommitOutcome, { kind: 'full' }>;

const options: StoreOptions = workerData;
let store: OutboxStore | undefined;

parentPort?.on('message', ({ n, request }: { n: number; request: Request }) => {
  parentPort?.postMessage(answer(n, request));
});

function answer(n: number, request: Request): Answer {
  try {
    if (request.kind === 'open') {
      store = openStore(options);
      return { n, kind: 'opened', opened: store.opened };
    }
    if (store === undefined) return { n, kind: 'failed', problem: 'the outbox is not open' };
    if (request.kind === 'commit')
      return { n, kind: 'commit', outcome: committed(store.commit(request.rows, request.acks)) };
    if (request.kind === 'page') return { n, kind: 'page', rows: store.page(request.after, request.limit) };
    store.close();
    return { n, kind: 'closed' };
  } catch (error) {
    return { n, kind: 'failed', problem: error instanceof Error ? error.message : String(error) };
  }
}

function committed(outcome: CommitOutcome): Committed {
  if (outcome.kind === 'full') return outcome;
  return {
    kind: 'committed',
    identities: outcome.rows.map(({ id, epoch, start, seq }) => ({ id, epoch, start, seq })),
  };
}
