import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { threadOptions } from '../thread-options.ts';
import type { Work } from './work.ts';

/**
 * What only those need who read a site file (YAML, and schemas of all that a site may have) a gateway would keep for years and
 * use at its start alone. So a thread does what `work.ts` has, and what that took ends with the thread.
 */

export type Question = { readonly name: keyof Work; readonly args: readonly unknown[] };
export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** How the thread answers: on the port, and then it wakes who waits for that. */
export type Asked = Question & { readonly port: MessagePort; readonly isDone: Int32Array };

/** A slow box with a large site needs some ten seconds. */
const withinMs = 120_000;

/** @throws what the work throws */
export async function apart<N extends keyof Work>(name: N, ...args: Parameters<Work[N]>): Promise<ReturnType<Work[N]>> {
  const { thread, port } = ask({ name, args });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  port.once('message', resolve);
  thread.once('error', reject);
  thread.once('exit', (code) => {
    // The answer may still lie there.
    const answer: Answer | undefined = receiveMessageOnPort(port)?.message;
    if (answer === undefined) reject(new Error(`the thread that reads a site file ended with code ${code}`));
    else resolve(answer);
  });
  return given(await promise.finally(() => port.close()));
}

/** The same for a start: nothing runs yet that would be held up. @throws what the work throws */
export function apartAtStart<N extends keyof Work>(name: N, ...args: Parameters<Work[N]>): ReturnType<Work[N]> {
  const { thread, port, isDone } = ask({ name, args });
  thread.unref();
  Atomics.wait(isDone, 0, 0, withinMs);
  const answer: Answer | undefined = receiveMessageOnPort(port)?.message;
  port.close();
  if (answer !== undefined) return given(answer);
  void thread.terminate();
  throw new Error(`the thread that reads a site file said nothing within ${withinMs / 1000} s`);
}

function ask(question: Question) {
  const { port1: port, port2 } = new MessageChannel();
  const isDone = new Int32Array(new SharedArrayBuffer(4));
  const asked: Asked = { ...question, port: port2, isDone };
  const thread = new Worker(new URL('./apart-thread.ts', import.meta.url), {
    workerData: asked,
    transferList: [port2],
    ...threadOptions(),
  });
  return { thread, port, isDone };
}

function given<T>(answer: Answer): T {
  if (!answer.ok) throw answer.error;
  return answer.value as T;
}
