import { z } from 'zod';
import { lotFileSchema } from '../../../config/lots/lot.ts';
import { buildLot, type LotConfig } from '../../../config/lots/lot-config.ts';

/** A lot as the site file would have it, for tests. */
export function lotOf(file: Record<string, unknown>): LotConfig {
  const parsed = lotFileSchema.safeParse({ name: { ko: '골목', en: 'Alley' }, ...file });
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return buildLot(parsed.data);
}

/** Residents' spaces on an alley: r1 and r2 lent on weekdays 09–18, r3 on Saturdays 09–13, r4 not at all. */
export function alley(more: Record<string, unknown> = {}): LotConfig {
  const weekdays = [{ days: ['weekday'], window: '09:00-18:00', ownerShare: 0.4 }];
  return lotOf({
    id: 'alley',
    allocations: {
      'full-day': { hours: 'open24h', monthly: 40_000 },
      day: { hours: { weekday: '09:00-18:00', saturday: '09:00-13:00', holiday: 'closed' }, monthly: 30_000 },
    },
    tariff: {
      base: { time: '0m', amount: 0 },
      unit: { time: '30m', amount: 600 },
      overstay: { time: '10m', amount: 200 },
    },
    booking: { open: true, ...((more.booking as object | undefined) ?? {}) },
    spaces: [
      { id: 'r1', type: 'resident', occupancy: 'bay-1/occupied', allocation: 'full-day', sharing: weekdays },
      { id: 'r2', type: 'resident', occupancy: 'bay-2/occupied', allocation: 'full-day', sharing: weekdays },
      {
        id: 'r3',
        type: 'resident',
        occupancy: 'bay-3/occupied',
        allocation: 'day',
        sharing: [{ days: ['saturday'], window: '08:00-13:00', ownerShare: 0.4 }],
      },
      { id: 'r4', type: 'resident', occupancy: 'bay-4/occupied', allocation: 'full-day' },
    ],
    ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'booking')),
  });
}

/** Epoch ms of a local time, as `2026-11-25T09:00`. */
export function seoulTime(local: string): number {
  return Date.parse(`${local}:00+09:00`);
}

export function localSpan(from: string, to: string): { from: number; to: number } {
  return { from: seoulTime(from), to: seoulTime(to) };
}
