import { z } from 'zod';
import { durationSchema } from '../contract/duration.ts';
import { hostProblem, networkProblem, peerProblem } from '../contract/host.ts';
import {
  agentIdSchema,
  busIdSchema,
  deviceIdSchema,
  pointNameSchema,
  pointRefSchema,
  siteIdSchema,
} from '../contract/ids.ts';
import { isTimezone } from '../contract/time-zone.ts';
import { refused, saying, text } from '../contract/words/check/said.ts';
import { durationBetween, scaleNumber } from '../devices/meaning.ts';
import { plausibilitySchema } from '../devices/plausibility-schema.ts';
import { backupFileSchema } from './backup/backup.ts';
import { bridgesFileSchema } from './bridges/bridges.ts';
import { buildingFileSchema, rolesSchema } from './buildings/building-file.ts';
import { ruleFileSchema } from './buildings/rule-file.ts';
import { cityFileSchema } from './city.ts';
import { feedsFileSchema } from './feeds/feeds.ts';
import { interlockFileSchema } from './interlocks/interlock-file.ts';
import { lotFileSchema } from './lots/lot.ts';
import { notifyFileSchema } from './notify/notify-file.ts';
import { rolloutFileSchema } from './rollout/rollout.ts';
import { storageFileSchema } from './storage/storage.ts';
import { uplinkUrlProblem } from './uplink-url.ts';

export { durationText } from '../contract/words/check/text.ts';

/**
 * The site file as a person writes it. Unknown keys are refused everywhere; descriptions are shown by editors and in
 * the messages about missing or wrong values.
 */

const dayMs = 24 * 60 * 60 * 1000;

const every = durationBetween(10, dayMs).describe('how often it is read, such as 1s');
const nameText = z
  .strictObject({ ko: z.string().trim().min(1).max(100), en: z.string().trim().min(1).max(100) })
  .describe('a name in Korean and English: { ko: …, en: … }');
const listenerShape = (port: number) => ({
  port: z.int().min(0).max(65535).default(port).describe('a TCP port; 0 takes any that is free'),
  bind: z
    .string()
    .min(1, { abort: true })
    .superRefine(saying(hostProblem))
    .default('127.0.0.1')
    .describe('the address to listen on; 127.0.0.1 is this machine alone'),
});
const insecure = z.boolean().default(false).describe('true: what passes here unencrypted may leave this machine');
const filePath = (what: string) => z.string().min(1).optional().describe(`${what}, seen from this file`);
const tlsShape = (port: number) => ({
  ...listenerShape(port),
  cert: filePath("a certificate (PEM, with its chain) instead of one of the gateway's own making"),
  key: filePath('the key of that certificate'),
});
const mqttListener = z
  .strictObject({
    ...listenerShape(1883),
    insecure,
    tls: z
      .strictObject({
        ...tlsShape(8883),
        clientCa: filePath(
          "a CA (PEM) other than the gateway's own, whose certificates name agents as {site}/{agent} or {agent}",
        ),
      })
      .optional()
      .describe('MQTT over TLS: {} is port 8883 on this machine, by the gateway’s own CA'),
  })
  .prefault({});
const httpListener = z
  .strictObject({
    ...listenerShape(8080),
    insecure,
    tls: z.strictObject(tlsShape(8443)).optional().describe('HTTPS: {} is port 8443 on this machine'),
    proxies: z
      .array(z.string().superRefine(saying(networkProblem)))
      .default([])
      .describe('reverse proxies in front: who comes by them is who they say (X-Forwarded-For, -Proto, -Host)'),
  })
  .prefault({});

