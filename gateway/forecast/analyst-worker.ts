import { analyse } from './analysis/analyse.ts';
import type { Answer } from './analyst.ts';
import { runTask, type Task } from './packed.ts';

/** The other end of analyst.ts: one task at a time. */
process.on('message', (task: Task) => {
  process.send?.(answerTo(task));
});

// Ctrl-C and systemd tell every process; this one ends when the gateway says so, or is gone.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

function answerTo(task: Task): Answer {
  try {
    return { found: runTask(task, analyse) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
