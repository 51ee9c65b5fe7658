import { z } from 'zod';
import type { BrokerLink, MqttFormat } from '../../config/site.ts';
import { parseJson } from '../../devices/uplinks/json-body.ts';
import type { Body } from '../../devices/uplinks/read-uplink.ts';
import { bytesOf, euiOf, type Json, type Radio, radioOf, recordOf, timeOf, wholeAt, wholeOf } from './json-parts.ts';

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
  /** Nothing of these: an acknowledgement, a log, the empty message by which a retained one is taken back (MQTT 3.1.1 §3.3.1.3). */
  | { readonly kind: 'other'; readonly address: string }
  /** `part`: of its JSON, what is not as the format has it; null where it is no JSON. */
  | { readonly kind: 'misfit'; readonly address: string | null; readonly part: string | null };

/** Reads one message. Never throws. */
export function hear(link: Pick<BrokerLink, 'format' | 'topic'>, topic: string, payload: Uint8Array): Heard {
  const named = addressIn(link.topic, topic);
  if (named === undefined) return { kind: 'misfit', address: null, part: null };
  if (payload.length === 0) return { kind: 'other', address: named };
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
  if (json === undefined) return { kind: 'misfit', address, part: null };
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

/** How a network server names what is said; `address` is the DevEUI. */
type Names = Readonly<Record<keyof Said | 'address', string>>;

/** An uplink, where every part of it is as it must be; else the name of the first that is not. */
function uplinkOf(address: string | undefined, said: Said, names: Names): Extract<Heard, { kind: 'uplink' }> | string {
  if (address === undefined) return names.address;
  const [counter, port, bytes] = [wholeOf(said.counter, mostCount), wholeOf(said.port, mostPort), bytesOf(said.data)];
  if (counter === undefined) return names.counter;
  if (port === undefined) return names.port;
  if (bytes === undefined) return names.data;
  const [at, { spreading }] = [timeOf(said.at), said];
  if (at === undefined) return names.at;
  if (spreading === undefined) return names.spreading;
  const radio = radioOf(said.stations, spreading);
  if (radio === undefined) return names.stations;
  // Port 0, and none, is the network's own.
  return { kind: 'uplink', address, counter, at, body: port === 0 ? null : { kind: 'bytes', port, bytes }, radio };
}

const chirpStackNames: Names = {
  ...{ address: 'deviceInfo.devEui', counter: 'fCnt', port: 'fPort', data: 'data', at: 'time' },
  ...{ stations: 'rxInfo', spreading: 'txInfo' },
};

function chirpStackUp(said: Json) {
  const { fCnt: counter, fPort: port, data, time: at, rxInfo: stations } = said;
  const spreading = wholeAt(said.txInfo, chirpStackSpreading);
  const address = euiOf(recordOf(said.deviceInfo)?.devEui);
  return uplinkOf(address, { counter, port, data, at, stations, spreading }, chirpStackNames);
}

const thingsNames: Names = {
  ...{ address: 'end_device_ids.dev_eui', counter: 'uplink_message.f_cnt', port: 'uplink_message.f_port' },
  ...{ data: 'uplink_message.frm_payload', at: 'received_at', stations: 'uplink_message.rx_metadata' },
  spreading: 'uplink_message.settings',
};

function thingsUp(said: Json) {
  const up = recordOf(said.uplink_message);
  if (up === undefined) return 'uplink_message';
  const { f_cnt: counter, f_port: port, frm_payload: data, rx_metadata: stations } = up;
  const spreading = wholeAt(up.settings, thingsSpreading);
  const at = up.received_at ?? said.received_at;
  const address = euiOf(recordOf(said.end_device_ids)?.dev_eui);
  return uplinkOf(address, { counter, port, data, at, stations, spreading }, thingsNames);
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
  const read = chirpStackReaders[topic.slice(topic.lastIndexOf('/') + 1)];
  if (read === undefined) return { kind: 'other', address };
  const json = recordOf(parseJson(payload));
  return json === undefined ? { kind: 'misfit', address, part: null } : read(address, json);
}

const chirpStackReaders: Readonly<Record<string, (address: string, json: Json) => Heard>> = {
  up(address, json) {
    const up = chirpStackUp(json);
    if (typeof up === 'string') return { kind: 'misfit', address, part: up };
    return up.address === address ? up : { kind: 'misfit', address, part: chirpStackNames.address };
  },
  join(address, json) {
    const join = chirpStackJoin.safeParse(json);
    if (!join.success) return { kind: 'misfit', address, part: chirpStackNames.address };
    return { kind: 'join', address, at: timeOf(join.data.time) ?? null };
  },
  status(address, json) {
    const status = chirpStackStatus.safeParse(json);
    if (!status.success) return { kind: 'misfit', address, part: 'batteryLevel' };
    const { externalPowerSource, batteryLevelUnavailable, batteryLevel } = status.data;
    const percent = externalPowerSource || batteryLevelUnavailable ? null : batteryLevel;
    return { kind: 'battery', address, percent };
  },
};

const thingsJoin = z.object({
  end_device_ids: z.object({ dev_eui: eui }),
  received_at: z.string().optional(),
  join_accept: z.object({}),
});

/** Its topics name a device by an id of its own; the DevEUI stands in the message. */
function fromTheThingsStack(named: string, topic: string, payload: Uint8Array): Heard {
  const misfit = (part: string | null): Heard => ({ kind: 'misfit', address: null, part });
  switch (topic.slice(topic.lastIndexOf('/') + 1)) {
    case 'up': {
      const json = recordOf(parseJson(payload));
      const up = json === undefined ? null : thingsUp(json);
      return up === null || typeof up === 'string' ? misfit(up) : up;
    }
    case 'join': {
      const join = thingsJoin.safeParse(parseJson(payload));
      if (!join.success) return misfit('join_accept');
      const { end_device_ids, received_at } = join.data;
      return { kind: 'join', address: end_device_ids.dev_eui.toLowerCase(), at: timeOf(received_at) ?? null };
    }
    default:
      return { kind: 'other', address: named };
  }
}
