import { workerData } from 'node:worker_threads';
import type { Answer, Asked } from './apart.ts';

/** Answers one question and ends. What goes wrong is an answer too: at a start somebody waits for it and does nothing else. */

const { name, args, port, isDone }: Asked = workerData;
port.postMessage(await answer());
port.close();
Atomics.store(isDone, 0, 1);
Atomics.notify(isDone, 0);

async function answer(): Promise<Answer> {
  try {
    const { work } = await import('./work.ts');
    const does: (...args: never[]) => unknown = work[name];
    return { ok: true, value: does(...(args as never[])) };
  } catch (error) {
    return { ok: false, error };
  }
}
