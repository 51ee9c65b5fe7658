import type { BusConfig } from '../site.ts';
import { areRepliesNumbered, exchangeMs, type Poll, pollsOf, requestMs } from './polls.ts';

/** How late the polls of a range come while every device answers. */
export type PollLateness = {
  readonly poll: Poll;
  /** From the time it was due to its request, at worst, ms. */
  readonly worstMs: number;
  /** Share of its turns, 0–1, that fell together with the turn before: it was due again before it had been read. */
  readonly merged: number;
};

/**
 * Plays a bus's timetable from the moment at which everything is due at once: life safety first, then the earliest
 * deadline, one exchange at a time, as the agent does it (edge/polling/schedule.ts). Where ranges of one unit cannot have replies of different lengths, a
 * range waits until late copies of another's reply are out of the way (edge/bus/reply-lengths.ts), and other units go on.
 *
 * It is played twice, as at a start, when nothing waits longer than 1 s for its first turn, and as in the course of a
 * day; for two rounds of all periods, 20–60 s and at most 20,000 turns. Latest first.
 */
export function latenessOf(bus: BusConfig): readonly PollLateness[] {
  const polls = pollsOf(bus);
  const horizonMs = Math.min(Math.max(2 * roundMs(polls), shortestMs), longestMs);
  const [start, day] = beginnings.map((beginning) => play(bus, slotsOf(polls, beginning), horizonMs, beginning));
  return polls
    .map((poll, i) => {
      const [a, b] = [start?.[i], day?.[i]];
      const worstMs = Math.max(a?.worstMs ?? 0, b?.worstMs ?? 0);
      return { poll, worstMs, merged: (b?.merged ?? 0) / Math.max(1, (b?.merged ?? 0) + (b?.turns ?? 0)) };
    })
    .toSorted((a, b) => b.worstMs - a.worstMs);
}

const shortestMs = 20_000;
const longestMs = 60_000;
const mostTurns = 20_000;
/**
 * As the agent does at a start: nothing that was never read waits out a long period for its first turn, and a serial line
 * that has just been opened is let be for 10 ms.
 */
const beginnings = [
  { patienceMs: 1000, restMs: 10 },
  { patienceMs: Number.POSITIVE_INFINITY, restMs: 0 },
] as const;
type Beginning = { readonly patienceMs: number; readonly restMs: number };

type Slot = {
  readonly poll: Poll;
  readonly said: Said;
  dueAt: number;
  ranAt: number;
  patienceMs: number;
  worstMs: number;
  turns: number;
  merged: number;
};

/** The replies of one unit and function whose late or doubled copies may still come; the last one asked for stays last. */
type Said = { replies: { address: number; bytes: number; staleUntil: number }[] };

function slotsOf(polls: readonly Poll[], { patienceMs }: Beginning): Slot[] {
  const said = new Map<string, Said>();
  return polls.map((poll) => {
    const key = `${poll.unit} ${poll.fn}`;
    const own = said.get(key) ?? { replies: [] };
    said.set(key, own);
    return { poll, said: own, dueAt: 0, ranAt: Number.NEGATIVE_INFINITY, patienceMs, worstMs: 0, turns: 0, merged: 0 };
  });
}

function play(bus: BusConfig, slots: readonly Slot[], horizonMs: number, { restMs }: Beginning): readonly Slot[] {
  const numbered = areRepliesNumbered(bus.link);
  let now = numbered ? 0 : restMs;
  let quietSince = 0;
  for (let turns = 0; now < horizonMs && turns < mostTurns; turns++) {
    const { slot, at } = nextTurn(slots, now, numbered);
    now = at;
    if (slot === undefined) continue;
    const sentAt = Math.max(now, quietSince + slot.poll.silenceMs);
    const bytes = numbered ? (slot.poll.replies[0] ?? 0) : (choose(slot, sentAt).bytes ?? slot.poll.replies[0] ?? 0);
    slot.worstMs = Math.max(slot.worstMs, sentAt - slot.dueAt);
    now = sentAt + exchangeMs(bus.link, bytes);
    quietSince = now;
    if (!numbered) note(slot, { bytes, leftAt: sentAt + requestMs(bus.link), now, timeoutMs: bus.timeoutMs });
    ran(slot, now);
  }
  for (const slot of slots) leftOver(slot, now);
  return slots;
}

