import { z } from 'zod';
import { faultCodes } from '../reading.ts';

/** Why a space is unknown or closed, what a violation candidate rests on, and what nobody at a desk can know of it. */

const minutes = z.int().min(0);
const times = z.int().min(0);

/** Why a space is not simply free or occupied by its sensor's word. */
export const parkingReasonSchema = z.discriminatedUnion('code', [
  /** Nothing was heard of its sensor since the gateway started. */
  z.object({ code: z.literal('not-yet-heard') }),
  /** Its agent or its device is silent. */
  z.object({ code: z.literal('not-heard') }),
  /** The sensor's own word is bad. */
  z.object({ code: z.literal('sensor-fault'), fault: z.enum(faultCodes) }),
  /** It has just begun to speak, or changed and is not yet believed. */
  z.object({ code: z.literal('settling') }),
  /** No change of its own in so many minutes, in which its neighbours changed so often. */
  z.object({ code: z.literal('sensor-stuck'), minutes, neighbours: times }),
  /** It changes together with the space beside it. */
  z.object({ code: z.literal('crosstalk'), with: z.string(), times }),
  /** The figures behind it have stood still as a whole for so long. */
  z.object({ code: z.literal('feed-frozen'), minutes }),
  /** An operator said so. */
  z.object({ code: z.literal('override'), note: z.string().max(200) }),
  /** An attendant saw it empty; its sensor has not said anything new since. */
  z.object({ code: z.literal('seen-empty') }),
  z.object({ code: z.literal('outside-hours') }),
  /** An emergency in its building keeps cars out. */
  z.object({ code: z.literal('emergency'), building: z.string(), hazard: z.string() }),
]);

/** What a violation candidate may be. Never a fine: an officer decides. */
export const violationKinds = [
  'accessible-bay',
  'ev-fast-over',
  'ev-slow-check-type',
  'ev-slow-over',
  'outside-window',
  'overstay',
  'entrance-blocked',
  'long-stay',
  'unauthorised-occupancy',
] as const;

/** What a bay sensor cannot know, so the officer has to look. */
export const unknownsOfViolation = [
  'permit',
  'vehicle-type',
  'plugged-in',
  'same-vehicle',
  'who-parked',
  'loading',
  'apartment-size',
] as const;

/** Why a stay is not billed through, or was changed afterwards. */
export const stayMarks = [
  'possible-change',
  'roof-changed',
  'sensor-gap',
  'sensor-doubted',
  'amended-late',
  'began-unseen',
  'seen-empty',
] as const;

export type ParkingReason = z.infer<typeof parkingReasonSchema>;
export type ViolationKind = (typeof violationKinds)[number];
export type UnknownOfViolation = (typeof unknownsOfViolation)[number];
export type StayMark = (typeof stayMarks)[number];
