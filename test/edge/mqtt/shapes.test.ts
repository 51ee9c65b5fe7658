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

const link = { format: 'chirpstack', topic: 'application/+/device/{address}/event/+' } as const;
const whole = { deviceInfo: { devEui }, fCnt: 1, fPort: 1, data: 'AQ==', time: '2026-11-29T00:00:00Z' };
const heard = (said: unknown) => hear(link, topics[0] ?? '', Buffer.from(JSON.stringify(said)));

test.each([
  ['deviceInfo.devEui', { deviceInfo: {} }],
  ['deviceInfo.devEui', { deviceInfo: { devEui: '0000000000000000' } }],
  ['fCnt', { fCnt: -1 }],
  ['fPort', { fPort: 256 }],
  ['data', { data: '!!not base64' }],
  ['data', { data: { object: 1 } }],
  ['time', { time: 5 }],
  ['txInfo', { txInfo: { modulation: { lora: { spreadingFactor: 'SF7' } } } }],
  ['rxInfo', { rxInfo: {} }],
])('of a message that is not as its network server writes it the part is named: %s', (part, wrong) => {
  expect(heard(whole)).toMatchObject({ kind: 'uplink', counter: 1 });
  expect(heard({ ...whole, ...wrong })).toEqual({ kind: 'misfit', address: devEui, part });
});

test('a message of The Things Stack, or of nobody, is told apart from one that is no JSON', () => {
  expect(heard({ end_device_ids: { dev_eui: devEui }, uplink_message: {} })).toMatchObject({
    part: 'deviceInfo.devEui',
  });
  expect(hear(link, topics[0] ?? '', Buffer.from('offline'))).toEqual({ kind: 'misfit', address: devEui, part: null });
  const things = { format: 'ttn', topic: 'v3/+/devices/{address}/+' } as const;
  expect(hear(things, topics[3] ?? '', Buffer.from(JSON.stringify(whole)))).toMatchObject({ part: 'uplink_message' });
});

test.each(mqttFormats)(
  'the empty message by which a retained one is taken back says nothing of a sensor: %s',
  (format) => {
    expect(hear({ format, topic: '{address}' }, 'cellar', Buffer.alloc(0))).toEqual({
      kind: 'other',
      address: 'cellar',
    });
  },
);