/** Of those that are due and may be asked, the one that goes first; or when there will be one. */
function nextTurn(slots: readonly Slot[], now: number, numbered: boolean): { at: number; slot?: Slot } {
  let best: Slot | undefined;
  let until = Number.POSITIVE_INFINITY;
  const due = slots.filter(({ dueAt }) => dueAt <= now);
  const held = numbered ? [] : due.filter((slot) => choose(slot, now).readyAt > now);
  for (const slot of slots) if (slot.dueAt > now) until = Math.min(until, slot.dueAt);
  for (const slot of held) until = Math.min(until, choose(slot, now).readyAt);
  for (const slot of due) {
    if (held.includes(slot) || (best !== undefined && !goesBefore(slot, best, now))) continue;
    // What is held back is not held back for ever by what would come after it.
    if (!held.some((one) => one.said === slot.said && goesBefore(one, slot, now))) best = slot;
  }
  return best === undefined ? { at: until } : { at: now, slot: best };
}

function goesBefore(slot: Slot, other: Slot, now: number): boolean {
  const [isFirst, isOtherFirst] = [isUrgent(slot, now), isUrgent(other, now)];
  if (isFirst !== isOtherFirst) return isFirst;
  const [due, otherDue] = [deadline(slot), deadline(other)];
  return due === otherDue ? slot.ranAt < other.ranAt : due < otherDue;
}

/** What is routine and late by three periods and 10 s goes with life safety, so that nothing is forgotten. */
function isUrgent({ poll, dueAt }: Slot, now: number): boolean {
  return poll.isLifeSafety || now - dueAt > Math.max(10_000, 3 * poll.everyMs);
}

function deadline({ dueAt, patienceMs, poll }: Slot): number {
  return dueAt + Math.min(patienceMs, poll.everyMs);
}

function ran(slot: Slot, now: number): void {
  const { everyMs } = slot.poll;
  const missed = Math.max(0, Math.floor((now - slot.dueAt) / everyMs));
  slot.turns++;
  slot.ranAt = now;
  slot.merged += missed;
  slot.patienceMs = everyMs;
  slot.dueAt += (missed + 1) * everyMs;
}

/** What was still waiting when the play ended has been waiting all the while: it may never get its turn. */
function leftOver(slot: Slot, now: number): void {
  const waitedMs = Math.max(0, now - slot.dueAt);
  slot.worstMs = Math.max(slot.worstMs, waitedMs);
  slot.merged += Math.floor(waitedMs / slot.poll.everyMs);
}

/** The length of reply to ask for, or from when one is free. */
function choose({ poll, said: { replies } }: Slot, now: number): { bytes?: number; readyAt: number } {
  const last = replies.at(-1);
  const lengths = poll.replies.map((bytes) => {
    const rivals = replies.filter((reply) => reply.bytes === bytes && reply.staleUntil > now);
    const others = rivals.filter(({ address }) => address !== poll.address);
    const usedLast = replies.findLastIndex((reply) => reply.bytes === bytes);
    const freeAt = Math.max(0, ...others.map(({ staleUntil }) => staleUntil));
    return { bytes, usedLast, freeAt, isFree: rivals.length === 0 && last?.bytes !== bytes };
  });
  const free = lengths.find(({ isFree }) => isFree);
  const own = lengths.filter(({ freeAt }) => freeAt === 0).toSorted((a, b) => a.usedLast - b.usedLast);
  const choice = free ?? own[0];
  if (choice !== undefined) return { bytes: choice.bytes, readyAt: 0 };
  return { readyAt: Math.min(...lengths.map(({ freeAt }) => freeAt)) };
}

/** How long copies of this reply may come: longer where a copy of the range's own last reply may have given the answer. */
function note(
  { poll, said }: Slot,
  { bytes, leftAt, now, timeoutMs }: { bytes: number; leftAt: number; now: number; timeoutMs: number },
): void {
  const mayBeCopy = said.replies.some((reply) => reply.bytes === bytes && reply.staleUntil > leftAt);
  const staleUntil = mayBeCopy ? Math.max(now, leftAt + timeoutMs) + 2 * timeoutMs : now + timeoutMs;
  const live = said.replies.filter((reply) => reply.staleUntil > now);
  said.replies = [...live, { address: poll.address, bytes, staleUntil }];
}

/** After how long all periods begin together again, ms; at most what is played. */
function roundMs(polls: readonly Poll[]): number {
  return polls.reduce((round, { everyMs }) => Math.min(longestMs, (round / common(round, everyMs)) * everyMs), 1);
}

/** The greatest common divisor. */
function common(a: number, b: number): number {
  return b === 0 ? a : common(b, a % b);
}
