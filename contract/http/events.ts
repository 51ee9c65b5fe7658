import type { z } from 'zod';
import { alertItemSchema } from './alerts.ts';
import { answersItemSchema } from './answers.ts';
import { commandItemSchema } from './commands.ts';
import { agentItemSchema, deviceItemSchema, latestItemSchema } from './live.ts';
import { lotItemSchema, spaceItemSchema } from './parking.ts';

/** Kinds of server-sent events and the item that each carries, which is one of the matching list. A kind is one line. */
export const eventSchemas = {
  reading: latestItemSchema,
  device: deviceItemSchema,
  agent: agentItemSchema,
  command: commandItemSchema,
  alert: alertItemSchema,
  answers: answersItemSchema,
  lot: lotItemSchema,
  /** Residents' spaces inside an open sharing window only. */
  space: spaceItemSchema,
} as const satisfies Record<string, z.ZodType<{ site: string }>>;

export type EventKind = keyof typeof eventSchemas;
export type EventData = { readonly [K in EventKind]: z.infer<(typeof eventSchemas)[K]> };
/** A kind with its item. */
export type Published = { readonly [K in EventKind]: readonly [kind: K, data: EventData[K]] }[EventKind];
