import type { BrokerLink, EndDeviceConfig } from '../../config/site.ts';
import type { Body } from '../../devices/uplinks/read-uplink.ts';

/** What a network server or a bridge publishes of a message. Written from their documents, not from our reader. */

export type Said = {
  readonly counter: number;
  /** When the network server heard it, epoch ms. */
  readonly at: number;
  readonly rssi: number;
  readonly snr: number;
  /** 7–12. */
  readonly spreading: number;
};

export type Publication = { readonly topic: string; readonly payload: string | Uint8Array };

type Device = Pick<EndDeviceConfig, 'id' | 'address'>;

export function uplinkOf(
  { format, topic }: BrokerLink,
  device: Device,
  body: Body,
  said: Said,
): Publication | undefined {
  const bytes = body.kind === 'bytes' ? Buffer.from(body.bytes).toString('base64') : '';
  const port = body.kind === 'bytes' ? (body.port ?? 1) : 1;
  const time = new Date(said.at).toISOString();
  switch (format) {
    case 'chirpstack':
      return {
        topic: eventTopic(topic, device.address, 'up'),
        payload: JSON.stringify({
          deduplicationId: `${device.address}-${said.counter}`,
          time,
          deviceInfo: { applicationName: 'simulated', deviceName: device.id, devEui: device.address },
          devAddr: '01020304',
          adr: true,
          dr: 12 - said.spreading,
          fCnt: said.counter,
          fPort: port,
          confirmed: false,
          data: bytes,
          rxInfo: [{ gatewayId: '0000000000000001', rssi: said.rssi, snr: said.snr }],
          txInfo: { modulation: { lora: { bandwidth: 125_000, spreadingFactor: said.spreading } } },
        }),
      };
    case 'ttn':
      return {
        topic: eventTopic(topic, device.id, 'up'),
        payload: JSON.stringify({
          end_device_ids: { device_id: device.id, dev_eui: device.address.toUpperCase() },
          uplink_message: {
            f_port: port,
            // What is 0 is left out there.
            ...(said.counter === 0 ? {} : { f_cnt: said.counter }),
            frm_payload: bytes,
            received_at: time,
            rx_metadata: [{ rssi: said.rssi, snr: said.snr }],
            settings: { data_rate: { lora: { spreading_factor: said.spreading } } },
          },
        }),
      };
    case 'raw':
      return { topic: named(topic, device.address), payload: body.kind === 'bytes' ? body.bytes : new Uint8Array(0) };
    default:
      return body.kind === 'json'
        ? { topic: named(topic, device.address), payload: JSON.stringify(body.json) }
        : undefined;
  }
}

/** Undefined where nobody joins. */
export function joinOf({ format, topic }: BrokerLink, device: Device, at: number): Publication | undefined {
  const time = new Date(at).toISOString();
  if (format === 'chirpstack')
    return {
      topic: eventTopic(topic, device.address, 'join'),
      payload: JSON.stringify({ time, deviceInfo: { devEui: device.address }, devAddr: '01020304' }),
    };
  if (format === 'ttn')
    return {
      topic: eventTopic(topic, device.id, 'join'),
      payload: JSON.stringify({
        end_device_ids: { device_id: device.id, dev_eui: device.address.toUpperCase() },
        received_at: time,
        join_accept: { session_key_id: 'c2lt' },
      }),
    };
  return undefined;
}

function named(topic: string, name: string): string {
  return topic.replace('{address}', name).replaceAll('+', 'simulated');
}

/** The last level of a network server's topics is the event. */
function eventTopic(topic: string, name: string, event: string): string {
  return named(topic.replace(/\+$/, event), name);
}
