import { z } from 'zod';
import { commandReasonSchema } from '../reasons/commands.ts';
import { isoTimeSchema, valueSchema } from './common.ts';

/** What is to be written: to a point of an agent that is online now. It is never kept for later. */
export const commandCreateSchema = z.object({
  site: z.string().max(63).optional().describe('the site; needed where the gateway serves several'),
  point: z.string().max(127).describe('device/point'),
  value: z.union([z.number(), z.boolean(), z.string().max(1024)]),
  deadlineMs: z
    .int()
    .min(500)
    .max(60_000)
    .default(5000)
    .describe('how long it may take, ms; carried out later than this it is not'),
  reason: z.string().trim().min(1).max(500).describe('why, for the audit'),
});

export const commandStates = ['sent', 'done', 'refused', 'failed', 'expired'] as const;

/** A command and what came of it. `readBack` is what the device then said; null where nobody knows. */
export const commandItemSchema = z.object({
  id: z.string(),
  site: z.string(),
  agent: z.string(),
  point: z.string(),
  value: z.union([z.number(), z.boolean(), z.string()]),
  state: z.enum(commandStates),
  by: z.string(),
  why: z.string().nullable(),
  reason: commandReasonSchema.nullable(),
  readBack: valueSchema,
  at: isoTimeSchema,
  answeredAt: isoTimeSchema.nullable(),
});

export const commandSentSchema = z.object({ id: z.string(), state: z.enum(commandStates) });

export type CommandItem = z.infer<typeof commandItemSchema>;