export const pointFileSchema = z.strictObject({
  every: every.optional(),
  deadband: z.number().min(0).default(0).describe('a change of at most this is not sent'),
  maxSilence: durationBetween(1000, dayMs)
    .optional()
    .describe('a reading is sent at least this often, changed or not; 60s if not given'),
  kind: z.string().min(1).max(63).optional().describe('what the point means here, such as smoke or water-leak'),
  unit: z.string().min(1).max(31).optional().describe('the unit after scale and offset, such as deg'),
  scale: scaleNumber.optional().describe('engineering value = raw × scale + offset'),
  offset: z.number().optional().describe('engineering value = raw × scale + offset'),
  valid: z
    .tuple([z.number(), z.number()])
    .refine(([lo, hi]) => lo < hi, refused({ code: 'lower-end-first', example: true }))
    .optional()
    .describe('engineering values outside this range are no value: [lowest, highest]'),
  trueBelow: z
    .number()
    .optional()
    .describe('below this engineering value the point is true, such as 1500 mm under a ceiling: a car stands there'),
  invert: z.boolean().optional().describe('true: a closed contact means false (a fail-safe contact)'),
  commandBy: z
    .array(z.enum(['operator', 'manager', 'admin']))
    .optional()
    .describe(
      'roles that may write this point, where it can be written; [operator, admin] if not given, [] for nobody',
    ),
  plausibility: plausibilitySchema.optional(),
});

export const deviceFileSchema = z.strictObject({
  id: deviceIdSchema.describe("the device's id, unique in the site, such as tilt-se"),
  profile: z.string().min(1).describe('the id of a device profile, such as xy-md02'),
  unit: z.int().min(0).max(255).describe("the device's address on the bus, 1–255"),
  every: every.optional(),
  points: z
    .record(pointNameSchema, pointFileSchema)
    .default({})
    .describe('what differs from the profile, by point name'),
});

export const talkerFileSchema = z.strictObject({
  id: deviceIdSchema.describe("the device's id, unique in the site, such as bay-12"),
  profile: z.string().min(1).describe('the id of a profile of a sensor that talks, such as dfrobot-a02yyuw'),
  address: z
    .union([z.int().min(0).max(255), z.string().min(1).max(31)], text({ code: 'talker-address-form' }))
    .optional()
    .describe("what the device's frames say of who speaks, where several share the line"),
  every: every.optional(),
  points: deviceFileSchema.shape.points,
});

export const endDeviceFileSchema = z.strictObject({
  id: deviceIdSchema.describe("the device's id, unique in the site, such as bay-12"),
  profile: z.string().min(1).describe('the id of a profile with protocol: uplink, such as milesight-em400-udl'),
  address: z
    .union([z.int().min(0), z.string().min(1).max(63)])
    .transform(String)
    .describe('what names the device on the broker: its DevEUI in quotation marks, or its name in the topic'),
  firmware: z
    .union([z.number(), z.string().min(1).max(31)])
    .transform(String)
    .optional()
    .describe('which firmware it has, where the profile tells messages apart by it'),
  every: every.optional(),
  points: deviceFileSchema.shape.points,
});

/** How a network server or a bridge words its messages. */
export const mqttFormats = ['chirpstack', 'ttn', 'zigbee2mqtt', 'json', 'raw'] as const;

const busId = busIdSchema.describe("the bus's id, unique in its agent, such as rs485-a");
const busShape = { id: busId, devices: z.array(deviceFileSchema).describe('the devices on this bus') };
const timeoutMs = (standard: number) =>
  z.int().min(10).max(60_000).default(standard).describe('how long to wait for the first byte of a reply, ms');
const turnaround = durationSchema
  .optional()
  .describe(
    'from the end of a request to its reply, as measured; what the profile says of the device, or 5 ms, if not given',
  );
const serialPort = z
  .string()
  .regex(/^(\/.+|COM\d+)$/, text({ code: 'serial-port-form' }))
  .describe('the serial port, such as /dev/serial/by-id/usb-…-port0');
const lineShape = {
  baudRate: z.int().min(300).max(1_000_000).default(9600).describe('bits a second, such as 9600'),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.literal([1, 2]).default(1),
};
/** As much of a host as an editor can check; `peerProblem` says the rest. */
const hostShape = /^[A-Za-z0-9:][A-Za-z0-9._:%-]*$/;
const host = z
  .string()
  .regex(hostShape, { abort: true, error: text({ code: 'host-form' }) })
  .superRefine(saying(peerProblem))
  .describe('the name or address of the device or gateway, such as 192.168.0.20');
