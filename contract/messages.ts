import { z } from 'zod';
import { compileParser, type Parsed, plainParser } from './compiled.ts';
import { configurationReportSchema } from './configuration.ts';
import { faultCodes } from './reading.ts';
import { commandReasonSchema } from './reasons/commands.ts';
import { deviceReasonSchema } from './reasons/devices.ts';

/**
 * The messages of the MQTT contract, version 1. Times are epoch milliseconds. Unknown fields are ignored; a breaking
 * change is a new topic version.
 */

const v = z.literal(1);
const epochMs = z.int();
const epoch = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const count = z.int().min(0);
const fault = z.enum(faultCodes);
const value = z.union([z.number(), z.boolean(), z.string().max(1024), z.null()]);

const deviceState = z.enum(['online', 'degraded', 'offline']);

export const statusSchema = z.object({
  v,
  state: z.enum(['online', 'offline']),
  epoch,
  start: count,
  version: z.string().max(64),
  simulated: z.boolean(),
  lost: z.array(z.object({ epoch, from: z.int().min(1), to: z.int().min(1), why: z.string().max(64) })).default([]),
});

export const birthSchema = z.object({
  v,
  epoch,
  bus: z.string().max(63),
  profile: z.string().max(63),
  simulated: z.boolean(),
  points: z.record(
    z.string(),
    z.object({
      kind: z.string().max(63),
      type: z.enum(['number', 'boolean', 'string']),
      unit: z.string().max(31).nullable(),
      valid: z.tuple([z.number(), z.number()]).nullable(),
      maxSilence: z.number().positive(),
      writable: z.boolean(),
    }),
  ),
});

export const healthSchema = z.object({
  v,
  at: epochMs,
  clock: z.enum(['synced', 'unsynced', 'stepped']),
  /** Messages committed and not yet acknowledged. */
  backlog: count,
  /** Bytes free where the outbox lives. */
  diskFree: count,
  /** The disk fails, with this code of it (`EROFS`, `EIO`, `failed`): rows wait in memory. Left out while it works. */
  diskProblem: z.string().max(63).optional(),
  /** Resident memory of the agent, bytes. */
  rss: count,
  loopP99Ms: z.number().min(0),
  buses: z.record(
    z.string(),
    z.object({
      /** Share of the line's time in use over the last minute, 0–1. */
      load: z.number().min(0),
      state: z.enum(['open', 'closed']),
      /** Faults since the last health message, by code. */
      faults: z.partialRecord(fault, count),
    }),
  ),
  devices: z.record(
    z.string(),
    z.object({
      state: deviceState,
      since: epochMs,
      /** English, for a log and for readers that do not know the code. */
      why: z.string().max(200).nullable(),
      /** Left out by older agents; null too where a newer one says what is not known here. */
      reason: deviceReasonSchema.nullable().catch(null).optional(),
      /** Its polls of the last ten minutes. Left out of a device that is not asked, and by older agents. */
      polls: z
        .object({
          asked: count,
          answered: count,
          /** From a request to its whole reply, ms; null without one. */
          p50Ms: z.number().min(0).nullable(),
          p99Ms: z.number().min(0).nullable(),
          /** It missed so often that it is only asked now and then: its breaker is open. */
          probed: z.boolean(),
        })
        .optional(),
      /** Messages of one behind a broker since its agent began to listen, and how the last was heard. */
      uplinks: z
        .object({
          heard: count,
          /** By the frame counter. */
          lost: count,
          twice: count,
          late: count,
          /** No layout fitted. */
          refused: count,
          joins: count,
          begunAgain: count,
          /** dBm, dB, dB above what its data rate needs, %; null where nobody says. */
          rssi: z.number().nullable(),
          snr: z.number().nullable(),
          margin: z.number().nullable(),
          battery: z.number().nullable(),
        })
        .optional(),
    }),
  ),
  /** What the agent switches by itself, by interlock. Left out by agents without any. */
  interlocks: z
    .record(
      z.string().max(63),
      z.object({
        /** on, off: the output was read back so. unknown: nobody can say whether its condition is met. */
        state: z.enum(['on', 'off', 'unknown']),
        /** silenced and testing are a person's doing; fault: the output is not as it should be. */
        mode: z.enum(['normal', 'silenced', 'testing', 'fault']),
        since: epochMs,
        reason: commandReasonSchema.nullable(),
      }),
    )
    .optional(),
  /** Which configuration it runs. Left out by older agents. */
  configuration: configurationReportSchema.optional().catch(undefined),
});

