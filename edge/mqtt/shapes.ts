import { z } from 'zod';
import type { BrokerLink, MqttFormat } from '../../config/site.ts';
import { parseJson } from '../../devices/uplinks/json-body.ts';
import type { Body } from '../../devices/uplinks/read-uplink.ts';
import { bytesOf, euiOf, type Radio, radioOf, recordOf, timeOf, wholeAt, wholeOf } from './json-parts.ts';

/**
 * What a message of a network server or a bridge says. Pure. ChirpStack v4 (its protobuf in JSON, where what is 0 may be
 * left out), The Things Stack v3, zigbee2mqtt, JSON of one's own, bodies as they are.
 */

export type { Radio } from './json-parts.ts';

export type Heard =
  | {
      readonly kind: 'uplink';
      readonly address: string;
      /** The frame counter; null where the network has none. */
      readonly counter: number | null;
      /** When the network server heard it, epoch ms; null where nobody says. */
      readonly at: number | null;
      /** Null: nothing but settings of the network's own. */
      readonly body: Body | null;
      readonly radio: Radio | null;
    }
  | { readonly kind: 'join'; readonly address: string; readonly at: number | null }
  | { readonly kind: 'battery'; readonly address: string; readonly percent: number | null }
  /** Nothing of these: an acknowledgement, a log. */
  | { readonly kind: 'other'; readonly address: string }
  | { readonly kind: 'misfit'; readonly address: string | null };

/** Reads one message. Never throws. */
export function hear(link: Pick<BrokerLink, 'format' | 'topic'>, topic: string, payload: Uint8Array): Heard {
  const named = addressIn(link.topic, topic);
  if (named === undefined) return { kind: 'misfit', address: null };
  return readers[link.format](named, topic, payload);
}

type Reader = (address: string, topic: string, payload: Uint8Array) => Heard;

const readers: Readonly<Record<MqttFormat, Reader>> = {
  chirpstack: fromChirpStack,
  ttn: fromTheThingsStack,
  zigbee2mqtt: fromZigbee,
  json: fromJson,
  raw: (address, _topic, payload) => ({ ...bare(address), body: { kind: 'bytes', port: null, bytes: payload } }),
};

/** The filter that hears all devices of a topic. */
export function filterOf(topic: string): string {
  return topic.replace('{address}', '+');
}

const patterns = new Map<string, number>();

/** The level of a topic in which the device's name stands. */
export function addressIn(pattern: string, topic: string): string | undefined {
  const place = patterns.get(pattern) ?? pattern.split('/').indexOf('{address}');
  patterns.set(pattern, place);
  return topic.split('/')[place];
}

const bare = (address: string) => ({ kind: 'uplink', address, counter: null, at: null, radio: null }) as const;

function fromJson(address: string, _topic: string, payload: Uint8Array): Heard {
  const json = parseJson(payload);
  if (json === undefined) return { kind: 'misfit', address };
  const quality = typeof json === 'object' && json !== null && 'linkquality' in json ? json.linkquality : null;
  const radio = typeof quality === 'number' ? { rssi: null, snr: null, margin: null, stations: 1 } : null;
  return { ...bare(address), radio, body: { kind: 'json', json } };
}

/** With `advanced.last_seen` it says when it heard the sensor: ISO 8601, or epoch ms. What it repeats at its own start is older. */
function fromZigbee(address: string, topic: string, payload: Uint8Array): Heard {
  const heard = fromJson(address, topic, payload);
  if (heard.kind !== 'uplink' || heard.body?.kind !== 'json') return heard;
  const said = recordOf(heard.body.json)?.last_seen;
  return {
    ...heard,
    at: typeof said === 'number' && Number.isFinite(said) ? said : (timeOf(said ?? undefined) ?? null),
  };
}

const eui = z.string().regex(/^[0-9a-fA-F]{16}$/);
const mostCount = 0xffffffff;
const mostPort = 255;
const chirpStackSpreading = ['modulation', 'lora', 'spreadingFactor'];
const thingsSpreading = ['data_rate', 'lora', 'spreading_factor'];

