import { lotFileSchema } from '../../config/lots/lot.ts';
import { buildLot } from '../../config/lots/lot-config.ts';
import type { Site } from '../../config/site.ts';
import { contactsSite } from './parking-gateway.ts';

/** Three kinds of lot: short stays all day, a yard that can be reserved and where some stay all day, residents who lend. */
export type LotKind = 'market' | 'yard' | 'alley';
export const lotKinds: readonly LotKind[] = ['market', 'yard', 'alley'];

export type TownSize = Readonly<Record<LotKind, number>>;

/** 100 spaces. */
export const wholeTown: TownSize = { market: 40, yard: 36, alley: 24 };

/** As config/lots fills it in: 20 s of debounce, checks 15 and 5 minutes ahead. Of the yard every other space can be reserved. */
export function townSite(size: TownSize, more: Record<string, unknown> = {}): Site {
  const lots = lotKinds
    .filter((id) => size[id] > 0)
    .map((id) => {
      const spaces = Array.from({ length: size[id] }, (_, n) => spaceOf(id, n));
      const file = { id, name: { ko: id, en: id }, ttl: 60, spaces, ...terms[id], ...more };
      return buildLot(lotFileSchema.parse(file));
    });
  return contactsSite(Object.fromEntries(Object.entries(size).filter(([, count]) => count > 0)), lots);
}

function spaceOf(lot: LotKind, n: number): object {
  const id = `${lot[0]}${n}`;
  const occupancy = `${lot}/p_${n}`;
  if (lot === 'alley') return { id, type: 'resident', occupancy };
  return { id, type: 'general', occupancy, bookable: lot === 'yard' && n % 2 === 0 };
}

const tariff = { base: { time: '30m', amount: 1000 }, unit: { time: '10m', amount: 300 } };

const terms: Readonly<Record<LotKind, object>> = {
  market: { tariff },
  yard: { tariff, booking: { open: true } },
  alley: {
    tariff,
    booking: { open: true },
    allocations: { 'full-day': { hours: 'open24h', monthly: 40_000 } },
    allocation: 'full-day',
    sharing: [{ days: ['weekday'], window: '09:00-18:00', ownerShare: 0.4 }],
  },
};
