import { z } from 'zod';
import { isoTimeSchema } from './common.ts';

export const channelSchema = z.enum(['email', 'sms', 'webhook', 'push']);

const reachStateSchema = z.enum([
  ...['waiting', 'accepted', 'gone', 'refused', 'given-up', 'spared'],
  ...['held', 'gathered'],
] as const);

/** Where a person can be reached. Only they and an admin see it. */
export const contactItemSchema = z.object({
  channel: channelSchema,
  address: z.string(),
  language: z.enum(['ko', 'en']),
  since: isoTimeSchema,
  /** When a server said that the address takes nothing any more. */
  goneAt: isoTimeSchema.nullable(),
  goneWhy: z.string().nullable(),
  /** The last time that something is known to have arrived there. */
  provenAt: isoTimeSchema.nullable(),
  /** When the person said that a test did not arrive there; null once something did. */
  deniedAt: isoTimeSchema.nullable(),
});

export const contactCreateSchema = z.object({
  channel: z.enum(['email', 'sms']),
  address: z.string().trim().min(3).max(255),
  language: z.enum(['ko', 'en']).default('ko'),
});

/** A role, at a building where it belongs to one, and how many of its people can be reached at all. */
export const roleReachSchema = z.object({
  role: z.string(),
  building: z.string().nullable(),
  people: z.int(),
  reachable: z.int(),
  lastProvenAt: isoTimeSchema.nullable(),
});

/**
 * Who of a role is told now, and who next, as the site file's order and rota have it. `building` null: at all buildings.
 * `onDuty` null: there is no rota. `turns`: who is told so many seconds after an alert that nobody acknowledges.
 */
export const dutyItemSchema = z.object({
  site: z.string(),
  role: z.string(),
  building: z.string().nullable(),
  buildingName: z.object({ ko: z.string(), en: z.string() }).nullable(),
  onDuty: z.array(z.object({ person: z.string(), isReachable: z.boolean() })).nullable(),
  /** When the first of these shifts ends. */
  until: isoTimeSchema.nullable(),
  /** Nobody on duty can be told: everybody of the role is, at once. */
  isGap: z.boolean(),
  turns: z.array(z.object({ people: z.array(z.string()), afterS: z.number() })),
  /** People of the role without an address that works. */
  unreachable: z.array(z.string()),
});

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');
/** When a person wants to hear nothing that can wait, by the site's wall clock; may pass midnight. Null: at no time. */
export const quietHoursSchema = z.object({
  hours: z
    .strictObject({ from: clock, to: clock })
    .refine(({ from, to }) => from !== to, 'from and to are the same')
    .nullable(),
});

/** A test of one's own channels. `arrivedAt`: a receipt of the device, or one's own word. */
export const ownReachTestSchema = z.object({
  askedAt: isoTimeSchema,
  answeredAt: isoTimeSchema.nullable(),
  channels: z.array(
    z.object({
      delivery: z.int(),
      channel: channelSchema,
      address: z.string(),
      state: reachStateSchema,
      arrivedAt: isoTimeSchema.nullable(),
    }),
  ),
});
/** What a person says of a test of theirs. */
export const reachTestAnswerSchema = z.strictObject({ delivery: z.int(), arrived: z.boolean() });

/**
 * Whether a person is reached. no-address: by nothing. gone: an address takes nothing any more. denied: they say
 * that a test did not arrive. unanswered: a test had no
 * answer for too long. stale: a device of theirs has shown nothing for too long. unproven: nothing is known to have arrived yet. Times are null where it never happened. No addresses.
 */
export const personReachSchema = z.object({
  person: z.string(),
  role: z.string(),
  buildings: z.array(z.object({ site: z.string(), building: z.string() })),
  reached: z.enum(['no-address', 'gone', 'denied', 'unanswered', 'stale', 'unproven', 'reached']),
  lastReachedAt: isoTimeSchema.nullable(),
  testedAt: isoTimeSchema.nullable(),
  answeredAt: isoTimeSchema.nullable(),
  /** When the channels are tested next; null where there is nothing to test. */
  dueAt: isoTimeSchema.nullable(),
  channels: z.array(
    z.object({
      channel: channelSchema,
      since: isoTimeSchema,
      provenAt: isoTimeSchema.nullable(),
      goneAt: isoTimeSchema.nullable(),
      /** When the person said that a test did not arrive. */
      deniedAt: isoTimeSchema.nullable(),
      /** Of a browser: its last probe, the last one that it showed, and the first since which nothing has come from it. */
      probedAt: isoTimeSchema.nullable(),
      probeSeenAt: isoTimeSchema.nullable(),
      silentSince: isoTimeSchema.nullable(),
    }),
  ),
});

/** A row of the reach ledger: what became of one notice for one target. null: it did not happen, or nobody knows. */
export const reachItemSchema = z.object({
  delivery: z.int(),
  reason: z.string(),
  role: z.string(),
  channel: channelSchema,
  person: z.string().nullable(),
  state: reachStateSchema,
  /** Place of the person among those who are told one after the other, from 0. */
  turn: z.int().min(0),
  attempts: z.int(),
  handedAt: isoTimeSchema.nullable(),
  acceptedAt: isoTimeSchema.nullable(),
  receivedAt: isoTimeSchema.nullable(),
  openedAt: isoTimeSchema.nullable(),
  answeredAt: isoTimeSchema.nullable(),
  detail: z.string().nullable(),
});

const base64url = (bytes: number, what: string) =>
  z
    .string()
    .regex(/^[\w-]+=*$/, 'base64url')
    .refine((text) => Math.floor((text.replace(/=+$/, '').length * 3) / 4) === bytes, `${what} has ${bytes} bytes`);

/** What a browser's `PushSubscription.toJSON()` gives, and the language to push in. */
export const subscriptionSchema = z.object({
  endpoint: z.url().max(500),
  keys: z.object({ p256dh: base64url(65, 'p256dh'), auth: base64url(16, 'auth') }),
  language: z.enum(['ko', 'en']).default('ko'),
  take: z
    .boolean()
    .default(false)
    .describe('the person asks for it: a browser that pushes to somebody else pushes to them from now on'),
});
/**
 * `publicKey`: what to subscribe with, base64url; null where the gateway does not push. `mode` closed: push cannot work at
 * this site. `channels`: by which people are told here.
 */
export const pushSchema = z.object({
  publicKey: z.string().nullable(),
  mode: z.enum(['public', 'closed']),
  channels: z.array(channelSchema),
});

/** `token`: as it came with the notice. */
export const receiptSchema = z.strictObject({
  token: z.string().min(1).max(100),
  /** answered: the link of a test was tapped. */
  receipt: z.enum(['received', 'opened', 'answered']),
});

export type PushItem = z.infer<typeof pushSchema>;
export type ContactItem = z.infer<typeof contactItemSchema>;
export type RoleReach = z.infer<typeof roleReachSchema>;
export type OwnReachTest = z.infer<typeof ownReachTestSchema>;
export type PersonReach = z.infer<typeof personReachSchema>;
export type DutyItem = z.infer<typeof dutyItemSchema>;
export type QuietHours = z.infer<typeof quietHoursSchema>;
export type ReachItem = z.infer<typeof reachItemSchema>;
