import { z } from 'zod';
import { provenanceShape } from '../lots/provenance.ts';

/** How long readings are kept, and what the card that they lie on is good for. */

export const storageFileSchema = z
  .strictObject({
    keepDays: z.int().min(35).max(36_500).default(730).describe('days that every reading is kept'),
    hourlyYears: z
      .int()
      .min(1)
      .max(100)
      .default(10)
      .describe('years that the least, greatest and mean of each hour are kept'),
    freeMb: z
      .int()
      .min(64)
      .max(1_000_000)
      .default(500)
      .describe('megabytes of the disk that stay free: the oldest readings become hours sooner where there is less'),
    card: z
      .strictObject({
        terabytes: z
          .number()
          .positive()
          .max(100_000)
          .describe('what may be written to it in its life (TBW), as its maker says'),
        since: z.iso.date().optional().describe('when it was put in'),
        ...provenanceShape,
      })
      .optional()
      .describe('the disk or card that holds the data folder'),
  })
  .prefault({});

export type StorageConfig = {
  readonly keepMs: number;
  readonly hourlyMs: number;
  readonly freeBytes: number;
  /** `bytes`: what may be written to it in its life. `since`: epoch ms. */
  readonly card: {
    readonly bytes: number;
    readonly since: number | null;
    readonly source: string | null;
    readonly confirmedBy: string | null;
  } | null;
};

const dayMs = 24 * 3_600_000;

export function buildStorage({
  keepDays,
  hourlyYears,
  freeMb,
  card,
}: z.infer<typeof storageFileSchema>): StorageConfig {
  return {
    keepMs: keepDays * dayMs,
    hourlyMs: hourlyYears * 365.25 * dayMs,
    freeBytes: freeMb * 1024 * 1024,
    card:
      card === undefined
        ? null
        : {
            bytes: card.terabytes * 1e12,
            since: card.since === undefined ? null : Date.parse(card.since),
            source: card.source ?? null,
            confirmedBy: card.confirmedBy ?? null,
          },
  };
}

/** What holds where a site file says nothing. */
export const usualStorage: StorageConfig = buildStorage(storageFileSchema.parse({}));
