import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql, Tx } from './database.ts';
import { isAway } from './partitions.ts';

/** Asked of a transaction that is over. */
export class TransactionOver extends Error {
  override name = 'TransactionOver';
  readonly code = 'CONNECTION_CLOSED';
}

/** The loss of a connection is told within the same turn as the failure of what ran on it, or not much later. */
const lossWithinMs = 1000;

type State = { isOver: boolean };

/**
 * As `sql.begin`, on a connection that may be lost at any instant. The library goes on with a transaction whose connection is gone:
 * its own `rollback` throws where nobody can catch it and ends the process (postgres 3.4.9, porsager/postgres#1208), and a
 * statement that comes later runs on whatever that connection has become, in no transaction or in somebody else's. Here nothing
 * runs after the loss: the work never ends for the library, and the caller hears of the loss.
 * @throws what the work throws, and what the database throws
 */
export function transaction<T>(sql: Sql, work: (tx: Tx) => Promise<T>): Promise<T> {
  const state: State = { isOver: false };
  const done = sql.begin(async (tx) => {
    try {
      const result = await work(guarded(tx, state));
      return state.isOver ? await never() : result;
    } catch (error) {
      return await failed(error, state);
    }
  }) as Promise<T>; // the library's type would unwrap arrays of promises, which nobody returns
  const end = () => {
    state.isOver = true;
  };
  done.then(end, end);
  return done;
}

async function failed(error: unknown, state: State): Promise<never> {
  for (let waited = 0; waited <= (isLoss(error) ? lossWithinMs : 0) && !state.isOver; waited += 20) await sleep(20);
  if (state.isOver) await never();
  throw error;
}

/** A stream into a COPY is told of the loss by what became of the stream. */
const isLoss = (error: unknown) =>
  isAway(error) || (error instanceof Error && /^Stream|premature/i.test(error.message));

const never = () => new Promise<never>(() => {});

function guarded(tx: Tx, state: State): Tx {
  return new Proxy(tx, {
    apply(statement, self, of) {
      if (state.isOver) throw new TransactionOver('the connection of this transaction was lost');
      return Reflect.apply(statement, self, of);
    },
  });
}
