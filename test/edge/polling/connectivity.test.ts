import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceReason } from '../../../contract/reasons/devices.ts';
import {
  type Bad,
  type DeviceEvent,
  type DeviceState,
  heardAgain,
  initialState,
  nextState,
  quietUntil,
  type RangeSetting,
} from '../../../edge/polling/connectivity.ts';

/** A script: what happens at which ms, and the state and the bad readings right after it. */
type Line = [ms: number, event: DeviceEvent, state: DeviceState['state'], bad?: readonly Bad[]];

const noReply: DeviceReason = { code: 'no-reply', ms: 300, echo: false };
const notSupported: DeviceReason = { code: 'not-supported', points: ['flow'] };
const good = (range = 'a'): DeviceEvent => ({ kind: 'good', range });
const missed = (range = 'a', fault: 'timeout' | 'bad-frame' = 'timeout'): DeviceEvent => ({
  kind: 'missed',
  range,
  fault,
  reason: noReply,
});
const refused = (range = 'a'): DeviceEvent => ({ kind: 'refused', range, reason: { code: 'exception', exception: 4 } });
const unsupported = (range = 'a'): DeviceEvent => ({
  kind: 'unsupported',
  range,
  reason: { code: 'exception', exception: 2 },
});
const closed = { kind: 'port-closed', reason: { code: 'port-closed' } } as const satisfies DeviceEvent;
const tick: DeviceEvent = { kind: 'tick' };
const all = (fault: Bad['fault']): readonly Bad[] => [{ range: null, fault }];
const of = (range: string, fault: Bad['fault']): readonly Bad[] => [{ range, fault }];

const one: readonly RangeSetting[] = [{ key: 'a', everyMs: 1000, trouble: null }];
const two: readonly RangeSetting[] = [...one, { key: 'b', everyMs: 1000, trouble: null }];

