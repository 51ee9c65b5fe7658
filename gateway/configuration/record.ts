import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { handedStates, signedByCaSchema, siteProfilesSchema } from '../../contract/configuration.ts';
import { configurationReasonSchema } from '../../contract/reasons/configuration.ts';
import { writePrivateFile } from '../data-folder/private-files.ts';
import { rolloutSchema } from './rollout.ts';

/**
 * Which site file a gateway runs, what is being tried, and what its agents are offered: one file a site in the data folder,
 * `configuration/SITE.json`, replaced as a whole. It is read before there is a database, and a cut leaves the old or the new.
 */

const fileVersionSchema = z.object({
  version: z.int().min(1),
  /** YAML, as it was given. */
  text: z.string(),
  profiles: siteProfilesSchema,
});
export type FileVersion = z.infer<typeof fileVersionSchema>;

const nothingHanded = { seen: 0, version: null, own: null, state: 'none', reason: null } as const;

/** What its city handed down and was taken up. */
const handedSchema = z
  .object({
    /** The newest that was taken up: nothing up to it is taken again. */
    seen: z.int().min(0),
    /** The last that was tried; null: none. */
    version: z.int().min(1).nullable(),
    /** The number that it has here. */
    own: z.int().min(1).nullable(),
    state: z.enum(handedStates),
    reason: configurationReasonSchema.nullable(),
  })
  .default(nothingHanded);
export type Handed = z.infer<typeof handedSchema>;

export const recordSchema = z.object({
  v: z.literal(1),
  site: z.string(),
  /** SHA-256 of the site file that the gateway was given. Another one there was put by somebody, and stands. */
  base: z.string(),
  /** The newest number ever given. */
  highest: z.int().min(0),
  /** What stands; null: the site file that the gateway was given. */
  current: fileVersionSchema.nullable(),
  draft: fileVersionSchema.nullable(),
  /** The newest, also when it is over. */
  rollout: rolloutSchema.nullable(),
  /** The gateway itself runs the draft. */
  runsDraft: z.boolean(),
  /** What each agent finds at its topic. */
  offers: z.record(z.string(), signedByCaSchema),
  /** What stood before the present one; null: the site file that the gateway was given. */
  previous: fileVersionSchema.nullable().default(null),
  city: handedSchema,
});
export type SiteRecord = z.infer<typeof recordSchema>;

export function noRecord(site: string, base: string): SiteRecord {
  const nothing = { current: null, draft: null, rollout: null, runsDraft: false, offers: {}, previous: null };
  return { v: 1, site, base, highest: 0, ...nothing, city: nothingHanded };
}

export function readRecord(dir: string, site: string, base: string): SiteRecord {
  const read = recordSchema.safeParse(tryJson(tryRead(fileOf(dir, site)) ?? ''));
  if (!read.success) return noRecord(site, base);
  if (read.data.base === base) return read.data;
  // What is offered to agents stands: they have it, and it is not the gateway's file that they run.
  return following({ ...read.data, base, current: null, draft: null, previous: null, runsDraft: false });
}

/** With what has become of what the city handed down. Pure. */
export function following(record: SiteRecord): SiteRecord {
  const { city, rollout, current } = record;
  if (city.own === null) return record;
  if (rollout?.version === city.own && rollout.stage === 'halted')
    return { ...record, city: { ...city, state: 'returned', reason: rollout.reason } };
  if (rollout?.version === city.own && rollout.stage !== 'done')
    return { ...record, city: { ...city, state: 'trying' } };
  if (city.state === 'returned') return record;
  return { ...record, city: { ...city, state: current?.version === city.own ? 'kept' : 'replaced' } };
}

/** @throws when the disk does not take it; the old record stands then */
export function writeRecord(dir: string, record: SiteRecord): void {
  mkdirSync(join(dir, 'configuration'), { recursive: true, mode: 0o700 });
  writePrivateFile(fileOf(dir, record.site), JSON.stringify(following(record)));
}

export function digestOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function fileOf(dir: string, site: string): string {
  return join(dir, 'configuration', `${site}.json`);
}

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // nothing was ever tried
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON is one of the things the schema refuses
  }
}
