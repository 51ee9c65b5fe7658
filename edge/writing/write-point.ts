import type { PointConfig } from '../../config/site.ts';
import type { Value } from '../../contract/reading.ts';
import type { CommandReason } from '../../contract/reasons/commands.ts';
import type { ModbusRequest } from '../../devices/modbus/pdu.ts';
import type { ReadRange } from '../../devices/plan.ts';
import { planWrite, type WritePlan } from '../../devices/write.ts';
import type { Outcome } from '../bus/bus.ts';

/**
 * What came of a write. done: the device reads back what was wanted. refused: nothing was sent. failed: it was, and what
 * the point holds is `readBack`, or nobody knows (null).
 */
export type Written = {
  readonly outcome: 'done' | 'refused' | 'failed';
  readonly reason: CommandReason | null;
  readonly readBack: Value;
};

/** Asks the point's own device; faults come back as data. */
export type Ask = (request: ModbusRequest) => Promise<Outcome>;

export function refused(reason: CommandReason): Written {
  return { outcome: 'refused', reason, readBack: null };
}

/**
 * Writes one point and reads it back. The device's own reading decides, not the echo of the write: a reply may be lost
 * though the relay has moved, and an echo may come from a relay that has not. It is read by the point's own range, if one is
 * given, so that it counts as in a poll.
 */
export async function writePoint(
  point: Pick<PointConfig, 'ref' | 'profile'>,
  value: number | boolean | string,
  ask: Ask,
  range?: ReadRange,
): Promise<Written> {
  const { ref, profile } = point;
  if (!profile.writable) return refused({ code: 'read-only', point: ref });
  const planned = planWrite(profile, value, range);
  if (!planned.ok) return refused({ code: 'value-does-not-fit', point: ref, problem: planned.problem });
  const sent = await send(planned.plan, ask);
  const back = await readBack(planned.plan, ask);
  const { expected } = planned.plan;
  if (back.fault === null && back.value === expected) return { outcome: 'done', reason: null, readBack: expected };
  if (!sent.ok) return { outcome: 'failed', reason: faultOf(sent), readBack: back.value };
  const reason: CommandReason =
    back.value === null
      ? { code: 'read-back-failed', wanted: value, fault: back.fault ?? 'bad-frame' }
      : { code: 'read-back-differs', wanted: value, got: back.value };
  return { outcome: 'failed', reason, readBack: back.value };
}

async function send({ before, request }: WritePlan, ask: Ask): Promise<Outcome> {
  if (before === null) return ask(request([]));
  const current = await ask(before);
  if (!current.ok) return current;
  const words = current.reply.kind === 'words' ? current.reply.words : [];
  return words.length < before.count ? unread : ask(request(words));
}

const unread: Outcome = { ok: false, fault: 'bad-frame', reason: { code: 'unread-before-write' } };

async function readBack(plan: WritePlan, ask: Ask): Promise<{ value: Value; fault: string | null }> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await ask(plan.readBack);
    if (outcome.ok && outcome.reply.kind !== 'written') return plan.decode(outcome.reply);
    if (attempt === readBackAttempts) return { value: null, fault: outcome.ok ? 'bad-frame' : outcome.fault };
  }
}

const readBackAttempts = 2;

function faultOf(outcome: Extract<Outcome, { ok: false }>): CommandReason {
  return { code: 'bus-fault', fault: outcome.fault, reason: outcome.reason };
}