export const readingsSchema = z.object({
  v,
  epoch,
  start: count,
  seq: z.int().min(1),
  at: epochMs,
  /** Monotonic ms from `at` to this send; absent for rows of an earlier start. */
  age: z.number().min(0).optional(),
  clock: z.enum(['synced', 'unsynced', 'stepped']),
  points: z.record(
    z.string().max(63),
    z.object({
      /** Milliseconds after `at`, one per value. */
      dt: z.array(z.int()),
      v: z.array(value),
      /** Fault codes, one per value; left out when every value is good. */
      q: z.array(fault.nullable()).optional(),
      /** The values were heard long after they were said: history, which changes nothing that is live. */
      late: z.literal(true).optional(),
    }),
  ),
});

export const diagnosisSchema = z.object({
  v,
  at: epochMs,
  why: z.string().max(200),
  /** The same as a code with its figures; null where nothing is wrong (any more). */
  reason: deviceReasonSchema.nullable().optional(),
  frames: z.array(
    z.object({ at: epochMs, dir: z.enum(['tx', 'rx']), hex: z.string().max(1024), decoded: z.string().max(500) }),
  ),
  registers: z.array(
    z.object({ point: z.string().max(63), table: z.string().max(16), address: count, words: z.array(count) }),
  ),
});

export const commandSchema = z.object({
  v,
  id: z.uuid(),
  point: z.string().max(127),
  value: z.union([z.number(), z.boolean(), z.string().max(1024)]),
  deadline: epochMs,
});

export const resultSchema = z.object({
  v,
  id: z.uuid(),
  outcome: z.enum(['done', 'refused', 'failed', 'expired']),
  why: z.string().max(200).nullable(),
  /** The same as a code with its figures. */
  reason: commandReasonSchema.nullable().optional(),
  readBack: value,
  at: epochMs,
});

const spaceState = z.enum(['free', 'occupied', 'unknown', 'closed']);
const text = z.object({ ko: z.string(), en: z.string() });

/** free + occupied + unknown + outOfService = capacity, in the lot and in each type. */
export const lotMessageSchema = z.object({
  v,
  at: epochMs,
  state: z.enum(['open', 'closed']),
  capacity: count,
  free: count,
  occupied: count,
  unknown: count,
  outOfService: count,
  byType: z.record(
    z.string(),
    z.object({ capacity: count, free: count, occupied: count, unknown: count, outOfService: count }),
  ),
  /** What the lot's sign says instead of its figures, as in an emergency. */
  sign: text.nullable(),
  /** Seconds for which a reader may show these figures. */
  ttl: z.int().min(1),
});

export const spaceMessageSchema = z.object({ v, at: epochMs, state: spaceState, type: z.string(), since: epochMs });

export const alertMessageSchema = z.object({
  v,
  at: epochMs,
  state: z.string(),
  level: z.enum(['관심', '주의', '경계', '심각']),
  hazard: z.string(),
  rule: z.string(),
  since: epochMs,
  headline: text,
  why: text,
  action: text,
  status: z.enum(['Exercise', 'Test', 'Actual']),
  version: z.int().min(1),
});

const pem = z.string().min(1).max(8192);

/** From an agent that signed in with a certificate: PKCS#10, by a key of its own making. */
export const certificateRequestSchema = z.object({ v, csr: pem });

