import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mqttFormats } from '../../../config/schema.ts';
import { hear } from '../../../edge/mqtt/shapes.ts';
import { devEui, start } from './builders.ts';

const topics = [
  `application/a/device/${devEui}/event/up`,
  `application/a/device/${devEui}/event/join`,
  `application/a/device/${devEui}/event/status`,
  'v3/a@t/devices/x/up',
  'v3/a@t/devices/x/join',
  'x',
  '',
];
/** Words of real messages among anything else. */
const keys = fc.constantFrom(
  ...['deviceInfo', 'devEui', 'fCnt', 'fPort', 'data', 'rxInfo', 'txInfo', 'time', 'snr', 'linkquality', 'occupied'],
  ...['end_device_ids', 'dev_eui', 'uplink_message', 'frm_payload', 'f_cnt', 'received_at', '__proto__'],
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(devEui, 'AQ==', '2026-11-29T00:00:00Z'),
    fc.jsonValue(),
    tie('object'),
  ),
  object: fc.dictionary(keys, tie('json'), { maxKeys: 6 }),
}));
const payload = fc.oneof(
  json.map((value) => Buffer.from(JSON.stringify(value) ?? '')),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);

test('whatever a broker says, nothing throws, and nothing is an uplink but what is one', () => {
  fc.assert(
    fc.property(fc.constantFrom(...mqttFormats), fc.constantFrom(...topics), payload, (format, topic, bytes) => {
      const pattern = { chirpstack: 'application/+/device/{address}/event/+', ttn: 'v3/+/devices/{address}/+' };
      const link = { format, topic: format === 'ttn' || format === 'chirpstack' ? pattern[format] : '{address}' };
      const heard = hear(link, topic, bytes);
      const isWhole =
        format === 'chirpstack' || format === 'ttn' ? heard.kind !== 'uplink' || heard.counter !== null : true;
      return isWhole && (heard.address === null || typeof heard.address === 'string');
    }),
    { numRuns: 400 },
  );
});

test('whatever comes for a sensor of the site, the agent goes on, and no value is made of it', async () => {
  const { broker, up, news } = await start();
  fc.assert(
    fc.property(payload, (bytes) => {
      broker.say(topics[0] ?? '', bytes.toString('latin1'));
      return news().every((each) => !each.startsWith('occupied true') && !each.startsWith('occupied false'));
    }),
    { numRuns: 200 },
  );
  up({ fCnt: 1 });
  expect(news()).toContain('occupied true');
});