const tcpPort = z.int().min(1).max(65535);
const ownName = z
  .string()
  .max(253)
  .regex(/^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$/, {
    abort: true,
    error: text({ code: 'own-name-form' }),
  })
  .superRefine(saying(hostProblem));

const brokerShape = {
  url: z
    .string()
    .superRefine(saying(uplinkUrlProblem))
    .describe('the broker that the sensors reach, such as mqtts://lora.local:8883'),
  username: z.string().min(1).max(63).optional().describe('the name to sign in with; nobody signs in if not given'),
  passwordFile: z.string().min(1).optional().describe('a file that holds the password, seen from this file'),
  insecure,
  tls: z
    .strictObject({
      ca: filePath("the CA (PEM) that the broker's certificate is checked by; the public ones if not given"),
      cert: filePath('a certificate (PEM) to sign in with'),
      key: filePath('the key of that certificate'),
    })
    .prefault({})
    .describe('files of a broker by mqtts://: { ca, cert, key }'),
};

export const busFileSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...busShape,
    kind: z.literal('modbus-rtu'),
    port: serialPort,
    ...lineShape,
    timing: z
      .enum(['economical', 'tight'])
      .default('economical')
      .describe(
        'tight: replies are waited for to a tenth of a millisecond, for a fast line that is full; costs the box more',
      ),
    timeoutMs: timeoutMs(300),
    turnaround,
  }),
  z.strictObject({
    ...busShape,
    kind: z.literal('modbus-tcp'),
    host,
    port: tcpPort.default(502).describe('a TCP port, 502 as a rule'),
    timeoutMs: timeoutMs(1000),
  }),
  z.strictObject({
    ...busShape,
    kind: z.literal('modbus-rtu-over-tcp'),
    host,
    port: tcpPort.describe("the converter's TCP port, as it is set there: 4196, 8899, 502 …"),
    ...lineShape,
    timeoutMs: timeoutMs(1000),
    turnaround,
  }),
  z.strictObject({
    id: busId,
    devices: z.array(talkerFileSchema).min(1).describe('the sensors that talk on this line, all of one profile'),
    kind: z.literal('serial'),
    port: serialPort,
    ...lineShape,
    dataBits: z.literal([7, 8]).default(8).describe('7 where the sensors speak so, as in 7E1'),
  }),
  z.strictObject({
    id: busId,
    devices: z.array(endDeviceFileSchema).min(1).describe('the sensors that send messages to this broker'),
    kind: z.literal('mqtt'),
    ...brokerShape,
    format: z.enum(mqttFormats).describe('who words the messages: chirpstack (v4), ttn (v3), zigbee2mqtt, json, raw'),
    topic: z
      .string()
      .min(1)
      .max(200)
      .regex(
        /^(?=(?:[^{}]*\{address\}[^{}]*)$)(?:[^#/]*\/)*(?:\{address\}|[^#/]+)(?:\/[^#/]*)*$/,
        text({ code: 'topic-form' }),
      )
      .optional()
      .describe('where the messages come, {address} in the place of the name: sensors/{address}/up'),
    lateAfter: durationBetween(1000, 3_600_000)
      .default(30_000)
      .describe('a message that comes so long after the network server heard it is history'),
  }),
]);

export const uplinkFileSchema = z.strictObject({
  url: z.string().superRefine(saying(uplinkUrlProblem)).describe('the broker, such as mqtts://gateway.local:8883'),
  username: z.string().min(1).max(63).optional().describe("the name to sign in with; the agent's id if not given"),
  passwordFile: z.string().min(1).optional().describe('a file that holds the password, seen from this file'),
  insecure,
  tls: z
    .strictObject({
      ca: filePath("the CA (PEM) that the gateway's certificate is checked by; ca.crt if it is there"),
      cert: filePath("the agent's certificate (PEM) in place of a password; {agent}.crt if it is there"),
      key: filePath('the key of that certificate; {agent}.key if not given'),
    })
    .prefault({})
    .describe('files of an uplink by mqtts://: { ca, cert, key }'),
  configuration: z
    .strictObject({
      pull: z.boolean().default(true).describe('false: the box keeps its own site file, whatever its gateway hands it'),
      ca: filePath("the gateway's own CA (PEM), which signs configuration; that of tls if not given"),
    })
    .prefault({})
    .describe('whether and by whose signature the box takes a configuration from its gateway'),
});

