import { z } from 'zod';
import type { BrokerLink, MqttFormat } from '../../config/site.ts';
import { parseJson } from '../../devices/uplinks/json-body.ts';
import type { Body } from '../../devices/uplinks/read-uplink.ts';

/**
 * What a message of a network server or a bridge says. Pure. ChirpStack v4 (its protobuf in JSON, where what is 0 may be
 * left out), The Things Stack v3, zigbee2mqtt, JSON of one's own, bodies as they are.
 */

export type Radio = {
  /** Of the base station that heard it best; dBm and dB. */
  readonly rssi: number | null;
  readonly snr: number | null;
  /** dB above what demodulation at its data rate needs; null where that is not said. */
  readonly margin: number | null;
  readonly stations: number;
};

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
  zigbee2mqtt: fromJson,
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

const count = z.int().min(0).max(0xffffffff).default(0);
const eui = z.string().regex(/^[0-9a-fA-F]{16}$/);
const base64 = z
  .string()
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)
  .max(4096);

const chirpStackUp = z.object({
  time: z.string().optional(),
  deviceInfo: z.object({ devEui: eui }),
  fCnt: count,
  fPort: z.int().min(0).max(255).default(0),
  data: base64.default(''),
  rxInfo: z.array(z.object({ rssi: z.number().optional(), snr: z.number().optional() })).default([]),
  txInfo: z
    .object({
      modulation: z.object({ lora: z.object({ spreadingFactor: z.int().optional() }).optional() }).optional(),
    })
    .optional(),
});
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
      const up = chirpStackUp.safeParse(json);
      if (!up.success || up.data.deviceInfo.devEui.toLowerCase() !== address) return misfit;
      const { time, fCnt, fPort, data, rxInfo, txInfo } = up.data;
      const radio = radioOf(rxInfo, txInfo?.modulation?.lora?.spreadingFactor);
      return { kind: 'uplink', address, counter: fCnt, at: timeOf(time), body: bodyOf(fPort, data), radio };
    }
    case 'join': {
      const join = chirpStackJoin.safeParse(json);
      return join.success ? { kind: 'join', address, at: timeOf(join.data.time) } : misfit;
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

const thingsUp = z.object({
  end_device_ids: z.object({ dev_eui: eui }),
  received_at: z.string().optional(),
  uplink_message: z.object({
    f_port: z.int().min(0).max(255).default(0),
    f_cnt: count,
    frm_payload: base64.default(''),
    received_at: z.string().optional(),
    rx_metadata: z.array(z.object({ rssi: z.number().optional(), snr: z.number().optional() })).default([]),
    settings: z
      .object({
        data_rate: z.object({ lora: z.object({ spreading_factor: z.int().optional() }).optional() }).optional(),
      })
      .optional(),
  }),
});
const thingsJoin = z.object({
  end_device_ids: z.object({ dev_eui: eui }),
  received_at: z.string().optional(),
  join_accept: z.object({}),
});

/** Its topics name a device by an id of its own; the DevEUI stands in the message. */
function fromTheThingsStack(named: string, topic: string, payload: Uint8Array): Heard {
  const json = parseJson(payload);
  switch (topic.slice(topic.lastIndexOf('/') + 1)) {
    case 'up': {
      const up = thingsUp.safeParse(json);
      if (!up.success) return { kind: 'misfit', address: null };
      const { f_port, f_cnt, frm_payload, received_at, rx_metadata, settings } = up.data.uplink_message;
      const radio = radioOf(rx_metadata, settings?.data_rate?.lora?.spreading_factor);
      return {
        kind: 'uplink',
        address: up.data.end_device_ids.dev_eui.toLowerCase(),
        counter: f_cnt,
        at: timeOf(received_at ?? up.data.received_at),
        body: bodyOf(f_port, frm_payload),
        radio,
      };
    }
    case 'join': {
      const join = thingsJoin.safeParse(json);
      if (!join.success) return { kind: 'misfit', address: null };
      const { end_device_ids, received_at } = join.data;
      return { kind: 'join', address: end_device_ids.dev_eui.toLowerCase(), at: timeOf(received_at) };
    }
    default:
      return { kind: 'other', address: named };
  }
}

/** Port 0, and none, is the network's own. */
function bodyOf(port: number, data: string): Body | null {
  return port === 0 ? null : { kind: 'bytes', port, bytes: Buffer.from(data, 'base64') };
}

function timeOf(text: string | undefined): number | null {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isFinite(at) ? at : null;
}

/** SNR that demodulation needs at SF7 to SF12, dB: Semtech SX1276 data sheet, table 13. */
const floors: Readonly<Record<number, number>> = { 7: -7.5, 8: -10, 9: -12.5, 10: -15, 11: -17.5, 12: -20 };

type Station = { readonly rssi?: number | undefined; readonly snr?: number | undefined };

function radioOf(stations: readonly Station[], spreading: number | undefined): Radio | null {
  const best = stations.reduce<Station | undefined>(
    (most, each) => (most === undefined || (each.snr ?? -99) > (most.snr ?? -99) ? each : most),
    undefined,
  );
  if (best === undefined) return null;
  const [snr, floor] = [best.snr ?? null, spreading === undefined ? undefined : floors[spreading]];
  const margin = snr === null || floor === undefined ? null : Math.round((snr - floor) * 10) / 10;
  return { rssi: best.rssi ?? null, snr, margin, stations: stations.length };
}
