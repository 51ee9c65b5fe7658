import { say } from '../../contract/words/check/said.ts';
import { type AnyProfile, isUplink } from '../../devices/profile.ts';
import { firmwaresOf, type UplinkProfile } from '../../devices/uplinks/uplink-profile.ts';
import { isByDevEui, usualTopics } from '../build.ts';
import type { Finding } from '../files/problem.ts';
import { mqttFormats } from '../schema.ts';
import type { MqttFormat } from '../site.ts';
import type { PartialBus, PartialDevice } from './partial-site.ts';
import { twinFindings } from './twins.ts';

type Profiled = { readonly device: PartialDevice; readonly profile: AnyProfile };

/** Sensors of a broker that cannot be told apart, or read, as they are described. */
export function mqttFindings(bus: PartialBus, devices: readonly Profiled[]): Finding[] {
  const format = mqttFormats.find((each) => each === bus.format);
  if (format === undefined) return [];
  const ends = devices.flatMap(({ device, profile }) => (isUplink(profile) ? [{ device, profile }] : []));
  return [
    ...topicFindings(bus, format),
    ...ends.flatMap(({ device, profile }) => [
      ...addressFindings(device, format),
      ...firmwareFindings(device, profile),
      ...bodyFindings(device, profile, format),
      ...twinFindings(
        device,
        ends.map((other) => other.device),
      ),
    ]),
  ];
}

function topicFindings({ path, topic }: PartialBus, format: MqttFormat): Finding[] {
  if (topic !== undefined || usualTopics[format] !== undefined) return [];
  return [{ path, ...say({ code: 'topic-needed', format }) }];
}

function addressFindings({ path, address }: PartialDevice, format: MqttFormat): Finding[] {
  if (address === undefined || !isByDevEui(format)) return [];
  if (/^[0-9a-f]{16}$/i.test(address.replaceAll(/[\s:-]/g, ''))) return [];
  return [{ path: [...path, 'address'], ...say({ code: 'dev-eui-form', address }) }];
}

function firmwareFindings({ path, firmware }: PartialDevice, profile: UplinkProfile): Finding[] {
  const known = firmwaresOf(profile);
  if (firmware === undefined)
    return known.length === 0 ? [] : [{ path, ...say({ code: 'firmware-needed', profile: profile.id, known }) }];
  if (known.includes(firmware)) return [];
  return [{ path: [...path, 'firmware'], ...say({ code: 'no-such-firmware', firmware, profile: profile.id, known }) }];
}

/** Bytes come by a network server; zigbee2mqtt gives JSON alone. */
function bodyFindings({ path }: PartialDevice, profile: UplinkProfile, format: MqttFormat): Finding[] {
  const bringsJson = format === 'zigbee2mqtt' || format === 'json';
  const fits = profile.layouts.some(({ body }) => !bringsJson || body === 'json' || body === 'senml');
  return fits
    ? []
    : [{ path: [...path, 'profile'], ...say({ code: 'body-not-of-format', profile: profile.id, format }) }];
}
