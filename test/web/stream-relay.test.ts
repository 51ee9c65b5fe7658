import { describe, expect, test } from 'vitest';
import { type FromRelay, type Source, StreamRelay } from '../../web/gateway/stream-relay.ts';

describe('one event stream for all tabs', () => {
  test('tabs of one person share a stream, and one that comes later is told at once that it is open', () => {
    const { relay, sources } = relayed();
    const first = tab(relay);
    first.say({ say: 'listen', key: 'operator kim' });
    sources[0]?.emit('open');
    const second = tab(relay);
    second.say({ say: 'listen', key: 'operator kim' });
    sources[0]?.emit('space', '{"n":1}');
    expect(sources.length).toBe(1);
    const event = { say: 'event', name: 'space', data: '{"n":1}' };
    expect(first.told).toEqual([{ say: 'open' }, event]);
    expect(second.told).toEqual([{ say: 'open' }, event]);
  });

  test('another person in the same browser gets a stream of their own', () => {
    const { relay, sources } = relayed();
    const [one, other] = [tab(relay), tab(relay)];
    one.say({ say: 'listen', key: 'admin kim' });
    other.say({ say: 'listen', key: 'viewer lee' });
    sources[0]?.emit('reading', '{}');
    expect([one.told.length, other.told.length]).toEqual([1, 0]);
  });

  test('a stream ends with its last tab, not before', () => {
    const { relay, sources } = relayed();
    const tabs = [tab(relay), tab(relay)];
    for (const each of tabs) each.say({ say: 'listen', key: 'k' });
    tabs[0]?.say({ say: 'leave' });
    expect(sources[0]?.closed).toBe(false);
    tabs[1]?.say({ say: 'leave' });
    expect(sources[0]?.closed).toBe(true);
  });

  test('a stream that breaks is told to every tab once, and the first that listens again opens the next', () => {
    const { relay, sources } = relayed();
    const tabs = [tab(relay), tab(relay)];
    for (const each of tabs) each.say({ say: 'listen', key: 'k' });
    sources[0]?.emit('error');
    for (const each of tabs) each.say({ say: 'listen', key: 'k' });
    sources[1]?.emit('open');
    expect(sources.map(({ closed }) => closed)).toEqual([true, false]);
    for (const { told } of tabs) expect(told).toEqual([{ say: 'error' }, { say: 'open' }]);
  });

  test('a frozen tab is sent no more than it may keep, and told to fetch everything once it goes on', () => {
    const { relay, sources } = relayed();
    const [frozen, awake] = [tab(relay), tab(relay)];
    for (const each of [frozen, awake]) each.say({ say: 'listen', key: 'k' });
    for (let n = 1; n <= 10_000; n += 1) {
      sources[0]?.emit('reading', '{}');
      if (n % 200 === 0) awake.say({ say: 'ping', handled: n });
    }
    expect(frozen.told.length).toBe(2000);
    expect(awake.told.filter(({ say }) => say === 'event').length).toBe(10_000);
    frozen.say({ say: 'ping', handled: 2000 });
    expect(frozen.told.slice(2000)).toEqual([{ say: 'pong' }, { say: 'event', name: 'reset', data: '{}' }]);
  });

  test('a tab that was frozen while the stream broke hears of it when it goes on', () => {
    const { relay, sources } = relayed();
    const frozen = tab(relay);
    frozen.say({ say: 'listen', key: 'k' });
    for (let n = 0; n < 3000; n += 1) sources[0]?.emit('reading', '{}');
    sources[0]?.emit('error');
    frozen.say({ say: 'ping', handled: 2000 });
    expect(frozen.told.slice(2000)).toEqual([{ say: 'pong' }, { say: 'error' }]);
  });
});

type FakeSource = Source & { closed: boolean; emit(name: string, data?: string): void };

function relayed(): { relay: StreamRelay; sources: FakeSource[] } {
  const sources: FakeSource[] = [];
  const relay = new StreamRelay(() => {
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
  });
  return { relay, sources };
}

function tab(relay: StreamRelay) {
  const told: FromRelay[] = [];
  return { told, say: relay.join((message) => told.push(message)) };
}
