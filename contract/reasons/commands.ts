import { z } from 'zod';
import { faultCodes } from '../reading.ts';
import { deviceReasonSchema } from './devices.ts';

const count = z.int().min(0);
const value = z.union([z.number(), z.boolean(), z.string(), z.null()]);

/** Why a command, or an output that an interlock drives, is not as it should be. */
export const commandReasonSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('no-such-point'), point: z.string() }),
  z.object({ code: z.literal('read-only'), point: z.string() }),
  z.object({ code: z.literal('value-does-not-fit'), point: z.string(), problem: z.string() }),
  /** The wire gave nothing: `fault` as readings name it. */
  z.object({ code: z.literal('bus-fault'), fault: z.enum(faultCodes), reason: deviceReasonSchema }),
  /** It was written and the device reads back something else: a stuck relay, another control mode, a second master. */
  z.object({ code: z.literal('read-back-differs'), wanted: value, got: value }),
  z.object({ code: z.literal('read-back-failed'), wanted: value, fault: z.string() }),
  /** An interlock drives this output; a person may test it for a moment and silence it. */
  z.object({ code: z.literal('owned'), interlock: z.string() }),
  z.object({ code: z.literal('testing'), interlock: z.string(), seconds: count }),
  z.object({ code: z.literal('silenced'), interlock: z.string() }),
  z.object({ code: z.literal('nothing-to-silence'), interlock: z.string() }),
  /** What is not rated for it is not switched while there is gas, or nobody knows. */
  z.object({ code: z.literal('gas-zone'), zone: z.string(), point: z.string(), value }),
  z.object({ code: z.literal('late'), seconds: count }),
  z.object({ code: z.literal('duplicate') }),
  z.object({ code: z.literal('agent-offline'), agent: z.string() }),
  z.object({ code: z.literal('agent-lost'), agent: z.string() }),
  z.object({ code: z.literal('no-answer'), seconds: count }),
  z.object({ code: z.literal('not-understood'), problem: z.string() }),
]);

export type CommandReason = z.infer<typeof commandReasonSchema>;
