import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hoursFor, probeDueAt } from '../../../gateway/notify/push-probe.ts';
import { dayMs, minutesOfDay, seoul } from '../../../gateway/parking/calendar/local-day.ts';

const hour = 3_600_000;
const monday = Date.UTC(2026, 10, 1, 15);
const usual = { from: 540, to: 1080 };
const minuteAt = (at: number) => ((at + seoul.offsetMs) % dayMs) / 60_000;

describe('the next probe', () => {
  test('comes within 24 h, never outside the hours, and never soon after the last, whatever happens when', () => {
    const hours = fc.record({ from: fc.integer({ min: 0, max: 1439 }), length: fc.integer({ min: 520, max: 1440 }) });
    fc.assert(
      fc.property(hours, fc.integer({ min: 0, max: 2 * dayMs }), fc.double({ min: 0, max: 1 }), (of, after, spread) => {
        const window = { from: of.from, to: of.from + of.length };
        let last = monday + after;
        for (let n = 0; n < 60; n++) {
          const at = probeDueAt(last, spread, window, seoul);
          const minute = minuteAt(at);
          const isWithin = (minute >= window.from && minute < window.to) || minute + minutesOfDay < window.to;
          if (!isWithin || at - last > 23.5 * hour || at - last < 5.8 * hour) return false;
          last = at;
        }
        return true;
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  test('of hours too short for that is when they begin', () => {
    const short = { from: 600, to: 660 };
    const first = probeDueAt(monday + 10.1 * hour, 0.5, short, seoul);
    expect((first - monday) / hour).toBe(34);
    expect((probeDueAt(first, 0.5, short, seoul) - first) / hour).toBe(24);
  });

  test('of browsers that would all be due in one night is spread over the evening before', () => {
    const spread = [0, 0.25, 0.5, 0.75].map((of) => minuteAt(probeDueAt(monday + 3 * hour, of, usual, seoul)));
    expect(spread.map(Math.round)).toEqual([1080, 1050, 1020, 990]);
  });
});

test.each([
  ['the site’s hours', null, usual],
  [
    'what quiet hours of the night leave, two hours before they begin',
    { from: 1320, to: 1860 },
    { from: 420, to: 1200 },
  ],
  ['the evening of who sleeps by day', { from: 420, to: 960 }, { from: 960, to: 1740 }],
  ['the site’s hours where nothing is left', { from: 0, to: 1430 }, usual],
])('somebody is probed in %s', (_what, quiet, hours) => expect(hoursFor(usual, quiet)).toEqual(hours));
