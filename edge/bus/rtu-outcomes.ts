import type { DeviceReason } from '../../contract/reasons/devices.ts';
import type { ModbusRequest, Reply } from '../../devices/modbus/pdu.ts';
import { type Outcome, outcomeOf } from './bus.ts';
import { hex } from './rubbish.ts';

export const neverSilent: Outcome = {
  ok: false,
  fault: 'bad-frame',
  reason: { code: 'never-silent' },
};

export const broadcastRead: Outcome = {
  ok: false,
  fault: 'unsupported',
  reason: { code: 'broadcast-read' },
};

/** It may be the reply to the request before: a check got the one to this. */
export const behind: Outcome = { ok: false, fault: 'bad-frame', reason: { code: 'one-behind' } };

/** An answer that came after its request was given up on: so many ms behind it, and the exception that it was. */
export type Late = { readonly ms: number; readonly exception: number | null };

/**
 * Nothing came, or nothing but the line's own echo. An answer that came after an earlier request was given up on says more
 * than silence does; of a gateway that gave up on the device behind it only then, how late that was says nothing.
 */
export function noReply(asked: { waitedMs: number; timeoutMs: number; isEcho: boolean }, late?: Late): Outcome {
  const ms = Math.round(asked.waitedMs);
  if (late?.exception === gatewayPath || late?.exception === gatewayTarget)
    return { ok: false, fault: 'timeout', reason: { code: 'exception', exception: late.exception } };
  const isLate = late !== undefined && late.ms > asked.timeoutMs;
  const reason: DeviceReason = isLate
    ? { code: 'late-reply', ms, after: Math.ceil(late.ms) }
    : { code: 'no-reply', ms, echo: asked.isEcho };
  return { ok: false, fault: 'timeout', reason };
}

const gatewayPath = 10;
/** The device behind a gateway gave no answer. */
export const gatewayTarget = 11;

/** Either may be old: believed is neither. */
export function doubtful(answer: { first: Uint8Array; second: Uint8Array; isReply: boolean }): Outcome {
  const { first, second, isReply } = answer;
  if (isReply) return { ok: false, fault: 'bad-frame', reason: twoReplies(first, second) };
  const seen = { first: hex(first), second: hex(second), behind: second.length };
  return { ok: false, fault: 'bad-frame', reason: { code: 'reply-and-more', ...seen } };
}

export function twoReplies(first: Uint8Array, second: Uint8Array): DeviceReason {
  return { code: 'two-replies', first: hex(first), second: hex(second) };
}

/** The reply to a lengthened read, without what was not asked for. */
export function cutBack(asked: ModbusRequest, reply: Reply): Outcome {
  if (asked.kind !== 'read') return outcomeOf(reply);
  if (reply.kind === 'words') return { ok: true, reply: { kind: 'words', words: reply.words.slice(0, asked.count) } };
  if (reply.kind === 'bits') return { ok: true, reply: { kind: 'bits', bits: reply.bits.slice(0, asked.count) } };
  return outcomeOf(reply);
}