const scripts: { name: string; ranges: readonly RangeSetting[]; lines: readonly Line[] }[] = [
  {
    name: 'the first good answer brings a new device online',
    ranges: one,
    lines: [[100, good(), 'online']],
  },
  {
    name: 'one and two misses degrade it without a word, the third takes it offline with one bad reading a point',
    ranges: one,
    lines: [
      [0, good(), 'online'],
      [1000, missed(), 'degraded'],
      [1500, missed(), 'degraded'],
      [2000, missed(), 'offline', all('timeout')],
      [2500, missed(), 'offline'],
    ],
  },
  {
    name: 'a good answer between two misses restarts the count',
    ranges: one,
    lines: [
      [0, good(), 'online'],
      [100, missed(), 'degraded'],
      [200, missed(), 'degraded'],
      [300, good(), 'online'],
      [400, missed(), 'degraded'],
      [500, missed(), 'degraded'],
    ],
  },
  {
    name: 'a device that never answered goes offline the same way, with the fault that was seen',
    ranges: one,
    lines: [
      [300, missed('a', 'bad-frame'), 'offline'],
      [900, missed('a', 'bad-frame'), 'offline'],
      [1500, missed('a', 'bad-frame'), 'offline', all('bad-frame')],
    ],
  },
  {
    name: 'silence beyond three periods is offline even without three misses',
    ranges: one,
    lines: [
      [0, good(), 'online'],
      [1400, missed(), 'degraded'],
      [2900, tick, 'degraded'],
      [3001, tick, 'offline', all('timeout')],
    ],
  },
  {
    name: 'silence counts from 2 s for fast points',
    ranges: [{ key: 'a', everyMs: 100, trouble: null }],
    lines: [
      [0, good(), 'online'],
      [1999, tick, 'online'],
      [2001, tick, 'offline', all('not-polled')],
    ],
  },
  {
    name: 'an offline device is reported again every 10 s until it answers',
    ranges: one,
    lines: [
      [0, good(), 'online'],
      [100, missed(), 'degraded'],
      [200, missed(), 'degraded'],
      [300, missed(), 'offline', all('timeout')],
      [10_299, tick, 'offline'],
      [10_300, tick, 'offline', all('timeout')],
      [10_301, tick, 'offline'],
      [20_300, tick, 'offline', all('timeout')],
      [20_400, good(), 'online'],
      [20_500, tick, 'online'],
    ],
  },
  {
    name: 'a range that never answers touches only its points while another answers',
    ranges: two,
    lines: [
      [0, good('a'), 'online'],
      [0, good('b'), 'online'],
      [1000, missed('a'), 'degraded'],
      [1300, missed('a'), 'degraded'],
      [1400, good('b'), 'online'],
      [2000, missed('a'), 'online', of('a', 'timeout')],
      [2100, good('b'), 'online'],
      [20_000, good('b'), 'online'],
      [20_100, missed('a'), 'online', of('a', 'timeout')],
      [20_200, good('a'), 'online'],
    ],
  },
  {
    name: 'three misses over two ranges take the device offline',
    ranges: two,
    lines: [
      [0, good('a'), 'online'],
      [300, missed('a'), 'degraded'],
      [600, missed('a'), 'degraded'],
      [900, missed('b'), 'offline', all('timeout')],
    ],
  },
  {
    name: 'with one range given up, three misses of the other take the device offline',
    ranges: two,
    lines: [
      [0, good('b'), 'online'],
      [100, missed('a'), 'degraded'],
      [200, missed('a'), 'degraded'],
      [250, good('b'), 'online'],
      [300, missed('a'), 'online', of('a', 'timeout')],
      [400, missed('b'), 'degraded'],
      [500, missed('b'), 'degraded'],
      [600, missed('b'), 'offline', all('timeout')],
    ],
  },
  {
    name: 'a refusal is an answer: bad for its points at each poll, and no miss',
    ranges: two,
    lines: [
      [0, good('a'), 'online'],
      [100, refused('b'), 'online', of('b', 'refused')],
      [200, missed('a'), 'degraded'],
      [300, refused('b'), 'online', of('b', 'refused')],
      [400, refused('a'), 'degraded', of('a', 'refused')],
      [500, good('b'), 'online'],
    ],
  },
  {
    name: 'a refusal brings an offline device back, degraded until something is good',
    ranges: one,
    lines: [
      [100, missed(), 'offline'],
      [200, missed(), 'offline'],
      [300, missed(), 'offline', all('timeout')],
      [20_000, refused(), 'degraded', of('a', 'refused')],
      [21_000, good(), 'online'],
    ],
  },
  {
    name: 'a device that supports nothing is offline until it gives a value, whatever exceptions it answers',
    ranges: one,
    lines: [
      [100, unsupported(), 'degraded'],
      [200, { kind: 'nothing-left', reason: { code: 'no-point-supported' } }, 'offline', all('unsupported')],
      [20_000, unsupported(), 'offline'],
      [40_000, good(), 'online'],
    ],
  },
  {
    name: 'a port that is closed for a moment changes nothing',
    ranges: one,
    lines: [
      [0, good(), 'online'],
      [500, closed, 'online'],
      [2500, closed, 'online'],
      [2600, good(), 'online'],
    ],
  },
  {
    name: 'a port that stays closed takes its devices offline, and a good answer brings them back',
    ranges: one,
    lines: [
      [0, good(), 'online'],
      [2900, closed, 'online'],
      [3001, closed, 'offline', all('port-closed')],
      [13_001, closed, 'offline', all('port-closed')],
      [14_000, good(), 'online'],
    ],
  },
  {
    name: 'a range that is not asked in time is bad by itself',
    ranges: [...one, { key: 'slow', everyMs: 2000, trouble: null }],
    lines: [
      [0, good('a'), 'online'],
      [0, good('slow'), 'online'],
      [3000, good('a'), 'online'],
      [5900, good('a'), 'online'],
      [6001, tick, 'online', of('slow', 'not-polled')],
      [6100, good('slow'), 'online'],
    ],
  },
  {
    name: 'at the start a device has 10 s to get its first turn',
    ranges: one,
    lines: [
      [9900, tick, 'offline'],
      [10_001, tick, 'offline', all('not-polled')],
    ],
  },
];

test.each(scripts)('$name', ({ ranges, lines }) => {
  let device = initialState(ranges, { wall: wall(0), mono: 0 });
  for (const [ms, event, state, bad = []] of lines) {
    const step = nextState(device, event, { wall: wall(ms), mono: ms });
    expect({ ms, state: step.state.state, bad: step.bad }).toEqual({ ms, state, bad });
    device = step.state;
  }
});

describe('what a person is told', () => {
  test('is nothing when all is well, and since when', () => {
    const device = stateAfter([good()]);
    expect(device).toMatchObject({ reason: null, since: wall(100) });
  });

  test('names the range that is in trouble while the device is online', () => {
    expect(stateAfter([good('a'), refused('b')], two).reason).toEqual({ code: 'exception', exception: 4, range: 'b' });
  });

  test('follows when a closed port turns out to hide a dead device', () => {
    const device = stateAfter([good(), closed, closed, missed(), missed(), missed()], one, 4000);
    expect(device).toMatchObject({ state: 'offline', fault: 'timeout', reason: noReply, isTripped: true });
  });
});

