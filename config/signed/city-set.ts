import type { KeyObject } from 'node:crypto';
import {
  type CityConfiguration,
  type ConfigurationSet,
  parseCityConfiguration,
  type SignedByKey,
  signedPrefix,
} from '../../contract/configuration.ts';
import type { ConfigurationRefusal } from '../../contract/reasons/configuration.ts';
import { signByKey, verifyByKey } from './signature.ts';

/** What a city hands down, as it is signed where its key is, and as a gateway opens it. Pure. */

export function signConfiguration(configuration: CityConfiguration, key: KeyObject): SignedByKey {
  const body = JSON.stringify(configuration);
  return { v: 1, body, signature: { alg: 'Ed25519', value: signByKey(bytesOf(body), key) } };
}

type Signable = Exclude<CityConfiguration, { kind: 'withdrawal' }>;

/** Each site's body with the word that takes it back, which has the next version. */
export function signSet(
  bodies: readonly Signable[],
  of: Pick<ConfigurationSet, 'version' | 'kind' | 'why'>,
  key: KeyObject,
): ConfigurationSet {
  const sites = bodies.map((body) => {
    const { v, site, version } = body;
    const back: CityConfiguration = { v, site, version: version + 1, kind: 'withdrawal', withdraws: version };
    return { site, signed: signConfiguration(body, key), withdrawal: signConfiguration(back, key) };
  });
  return { v: 1, ...of, sites };
}

export type OpenedConfiguration =
  | { readonly ok: true; readonly configuration: CityConfiguration }
  | { readonly ok: false; readonly reason: ConfigurationRefusal };

/** Whether one of `keys` signed this for `site`. Nothing of it counts before that. */
export function openConfiguration(signed: SignedByKey, site: string, keys: readonly KeyObject[]): OpenedConfiguration {
  if (keys.length === 0) return refuse({ code: 'no-trust' });
  if (!verifyByKey(bytesOf(signed.body), signed.signature.value, keys))
    return refuse({ code: 'not-signed', cause: 'changed' });
  const parsed = parseCityConfiguration(tryJson(signed.body));
  if (!parsed.ok) return refuse({ code: 'not-understood', detail: parsed.problem.slice(0, 300) });
  if (parsed.value.site !== site) return refuse({ code: 'not-mine', site: parsed.value.site, unit: '' });
  return { ok: true, configuration: parsed.value };
}

const bytesOf = (body: string) => Buffer.from(signedPrefix.gateway + body);

function refuse(reason: ConfigurationRefusal): OpenedConfiguration {
  return { ok: false, reason };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON is one of the things the schema refuses
  }
}
