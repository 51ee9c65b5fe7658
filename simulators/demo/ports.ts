import { createServer } from 'node:net';
import { InputError } from '../../contract/input-error.ts';

const tries = 100;

/**
 * The port itself when it is free, else the next free one.
 * @throws InputError when a hundred in a row are taken or may not be used
 */
export async function freePort(wanted: { host: string; port: number }, not: readonly number[] = []): Promise<number> {
  const { host, port } = wanted;
  const last = Math.min(port + tries - 1, 65_535);
  for (let next = port; next <= last; next++) {
    if (!not.includes(next) && (await isFree(host, next))) return next;
  }
  throw new InputError([
    `${host}: no port from ${port} to ${last} is free; end what holds them, or give the site others`,
  ]);
}

/** Whether a program could listen there now. */
export function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
