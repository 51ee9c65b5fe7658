import { levels } from '../../../contract/hazards.ts';
import type { LatestItem } from '../../../contract/http/live.ts';
import type { OutsideDevice, OutsidePoint } from '../site-view.ts';
import { type Named, named } from './classes.ts';

/**
 * Discovery documents of whole devices, and the states that they point to (www.home-assistant.io/integrations/mqtt,
 * "Device discovery payload", of 2025.12). Pure.
 */

export type Topics = {
  readonly discovery: (object: string) => string;
  /** Every document of this site, and no other. */
  readonly documents: string;
  readonly bridge: string;
  readonly state: (object: string) => string;
  readonly availability: (object: string) => string;
};

export function topicsOf({ discovery, topic, site }: { discovery: string; topic: string; site: string }): Topics {
  return {
    discovery: (object) => `${discovery}/device/jari_${site}/${object}/config`,
    documents: `${discovery}/device/jari_${site}/+/config`,
    bridge: `${topic}/${site}/availability`,
    state: (object) => `${topic}/${site}/things/${object}`,
    availability: (object) => `${topic}/${site}/things/${object}/availability`,
  };
}

/** States come at least this often; Home Assistant forgets what is older than `expireAfterS`. */
export const sayEveryMs = 30_000;
const expireAfterS = 90;

/** What becomes a device there: an instrument, a lot, a building. */
export type Thing = {
  /** `device_x`, `lot_x`, `building_x`. */
  readonly object: string;
  readonly name: string;
  readonly maker: string;
  readonly model: string;
  readonly isSimulated: boolean;
  readonly parts: readonly (Named & { readonly name: string })[];
};

export function documentOf(
  { object, name, maker, model, isSimulated, parts }: Thing,
  { topics, site, version }: { topics: Topics; site: string; version: string },
): object {
  const id = `jari_${site}_${object}`;
  return {
    device: {
      identifiers: [id],
      name: isSimulated ? `${name} (simulated)` : name,
      manufacturer: maker,
      model,
    },
    origin: { name: 'jari', sw_version: version },
    availability: [{ topic: topics.bridge }, { topic: topics.availability(object) }],
    availability_mode: 'all',
    state_topic: topics.state(object),
    qos: 0,
    components: Object.fromEntries(
      parts.map(({ name: part, ...named }) => [
        part,
        {
          ...named,
          unique_id: `${id}_${part}`,
          name: part,
          // null is written None, which Home Assistant takes for "unknown".
          value_template: `{{ value_json['${part}'] }}`,
          expire_after: expireAfterS,
        },
      ]),
    ),
  };
}

export function thingOf({ id, profile, points }: OutsideDevice, isSimulated: boolean): Thing {
  const parts = points.map((point) => ({ name: point.name, ...named(point) }));
  return { object: `device_${id}`, name: id, maker: profile.maker, model: profile.model, isSimulated, parts };
}

/** A value that is doubted, and one that nobody can say, is none: there is no place beside it for a doubt. */
export function shownValue({ shape }: OutsidePoint, { value, fault }: Pick<LatestItem, 'value' | 'fault'>) {
  if (fault !== null || value === null) return null;
  return shape === 'boolean' ? (value === true ? 'ON' : 'OFF') : value;
}

const counted = (name: string) => ({ name, platform: 'sensor', state_class: 'measurement' }) as const;

export function lotThing(lot: string, name: string): Thing {
  const state = { name: 'state', platform: 'sensor', device_class: 'enum', options: ['open', 'closed'] } as const;
  const parts = [state, ...['free', 'occupied', 'unknown', 'outOfService', 'capacity'].map(counted)];
  return { object: `lot_${lot}`, name, maker: 'Jari', model: 'Lot', isSimulated: false, parts };
}

/** Of a closed lot nobody is told a number of free spaces. */
export function lotState(body: Readonly<Record<string, unknown>> | undefined): object {
  const number = (key: string) => (typeof body?.[key] === 'number' ? body[key] : null);
  const state = body?.state === 'open' || body?.state === 'closed' ? body.state : null;
  const counts = Object.fromEntries(
    ['occupied', 'unknown', 'outOfService', 'capacity'].map((key) => [key, number(key)]),
  );
  return { state, free: state === 'open' ? number('free') : null, ...counts };
}

export function buildingThing(building: string, name: string): Thing {
  const level = { name: 'level', platform: 'sensor', device_class: 'enum', options: ['none', ...levels] } as const;
  const parts = [counted('openAlerts'), level];
  return {
    object: `building_${building}`,
    name,
    maker: 'Jari',
    model: 'Alerts of a building',
    isSimulated: false,
    parts,
  };
}

/** `none`: no alert is open. That the building's sensors are heard is another matter, and an alert of its own. */
export function buildingState(
  building: string,
  alerts: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): object {
  const open = [...alerts].filter(([name]) => name.startsWith(`${building}/`)).map(([, body]) => body);
  const worst = levels.findLast((level) => open.some((body) => body.level === level)) ?? 'none';
  return { openAlerts: open.length, level: worst };
}
