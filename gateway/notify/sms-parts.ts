/**
 * Cuts a text into the parts of one SMS, in UCS-2, the coding that carries Hangul. Pure.
 *
 * | message | units a part | octets a part |
 * |---|---|---|
 * | one part | 70 | 140 |
 * | more parts | 67 | 6 of header and 134 of text |
 *
 * Source: 3GPP TS 23.040, 9.2.3.24 (user data header, concatenated short messages with an 8-bit reference) and
 * 3GPP TS 23.038, 6.2.3 (UCS2). A library that takes a long text and leaves the cutting out sends one oversized PDU or
 * refuses, so the cutting is ours and comes before any library.
 */

const unitsAlone = 70;
const unitsJoined = 67;
/** The part number is one octet, and 0 is reserved. */
const partsAtMost = 255;

export type SmsPart = {
  readonly text: string;
  /** The user data header of a joined part: 05 00 03 reference total number; empty when the message is one part. */
  readonly header: Uint8Array;
  /** Big-endian UCS-2 as it goes on the wire, without the header. */
  readonly body: Uint8Array;
};

export type SmsParts = {
  readonly parts: readonly SmsPart[];
  /** UTF-16 units that were left out, because the message would have needed more than `maxParts`; 0 as a rule. */
  readonly dropped: number;
};

/**
 * The parts in order. `reference` (0–255) ties the parts of one message together; the caller counts it up per receiver.
 * What does not fit into `maxParts` is cut off the end, marked by an ellipsis and counted, never sent without a bound.
 */
export function smsParts(
  text: string,
  { reference, maxParts = 10 }: { reference: number; maxParts?: number },
): SmsParts {
  if (text.length <= unitsAlone) return { parts: [part(text, new Uint8Array())], dropped: 0 };
  const room = Math.min(Math.max(maxParts, 1), partsAtMost);
  const { kept, dropped } = bounded(text, room);
  const texts = room === 1 ? [kept] : cut(kept);
  return { parts: texts.map((each, index) => part(each, headerOf({ reference, of: texts.length, index }))), dropped };
}

/** The text as far as it fits, with … in the place of the rest. */
function bounded(text: string, maxParts: number): { kept: string; dropped: number } {
  if (maxParts > 1 && cut(text).length <= maxParts) return { kept: text, dropped: 0 };
  const whole = maxParts === 1 ? text.slice(0, unitsAlone) : cut(text).slice(0, maxParts).join('');
  const kept = text.slice(0, safeEnd(text, whole.length - 1));
  return { kept: `${kept}…`, dropped: text.length - kept.length };
}

function cut(text: string): string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = safeEnd(text, Math.min(start + unitsJoined, text.length));
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}

/** One unit earlier where the cut would part a surrogate pair. */
function safeEnd(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

function headerOf({ reference, of, index }: { reference: number; of: number; index: number }): Uint8Array {
  return of === 1 ? new Uint8Array() : Uint8Array.of(5, 0, 3, reference & 0xff, of, index + 1);
}

function part(text: string, header: Uint8Array): SmsPart {
  const body = new Uint8Array(text.length * 2);
  const view = new DataView(body.buffer);
  for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index));
  return { text, header, body };
}
