import { describe, expect, test } from 'vitest';
import {
  type FromRelay,
  resumed,
  type Source,
  StreamRelay,
  streamPath,
  weightOf,
} from '../../web/gateway/stream-relay.ts';

describe('one event stream for all tabs', () => {
  test('tabs of one person share a stream, and one that comes later is told at once that it is open', () => {
    const { relay, sources, flush } = relayed();
    const first = tab(relay);
    first.say({ say: 'listen', key: 'operator kim', after: null });
    sources[0]?.emit('open');
    const second = tab(relay);
    second.say({ say: 'listen', key: 'operator kim', after: null });
    sources[0]?.emit('space', '{"n":1}');
    expect(sources.length).toBe(1);
    flush();
    const told = [{ name: 'open' }, { name: 'space', data: '{"n":1}' }];
    expect(first.told.flat()).toEqual(told);
    expect(second.told.flat()).toEqual(told);
  });

  test('only the tab that opened the stream at an event is told that nothing is missing since; one that joined fetches the lists', () => {
    const { relay, sources, asked } = relayed();
    const [first, second] = [tab(relay), tab(relay)];
    first.say({ say: 'listen', key: 'k', after: 41 });
    second.say({ say: 'listen', key: 'k', after: 44 });
    sources[0]?.emit('open');
    expect(asked.map(streamPath)).toEqual(['/api/v1/events?gather=together&lastEventId=41']);
    expect([first.told.flat(), second.told.flat()]).toEqual([[{ name: 'open', data: resumed }], [{ name: 'open' }]]);
    const later = tab(relay);
    later.say({ say: 'listen', key: 'k', after: 50 });
    expect(later.told.flat()).toEqual([{ name: 'open' }]);
  });

  test('what the gateway tells as one message goes on at once, behind what waited before it', () => {
    const { relay, sources } = relayed();
    const { told, say } = tab(relay);
    say({ say: 'listen', key: 'k', after: null });
    sources[0]?.emit('reading', '{}');
    sources[0]?.emit('together', '[]');
    expect(told.map((message) => message.map(({ name }) => name))).toEqual([['reading', 'together']]);
  });

  test('what the gateway tells one by one goes on as one message 30 ms after its first, and waits for nothing else', () => {
    const { relay, sources, flush, waits } = relayed();
    const { told, say } = tab(relay);
    say({ say: 'listen', key: 'k', after: null });
    for (const turn of [1, 2]) {
      sources[0]?.emit('reading', `${turn}`);
      sources[0]?.emit('space', `${turn}`);
      flush();
    }
    expect(waits).toEqual([30, 30]);
    expect(told.map((message) => message.map(({ name, data }) => `${name} ${data}`))).toEqual([
      ['reading 1', 'space 1'],
      ['reading 2', 'space 2'],
    ]);
  });

  test('what changes is gathered, and an alert told at once, with what came before it', () => {
    const { relay, sources, flush } = relayed();
    const { told, say } = tab(relay);
    say({ say: 'listen', key: 'k', after: null });
    for (let n = 0; n < 50; n += 1) sources[0]?.emit('reading', `${n}`);
    expect(told.length).toBe(0);
    sources[0]?.emit('alert', '{}');
    sources[0]?.emit('reading', '51');
    flush();
    expect(told.map((each) => each.length)).toEqual([51, 1]);
    expect(told[0]?.at(-1)).toEqual({ name: 'alert', data: '{}' });
  });

  test('another person in the same browser gets a stream of their own', () => {
    const { relay, sources, flush } = relayed();
    const [one, other] = [tab(relay), tab(relay)];
    one.say({ say: 'listen', key: 'admin kim', after: null });
    other.say({ say: 'listen', key: 'viewer lee', after: null });
    sources[0]?.emit('reading', '{}');
    flush();
    expect([one.told.length, other.told.length]).toEqual([1, 0]);
  });

  test('a stream ends with its last tab, not before', () => {
    const { relay, sources } = relayed();
    const tabs = [tab(relay), tab(relay)];
    for (const each of tabs) each.say({ say: 'listen', key: 'k', after: null });
    tabs[0]?.say({ say: 'leave' });
    expect(sources[0]?.closed).toBe(false);
    tabs[1]?.say({ say: 'leave' });
    expect(sources[0]?.closed).toBe(true);
  });

  test('a stream that breaks is told to every tab once, and the first that listens again opens the next', () => {
    const { relay, sources } = relayed();
    const tabs = [tab(relay), tab(relay)];
    for (const each of tabs) each.say({ say: 'listen', key: 'k', after: null });
    sources[0]?.emit('error');
    for (const each of tabs) each.say({ say: 'listen', key: 'k', after: null });
    sources[1]?.emit('open');
    expect(sources.map(({ closed }) => closed)).toEqual([true, false]);
    for (const { told } of tabs) expect(told.flat()).toEqual([{ name: 'error' }, { name: 'open' }]);
  });

  test('a frozen tab is sent no more than it may keep, and told to fetch everything once it goes on', () => {
    const { relay, sources } = relayed();
    const [frozen, awake] = [tab(relay), tab(relay)];
    for (const each of [frozen, awake]) each.say({ say: 'listen', key: 'k', after: null });
    for (let n = 1; n <= 100; n += 1) {
      sources[0]?.emit('together', large);
      awake.say({ say: 'ping', handled: n * weightOf({ name: 'together', data: large }) });
    }
    const sent = (of: typeof frozen) => of.told.flat().reduce((sum, told) => sum + weightOf(told), 0);
    expect(awake.told.flat().length).toBe(100);
    expect(sent(frozen)).toBeGreaterThan(1_900_000);
    expect(sent(frozen)).toBeLessThan(2_100_000);
    frozen.say({ say: 'ping', handled: sent(frozen) });
    expect(frozen.told.at(-1)).toEqual([{ name: 'reset', data: '{}' }]);
  });

  test('a tab that was frozen while the stream broke hears of it when it goes on', () => {
    const { relay, sources } = relayed();
    const frozen = tab(relay);
    frozen.say({ say: 'listen', key: 'k', after: null });
    for (let n = 0; n < 100; n += 1) sources[0]?.emit('together', large);
    sources[0]?.emit('error');
    const before = frozen.told.flat();
    frozen.say({ say: 'ping', handled: before.reduce((sum, told) => sum + weightOf(told), 0) });
    expect(frozen.told.flat().slice(before.length)).toEqual([{ name: 'error', data: '{}' }]);
  });
});

