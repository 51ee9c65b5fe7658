import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LocalTime } from '../../../simulators/world/local-time.ts';

const zones = ['Asia/Seoul', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];

/** Hours by the platform itself. */
function hourIn(zone: string, tMs: number): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const [hours = 0, minutes = 0, seconds = 0] = format.format(tMs).split(':').map(Number);
  return hours + minutes / 60 + seconds / 3600;
}

test.each(zones)('the clock of %s is right at any second, asked in any order', (zone) => {
  const local = new LocalTime(zone);
  const second = fc.integer({ min: Date.UTC(2024, 0, 1) / 1000, max: Date.UTC(2030, 0, 1) / 1000 });
  fc.assert(
    fc.property(second, (at) => {
      expect(local.hourAt(at * 1000)).toBeCloseTo(hourIn(zone, at * 1000), 6);
    }),
  );
});

test.each([
  ['Europe/Berlin', Date.UTC(2026, 9, 25, 1)],
  ['Australia/Lord_Howe', Date.UTC(2026, 9, 3, 15, 30)],
  ['America/St_Johns', Date.UTC(2026, 2, 8, 5, 30)],
])('the clock of %s changes at the very minute', (zone, change) => {
  const local = new LocalTime(zone);
  expect(local.offsetMs(change)).not.toBe(local.offsetMs(change - 1));
  for (const at of [change - 60_000, change, change + 60_000])
    expect(local.hourAt(at)).toBeCloseTo(hourIn(zone, at), 6);
});
