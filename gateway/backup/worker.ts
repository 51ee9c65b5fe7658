import { parentPort, workerData } from 'node:worker_threads';
import { makeBackup } from './run.ts';

/** The thread of one copy. It ends with it, and takes its memory along. */
parentPort?.postMessage(await makeBackup(workerData));