export const agentFileSchema = z.strictObject({
  id: agentIdSchema.describe("the agent's id, unique in the site, such as cabinet-1"),
  uplink: uplinkFileSchema.describe('where the agent sends to: { url, username, passwordFile }'),
  commitEvery: durationBetween(100, 60_000)
    .default(1000)
    .describe('how long readings that may wait are gathered before they are stored'),
  buses: z.array(busFileSchema).describe('the lines and TCP endpoints of this agent'),
  interlocks: z
    .array(interlockFileSchema)
    .default([])
    .describe('outputs that the agent switches from its own points, whatever the network does'),
  lifeSafety: z
    .array(pointRefSchema)
    .default([])
    .describe(
      'points of this agent that life-safety rules lean on, where the rules stand elsewhere; a gateway writes it',
    ),
});

export const siteFileSchema = z.strictObject({
  site: siteIdSchema.describe("the site's id, such as saesol"),
  name: nameText,
  timezone: z
    .string()
    .refine(isTimezone, refused({ code: 'no-such-timezone' }))
    .default('Asia/Seoul')
    .describe("the IANA zone of the site's wall clock"),
  gateway: z
    .strictObject({
      names: z
        .array(ownName)
        .default([])
        .describe('host names and addresses by which boxes and people reach the gateway; its certificate names them'),
      mqtt: mqttListener,
      http: httpListener,
      mode: z
        .enum(['public', 'closed'])
        .default('public')
        .describe(
          'closed: phones cannot trust its certificate, or reach no push service from here; push is not offered then',
        ),
      notify: notifyFileSchema.describe('where notices go besides the pages and MQTT'),
      city: cityFileSchema.optional(),
      bridges: bridgesFileSchema,
      rollout: rolloutFileSchema,
    })
    .prefault({}),
  storage: storageFileSchema.describe('how long readings are kept, and the card that they lie on'),
  backup: backupFileSchema.optional().describe('the nightly copy of the gateway, encrypted for its owner'),
  agents: z.array(agentFileSchema).min(1).describe('the edge agents of the site, one per cabinet'),
  profiles: z
    .array(z.string().min(1))
    .default([])
    .describe("folders of the site's own device profiles, seen from this file"),
  holidays: z
    .array(
      z.strictObject({
        date: z.iso.date(text({ code: 'date-form', example: '2026-05-06' })),
        name: z.string().trim().min(1).max(100),
      }),
    )
    .default([])
    .describe(
      'public holidays that were announced after this version came out: { date: 2027-01-04, name: 임시공휴일 }',
    ),
  feeds: feedsFileSchema.prefault({}).describe('what other systems are told, and under which names'),
  lots: z.array(lotFileSchema).default([]).describe('parking lots'),
  buildings: z.array(buildingFileSchema).default([]).describe('buildings that are watched'),
  rules: z.array(ruleFileSchema).default([]).describe('rules that belong to no building'),
  roles: rolesSchema,
});

export type SiteFile = z.infer<typeof siteFileSchema>;
export type AgentFile = z.infer<typeof agentFileSchema>;
export type BusFile = z.infer<typeof busFileSchema>;
export type ModbusFile = z.infer<typeof deviceFileSchema>;
export type TalkerFile = z.infer<typeof talkerFileSchema>;
export type EndDeviceFile = z.infer<typeof endDeviceFileSchema>;
export type DeviceFile = ModbusFile | TalkerFile | EndDeviceFile;
export type MqttBusFile = Extract<BusFile, { kind: 'mqtt' }>;
export type PointFile = z.infer<typeof pointFileSchema>;

/** What a check says of a text, as a finding of the schema. */