type Said = {
  readonly counter: unknown;
  readonly port: unknown;
  readonly data: unknown;
  readonly at: unknown;
  readonly stations: unknown;
  readonly spreading: number | null | undefined;
};

/** An uplink, where every part of it is as it must be. */
function uplinkOf(address: string | undefined, said: Said): Heard | undefined {
  const [counter, port, bytes] = [wholeOf(said.counter, mostCount), wholeOf(said.port, mostPort), bytesOf(said.data)];
  if (address === undefined || counter === undefined || port === undefined || bytes === undefined) return undefined;
  const [at, { spreading }] = [timeOf(said.at), said];
  const radio = spreading === undefined ? undefined : radioOf(said.stations, spreading);
  if (at === undefined || radio === undefined) return undefined;
  // Port 0, and none, is the network's own.
  return { kind: 'uplink', address, counter, at, body: port === 0 ? null : { kind: 'bytes', port, bytes }, radio };
}

function chirpStackUp(json: unknown): Heard | undefined {
  const said = recordOf(json);
  if (said === undefined) return undefined;
  const { fCnt: counter, fPort: port, data, time: at, rxInfo: stations } = said;
  const spreading = wholeAt(said.txInfo, chirpStackSpreading);
  return uplinkOf(euiOf(recordOf(said.deviceInfo)?.devEui), { counter, port, data, at, stations, spreading });
}

function thingsUp(json: unknown): Heard | undefined {
  const said = recordOf(json);
  const up = recordOf(said?.uplink_message);
  if (said === undefined || up === undefined) return undefined;
  const { f_cnt: counter, f_port: port, frm_payload: data, rx_metadata: stations } = up;
  const spreading = wholeAt(up.settings, thingsSpreading);
  const at = up.received_at ?? said.received_at;
  return uplinkOf(euiOf(recordOf(said.end_device_ids)?.dev_eui), { counter, port, data, at, stations, spreading });
}

const chirpStackJoin = z.object({ time: z.string().optional(), deviceInfo: z.object({ devEui: eui }) });
const chirpStackStatus = z.object({
  deviceInfo: z.object({ devEui: eui }),
  externalPowerSource: z.boolean().default(false),
  batteryLevelUnavailable: z.boolean().default(false),
  batteryLevel: z.number().min(0).max(100).default(0),
});

function fromChirpStack(named: string, topic: string, payload: Uint8Array): Heard {
  const address = named.toLowerCase();
  const json = parseJson(payload);
  const misfit: Heard = { kind: 'misfit', address };
  switch (topic.slice(topic.lastIndexOf('/') + 1)) {
    case 'up': {
      const up = chirpStackUp(json);
      return up?.address === address ? up : misfit;
    }
    case 'join': {
      const join = chirpStackJoin.safeParse(json);
      return join.success ? { kind: 'join', address, at: timeOf(join.data.time) ?? null } : misfit;
    }
    case 'status': {
      const status = chirpStackStatus.safeParse(json);
      if (!status.success) return misfit;
      const { externalPowerSource, batteryLevelUnavailable, batteryLevel } = status.data;
      return {
        kind: 'battery',
        address,
        percent: externalPowerSource || batteryLevelUnavailable ? null : batteryLevel,
      };
    }
    default:
      return { kind: 'other', address };
  }
}

const thingsJoin = z.object({
  end_device_ids: z.object({ dev_eui: eui }),
  received_at: z.string().optional(),
  join_accept: z.object({}),
});

/** Its topics name a device by an id of its own; the DevEUI stands in the message. */
function fromTheThingsStack(named: string, topic: string, payload: Uint8Array): Heard {
  const json = parseJson(payload);
  switch (topic.slice(topic.lastIndexOf('/') + 1)) {
    case 'up':
      return thingsUp(json) ?? { kind: 'misfit', address: null };
    case 'join': {
      const join = thingsJoin.safeParse(json);
      if (!join.success) return { kind: 'misfit', address: null };
      const { end_device_ids, received_at } = join.data;
      return { kind: 'join', address: end_device_ids.dev_eui.toLowerCase(), at: timeOf(received_at) ?? null };
    }
    default:
      return { kind: 'other', address: named };
  }
}