test.each<DeviceEvent & { kind: 'port-closed' }>([
  { kind: 'port-closed', reason: { code: 'connection-mute', requests: 3 } },
  { kind: 'port-closed', reason: { code: 'converter-mute', port: 'p', requests: 3 } },
  { kind: 'port-closed', reason: { code: 'port-mute', s: 60 } },
])('a connection that the agent ended for want of answers hides no cause that is known: %j', (ended) => {
  const misses = [good(), missed(), missed(), missed()];
  expect(stateAfter([...misses, ended])).toMatchObject({ state: 'offline', fault: 'timeout', reason: noReply });
  expect(stateAfter([...misses, ended, closed])).toMatchObject({ fault: 'port-closed', reason: closed.reason });
});

test('only misses trip the breaker: silence and a closed port do not', () => {
  expect(stateAfter([good(), closed], one, 4000)).toMatchObject({ state: 'offline', isTripped: false });
  expect(stateAfter([good(), tick], one, 4000)).toMatchObject({ state: 'offline', isTripped: false });
  expect(stateAfter([good(), missed(), missed(), missed()])).toMatchObject({ state: 'offline', isTripped: true });
});

test('other ranges for an online device leave it online, and what is off is named', () => {
  const device = stateAfter([good(), { kind: 'ranges', ranges: [{ key: 'c', everyMs: 1000, trouble: null }] }]);
  expect(device).toMatchObject({ state: 'online', reason: null });
  const off: RangeSetting = { key: 'd', everyMs: 1000, trouble: { fault: 'unsupported', reason: notSupported } };
  expect(stateAfter([good(), { kind: 'ranges', ranges: [...one, off] }])).toMatchObject({
    state: 'online',
    reason: notSupported,
  });
});

describe('short cuts of a poller', () => {
  const ranges: readonly RangeSetting[] = [
    { key: 'a', everyMs: 100, trouble: null },
    { key: 'b', everyMs: 3000, trouble: null },
  ];
  const key = fc.constantFrom('a', 'b');
  const steps = fc.array(
    fc.record({
      afterMs: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 15_000 })),
      event: fc.oneof(
        { weight: 6, arbitrary: key.map(good) },
        {
          weight: 3,
          arbitrary: fc
            .tuple(key, fc.constantFrom('timeout' as const, 'bad-frame' as const))
            .map(([range, fault]) => missed(range, fault)),
        },
        key.map(refused),
        key.map(unsupported),
        fc.constantFrom<DeviceEvent>(closed, tick, tick, { kind: 'say-again' }, { kind: 'ranges', ranges }),
      ),
    }),
    { maxLength: 40 },
  );

  test('before quietUntil a tick says nothing and changes nothing, however often it was heard again since', () => {
    let passed = 0;
    fc.assert(
      fc.property(steps, (script) => {
        let [device, ms] = [initialState(ranges, { wall: wall(0), mono: 0 }), 0];
        let quiet = quietUntil(device);
        for (const { afterMs, event } of script) {
          ms += afterMs;
          const now = { wall: wall(ms), mono: ms };
          if (ms < quiet) {
            passed++;
            const step = nextState(device, tick, now);
            expect(step.state).toBe(device);
            expect(step.bad).toEqual([]);
          }
          if (event.kind === 'good' && heardAgain(device, event.range, ms)) continue;
          device = nextState(device, event, now).state;
          quiet = quietUntil(device);
        }
      }),
      { numRuns: 2000 },
    );
    expect(passed).toBeGreaterThan(1000);
  });

  test('heardAgain does what a good answer does, where it does anything', () => {
    let taken = 0;
    fc.assert(
      fc.property(steps, (script) => {
        let [device, ms] = [initialState(ranges, { wall: wall(0), mono: 0 }), 0];
        for (const { afterMs, event } of script) {
          ms += afterMs;
          const next = nextState(device, event, { wall: wall(ms), mono: ms }).state;
          const before = structuredClone(device);
          if (event.kind === 'good') {
            if (heardAgain(device, event.range, ms)) {
              taken++;
              expect(device).toEqual(next);
            } else expect(device).toEqual(before);
          }
          device = next;
        }
      }),
      { numRuns: 1000 },
    );
    expect(taken).toBeGreaterThan(200);
  });
});

function stateAfter(events: readonly DeviceEvent[], ranges = one, stepMs = 100): DeviceState {
  return events.reduce<DeviceState>(
    (device, event, i) => nextState(device, event, { wall: wall((i + 1) * stepMs), mono: (i + 1) * stepMs }).state,
    initialState(ranges, { wall: wall(0), mono: 0 }),
  );
}

function wall(ms: number): number {
  return 1_763_760_000_000 + ms;
}
