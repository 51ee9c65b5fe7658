import { Worker } from 'node:worker_threads';
import { threadOptions } from '../config/thread-options.ts';
import type { AgentPart } from '../contract/configuration.ts';
import { InputError } from '../contract/input-error.ts';
import type { OpenedPart } from './configuration/open-part.ts';
import type { BoxSide } from './configuration/verify-part.ts';
import type { EdgeCommand, Input } from './input.ts';

/**
 * A site file and a part handed down are read and checked in a thread that ends with the answer: what it takes to check
 * them (YAML, and schemas of all that a site may have) an agent would keep for years and never use, and a bus is not held
 * up while something new is looked at.
 */

export type Question =
  | { readonly kind: 'input'; readonly command: Omit<EdgeCommand, 'supervisors'> }
  | { readonly kind: 'part'; readonly part: AgentPart; readonly side: BoxSide; readonly dir: string };

export type Answer =
  | { readonly kind: 'input'; readonly input: Input }
  | { readonly kind: 'part'; readonly opened: OpenedPart }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

/** @throws InputError with all that is wrong with what was given */
export async function readInputApart({ supervisors: _, ...command }: EdgeCommand): Promise<Input> {
  const answer = await ask({ kind: 'input', command });
  if (answer.kind !== 'input') throw new Error(`asked for what was given, answered with ${answer.kind}`);
  return answer.input;
}

/** As `openPart`. */
export async function openPartApart(part: AgentPart, side: BoxSide, dir: string): Promise<OpenedPart> {
  const answer = await ask({ kind: 'part', part, side, dir });
  if (answer.kind !== 'part') throw new Error(`asked for a part, answered with ${answer.kind}`);
  return answer.opened;
}

/** One after the other: parts are opened in one folder. */
let last: Promise<unknown> = Promise.resolve();

function ask(question: Question): Promise<Answer> {
  const answer = last.then(() => askThread(question));
  last = answer.catch(() => undefined);
  return answer;
}

async function askThread(question: Question): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const thread = new Worker(new URL('./opening-thread.ts', import.meta.url), {
    workerData: question,
    ...threadOptions(),
  });
  thread.on('message', resolve);
  thread.on('error', reject);
  thread.on('exit', (code) => reject(new Error(`the thread that reads a site file ended with code ${code}`)));
  const answer = await promise;
  if (answer.kind === 'wrong') throw new InputError(answer.problems);
  return answer;
}
