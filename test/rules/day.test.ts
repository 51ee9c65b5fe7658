import { expect, test } from 'vitest';
import { midnight, watchBuilding } from './watched-building.ts';

const at = (hours: number, minutes: number, seconds = 0) => midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000;
const clockText = (ms: number) => new Date(ms + 9 * 3_600_000).toISOString().slice(11, 19);

/** Rule, from, the highest level and when it was reached. */
type Row = readonly [rule: string, from: string, level: string, levelAt: string];

test('the day of the demo: what its building is alerted of, when and how far', { timeout: 600_000 }, async () => {
  const sharp = { from: at(14, 19, 50), to: at(14, 20, 20) };
  const watched = await watchBuilding({ days: 1, scenario: 'day', everyMs: 5000, lost: 0.001, sharp });
  const rows = watched.flatMap(({ rule, result }) =>
    result.episodes.map(({ from, level, levelAt }): Row => [rule.id, clockText(from), level, clockText(levelAt)]),
  );
  // The sun on the roof (13:00) and what settles from 14:21 on stay below every limit that day.
  expect(rows).toEqual([
    ['hanbit/fire-smoke', '17:48:10', '심각', '17:48:25'],
    ['hanbit/gas-lel:lel-kitchen-1/lel', '16:05:10', '경계', '16:06:25'],
    ['hanbit/gas-lel:lel-kitchen-2/lel', '16:06:30', '주의', '16:06:30'],
    // What the fire gives off gathers until half of the alarm dose is breathed.
    ['hanbit/co-dose:co-b1-1/co', '18:19:20', '주의', '18:19:20'],
    ['hanbit/basement-leak', '22:31:00', '경계', '22:31:00'],
    ['hanbit/water-level:level-b1/level', '22:32:20', '심각', '22:39:30'],
    ['hanbit/water-rise:level-b1/level', '22:32:30', '경계', '22:35:30'],
    ['hanbit/vibration-foundation', '14:20:00', '주의', '14:20:00'],
    // Read every half minute here; 10 s without mains at the UPS's own pace.
    ['hanbit/mains-lost', '23:50:50', '주의', '23:50:50'],
  ]);
});
