import { getCompileCacheDir } from 'node:module';
import type { WorkerOptions } from 'node:worker_threads';

/** For a thread of an agent or a gateway: no compiler of types where the main thread has a cache of what it compiled, which takes 20 MB. */
export function threadOptions(): WorkerOptions {
  const cache = getCompileCacheDir();
  const env = cache === undefined ? {} : { env: { ...process.env, NODE_COMPILE_CACHE: cache } };
  return { execArgv: [], ...env };
}
