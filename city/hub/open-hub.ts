import { readFileSync } from 'node:fs';
import { InputError } from '../../contract/input-error.ts';
import { causeOf, causeWords } from '../../contract/words/files.ts';
import { coreContextUrl } from '../ngsi-ld/core-terms.ts';
import { attributeNames, entitiesOf, entityTypes, expanded, typeBy } from '../ngsi-ld/entities.ts';
import type { Entity } from '../ngsi-ld/model.ts';
import { type VariantName, variants } from '../ngsi-ld/variants.ts';
import { type Held, viewsOf } from '../ngsi-ld/views.ts';
import { assertPeer } from '../peer.ts';
import { type Hub, hubAt } from './client.ts';

/** What an operator says of a hub. */
export type HubFile = {
  readonly hub?: string;
  readonly hubVariant?: string;
  readonly hubContext?: string;
  readonly hubTenant?: string;
  readonly hubTokenFile?: string;
  readonly hubType?: readonly string[];
  readonly hubWithout?: readonly string[];
};

export type HubTask = {
  /** Its name in the database: what another hub, tenant or way of writing took is another matter. */
  readonly name: string;
  readonly hub: Hub;
  readonly entitiesOf: (held: Held, now: number) => Entity[];
  readonly textOf: (entity: Entity) => string;
};

/** Null: no hub is named. @throws InputError when something of it cannot be used */
export function openHub(of: HubFile): HubTask | null {
  if (of.hub === undefined) return null;
  const url = checkedUrl(of.hub);
  const variant = variantBy(of.hubVariant ?? 'smart-data-models');
  const types = new Set((of.hubType ?? entityTypes).map(typeNamed));
  const { hubContext: context = null, hubTenant: tenant = null } = of;
  if (variant === 'city-data-hub' && context === null)
    throw new InputError([
      '--hub-context: city-data-hub has names of its own; give the context that says what they mean',
    ]);
  const writing = { ...variants[variant], without: new Set((of.hubWithout ?? []).map(attributeNamed)) };
  const token = of.hubTokenFile === undefined ? null : read(of.hubTokenFile);
  return {
    name: [url.replace(/\/ngsi-ld\/v1$/, ''), tenant ?? '', variant].join(' '),
    hub: hubAt({ url, tenant, token, isLd: context !== null }),
    entitiesOf: (held, now) => entitiesOf(viewsOf(held, now), writing, types),
    // Without a context to read, every name is an IRI: a hub in a closed network fetches nothing.
    textOf: (entity) =>
      JSON.stringify(
        context === null ? expanded(entity, entity.type) : { ...entity, '@context': contextsOf(context, entity) },
      ),
  };
}

function contextsOf(context: string, { type }: Entity): string[] {
  return [context.replaceAll('{type}', type), coreContextUrl];
}

function checkedUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new InputError([`--hub ${url}: is no address; give one such as https://hub.example.kr`]);
  assertPeer('--hub', url);
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    throw new InputError(['--hub: no secret in the address; give --hub-token-file']);
  const whole = url.replace(/\/+$/, '');
  const base = whole.replace(/\/entityOperations$/, '');
  return base === whole ? `${whole.replace(/\/ngsi-ld(\/v1)?$/, '')}/ngsi-ld/v1` : base;
}

function attributeNamed(name: string): string {
  if (attributeNames.has(name)) return name;
  throw new InputError([`--hub-without ${name}: no entity has an attribute of this name`]);
}

function variantBy(name: string): VariantName {
  if (name in variants) return name as VariantName;
  throw new InputError([`--hub-variant ${name}: is none of ${Object.keys(variants).join(', ')}`]);
}

function typeNamed(name: string): string {
  const found = typeBy(name);
  if (found === null) throw new InputError([`--hub-type ${name}: is none of ${entityTypes.join(', ')}`]);
  return found;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new InputError([`--hub-token-file ${file}: cannot be read: ${causeWords(causeOf(error)).en}`]);
  }
}
