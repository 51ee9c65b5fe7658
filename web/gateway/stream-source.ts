import { type FromRelay, type Source, streamPath, type Told, type ToRelay, weightOf } from './stream-relay.ts';

/**
 * The event stream as a tab sees it: that of all tabs, held by a shared worker, or its own where the browser has no such
 * worker (Chrome on Android long had none) or the worker does not answer.
 */

type Listener = (event: { readonly data?: string }) => void;

const pingMs = 5000;
/** By `weightOf`. */
const ackEvery = 200_000;

let worker: SharedWorker | null | undefined;
/** How much of what it was told this tab is through with. */
let handled = 0;
/** Pings that were not answered. */
let unanswered = 0;
let current: SharedSource | null = null;

/** The worker starts while the gateway is asked who is there. Null where every tab has a stream of its own. */
export function startWorker(): SharedWorker | null {
  if (worker !== undefined) return worker;
  try {
    worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), { name: 'jari-stream' });
    worker.addEventListener('error', giveUp);
    worker.port.addEventListener('message', ({ data }: MessageEvent<FromRelay>) => take(data));
    worker.port.start();
    addEventListener('pagehide', () => say({ say: 'leave' }));
    // Shown again out of the browser's memory of pages: it left, and missed what happened since.
    addEventListener('pageshow', ({ persisted }) => void (persisted && current?.emit('error')));
    setInterval(ping, pingMs);
  } catch {
    worker = null;
  }
  return worker;
}

/** `key`: whose stream it is. `after`: the event that it resumes at, if it is not open for another tab. */
export function openSource(key: string, after: number | null): Source {
  // By itself it says nothing of having resumed, so the lists are asked for once more.
  if (startWorker() === null) return new EventSource(streamPath(after));
  current = new SharedSource();
  say({ say: 'listen', key, after });
  return current;
}

class SharedSource implements Source {
  readonly #listeners = new Map<string, Listener[]>();

  addEventListener(name: string, fn: Listener): void {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), fn]);
  }

  close(): void {
    if (current !== this) return;
    current = null;
    say({ say: 'leave' });
  }

  emit(name: Told['name'], data?: string): void {
    for (const fn of this.#listeners.get(name) ?? []) fn(data === undefined ? {} : { data });
  }
}

function take(message: FromRelay): void {
  if (message === 'pong') {
    unanswered = 0;
    return;
  }
  const before = handled;
  for (const told of message) {
    handled += weightOf(told);
    current?.emit(told.name, told.data);
  }
  if (Math.floor(handled / ackEvery) > Math.floor(before / ackEvery)) say({ say: 'ping', handled });
}

/** Ticks are counted, not time: a tab that was frozen hears its answers when it goes on. */
function ping(): void {
  if (current === null) return;
  unanswered += 1;
  if (unanswered > 2) giveUp();
  else say({ say: 'ping', handled });
}

/** Every tab by itself from here on. */
function giveUp(): void {
  worker = null;
  const left = current;
  current = null;
  left?.emit('error');
}

function say(message: ToRelay): void {
  worker?.port.postMessage(message);
}