/** What a gateway tells of half a busy second. */
const large = `["${'x'.repeat(50_000)}"]`;

type FakeSource = Source & { closed: boolean; emit(name: string, data?: string): void };

function relayed() {
  const sources: FakeSource[] = [];
  const due: (() => void)[] = [];
  const waits: number[] = [];
  const asked: (number | null)[] = [];
  const open = (after: number | null) => {
    asked.push(after);
    const listeners = new Map<string, (event: { data?: string }) => void>();
    const source: FakeSource = {
      closed: false,
      addEventListener: (name, fn) => void listeners.set(name, fn),
      close() {
        source.closed = true;
      },
      emit: (name, data) => listeners.get(name)?.(data === undefined ? {} : { data }),
    };
    sources.push(source);
    return source;
  };
  const after = (fn: () => void, ms: number) => {
    due.push(fn);
    waits.push(ms);
  };
  const relay = new StreamRelay(open, after);
  const flush = () => {
    for (const fn of due.splice(0)) fn();
  };
  return { relay, sources, asked, flush, waits };
}

function tab(relay: StreamRelay) {
  const told: Exclude<FromRelay, 'pong'>[] = [];
  const hear = (message: FromRelay) => void (message === 'pong' || told.push(message));
  return { told, say: relay.join(hear) };
}
