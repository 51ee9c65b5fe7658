import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentItem } from '../../../contract/http/live.ts';
import { Events } from '../../../gateway/state/events.ts';

const item: AgentItem = {
  site: 's',
  agent: 'a',
  state: 'online',
  epoch: null,
  received: [],
  missing: 0,
  since: null,
  backlog: null,
  clock: null,
  simulated: false,
};

/** A counter as the store keeps it. */
function counter(start = 0) {
  let value = start;
  return {
    reserveEventIds(count: number) {
      value += count;
      return value - count + 1;
    },
  };
}

describe('events', () => {
  test('resume exactly after the one that was seen, however often the ring went round', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(40), fc.nat(50), (capacity, count, back) => {
        const events = new Events({ store: counter(), capacity });
        const first = events.lastId();
        const all: number[] = [];
        events.subscribe((event) => all.push(event.id));
        for (let i = 0; i < count; i++) events.publish('agent', item);
        const id = events.lastId() - back;
        const found = events.since(id);
        const remembered = Math.min(count, capacity);
        if (back > remembered || id < first) expect(found).toBe('too-old');
        else
          expect(found).toMatchObject({
            events: (back === 0 ? [] : all.slice(-back)).map((one) => ({ id: one })),
          });
      }),
    );
  });

  test('have ids that rise over restarts, and no old id resumes in a new run', () => {
    const store = counter();
    const before = new Events({ store });
    before.publish('agent', item);
    const seen = before.lastId();
    const after = new Events({ store });
    expect(after.lastId()).toBeGreaterThan(seen);
    expect(after.since(seen)).toBe('too-old');
    expect(after.since(after.lastId())).toEqual({ events: [] });
  });

  test.each([[-1], [Number.NaN], [1e15]])('know nothing of id %d', (id) => {
    expect(new Events({ store: counter() }).since(id)).toBe('too-old');
  });

  test('go on when the numbers that were set aside are used up', () => {
    const store = counter();
    const events = new Events({ store, capacity: 3 });
    const ids: number[] = [];
    events.subscribe((event) => ids.push(event.id));
    for (let i = 0; i < 1_000_002; i++) events.publish('agent', item);
    expect(ids.every((id, i) => i === 0 || id === (ids[i - 1] ?? 0) + 1)).toBe(true);
    expect(events.since(events.lastId() - 3)).toMatchObject({ events: [{}, {}, {}] });
  });

  test('end for a reader that has left', () => {
    const events = new Events({ store: counter() });
    let count = 0;
    const leave = events.subscribe(() => count++);
    events.publish('agent', item);
    leave();
    events.publish('agent', item);
    expect(count).toBe(1);
  });
});
