import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Settlement } from '../../gateway/parking/reservations/settlement.ts';
import { billable, type Stay } from '../../gateway/parking/stays.ts';

type StayRow = {
  readonly id: string;
  readonly space: number;
  readonly from: number;
  readonly to: number | null;
  readonly billed: string;
};
type ReservationRow = {
  readonly id: string;
  readonly space: string;
  readonly start: number;
  readonly end: number;
  readonly state: string;
};

/** What stands in the tables in the end. Times are epoch ms. */
export type Books = {
  readonly stays: readonly StayRow[];
  readonly reservations: readonly ReservationRow[];
  /** By reservation: what was due and why, the payments and where they stand. */
  readonly money: ReadonlyMap<string, string>;
  /** Reservations of which every charge was given back. */
  readonly repaid: ReadonlySet<string>;
};

export function booksOf(dir: string): Books {
  const db = new Database(join(dir, 'gateway.db'), { readonly: true });
  try {
    const stays = db
      .prepare<[], Omit<StayRow, 'billed'> & { marks: string }>(
        `SELECT id, space, from_at AS "from", to_at AS "to", marks FROM parking_stays
         WHERE state <> 'withdrawn' ORDER BY space, from_at`,
      )
      .all()
      .map(({ marks, ...stay }) => ({ ...stay, billed: billed({ ...stay, marks: JSON.parse(marks), version: 1 }) }));
    const reservations = db
      .prepare<[], ReservationRow>(
        `SELECT id, space, start_at AS start, end_at AS "end", state FROM reservations ORDER BY space, start_at`,
      )
      .all();
    const settlements = db
      .prepare<[], { id: string; body: string }>('SELECT reservation AS id, body FROM settlements')
      .all();
    const payments = db
      .prepare<[], { id: string; payment: string }>(
        `SELECT reservation AS id, id || ' ' || kind || ' ' || amount || ' ' || state || ' ' || ifnull(moved, '') AS payment
         FROM reservation_payments ORDER BY id`,
      )
      .all();
    const repaid = db
      .prepare<[], { id: string }>(
        `SELECT reservation AS id FROM reservation_payments WHERE kind = 'refund' OR state = 'paid' GROUP BY reservation
         HAVING sum(iif(kind = 'refund', amount, 0)) > 0 AND sum(iif(kind = 'refund', -amount, amount)) = 0`,
      )
      .all();
    const money = new Map(settlements.map(({ id, body }) => [id, amounts(JSON.parse(body) as Settlement)]));
    for (const { id, payment } of payments) money.set(id, `${money.get(id) ?? ''} ${payment}`);
    return { stays, reservations, money, repaid: new Set(repaid.map(({ id }) => id)) };
  } finally {
    db.close();
  }
}

/** The time that a stay is charged for; nobody knows of one that lasts. */
function billed(stay: Stay): string {
  if (stay.to === null) return 'lasts';
  const { from, to } = billable(stay, stay.to);
  return `${from}–${to}`;
}

function amounts({ due, quoted, overstay, shares }: Settlement): string {
  return JSON.stringify({ due, quoted, overstay, shares });
}

export type Compared = {
  readonly stays: number;
  readonly staysLost: number;
  readonly staysDoubled: number;
  readonly reservations: number;
  /** Told to a driver, and not there. */
  readonly reservationsLost: number;
  /** Made in the run that was not killed alone: refused while the sensors settled. */
  readonly refusedAfterStart: number;
  /** Paid after the hold, while the sensors settled: the space was not known to be free, and all the money went back. */
  readonly repaidAfterStart: number;
  readonly reservationsDoubled: number;
  readonly feesChanged: number;
  readonly statesChanged: number;
  readonly doubleBookings: number;
  /** The first few differences. */
  readonly differences: readonly string[];
};

/**
 * The books of the run that was killed against those of the one that was not. A request that comes while the sensors settle
 * after a start is refused, and not lost: `promised` are the reservations that a driver was told of. Who pays then, after
 * their hold, asks for the space again: they get all their money back.
 */
export function compared(whole: Books, killed: Books, promised: ReadonlySet<string>): Compared {
  const [stays, killedStays] = [byId(whole.stays), byId(killed.stays)];
  const [made, killedMade] = [byId(whole.reservations), byId(killed.reservations)];
  const lost = [...stays.keys()].filter((id) => !killedStays.has(id));
  const doubled = [...killedStays.keys()].filter((id) => !stays.has(id));
  const billedOtherwise = [...stays].filter(([id, { billed }]) => (killedStays.get(id)?.billed ?? billed) !== billed);
  const repaid = (id: string) =>
    killedMade.get(id)?.state === 'paid-late' && killed.repaid.has(id) && made.get(id)?.state !== 'paid-late';
  const settledOtherwise = [...new Set([...whole.money.keys(), ...killed.money.keys()])].filter(
    (id) => made.has(id) && killedMade.has(id) && whole.money.get(id) !== killed.money.get(id) && !repaid(id),
  );
  const inOtherState = [...made].filter(
    ([id, { state }]) => (killedMade.get(id)?.state ?? state) !== state && !repaid(id),
  );
  return {
    ...{ stays: stays.size, staysLost: lost.length, staysDoubled: doubled.length + overlapping(killed.stays).length },
    reservations: made.size,
    reservationsLost: [...promised].filter((id) => !killedMade.has(id)).length,
    refusedAfterStart: [...made.keys()].filter((id) => !killedMade.has(id) && !promised.has(id)).length,
    repaidAfterStart: [...made.keys()].filter(repaid).length,
    reservationsDoubled: [...killedMade.keys()].filter((id) => !made.has(id) && !promised.has(id)).length,
    feesChanged: billedOtherwise.length + settledOtherwise.length,
    statesChanged: inOtherState.length,
    doubleBookings: overlapping(
      killed.reservations
        .filter(
          ({ state }) =>
            state !== 'cancelled' && state !== 'expired' && state !== 'conflicted' && state !== 'paid-late',
        )
        .map(({ start, end, ...rest }) => ({ ...rest, from: start, to: end })),
    ).length,
    differences: [
      ...lost.map((id) => `lost ${id}`),
      ...doubled.map((id) => `doubled ${id}`),
      ...billedOtherwise.map(([id, { billed }]) => `${id}: ${billed}, killed ${killedStays.get(id)?.billed}`),
      ...settledOtherwise.map((id) => `${id}: ${whole.money.get(id)}, killed ${killed.money.get(id)}`),
      ...inOtherState.map(([id, { state }]) => `${id}: ${state}, killed ${killedMade.get(id)?.state}`),
    ].slice(0, 20),
  };
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

type Span = { readonly space: number | string; readonly from: number; readonly to: number | null };

/** Spans that begin before the one before them on the same space has ended; they come in order. */
function overlapping<T extends Span>(spans: readonly T[]): T[] {
  return spans.filter((span, i) => {
    const before = spans[i - 1];
    return before?.space === span.space && (before.to ?? Number.POSITIVE_INFINITY) > span.from;
  });
}
