import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Link } from '../../web/gateway/live-stream.ts';

/** How often the lists are fetched beside the stream, on a clock that the test sets. */

type Listener = (event: { readonly data?: string }) => void;

class FakeStream {
  static last: FakeStream;
  readonly #listeners = new Map<string, Listener>();
  constructor() {
    FakeStream.last = this;
  }
  addEventListener(name: string, fn: Listener): void {
    this.#listeners.set(name, fn);
  }
  close(): void {}
  emit(name: string, data = '{}'): void {
    this.#listeners.get(name)?.({ data });
  }
}

const asked: string[] = [];
const told: unknown[] = [];
const nothing = () => {};
let link: Link;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeStream);
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path.replace(/\?.*/, ''));
    return Promise.resolve(new Response(JSON.stringify({ items: [], next: null })));
  });
  asked.length = 0;
  told.length = 0;
  link = new Link({
    onLists: nothing,
    onChange: (change) => void told.push(change),
    onState: nothing,
    onSignedOut: nothing,
    onForbidden: nothing,
    onStartOver: nothing,
  });
  link.open('operator kim', null);
  FakeStream.last.emit('open');
});

afterEach(() => {
  link.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const timesFetched = () => asked.filter((path) => path === '/api/v1/devices').length;

test('a stream that says nothing may be held up: the lists are fetched every half minute', async () => {
  await vi.advanceTimersByTimeAsync(95_000);
  expect(timesFetched()).toBe(4);
});

test('while it tells something, they are fetched every minute, and every half again once it is silent', async () => {
  for (let second = 0; second < 95; second += 1) {
    FakeStream.last.emit('reading', '{}');
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(timesFetched()).toBe(2);
  await vi.advanceTimersByTimeAsync(35_000);
  expect(timesFetched()).toBe(3);
  await vi.advanceTimersByTimeAsync(31_000);
  expect(timesFetched()).toBe(4);
});

test('changes told as one message are taken in one by one, in their order, and what no list holds is passed over', async () => {
  await vi.advanceTimersByTimeAsync(10);
  FakeStream.last.emit('together', '[["space",{"n":1}],["lot",{"n":2}],["answer",{"n":9}],["space",{"n":3}]]');
  expect(told).toEqual([
    { event: 'space', data: { n: 1 } },
    { event: 'lot', data: { n: 2 } },
    { event: 'space', data: { n: 3 } },
  ]);
});
