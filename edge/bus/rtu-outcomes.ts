import type { ModbusRequest, Reply } from '../../devices/modbus/pdu.ts';
import { type Outcome, outcomeOf } from './bus.ts';
import { hex } from './rubbish.ts';

export const neverSilent: Outcome = {
  ok: false,
  fault: 'bad-frame',
  detail: 'the line never falls silent: look for a second master, a wrong baud rate or a stuck transceiver',
};

export const broadcastRead: Outcome = {
  ok: false,
  fault: 'unsupported',
  detail: 'unit 0 is a broadcast, which nobody answers: it cannot be read',
};

/** Nothing came, or nothing but the line's own echo, of which `from` bytes were skipped. */
export function noReply(waitedMs: number, echo: { from: number }): Outcome {
  const text = `no reply in ${Math.round(waitedMs)} ms`;
  const detail = echo.from > 0 ? `${text}, only the request itself came back (the line's echo)` : text;
  return { ok: false, fault: 'timeout', detail };
}

/** Either may be old: believed is neither. */
export function doubtful(answer: { first: Uint8Array; second: Uint8Array; isReply: boolean }): Outcome {
  const { first, second, isReply } = answer;
  const detail = isReply
    ? twoRepliesText(first, second)
    : `a reply came with ${second.length} bytes behind it that may have been the answer, so it is not believed (${hex(first)}, then ${hex(second)})`;
  return { ok: false, fault: 'bad-frame', detail };
}

export function twoRepliesText(first: Uint8Array, second: Uint8Array): string {
  return `two different replies came to one request, so neither is believed: a converter, radio bridge or repeater keeps replies back (${hex(first)} and ${hex(second)})`;
}

/** The reply to a lengthened read, without what was not asked for. */
export function cutBack(asked: ModbusRequest, reply: Reply): Outcome {
  if (asked.kind !== 'read') return outcomeOf(reply);
  if (reply.kind === 'words') return { ok: true, reply: { kind: 'words', words: reply.words.slice(0, asked.count) } };
  if (reply.kind === 'bits') return { ok: true, reply: { kind: 'bits', bits: reply.bits.slice(0, asked.count) } };
  return outcomeOf(reply);
}
