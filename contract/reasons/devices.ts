import { z } from 'zod';
import { faultCodes } from '../reading.ts';

/**
 * Why a device does not answer as it should, or why nobody knows. Spans are ms or whole seconds (`s`), bytes of frames are
 * hex as `01 03 02`. `port` is a serial port's path or host:port. The words stand in contract/words/devices.ts.
 */

const count = z.int().min(0);
const ms = z.number().min(0);
const s = z.number().min(0);
const hex = z.string().max(100);
const port = z.string().max(200);
/** What the system or a device says in its own words, passed on as it is. */
const cause = z.string().max(200);

/** The eighth bit of each byte is the parity of text in the other seven. */
const parity = z.enum(['even', 'odd']).optional();

/** What keeps coming on the line that no request explains. */
export const strayNoteSchema = z
  .object({
    hex,
    /** The same, where it is text. */
    text: z.string().max(100).optional(),
    /**
     * A converter's heartbeat · replies of another master's devices · single bytes of a line that nobody holds at rest ·
     * another protocol or speed.
     */
    likely: z.enum(['heartbeat', 'second-master', 'unbiased-line', 'other-protocol']),
    /** They come with answers of these units, before or behind them: these, or a converter to them, say more than the answer. */
    withAnswersOf: z.array(z.int().min(0).max(255)).min(1).max(8).optional(),
  })
  .readonly();
export type StrayNote = z.infer<typeof strayNoteSchema>;

/** How much of a table a device was seen to answer in one read. */
const readsLimit = {
  /** What it answers at most, and the larger reads that it did not. */
  upTo: count,
  notAt: z.array(count).min(1).max(16),
  of: z.enum(['registers', 'bits']),
  /** What came in place of an answer to those: nothing, or too late, or less than a whole one. */
  as: z.enum(['silence', 'late', 'damaged', 'exception']),
  exception: count.optional(),
};
const readsLimitSchema = z.object(readsLimit).readonly();
export type ReadsLimit = z.infer<typeof readsLimitSchema>;

/** Any of these may say where, and how often in a row. */
const where = {
  /** The range of registers it is about, as `holding 16–18`; the whole device where it is left out. */
  range: z.string().max(64).optional(),
  /** Points that have no value because of it. */
  points: z.array(z.string()).max(125).optional(),
  /** Times in a row; once where it is left out. */
  times: z.int().min(1).optional(),
  /** Bytes that no request explains come on its line besides. */
  beside: strayNoteSchema.optional(),
};

const reason = <C extends string, S extends z.core.$ZodLooseShape>(code: C, shape: S) =>
  z.object({ code: z.literal(code), ...shape, ...where }).readonly();

