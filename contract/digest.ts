/**
 * A digest by which a second copy of a message is told from another message of the same identity: 32-bit FNV-1a with a
 * last stirring. It guards against accidents (a cloned card, a restored outbox), not against an agent that forges.
 */
export const digestStart = 0x811c9dc5;

export function digestBytes(state: number, bytes: Uint8Array, from = 0, to = bytes.length): number {
  let hash = state;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}

export function digestWord(state: number, word: number): number {
  const low = Math.imul(state ^ (word & 0xffff), 0x01000193);
  return Math.imul(low ^ (word >>> 16), 0x01000193);
}

/** The digest itself, 1 to 2³² − 1: 0 stands for "no message". */
export function digestEnd(state: number): number {
  let hash = state;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0 || 1;
}

export function digestText(text: string): number {
  return digestEnd(digestBytes(digestStart, Buffer.from(text)));
}
