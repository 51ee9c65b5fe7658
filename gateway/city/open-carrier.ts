import { readFileSync } from 'node:fs';
import { carrierOf } from '../../config/carrier.ts';
import type { CityConfig } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import type { Carrier } from './carrier.ts';
import { HttpsCarrier } from './https-carrier.ts';
import { NatsCarrier } from './nats-carrier.ts';

/** The carrier that the site file names. @throws InputError when a file of it cannot be read */
export function openCarrier({ url, gateway, tokenFile, seedFile, ca, cert, key }: CityConfig, _clock: Clock): Carrier {
  const pem = (file: string | null) => (file === null ? undefined : read(file));
  const secret = (file: string | null) => (file === null ? null : read(file).trim());
  const tls = { ca: pem(ca), cert: pem(cert), key: pem(key) };
  return carrierOf(url) === 'nats'
    ? new NatsCarrier({ url, gateway, seed: secret(seedFile), tls })
    : new HttpsCarrier({ url, token: secret(tokenFile), tls });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError([`${file}: cannot be read (${why}); gateway.city in the site file names it`]);
  }
}
