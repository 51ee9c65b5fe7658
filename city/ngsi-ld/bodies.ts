import { z } from 'zod';
import { buildingCategories } from '../../contract/building-categories.ts';

/** What of the bodies of records entities are made of. A part that is not there, or is no such thing, is null. */

const words = z.object({ ko: z.string(), en: z.string() });
const point = z.object({ lat: z.number(), lon: z.number() }).nullable().catch(null);
const address = z
  .object({ road: z.string().nullable(), parcel: z.string().nullable() })
  .catch({ road: null, parcel: null });
const count = z.int().min(0);
const text = z.string().nullable().catch(null);
const time = z.iso
  .datetime()
  .transform((iso) => Date.parse(iso))
  .nullable()
  .catch(null);

const counts = z.object({ capacity: count, free: count, occupied: count, unknown: count, outOfService: count });
export type Counts = z.output<typeof counts>;

export const lotPlace = z.object({
  name: words,
  kind: z.enum(['on-street', 'off-street', 'annexed']).nullable().catch(null),
  operator: z.enum(['public', 'private']).nullable().catch(null),
  address,
  location: point,
  capacity: count.catch(0),
  bookable: z.boolean().nullable().catch(null),
  standard: z.array(z.tuple([z.string(), z.string(), z.string()])).catch([]),
  spaces: z
    .array(
      z.object({
        id: z.string(),
        type: z.string(),
        name: words.nullable().catch(null),
        location: point,
        size: z.object({ width: z.number(), length: z.number() }).nullable().catch(null),
      }),
    )
    .catch([]),
});

export const lotState = z.object({
  state: z.enum(['open', 'closed']),
  public: counts
    .extend({ byType: z.record(z.string(), counts).catch({}) })
    .nullable()
    .catch(null),
});

export const spaceState = z.object({
  state: z.enum(['free', 'occupied', 'closed', 'unknown']),
  since: z.number().nullable().catch(null),
});

export const buildingPlace = z.object({
  name: words,
  address,
  location: point,
  grade: text,
  category: z.enum(buildingCategories).nullable().catch(null),
  occupants: count.nullable().catch(null),
  floors: z.object({ above: count, below: count }).nullable().catch(null),
});

export const devicePlace = z.object({
  profile: z.string(),
  protocol: z.enum(['modbus', 'serial', 'mqtt']).nullable().catch(null),
  firmware: text,
  kinds: z.array(z.string()).catch([]),
  at: text,
  location: point,
});

export const alertBody = z.object({
  building: text,
  hazard: z.string(),
  level: z.string(),
  rule: z.string(),
  state: z.string(),
  status: z.enum(['Actual', 'Exercise', 'Test']),
  headline: words,
  since: z.iso.datetime().transform((iso) => Date.parse(iso)),
  closed: time,
  lifeSafety: z.boolean().catch(false),
});
