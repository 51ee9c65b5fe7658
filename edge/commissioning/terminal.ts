/** What a command of the ladder shows while it works: a line that counts on a terminal, a line now and then elsewhere. */

export type Output = { readonly text: string; readonly json: unknown };

/** Lines that are shown while a command works, on stderr, so that stdout stays the result. */
export type Progress = {
  /** Replaces what was shown last. */
  now(text: string): void;
  /** Stays. */
  line(text: string): void;
  end(): void;
};

export function progressOn(stream: NodeJS.WriteStream): Progress {
  let saidAt = Number.NEGATIVE_INFINITY;
  let isOpen = false;
  const clear = () => {
    if (isOpen) stream.write('\r\x1b[K');
    isOpen = false;
  };
  return {
    now(text) {
      const at = performance.now();
      if (at - saidAt < (stream.isTTY ? redrawMs : elsewhereMs)) return;
      saidAt = at;
      if (!stream.isTTY) {
        stream.write(`${text}\n`);
        return;
      }
      stream.write(`\r${text.slice(0, stream.columns - 1)}\x1b[K`);
      isOpen = true;
    },
    line(text) {
      clear();
      stream.write(`${text}\n`);
    },
    end: clear,
  };
}

export const silentProgress: Progress = { now() {}, line() {}, end() {} };

const redrawMs = 200;
const elsewhereMs = 5000;

/** Aborts at the first Ctrl-C or SIGTERM; a second one ends the process as usual. */
export function untilStopped(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM'] as const;
  const stop = () => {
    controller.abort();
    release();
  };
  const release = () => {
    for (const name of names) process.off(name, stop);
  };
  for (const name of names) process.on(name, stop);
  return { signal: controller.signal, release };
}

/** `1:05`, minutes and seconds. */
export function timeText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
