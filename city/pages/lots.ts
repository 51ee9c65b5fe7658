import { standing } from '../ngsi-ld/views.ts';
import type { StateRow } from '../store/views.ts';
import { isConnected } from './boxes.ts';

/** Lots of all sites as they may be shown now. Pure. */

export type LotFigures = {
  readonly capacity: number;
  readonly free: number;
  readonly occupied: number;
  readonly unknown: number;
  readonly outOfService: number;
};

export type CityLot = {
  readonly site: string;
  readonly lot: string;
  readonly district: string;
  readonly name: { readonly ko: string; readonly en: string };
  readonly location: { readonly lat: number; readonly lon: number } | null;
  /** unknown: nothing was agreed within 60 s, or nothing is said of it. */
  readonly state: 'open' | 'closed' | 'unknown';
  /** What the public may see; null where that is nothing, and never 0 for it. */
  readonly figures: LotFigures | null;
  /** When that changed last, epoch ms. */
  readonly at: number | null;
  /** Ms since something of its gateway was agreed; null: never. */
  readonly agreedAgo: number | null;
};

export function cityLots(lots: readonly StateRow[], places: readonly StateRow[]): CityLot[] {
  const said = new Map(lots.map((row) => [`${row.site}/${row.key}`, row]));
  return standing(places).flatMap(({ site, key, district, body, agreedAgo }) => {
    if (!key.startsWith('lot/') || body === null) return [];
    const lot = key.slice('lot/'.length);
    const now = said.get(`${site}/${lot}`);
    const isKnown = now !== undefined && now.body !== null && isConnected(now);
    return {
      ...{ site, lot, district, name: textOf(body.name, lot), location: locationOf(body.location) },
      state: !isKnown ? 'unknown' : now.body?.state === 'closed' ? 'closed' : 'open',
      figures: isKnown ? figuresOf(now.body?.public) : null,
      ...{ at: now?.at ?? null, agreedAgo },
    };
  });
}

function figuresOf(value: unknown): LotFigures | null {
  if (typeof value !== 'object' || value === null) return null;
  const of = value as Record<string, unknown>;
  const numbers = (['capacity', 'free', 'occupied', 'unknown', 'outOfService'] as const).map((key) => of[key]);
  if (!numbers.every((each): each is number => typeof each === 'number')) return null;
  const [capacity = 0, free = 0, occupied = 0, unknown = 0, outOfService = 0] = numbers;
  return { capacity, free, occupied, unknown, outOfService };
}

export function textOf(value: unknown, other: string): { ko: string; en: string } {
  const of = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return { ko: typeof of.ko === 'string' ? of.ko : other, en: typeof of.en === 'string' ? of.en : other };
}

function locationOf(value: unknown): CityLot['location'] {
  const of = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return typeof of.lat === 'number' && typeof of.lon === 'number' ? { lat: of.lat, lon: of.lon } : null;
}

/** Open ones, the most urgent first: life safety, then the higher level, then what came first. */
export function openAlerts(rows: readonly StateRow[]): StateRow[] {
  return rows.filter(({ body }) => body !== null && body.closed === null).sort(byUrgency);
}

const levels = ['심각', '경계', '주의', '관심'];

function byUrgency(a: StateRow, b: StateRow): number {
  const life = Number(b.body?.lifeSafety === true) - Number(a.body?.lifeSafety === true);
  const level = levels.indexOf(String(a.body?.level)) - levels.indexOf(String(b.body?.level));
  return life || level || String(a.body?.since).localeCompare(String(b.body?.since));
}

/** Sums over lots: `known` of `lots` say something now, and the rest adds to nothing. */
export function summed(lots: readonly CityLot[]) {
  const known = lots.flatMap(({ figures }) => figures ?? []);
  const sum = (key: keyof LotFigures) => known.reduce((total, figures) => total + figures[key], 0);
  const [occupied, free] = [sum('occupied'), sum('free')];
  return {
    ...{ lots: lots.length, known: known.length, capacity: sum('capacity'), free, occupied, unknown: sum('unknown') },
    /** Of the spaces of which something is known; null where that is none. */
    occupancy: occupied + free === 0 ? null : occupied / (occupied + free),
  };
}
