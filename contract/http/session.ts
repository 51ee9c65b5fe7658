import { z } from 'zod';
import { buildingRefSchema } from './common.ts';

/** People signing in and out. */

/** In what is asked; checked more closely where an account is made. */
export const personNameSchema = z.string().min(1).max(63);
export const passwordSchema = z.string().min(1).max(1024);

export const signInSchema = z.object({ user: personNameSchema, password: passwordSchema });
export const passwordChangeSchema = z.object({ password: passwordSchema, newPassword: passwordSchema });

/** `role` of a token is its scopes, as in `token:read`. */
export const whoSchema = z.object({ name: z.string(), role: z.string(), buildings: z.array(buildingRefSchema) });
export type Who = z.infer<typeof whoSchema>;
