import { parentPort } from 'node:worker_threads';
import { analyse } from './analysis/analyse.ts';
import type { Answer } from './analyst.ts';
import { runTask, type Task } from './packed.ts';

/** The other end of analyst.ts: one task at a time. */
parentPort?.on('message', (task: Task) => {
  parentPort?.postMessage(answerTo(task));
});

function answerTo(task: Task): Answer {
  try {
    return { found: runTask(task, analyse) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
