import { z } from 'zod';

/**
 * The traffic of a bus as a file: JSON lines, a head and then what passed, so that one that was cut off is good up to its
 * last whole line. Written by `jari record`, served again by `jari replay`.
 */

const setting = {
  baudRate: z.int().min(300).max(1_000_000),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(2)]),
};

export const recordingHeadSchema = z.object({
  v: z.literal(1),
  kind: z.literal('jari-recording'),
  /** When it began, epoch ms. */
  at: z.int(),
  /** What carried it, without its address: a recording may leave the site. */
  line: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('modbus-rtu'), ...setting }),
    z.object({ kind: z.literal('modbus-rtu-over-tcp'), ...setting }),
    z.object({ kind: z.literal('modbus-tcp') }),
  ]),
  simulated: z.boolean(),
});
export type RecordingHead = z.infer<typeof recordingHeadSchema>;

/**
 * `t`: ms after the beginning. `d`: tx is what the master sent, rx what came back, any what a listener heard, who cannot
 * know. `x`: the bytes in hex.
 */
export const recordedChunkSchema = z.object({
  t: z.number().min(0),
  d: z.enum(['tx', 'rx', 'any']),
  x: z.string().regex(/^(?:[0-9a-f]{2})+$/),
});
export type RecordedChunk = z.infer<typeof recordedChunkSchema>;

export type Recording = {
  readonly head: RecordingHead;
  readonly chunks: readonly RecordedChunk[];
  /** The last line was cut off, as by a lost supply. */
  readonly isCut: boolean;
};

/** What is wrong, and in which line of the file. */
export type RecordingProblem = { readonly line: number; readonly problem: string };

/** Reads the text of a recording. Only its last line may be broken. */
export function parseRecording(
  text: string,
): { readonly ok: true; readonly recording: Recording } | ({ readonly ok: false } & RecordingProblem) {
  const lines = text.split('\n');
  const isCut = lines.at(-1) !== '';
  if (!isCut) lines.pop();
  const head = recordingHeadSchema.safeParse(tryJson(lines[0] ?? ''));
  if (!head.success) return { ok: false, line: 1, problem: 'is no head of a recording' };
  const chunks: RecordedChunk[] = [];
  for (const [nth, line] of lines.entries()) {
    if (nth === 0) continue;
    const chunk = recordedChunkSchema.safeParse(tryJson(line));
    if (chunk.success) chunks.push(chunk.data);
    else if (!(isCut && nth === lines.length - 1)) return { ok: false, line: nth + 1, problem: 'is no recorded chunk' };
  }
  return { ok: true, recording: { head: head.data, chunks, isCut } };
}

export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function hexOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function tryJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
