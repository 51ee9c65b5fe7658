import { access } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { OpenResult, Wire, WireEvents } from './wire.ts';

export type SerialLink = { port: string; baudRate: number; parity: 'none' | 'even' | 'odd'; stopBits: 1 | 2 };

/** A serial port by its path. Each opening is a new port object: one that was reopened can stay deaf. */
export class SerialWire implements Wire {
  readonly #link: SerialLink;
  #port: SerialPort | null = null;

  constructor(link: SerialLink) {
    this.#link = link;
  }

  async open(events: WireEvents): Promise<OpenResult> {
    const { port: path, baudRate, parity, stopBits } = this.#link;
    const absent = await access(path).then(() => undefined, openProblem(path));
    if (absent !== undefined) return absent;
    const port = new SerialPort({ path, baudRate, parity, stopBits, dataBits: 8, lock: true, autoOpen: false });
    const error = await new Promise<Error | null>((resolve) => port.open(resolve));
    if (error !== null) return openProblem(path)(error);
    this.#port = port;
    this.#listen(port, events);
    return { ok: true };
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#ask((port, done) => port.write(bytes, done));
  }

  flush(): Promise<void> {
    return this.#ask((port, done) => port.flush(done));
  }

  async close(): Promise<void> {
    await this.#ask((port, done) => port.close(done));
    this.#port = null;
  }

  #listen(port: SerialPort, events: WireEvents): void {
    const path = this.#link.port;
    port.on('data', (bytes: Uint8Array) => events.onBytes(bytes));
    port.on('error', (error) => {
      events.onClosed(`${path}: ${error.message}`);
      port.close(() => {});
    });
    port.on('close', (error: Error | null) => {
      if (error !== null) events.onClosed(`${path}: the port went away (${error.message}): is the adapter plugged in?`);
    });
  }

  /** A port that fails in any of these closes, and says so by its own event. */
  #ask(what: (port: SerialPort, done: () => void) => void): Promise<void> {
    const port = this.#port;
    if (port === null || !port.isOpen) return Promise.resolve();
    return new Promise((resolve) => what(port, () => resolve()));
  }
}

/** What the system's words on a port that does not open mean, and how to mend it. */
export function openProblem(path: string): (error: Error) => Exclude<OpenResult, { ok: true }> {
  return ({ message }) => {
    const cause = causes.find(({ words }) => words.test(message)) ?? { why: 'failed' as const, mend: () => message };
    return { ok: false, why: cause.why, detail: `${path}: ${cause.mend(path)}` };
  };
}

type Cause = { words: RegExp; why: 'absent' | 'taken' | 'denied' | 'failed'; mend(path: string): string };

const causes: readonly Cause[] = [
  {
    words: /no such file|ENOENT|no such device/i,
    why: 'absent',
    mend: () => 'there is no such port: plug the adapter in, or correct `port` (ls -l /dev/serial/by-id)',
  },
  {
    words: /cannot lock port|temporarily unavailable|device or resource busy|EBUSY/i,
    why: 'taken',
    mend: (path) => `another program holds this port: end it (fuser -v ${path} names it)`,
  },
  {
    words: /permission denied|not permitted|EACCES|EPERM/i,
    why: 'denied',
    mend: () =>
      'no permission: add the user to the group that owns the port (sudo usermod -aG dialout USER, then log in anew)',
  },
  {
    words: /inappropriate ioctl|not a tty|not a character device|input\/output error setting|is a directory/i,
    why: 'failed',
    mend: () => 'this is not a serial port: correct `port` (ls -l /dev/serial/by-id)',
  },
];
