import { z } from 'zod';
import { chainHops } from '../chain.ts';
import { levels } from '../hazards.ts';
import { configurationReasonSchema } from './configuration.ts';

/**
 * Why an alert is as it is, as codes with their figures. The words stand in contract/words/alerts.ts. `text` is what a
 * person wrote, passed on as it is. Times are epoch ms, durations ms.
 */

const text = z.string().max(500);
const level = z.enum(levels);
const ms = z.number().min(0);
const names = z.array(z.string());

/** What happened to an alert, one code a transition. */
export const transitionReasonSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('raised'), level }),
  z.object({ code: z.literal('raised-late'), level }),
  z.object({ code: z.literal('level-rose'), from: level, to: level }),
  z.object({ code: z.literal('level-fell'), from: level, to: level }),
  z.object({ code: z.literal('new-witness'), points: names }),
  z.object({ code: z.literal('new-zone'), zones: names }),
  z.object({ code: z.literal('condition-gone') }),
  z.object({ code: z.literal('condition-back') }),
  /** Somebody else called for help as well, or again after it was over. */
  z.object({ code: z.literal('called-again'), callers: z.int().min(1) }),
  z.object({ code: z.literal('acknowledged'), text }),
  z.object({ code: z.literal('acknowledgement-aged'), afterMs: ms }),
  z.object({ code: z.literal('escalated'), step: z.int().min(1), afterMs: ms }),
  z.object({ code: z.literal('shelved'), until: z.int(), text }),
  z.object({ code: z.literal('unshelved'), text }),
  z.object({ code: z.literal('shelving-ended') }),
  z.object({ code: z.literal('reported'), text }),
  z.object({ code: z.literal('reset'), cause: z.string(), text }),
  z.object({ code: z.literal('out-of-service'), maintenance: z.string() }),
  z.object({ code: z.literal('back-in-service') }),
  z.object({ code: z.literal('suppressed'), by: z.string() }),
  z.object({ code: z.literal('unsuppressed') }),
  z.object({ code: z.literal('test-ended') }),
  z.object({ code: z.literal('definition-disabled') }),
]);

/** Heard through the network server of a radio; left out of what hangs on a wire. */
const by = z.literal('radio').optional();

/** Why an alert that no rule of the site file makes stands: trouble of the installation itself. */
export const troubleReasonSchema = z.discriminatedUnion('code', [
  /** `points`: how many that rules watch; `lifeSafety`: how many of those people leave a building by. */
  z.object({ code: z.literal('agent-lost'), agent: z.string(), points: z.int(), lifeSafety: z.int() }),
  z.object({
    code: z.literal('bus-silent'),
    agent: z.string(),
    bus: z.string(),
    points: z.int(),
    lifeSafety: z.int(),
    by,
  }),
  z.object({ code: z.literal('device-silent'), device: z.string(), points: z.int(), lifeSafety: z.int(), by }),
  z.object({ code: z.literal('point-unknown'), point: z.string(), fault: z.string().nullable() }),
  z.object({ code: z.literal('service-failing'), service: z.string() }),
  z.object({ code: z.literal('out-of-action'), target: z.string(), until: z.int().nullable(), text }),
  /** An output that an agent switches by itself is not as it should be; `cause`: a code of contract/reasons/commands.ts. */
  z.object({
    code: z.literal('interlock-fault'),
    agent: z.string(),
    interlock: z.string(),
    cause: z.string().nullable(),
  }),
  /** It moves alone among `neighbours` points that would move with it: the sensor first, then the structure. */
  z.object({ code: z.literal('sensor-suspect'), point: z.string(), neighbours: z.int().min(0) }),
  z.object({ code: z.literal('repair-due'), point: z.string(), times: z.int(), days: z.int() }),
  /** Nobody who fills the role has an address that works. `building` null: at the whole site. `people`: how many fill it. */
  z.object({
    code: z.literal('role-unreachable'),
    role: z.enum(['operator', 'manager']),
    building: z.string().nullable(),
    people: z.int(),
  }),
  /** The rota names nobody for now who can be told: everybody of the role is. `people`: whom it names. */
  z.object({
    code: z.literal('rota-gap'),
    role: z.string(),
    building: z.string().nullable(),
    people: names,
  }),
  /**
   * gone: their address takes nothing any more. denied: they say that a test did not arrive. unanswered: a test of their
   * channels had no answer for so many days. stale: a device of theirs has shown nothing for so many days.
   */
  z.object({
    code: z.literal('person-unreached'),
    person: z.string(),
    cause: z.enum(['gone', 'denied', 'unanswered', 'stale']),
    days: z.int().min(0),
  }),
  /** Residents of a building, for one of these causes; who they are is not said here. */
  z.object({ code: z.literal('residents-unreached'), building: z.string() }),
  /** Nothing that is handed to a channel is accepted. */
  z.object({ code: z.literal('channel-failing'), channel: z.enum(['email', 'sms', 'webhook', 'push']) }),
  /** People called for help: how many of them, and how often they pressed in all. */
  z.object({ code: z.literal('sos'), callers: z.int().min(1), times: z.int().min(1) }),
  /** `cause`: a code of contract/reasons/backup.ts. */
  z.object({ code: z.literal('backup-failed'), cause: z.string().max(63) }),
  z.object({ code: z.literal('backup-overdue'), hours: z.int().min(0) }),
  /** A copy was restored to try it, and what came back was not what had been copied. */
  z.object({ code: z.literal('drill-failed'), cause: z.string().max(63) }),
  /** The disk is short, and nothing more may go from it. */
  z.object({ code: z.literal('disk-filling'), freeMb: z.int().min(0) }),
  /** Nothing written reaches the disk: of an agent's box, or, without one, of the gateway. What it does is kept in memory. */
  z.object({ code: z.literal('disk-failing'), agent: z.string().nullable() }),
  /** No room is left on the disk: of an agent's box, or, without one, of the gateway. What it does is kept in memory. */
  z.object({ code: z.literal('disk-full'), agent: z.string().nullable() }),
  /** At the pace of now the card's rating is used up after so many months. */
  z.object({ code: z.literal('card-wearing'), months: z.int().min(0) }),
  /** This box has taken the place of another, and nobody has said yet that it may switch things. */
  z.object({ code: z.literal('outputs-off') }),
  z.object({ code: z.literal('drill-overdue'), days: z.int().min(0) }),
  /** A new configuration was taken back by itself; `why`: what was worse. */
  z.object({
    code: z.literal('configuration-returned'),
    version: z.int(),
    why: configurationReasonSchema.nullable(),
  }),
  /** `hop` after contract/chain.ts; `agent`: whose, where it is one agent's. */
  z.object({ code: z.literal('chain-broken'), hop: z.enum(chainHops), agent: z.string().nullable() }),
]);

export type TransitionReason = z.infer<typeof transitionReasonSchema>;
export type TroubleReason = z.infer<typeof troubleReasonSchema>;