/**
 * To such an agent. `due`: its certificate is to be renewed and ends then; the gateway says when, since a certificate's
 * own dates do not tell its age and a box's clock may be years behind. `revoked`: SHA-256 fingerprints of the
 * certificates of gateways that this one has replaced; the agent refuses a gateway that shows one. The other two answer a request.
 */
export const certificateMessageSchema = z.union([
  z.object({ v, certificate: pem, ca: pem }),
  z.object({ v, refused: z.string().max(500) }),
  z.object({ v, due: epochMs }),
  z.object({ v, revoked: z.array(z.string().max(128)).max(50) }),
]);

export type CertificateRequestMessage = z.infer<typeof certificateRequestSchema>;
export type CertificateMessage = z.infer<typeof certificateMessageSchema>;
export type StatusMessage = z.infer<typeof statusSchema>;
export type BirthMessage = z.infer<typeof birthSchema>;
export type HealthMessage = z.infer<typeof healthSchema>;
export type ReadingsMessage = z.infer<typeof readingsSchema>;
export type PointColumn = ReadingsMessage['points'][string];
export type DiagnosisMessage = z.infer<typeof diagnosisSchema>;
export type CommandMessage = z.infer<typeof commandSchema>;
export type ResultMessage = z.infer<typeof resultSchema>;
export type LotMessage = z.infer<typeof lotMessageSchema>;
export type SpaceMessage = z.infer<typeof spaceMessageSchema>;
export type AlertMessage = z.infer<typeof alertMessageSchema>;
export type ClockState = ReadingsMessage['clock'];

const checkReadings = compileParser(readingsSchema);

/** Readers of each message: JSON text or bytes in, the message or one line of what is wrong out. Never throw. */
export const decode = {
  status: jsonParser(plainParser(statusSchema)),
  birth: jsonParser(plainParser(birthSchema)),
  health: jsonParser(plainParser(healthSchema)),
  readings: jsonParser((input) => {
    const parsed = checkReadings(input);
    return parsed.ok ? sameLengths(parsed.value) : parsed;
  }),
  diagnosis: jsonParser(plainParser(diagnosisSchema)),
  command: jsonParser(plainParser(commandSchema)),
  result: jsonParser(plainParser(resultSchema)),
  lot: jsonParser(plainParser(lotMessageSchema)),
  space: jsonParser(plainParser(spaceMessageSchema)),
  alert: jsonParser(plainParser(alertMessageSchema)),
  certificateRequest: jsonParser(plainParser(certificateRequestSchema)),
  certificate: jsonParser(plainParser(certificateMessageSchema)),
} as const;

/** A message as it travels. */
export function encode(
  message:
    | StatusMessage
    | BirthMessage
    | HealthMessage
    | ReadingsMessage
    | DiagnosisMessage
    | CommandMessage
    | ResultMessage
    | LotMessage
    | SpaceMessage
    | AlertMessage
    | CertificateRequestMessage
    | CertificateMessage,
): string {
  return JSON.stringify(message);
}

function jsonParser<T>(check: (input: unknown) => Parsed<T>): (payload: Uint8Array | string) => Parsed<T> {
  return (payload) => {
    const json = tryJson(payload);
    return json.ok ? check(json.value) : json;
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function tryJson(payload: Uint8Array | string): Parsed<unknown> {
  try {
    return { ok: true, value: JSON.parse(typeof payload === 'string' ? payload : utf8.decode(payload)) };
  } catch (error) {
    return { ok: false, problem: `not JSON in UTF-8: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The columns of a point belong together row by row, which a schema of separate arrays cannot say. */
function sameLengths(message: ReadingsMessage): Parsed<ReadingsMessage> {
  for (const [point, column] of Object.entries(message.points)) {
    const rows = column.v.length;
    if (column.dt.length !== rows)
      return { ok: false, problem: `points.${point}: ${column.dt.length} dt for ${rows} v` };
    if (column.q !== undefined && column.q.length !== rows) {
      return { ok: false, problem: `points.${point}: ${column.q.length} q for ${rows} v` };
    }
  }
  return { ok: true, value: message };
}
