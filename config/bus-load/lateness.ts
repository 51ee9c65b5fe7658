import { dataBytes } from '../../devices/modbus/pdu.ts';
import { lineTiming } from '../../devices/modbus/rtu.ts';
import { firstTurnMs, hadTurn, nextTurn, type Slot, slotOf } from '../../devices/polling/order.ts';
import { ReplyLengths } from '../../devices/polling/reply-lengths.ts';
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
 * Plays a bus's timetable from the moment at which everything is due at once, by the rules that the agent goes by
 * (devices/polling/): whose turn it is, and which lengths of reply may be asked for.
 *
 * It is played twice, as at a start, when nothing waits longer than 1 s for its first turn, and as in the course of a
 * day; for two rounds of all periods, 20–60 s and at most 20,000 turns. Latest first.
 */
export function latenessOf(bus: BusConfig): readonly PollLateness[] {
  const polls = pollsOf(bus);
  const horizonMs = Math.min(Math.max(2 * roundMs(polls), shortestMs), longestMs);
  const [start, day] = beginnings.map((beginning) => play(bus, beginning, horizonMs));
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
export const atStart = { patienceMs: firstTurnMs, restMs: 10 } as const;
const inTheDay = { patienceMs: Number.POSITIVE_INFINITY, restMs: 0 } as const;
const beginnings = [atStart, inTheDay] as const;
type Beginning = { readonly patienceMs: number; readonly restMs: number };

type Played = Slot<Poll> & { worstMs: number; turns: number; merged: number };

function play(bus: BusConfig, { patienceMs, restMs }: Beginning, horizonMs: number): readonly Played[] {
  const slots = pollsOf(bus).map((poll) => ({ ...slotOf(poll, 0), patienceMs, worstMs: 0, turns: 0, merged: 0 }));
  let [now, turns] = [0, 0];
  for (const { slot, dueAt, sentAt, endedAt, missed } of turnsOf(bus, slots, restMs)) {
    now = endedAt;
    slot.worstMs = Math.max(slot.worstMs, sentAt - dueAt);
    slot.merged += missed;
    slot.turns++;
    turns++;
    if (now >= horizonMs || turns >= mostTurns) break;
  }
  for (const slot of slots) leftOver(slot, now);
  return slots;
}

/**
 * Every request of the bus in order, without end where there is any: what it asks for, when it was due, when it leaves and
 * when its reply has come, ms from the start. `missed`: turns that fell together with this one.
 */
export function* turnsOf<S extends Slot<Poll>>(
  bus: BusConfig,
  slots: readonly S[],
  restMs: number,
): Generator<{ slot: S; count: number; dueAt: number; sentAt: number; endedAt: number; missed: number }> {
  const lengths = areRepliesNumbered(bus.link) ? null : new ReplyLengths();
  const units = [...Map.groupBy(slots, ({ task }) => task.unit).values()];
  const lineSilenceMs = 'baudRate' in bus.link ? lineTiming(bus.link).silenceMs : 0;
  let now = lengths === null ? 0 : restMs;
  let quietSince = 0;
  while (slots.length > 0) {
    const turn = nextTurn(units, now, ({ task }) => readyAt(lengths, task, now));
    if (turn.kind === 'wait') {
      now = turn.until;
      continue;
    }
    const { slot } = turn;
    const { dueAt, task: poll } = slot;
    const sentAt = Math.max(now, quietSince + poll.silenceMs);
    const count = countOf(lengths, poll, sentAt);
    const endedAt = sentAt + exchangeMs(bus.link, dataBytes({ fn: poll.fn, count }), poll.turnaroundMs);
    const leftAt = sentAt + requestMs(bus.link);
    lengths?.answered(poll.unit, { ...poll, count }, { leftAt, now: endedAt, timeoutMs: bus.timeoutMs });
    // A reply on a line is believed when the line is silent behind it, and its turn ends with that.
    yield { slot, count, dueAt, sentAt, endedAt, missed: hadTurn(slot, endedAt + lineSilenceMs) };
    now = endedAt;
    quietSince = endedAt;
  }
}

function readyAt(lengths: ReplyLengths | null, poll: Poll, now: number): number {
  const choice = lengths?.choose(poll.unit, poll, poll.maxCount, now);
  return choice?.kind === 'hold' ? choice.until : 0;
}

function countOf(lengths: ReplyLengths | null, poll: Poll, now: number): number {
  const choice = lengths?.choose(poll.unit, poll, poll.maxCount, now);
  return choice?.kind === 'ask' ? choice.count : poll.count;
}

/** What was still waiting when the play ended has been waiting all the while: it may never get its turn. */
function leftOver(slot: Played, now: number): void {
  const waitedMs = Math.max(0, now - slot.dueAt);
  slot.worstMs = Math.max(slot.worstMs, waitedMs);
  slot.merged += Math.floor(waitedMs / slot.task.everyMs);
}

/** After how long all periods begin together again, ms; at most what is played. */
function roundMs(polls: readonly Poll[]): number {
  return polls.reduce((round, { everyMs }) => Math.min(longestMs, (round / common(round, everyMs)) * everyMs), 1);
}

/** The greatest common divisor. */
function common(a: number, b: number): number {
  return b === 0 ? a : common(b, a % b);
}
