import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { InputError } from '../../contract/input-error.ts';
import { isAnswered, socketPath } from '../control.ts';

/** Holds a folder for one demo: a socket that answers as long as its process lives, however that ends. */
export class FolderLock {
  readonly #server: Server;
  readonly #path: string;

  private constructor(server: Server, path: string) {
    this.#server = server;
    this.#path = path;
  }

  /** Makes the folder when it is missing. @throws InputError when another demo holds it, or it cannot be used */
  static async acquire(dir: string): Promise<FolderLock> {
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new InputError([
        `${dir}: cannot be made (${String(error)}); set JARI_DEMO_DIR to a folder that can be written`,
      ]);
    }
    const path = socketPath(dir, 'demo.sock');
    if (await isAnswered(path)) {
      throw new InputError([
        `${dir}: a demo runs on this folder already; stop it with Ctrl-C, or set JARI_DEMO_DIR to another folder`,
      ]);
    }
    rmSync(path, { force: true });
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new InputError([`${dir}: cannot be locked (${error.message})`])));
      server.listen(path, resolve);
    });
    return new FolderLock(server, path);
  }

  async release(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    rmSync(this.#path, { force: true });
  }
}
