import { z } from 'zod';

const stateSchema = z.object({ online: z.boolean(), timestamp: z.number() });
export type HostState = z.infer<typeof stateSchema>;

/** What a host application says of itself on spBv1.0/STATE/{host} (section 6.4.24); null for anything else. */
export function readState(payload: Uint8Array): HostState | null {
  try {
    return stateSchema.safeParse(JSON.parse(Buffer.from(payload).toString())).data ?? null;
  } catch {
    return null;
  }
}
