import { resolve } from 'node:path';
import { z } from 'zod';
import { durationSchema } from '../contract/duration.ts';
import { urlPeerProblem } from '../contract/host.ts';
import { refused, saying, text } from '../contract/words/check/said.ts';
import { addressesOf, carrierOf } from './carrier.ts';
import { isLoopback } from './loopback.ts';

/** Where a gateway hands on what it has committed: a city above it. */

const dayMs = 86_400_000;
const file = (what: string) => z.string().min(1).optional().describe(`${what}, seen from this file`);

export const cityFileSchema = z
  .strictObject({
    url: z
      .string()
      .refine((url) => carrierOf(url) !== null, refused({ code: 'city-url-form' }))
      .refine(
        (url) => addressesOf(url).every((each) => !URL.canParse(each) || new URL(each).username === ''),
        refused({ code: 'url-with-secret' }),
      )
      .superRefine(saying((url) => addressesOf(url).map(urlPeerProblem).find(Boolean)))
      .describe(
        "a worker of the city, such as https://city.example.kr, or the city's NATS servers, such as tls://n1.example.kr:4222,tls://n2.example.kr:4222",
      ),
    gateway: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, text({ code: 'id-form', begins: false }))
      .describe('the name that the city gave this gateway'),
    tokenFile: file('the file with the token that the city gave it'),
    seedFile: file("the file with the seed (SU…) of the gateway's nkey, for NATS"),
    ca: file("the CA (PEM) that the city's certificate is checked by"),
    cert: file("the gateway's own certificate (PEM), where the city knows it by that"),
    key: file('the key of that certificate'),
    insecure: z.boolean().default(false).describe('true: it may pass unencrypted over a network'),
    keep: durationSchema
      .refine(
        (ms) => ms >= 3_600_000 && ms <= 366 * dayMs,
        refused({ code: 'duration-range', leastMs: 3_600_000, mostMs: 366 * dayMs }),
      )
      .prefault('720h')
      .describe('how long readings wait for a city that cannot be reached; after that they are given up by name'),
    configuration: z
      .strictObject({
        pull: z
          .boolean()
          .default(true)
          .describe('false: the gateway keeps its own configuration, whatever the city hands it, and says so'),
        key: z
          .string()
          .min(1)
          .describe(
            "the file with the public key (PEM, Ed25519) of the city's engineer, seen from this file; several keys while one takes the place of another",
          ),
      })
      .optional()
      .describe('whether site files and rules that the city hands down are tried; not at all if not given'),
  })
  .describe('the city that this gateway hands on to; without it nothing leaves the site');

export type CityFile = z.output<typeof cityFileSchema>;

export type CityConfig = {
  readonly url: string;
  readonly gateway: string;
  /** Absolute paths, or null. */
  readonly tokenFile: string | null;
  readonly seedFile: string | null;
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly keepMs: number;
  /** The file of the keys whose site files and rules are tried, absolute. Null: nobody's. */
  readonly configurationKey: string | null;
};

export function buildCity(city: CityFile | undefined, folder: string): CityConfig | null {
  if (city === undefined) return null;
  const { url, gateway, keep, tokenFile, seedFile, ca, cert, key, configuration } = city;
  const path = (name: string | undefined) => (name === undefined ? null : resolve(folder, name));
  return {
    ...{ url, gateway, keepMs: keep },
    tokenFile: path(tokenFile),
    seedFile: path(seedFile),
    ...{ ca: path(ca), cert: path(cert), key: path(key) },
    configurationKey: configuration?.pull === true ? path(configuration.key) : null,
  };
}

/** Readings and a token would pass over a network where anyone may read them. */
export function isPlainCity({ url, insecure }: Pick<CityFile, 'url' | 'insecure'>): boolean {
  return (
    !insecure &&
    addressesOf(url).some((each) => {
      if (!URL.canParse(each)) return false;
      const { protocol, hostname } = new URL(each);
      return /^(http|nats):$/.test(protocol) && !isLoopback(hostname);
    })
  );
}
