import { z } from 'zod';

/**
 * What befalls the boxes that read a virtual field, beside what befalls the field itself: `box.json` in the folder of
 * `jari simulate`, looked at by an agent that works on its lines and by no other.
 */

const virtualBoxSchema = z.object({
  /** cut: the agent's broker is out of reach. */
  uplink: z.enum(['up', 'cut']).default('up'),
  /** How far the box's wall clock is off, ms; negative behind. */
  clockOffsetMs: z.int().default(0),
});

/** By agent; one that is not named fares as it does. */
export const virtualBoxesSchema = z.object({ agents: z.record(z.string(), virtualBoxSchema) });

export type VirtualBox = z.infer<typeof virtualBoxSchema>;
export type VirtualBoxes = z.infer<typeof virtualBoxesSchema>;

/** A box to which nothing happens. */
export const boxAsItIs: VirtualBox = { uplink: 'up', clockOffsetMs: 0 };
