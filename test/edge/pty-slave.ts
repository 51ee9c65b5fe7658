import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { atEnd } from '../cleanup.ts';
import type { Slave } from './memory-line.ts';

export type Pty = {
  path: string;
  /** Takes the terminal away, as a pulled plug does. */
  end(): void;
  /** Resolves when the terminal and its holder's descriptors are really gone. */
  gone: Promise<unknown>;
  /** Bytes out of nowhere. */
  noise(bytes: Uint8Array): Promise<void>;
};

/** A pseudo-terminal, held by util-linux `script`, with a slave on its other end that takes 8-byte requests. */
export async function openPty(slave: Slave): Promise<Pty> {
  const holder: ChildProcessWithoutNullStreams = spawn('script', [
    '-qfc',
    'stty raw -echo; tty; exec sleep 600',
    '/dev/null',
  ]);
  const gone = once(holder, 'close');
  // On SIGTERM `script` lingers for 2 s; killed, it takes the terminal and its sleeper with it at once.
  const end = () => {
    holder.kill('SIGKILL');
  };
  atEnd(end);
  holder.stdin.on('error', () => {});
  const path = await new Promise<string>((resolve) => {
    holder.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
  });
  let nth = 0;
  let rest = Buffer.alloc(0);
  holder.stdout.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    for (; rest.length >= 8; rest = rest.subarray(8)) {
      for (const { afterMs, bytes: answer } of slave(rest.subarray(0, 8), ++nth)) {
        setTimeout(() => holder.stdin.write(answer), Math.max(0, afterMs));
      }
    }
  });
  const noise = async (bytes: Uint8Array) => {
    if (!holder.stdin.write(bytes)) await once(holder.stdin, 'drain');
  };
  return { path, end, gone, noise };
}
