import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { pointRefSchema } from '../../contract/ids.ts';

/**
 * What was proved of sensors: a file of JSON lines to which is only ever appended. Each entry holds the hash of the one before
 * it, so none can be changed, taken out or put between. Entries cut off the end show against a head that was printed.
 */

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const value = z.union([z.number(), z.boolean(), z.string(), z.null()]);

/** What a point read at one moment: its registers or bits, and what the profile makes of them. */
const seenSchema = z.strictObject({
  at: z.int(),
  raw: z.array(z.int()).nullable(),
  value,
  fault: z.string().max(40).nullable(),
});
export type Seen = z.infer<typeof seenSchema>;

const proofSchema = z.strictObject({
  v: z.literal(1),
  n: z.int().min(1),
  /** Epoch ms. */
  at: z.int(),
  site: z.string().max(63),
  agent: z.string().max(63),
  bus: z.string().max(63),
  point: pointRefSchema,
  unit: z.int().min(0).max(255),
  profile: z.string().max(63),
  /** Of all that decides how the point is read; another one means that it is to be proved again. */
  config: hash,
  /** Who was there, in his own words. */
  by: z.string().min(1).max(100),
  /** What was done to the sensor. */
  stimulus: z.string().min(1).max(300),
  expected: value,
  before: seenSchema,
  after: seenSchema,
  verdict: z.enum(['proved', 'failed']),
  why: z.enum(['reached', 'changed', 'not-reached', 'unchanged', 'no-reading']),
  photo: z.strictObject({ name: z.string().max(200), sha256: hash, bytes: z.int() }).nullable(),
  /** On virtual lines: it proves nothing of any sensor. */
  simulated: z.boolean(),
  version: z.string().max(40),
  prev: hash,
  hash,
});
export type Proof = z.infer<typeof proofSchema>;
export type NewProof = Omit<Proof, 'v' | 'n' | 'prev' | 'hash'>;

export type ProofLog = {
  readonly proofs: readonly Proof[];
  /** The hash of the last entry. */
  readonly head: string;
  /** The first line at which the chain does not hold; nothing from there on counts. */
  readonly brokenAt: number | null;
  /** Lines that were cut off while they were written, as by a lost supply. */
  readonly torn: number;
};

/** Before the first entry. */
export const noProof = '0'.repeat(64);

/** Checks every entry of the text of a log. */
export function readProofLog(text: string): ProofLog {
  const proofs: Proof[] = [];
  let head = noProof;
  let torn = 0;
  for (const [nth, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const json = tryJson(line);
    if (json === undefined) {
      torn++;
      continue;
    }
    const parsed = proofSchema.safeParse(json);
    const isNext = parsed.success && parsed.data.prev === head && parsed.data.n === proofs.length + 1;
    if (!isNext || hashOf(json) !== parsed.data.hash) return { proofs, head, brokenAt: nth + 1, torn };
    proofs.push(parsed.data);
    head = parsed.data.hash;
  }
  return { proofs, head, brokenAt: null, torn };
}

/** The log of a folder; empty where there is none. */
export function openProofLog(dir: string): ProofLog {
  return readProofLog(textOf(join(dir, proofsFile)));
}

/** Appends an entry, on disk when this returns. @throws Error when the log does not hold together */
export function appendProof(dir: string, proof: NewProof): Proof {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, proofsFile);
  const text = textOf(file);
  const { proofs, head, brokenAt } = readProofLog(text);
  if (brokenAt !== null) throw new BrokenLog(file, brokenAt);
  const entry = { v: 1 as const, n: proofs.length + 1, ...proof, prev: head };
  const whole: Proof = { ...entry, hash: hashOf(entry) };
  // A line that was cut off is ended, and never written over.
  append(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${JSON.stringify(whole)}\n`);
  return whole;
}

export class BrokenLog extends Error {
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number) {
    super(`${file}:${line}: the chain of proofs is broken`);
    this.file = file;
    this.line = line;
  }
}

function append(file: string, text: string): void {
  const handle = openSync(file, 'a', 0o640);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Over the entry without its own hash, in the order of its keys. */
function hashOf(entry: object): string {
  const { hash: _own, ...rest } = entry as { hash?: unknown };
  return sha256(JSON.stringify(rest));
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function tryJson(line: string): object | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return undefined;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

export const proofsFile = 'proofs.jsonl';
export const photosFolder = 'photos';
export const defaultProofs = './run/proofs';
