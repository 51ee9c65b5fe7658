import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { firstProblem } from '../../contract/compiled.ts';
import { causeOf } from '../../contract/words/files.ts';
import type { Language } from '../../contract/words/language.ts';
import { refuse } from './lines.ts';

/** What `jari scan --json` printed, as far as a site file can be made of it. */

const setting = {
  baudRate: z.int().min(300).max(1_000_000),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(2)]),
};
const host = { host: z.string().min(1).max(253), port: z.int().min(1).max(65_535) };

const linkSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('modbus-rtu'), port: z.string().min(1).max(200), ...setting }),
  z.object({ kind: z.literal('modbus-tcp'), ...host }),
  z.object({ kind: z.literal('modbus-rtu-over-tcp'), ...host, ...setting }),
]);

const value = z.union([z.number(), z.boolean(), z.string(), z.null()]);

const candidateSchema = z.object({
  profile: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  good: z.int(),
  points: z.int(),
  sample: z.array(z.object({ point: z.string().max(63), value, unit: z.string().max(31).nullable() })).max(10),
});

const scanFileSchema = z.object({
  lines: z.array(z.object({ line: z.string().max(300), link: linkSchema })).max(1000),
  heard: z
    .array(
      z.object({
        line: z.string().max(300),
        unit: z.int().min(0).max(255),
        kind: z.string().max(20),
        profiles: z.array(candidateSchema).max(10),
      }),
    )
    .max(10_000),
});

export type ScanFile = z.infer<typeof scanFileSchema>;
export type ScannedLink = z.infer<typeof linkSchema>;

/** @throws InputError */
export function readScanFile(file: string, language: Language): ScanFile {
  const parsed = scanFileSchema.safeParse(jsonIn(file, language));
  return parsed.success
    ? parsed.data
    : refuse({ code: 'not-a-scan', file, problem: firstProblem(parsed.error) }, language);
}

function jsonIn(file: string, language: Language): unknown {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    return refuse({ code: 'file-trouble', file, cause: causeOf(error) }, language);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse({ code: 'not-a-scan', file, problem: String(error) }, language);
  }
}
