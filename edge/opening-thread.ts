import { parentPort, workerData } from 'node:worker_threads';
import { InputError } from '../contract/input-error.ts';
import { openPart } from './configuration/open-part.ts';
import { readInput } from './input.ts';
import type { Answer, Question } from './opening.ts';

/** The thread that reads a site file or a part handed down, answers once and ends. */

const question: Question = workerData;
parentPort?.postMessage(answer());

function answer(): Answer {
  try {
    if (question.kind === 'input') return { kind: 'input', input: readInput(question.command) };
    const { part, side, dir } = question;
    return { kind: 'part', opened: openPart(part, side, dir) };
  } catch (error) {
    if (error instanceof InputError) return { kind: 'wrong', problems: error.problems };
    throw error;
  }
}
