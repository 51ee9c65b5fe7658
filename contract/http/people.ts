import { z } from 'zod';
import { buildingRefSchema, isoTimeSchema, namesSchema, reasonTextSchema, roleSchema } from './common.ts';
import { passwordSchema, personNameSchema } from './session.ts';

/** People, and the invitations by which they make their accounts. */

export const personItemSchema = z.object({
  name: z.string(),
  role: roleSchema,
  buildings: z.array(buildingRefSchema),
  since: isoTimeSchema,
});
export type PersonItem = z.infer<typeof personItemSchema>;

export const personChangeSchema = z.object({
  role: roleSchema,
  buildings: z.array(buildingRefSchema).max(100).default([]),
  reason: reasonTextSchema,
});

/** What an invitation makes: a new person, or a new password for one there is. */
export const offerSchema = z.discriminatedUnion('for', [
  z.object({ for: z.literal('join'), role: roleSchema, building: buildingRefSchema.nullable() }),
  z.object({ for: z.literal('password'), person: personNameSchema }),
]);

export const invitationItemSchema = z.object({
  offer: offerSchema,
  id: z.string(),
  usesLeft: z.int(),
  expires: isoTimeSchema,
  by: z.string(),
  at: isoTimeSchema,
});
export type InvitationItem = z.infer<typeof invitationItemSchema>;

export const invitationCreateSchema = z.object({
  offer: offerSchema,
  /** How many may take it up; residents alone may be more than one. */
  uses: z.int().min(1).max(500).default(1),
  /** Hours it is good for. */
  hours: z.number().min(0.02).max(720).default(168),
  reason: reasonTextSchema,
});

/** The one answer that has the code: `/join#CODE` is the link. `qr` is the link as an SVG. */
export const invitationMadeSchema = z.object({
  ...invitationItemSchema.shape,
  code: z.string(),
  link: z.string(),
  qr: z.string(),
});
export type InvitationMade = z.infer<typeof invitationMadeSchema>;

export const invitationLookSchema = z.object({ code: z.string().min(1).max(128) });

/** What the holder of a code may know before taking it up; the building's name, not who made it. */
export const invitationSeenSchema = z.object({
  offer: offerSchema,
  buildingName: namesSchema.nullable(),
  expires: isoTimeSchema,
});
export type InvitationSeen = z.infer<typeof invitationSeenSchema>;

export const invitationAcceptSchema = z.object({
  code: z.string().min(1).max(128),
  user: personNameSchema.optional(),
  password: passwordSchema,
});
