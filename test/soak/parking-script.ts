import { lotFileSchema } from '../../config/lots/lot.ts';
import { buildLot } from '../../config/lots/lot-config.ts';
import type { Site } from '../../config/site.ts';
import { keyOf, uniform } from '../../simulators/noise.ts';
import { contactsSite } from '../week/parking-gateway.ts';

/** What drivers, cars and a payment provider do, as one list that is the same for the same seed. */
export type Action =
  | {
      readonly kind: 'reserve';
      readonly id: string;
      readonly space: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'cancel'; readonly id: string }
  | { readonly kind: 'paid'; readonly payment: string; readonly amount: number };

/** At an instant (epoch ms): how all contacts are, and what is done. */
export type Turn = {
  readonly n: number;
  readonly at: number;
  readonly taken: boolean[];
  readonly actions: readonly Action[];
};

export const soakSpaces = 12;
export const soakStart = Date.parse('2026-11-30T00:00:00+09:00');
export const turnMs = 30_000;
const minute = 60_000;
/** What half an hour costs; every reservation of the script lasts an hour. */
const hourly = 2000;

export function soakSite(): Site {
  const spaces = Array.from({ length: soakSpaces }, (_, n) => ({
    ...{ id: `s${n}`, type: 'general', occupancy: `yard/p_${n}`, bookable: true },
  }));
  const file = {
    ...{ id: 'yard', name: { ko: '마당', en: 'Yard' }, ttl: 600, spaces },
    tariff: { base: { time: '30m', amount: hourly / 2 }, unit: { time: '30m', amount: hourly / 2 } },
    booking: { open: true, charge: 'before' },
  };
  return contactsSite({ yard: soakSpaces }, [buildLot(lotFileSchema.parse(file))]);
}

type Visit = { readonly from: number; readonly to: number };

/** The first `count` turns. */
export function scriptOf(seed: number, count: number): Turn[] {
  const until = soakStart + count * turnMs;
  const actions: { at: number; action: Action }[] = [];
  const visits = Array.from({ length: soakSpaces }, (_, n) => visitsOf(seed, n, { until, actions }));
  actions.sort((a, b) => a.at - b.at);
  let next = 0;
  return Array.from({ length: count }, (_, n) => {
    const at = soakStart + (n + 1) * turnMs;
    const taken = visits.map((each) => each.some(({ from, to }) => from <= at && at < to));
    const now: Action[] = [];
    for (let due = actions[next]; due !== undefined && due.at <= at; due = actions[++next]) now.push(due.action);
    return { n, at, taken, actions: now };
  });
}

/** Cars of one space. Every other one has reserved; some of those cancel, stay away, pay late, twice or never. */
function visitsOf(
  seed: number,
  space: number,
  to: { until: number; actions: { at: number; action: Action }[] },
): Visit[] {
  const key = keyOf(seed, `soak/${space}`);
  let drawn = 0;
  const draw = () => uniform(key, drawn++);
  const visits: Visit[] = [];
  let at = soakStart + draw() * 60 * minute;
  for (let nth = 0; at < to.until; nth += 1) {
    const start = Math.ceil((at + (10 + 40 * draw()) * minute) / minute) * minute;
    const visit = { from: start + (15 * draw() - 6) * minute, to: start + (30 + 40 * draw()) * minute };
    if (draw() < 0.5) reserve(`r${space}-${nth}`, { space: `s${space}`, start, asked: at }, to.actions, draw);
    if (draw() < 0.9) visits.push(visit);
    at = visit.to + 5 * minute;
  }
  return visits;
}

function reserve(
  id: string,
  { space, start, asked }: { space: string; start: number; asked: number },
  actions: { at: number; action: Action }[],
  draw: () => number,
): void {
  const action = { kind: 'reserve', id, space, from: start, to: start + 60 * minute } as const;
  actions.push({ at: asked, action });
  // The driver's program is not sure that it was heard.
  if (draw() < 0.2) actions.push({ at: asked + 30_000, action });
  const paid = { kind: 'paid', payment: `${id}.0`, amount: draw() < 0.05 ? 1 : hourly } as const;
  const how = draw();
  if (how < 0.95) actions.push({ at: asked + (how < 0.1 ? 12 : 1) * minute, action: paid });
  if (how > 0.8 && how < 0.95) actions.push({ at: asked + 2 * minute, action: paid });
  if (draw() < 0.15) actions.push({ at: asked + 5 * minute, action: { kind: 'cancel', id } });
}
