import { z } from 'zod';
import { isoTimeSchema } from './common.ts';

export const channelSchema = z.enum(['email', 'sms', 'webhook', 'push']);

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

/** A row of the reach ledger: what became of one notice for one target. null: it did not happen, or nobody knows. */
export const reachItemSchema = z.object({
  delivery: z.int(),
  reason: z.string(),
  role: z.string(),
  channel: channelSchema,
  person: z.string().nullable(),
  state: z.enum(['waiting', 'accepted', 'gone', 'refused', 'given-up', 'spared']),
  attempts: z.int(),
  handedAt: isoTimeSchema.nullable(),
  acceptedAt: isoTimeSchema.nullable(),
  receivedAt: isoTimeSchema.nullable(),
  openedAt: isoTimeSchema.nullable(),
  answeredAt: isoTimeSchema.nullable(),
  detail: z.string().nullable(),
});

export type ContactItem = z.infer<typeof contactItemSchema>;
export type RoleReach = z.infer<typeof roleReachSchema>;
export type ReachItem = z.infer<typeof reachItemSchema>;