/** Told by an agent of its devices. */
export const deviceReasonSchema = z.discriminatedUnion('code', [
  reason('not-polled', {}),
  /** Its turn has not come for more than so many of its periods. */
  reason('no-turn', { polls: count }),

  /** `echo`: only the request itself came back, as a line does that hears itself. */
  reason('no-reply', { ms, echo: z.boolean() }),
  /** No reply in `ms`; the last one came `after` so many ms, too late to be taken. */
  reason('late-reply', { ms, after: ms }),
  /** Modbus TCP: answers carry an id that was not asked with, so it is not known what they answer. */
  reason('other-transaction', { got: count, wanted: count }),
  /** It is online; only its line carries more than its replies. */
  reason('stray-bytes', {}),
  /** It is online, and read in smaller parts than its profile allows. */
  reason('reads-limited', readsLimit),
  reason('cut-reply', { got: count, of: count, hex }),
  /** A reply began on a connection and did not end. */
  reason('endless-reply', { got: count }),
  reason('wrong-crc', { hex }),
  /** `text`: the same, where it is printable. */
  reason('no-frame', { got: count, hex, text: z.string().max(100).optional() }),
  reason('other-unit', { got: count, wanted: count }),
  reason('other-function', { got: count, wanted: count, hex }),
  /** Of the right unit and function, but of another length, count or address. */
  reason('other-request', { hex }),
  /** Each answer is the one to the request before, as a check with another length showed: none is believed. */
  reason('one-behind', {}),
  /** Told by agents of before; `cause` is English. */
  reason('misfit', { cause }),
  /** Of the unit that was asked, and neither an exception nor this function with as many bytes as it takes. */
  reason('other-form', { function: count, bytes: count }),
  /** A head is no Modbus TCP: its protocol id is 0, its length 2–254. */
  reason('not-modbus-tcp', { field: z.enum(['protocol', 'length']), got: count }),
  /** Behind a reply stands another under an id that was not given, so the first may have been filled up with it. */
  reason('stranger-behind', { transaction: count }),
  /** Both fit and they differ, so one is old: something on the way keeps replies back. */
  reason('two-replies', { first: hex, second: hex }),
  /** `behind` bytes came after a reply that fits, and may have been the answer. */
  reason('reply-and-more', { first: hex, second: hex, behind: count }),
  reason('never-silent', {}),
  /** Sensors that talk. */
  reason('no-frame-in', { s }),
  /** Whole lines or frames come, and none fits the profile: another firmware, sentence or make. */
  reason('other-lines', { layout: z.string().max(200), last: z.string().max(100), parity }),
  reason('other-frames', { hex }),
  /** Its line is heard: others speak there, and none under its address; null for a line whose frames say none. */
  reason('not-among', { s, address: z.string().max(40).nullable(), heard: z.string().max(40).nullable() }),
  /** Bytes come in which no frame ends: another line end, speed or device. */
  reason('no-frame-end', { end: z.string().max(40), last: z.string().max(100), parity }),
  /** Messages of sensors behind a network server. `hex` is how a body begins. */
  reason('no-uplink', { s }),
  reason('other-port', { got: count.nullable(), known: z.array(count).max(64) }),
  reason('other-length', { got: count, known: z.array(count).max(64), hex }),
  reason('other-message', { hex }),
  /** A channel that the profile does not know; all behind it would be a guess. */
  reason('other-channel', { at: count, hex }),
  reason('cut-channel', { channel: z.string().max(40), got: count, of: count }),
  /** Two values of one point in one message. */
  reason('point-twice', { point: z.string().max(63) }),
  reason('wrong-sum', { hex }),
  reason('not-tlv', { at: count, hex }),
  /** RFC 8428 in CBOR. */
  reason('not-senml', { hex }),
  reason('not-json', {}),
  /** JSON, with a part that is not as the format of its bus has it. */
  reason('not-of-format', { format: z.string().max(31), part: z.string().max(63) }),
  reason('no-known-field', {}),
  reason('no-values', {
    values: z.array(z.object({ point: z.string().max(63), why: z.string().max(31) })).max(32),
  }),
  /** Its last message came so long after the network server heard it: it is history. */
  reason('late-uplink', { s }),
  /** Its last message does not say when it was said, and may have waited in the broker while nobody heard: it is history. */
  reason('may-have-waited', {}),
  /** By the network server's clock its message comes from so far ahead of this box's clock. */
  reason('clock-apart', { s }),
  /** By its own times what it brings was measured so long ago: it is history. */
  reason('old-values', { s }),
  /** By its own times what it brings was measured so far ahead of this box's clock. */
  reason('device-clock-ahead', { s }),
  /** `cause`: a code of broker-causes.ts, or what the system says. */
  reason('broker-lost', { broker: z.string().max(200), cause }),
  /** `last` came last; with `end` it is text whose lines end otherwise than the profile says. An older agent says neither. */
  reason('damaged-frames', { s, last: z.string().max(100).optional(), end: z.string().max(40).optional(), parity }),
  reason('damaged-answer', {}),
  reason('two-answers', {}),

  /** By its code of the Modbus application protocol. */
  reason('exception', { exception: count }),
  reason('not-supported', {}),
  /** The reply is whole, and these of its points have no value all the same, or a doubtful one. */
  reason('values-at-fault', { faults: z.array(z.enum(faultCodes)).min(1) }),
  reason('no-point-supported', {}),
  reason('broadcast-read', {}),
  reason('unread-before-write', {}),

  reason('port-not-opened', {}),
  reason('port-closing', {}),
  reason('port-closed', {}),
  reason('no-such-port', { port }),
  reason('port-taken', { port }),
  reason('port-denied', { port }),
  reason('not-a-port', { port }),
  reason('port-fails', { port, cause }),
  reason('port-gone', { port, cause }),
  /** Not one byte came for so long; the port is opened again. */
  reason('port-mute', { s }),
  /** A converter let so many requests pass without one byte back. */
  reason('converter-mute', { port, requests: count }),

  reason('no-connection', { port, ms }),
  reason('connection-refused', { port }),
  reason('no-such-host', { port }),
  reason('no-way-to-host', { port }),
  reason('no-way-to-network', { port }),
  reason('connection-cut', { port }),
  reason('connection-ended', { port }),
  /** It answers, and ends the connection each time or soon after; a new one is made when something is to be asked. */
  reason('connection-not-kept', { port }),
  reason('connection-fails', { port, cause }),
  /** So many requests in a row got no reply; the connection is made again. */
  reason('connection-mute', { requests: count }),
]);

/** Told by the gateway of devices whose agent it does not hear, and of what their readings show. */
export const hearingReasonSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('agent-offline') }).readonly(),
  z.object({ code: z.literal('agent-not-heard') }).readonly(),
  z.object({ code: z.literal('agent-just-connected') }).readonly(),
  z.object({ code: z.literal('not-yet-heard-of') }).readonly(),
  /** Every reading of it has this fault. */
  z.object({ code: z.literal('readings-bad'), fault: z.enum(faultCodes) }).readonly(),
]);

/** The state of a device, as HTTP shows it. */
export const deviceStateReasonSchema = z.discriminatedUnion('code', [deviceReasonSchema, hearingReasonSchema]);

export type DeviceReason = z.infer<typeof deviceReasonSchema>;
export type HearingReason = z.infer<typeof hearingReasonSchema>;
export type DeviceStateReason = z.infer<typeof deviceStateReasonSchema>;
