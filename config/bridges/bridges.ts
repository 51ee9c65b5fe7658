import { resolve } from 'node:path';
import { z } from 'zod';
import { issue, text } from '../../contract/words/check/said.ts';
import { isPlainOverNetwork, uplinkUrlProblem } from '../uplink-url.ts';

/** Where a gateway says what it has committed to other people's systems, in their words, on a broker of theirs. */

const file = (what: string) => z.string().min(1).optional().describe(`${what}, seen from this file`);

const outsideShape = {
  url: z
    .string()
    .superRefine((url, ctx) => {
      const problem = uplinkUrlProblem(url);
      if (problem !== undefined) ctx.addIssue(issue(problem));
    })
    .describe('the broker to publish to, such as mqtts://scada.local:8883'),
  username: z.string().min(1).max(63).optional().describe('the name to sign in with; nobody signs in if not given'),
  passwordFile: file('a file that holds the password'),
  passwordEnv: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, text({ code: 'environment-name' }))
    .optional()
    .describe('the environment variable that holds the password, in place of a file'),
  insecure: z.boolean().default(false).describe('true: it may pass unencrypted over a network'),
  tls: z
    .strictObject({
      ca: file("the CA (PEM) that the broker's certificate is checked by; the public ones if not given"),
      cert: file('a certificate (PEM) to sign in with'),
      key: file('the key of that certificate'),
    })
    .prefault({})
    .describe('files of a broker by mqtts://: { ca, cert, key }'),
};

/** One level of a topic (Sparkplug 3.0, 4.1: anything but + / #). */
const level = z.string().regex(/^[^+/#\s]{1,64}$/, text({ code: 'topic-level' }));
/** Levels of a topic. */
const prefix = z.string().regex(/^[^+/#\s]{1,64}(\/[^+/#\s]{1,64}){0,3}$/, text({ code: 'topic-levels' }));

export const bridgesFileSchema = z
  .strictObject({
    sparkplug: z
      .strictObject({
        ...outsideShape,
        group: level.optional().describe("the Sparkplug group; the site's id if not given"),
        node: level.default('jari').describe('the edge node that this gateway is'),
        primaryHost: level.optional().describe('the host application without which nothing is published'),
      })
      .optional()
      .describe('an edge node of Sparkplug B 3.0, whose devices are those of the site'),
    homeAssistant: z
      .strictObject({
        ...outsideShape,
        discovery: prefix.default('homeassistant').describe('the discovery prefix of Home Assistant'),
        topic: prefix.default('jari/ha').describe('where states go: {topic}/{site}/{device}'),
      })
      .optional()
      .describe('MQTT discovery for Home Assistant'),
  })
  .prefault({})
  .describe('other systems that are told of readings; without it nothing is published');

export type BridgesFile = z.output<typeof bridgesFileSchema>;
export type OutsideBrokerFile = NonNullable<BridgesFile['sparkplug'] | BridgesFile['homeAssistant']>;

export type OutsideBrokerConfig = {
  readonly url: string;
  /** null: nobody signs in. */
  readonly username: string | null;
  readonly password: { readonly from: 'file' | 'environment'; readonly name: string } | null;
  /** Absolute, or null. */
  readonly tls: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null };
};

export type SparkplugConfig = {
  readonly broker: OutsideBrokerConfig;
  /** null: the site's id. */
  readonly group: string | null;
  readonly node: string;
  readonly primaryHost: string | null;
};

export type HomeAssistantConfig = {
  readonly broker: OutsideBrokerConfig;
  readonly discovery: string;
  readonly topic: string;
};

export type BridgesConfig = {
  readonly sparkplug: SparkplugConfig | null;
  readonly homeAssistant: HomeAssistantConfig | null;
};

export function buildBridges({ sparkplug, homeAssistant }: BridgesFile, folder: string): BridgesConfig {
  return {
    sparkplug: sparkplug === undefined ? null : buildSparkplug(sparkplug, folder),
    homeAssistant: homeAssistant === undefined ? null : buildHomeAssistant(homeAssistant, folder),
  };
}

function buildSparkplug(file: NonNullable<BridgesFile['sparkplug']>, folder: string): SparkplugConfig {
  const { group = null, node, primaryHost = null } = file;
  return { broker: buildBroker(file, folder), group, node, primaryHost };
}

function buildBroker(file: OutsideBrokerFile, folder: string): OutsideBrokerConfig {
  const { url, username = null, tls } = file;
  const path = (name: string | undefined) => (name === undefined ? null : resolve(folder, name));
  return {
    ...{ url, username, password: passwordOf(file, folder) },
    tls: { ca: path(tls.ca), cert: path(tls.cert), key: path(tls.key) },
  };
}

function buildHomeAssistant(file: NonNullable<BridgesFile['homeAssistant']>, folder: string): HomeAssistantConfig {
  return { broker: buildBroker(file, folder), discovery: file.discovery, topic: file.topic };
}

function passwordOf({ passwordFile, passwordEnv }: OutsideBrokerFile, folder: string): OutsideBrokerConfig['password'] {
  if (passwordFile !== undefined) return { from: 'file', name: resolve(folder, passwordFile) };
  return passwordEnv === undefined ? null : { from: 'environment', name: passwordEnv };
}

/** Readings and a password would pass over a network where anyone may read them. */
export function isPlainBridge({ url, insecure }: Pick<OutsideBrokerFile, 'url' | 'insecure'>): boolean {
  return !insecure && uplinkUrlProblem(url) === undefined && isPlainOverNetwork(url);
}
