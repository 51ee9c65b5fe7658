import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { atEnd } from '../cleanup.ts';

/**
 * Two pseudo-terminals joined back to back, so that two programs can both open "the serial port": what one writes the
 * other reads. Held by util-linux `script`, which every Debian has.
 */
export async function joinedPtys(): Promise<{ a: string; b: string }> {
  const [a, b] = await Promise.all([holdPty(), holdPty()]);
  a.holder.stdout.pipe(b.holder.stdin);
  b.holder.stdout.pipe(a.holder.stdin);
  return { a: a.path, b: b.path };
}

function holdPty(): Promise<{ holder: ChildProcessWithoutNullStreams; path: string }> {
  const holder = spawn('script', ['-qfc', 'stty raw -echo; tty; exec sleep 600', '/dev/null']);
  atEnd(() => {
    holder.kill();
  });
  return new Promise((resolve, reject) => {
    holder.once('error', reject);
    holder.stdout.once('data', (chunk: Buffer) => resolve({ holder, path: chunk.toString().trim() }));
  });
}
