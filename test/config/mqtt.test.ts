import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCheck } from '../../config/check-command.ts';
import { changed, folderOf, problemsOf, siteOf } from './site-text.ts';

const site = (...buses: string[]) => `site: test
name: { ko: 시험, en: Test }
agents:
  - id: cab
    uplink: { url: "mqtt://127.0.0.1:1883" }
    buses:
${buses.map((bus) => `      - ${bus}\n`).join('')}profiles: [mine]
`;
const mine = {
  'mine/bay.yaml': `id: bay
protocol: uplink
maker: Own
model: Bay
source: our own test
verified: none
every: 2h
layouts:
  - { id: old, port: 1, firmware: "1", body: bytes, length: 1, fields: { occupied: { type: u8 } } }
  - { id: new, port: 1, firmware: "2", body: bytes, length: 2, fields: { occupied: { at: 1, type: u8 } } }
points:
  occupied: { type: bool, kind: occupancy }
  smoke: { type: bool, kind: smoke, from: lost }
`,
};
const bay = (more = '') => `{ id: bay-1, profile: bay, address: "A8-17-58-FF-FE-00-00-01", firmware: 1${more} }`;
const bus = (devices: string, more = '') =>
  `{ id: lora, kind: mqtt, url: "mqtts://ns.example:8883", format: chirpstack, ${more} devices: [${devices}] }`;

describe('a bus of kind mqtt', () => {
  test('has the network server’s topics, and a DevEUI is the same however it is written', () => {
    const [found] = siteOf(site(bus(bay())), mine).agents[0]?.buses ?? [];
    expect(found).toMatchObject({
      link: { kind: 'mqtt', topic: 'application/+/device/{address}/event/+', username: null },
      lateAfterMs: 30_000,
      devices: [{ address: 'a81758fffe000001', firmware: '1', everyMs: 7_200_000 }],
    });
    expect(found?.devices[0]?.points[0]).toMatchObject({ everyMs: 7_200_000, maxSilenceMs: 7_200_000, commit: 'now' });
  });

  test.each<[string, string, RegExp]>([
    ['no DevEUI', bus(bay().replace('00-00-01', '00-00')), /is no DevEUI: sixteen/],
    ['one twice', bus(`${bay()}, ${bay().replace('bay-1', 'bay-2')}`), /address.*A8-17/],
    ['no firmware', bus(bay().replace(', firmware: 1', '')), /differ by firmware; say which it has: 1, 2/],
    ['another firmware', bus(bay().replace('firmware: 1', 'firmware: 3')), /knows no firmware 3; it has 1, 2/],
    [
      'a plain broker elsewhere',
      bus(bay()).replace('mqtts', 'mqtt'),
      /reaches a broker on another machine unencrypted/,
    ],
    [
      'a Modbus device',
      bus('{ id: d, profile: xy-md02, address: "a81758fffe000001" }'),
      /xy-md02 sends no messages by a broker/,
    ],
    [
      'bytes by zigbee2mqtt',
      bus(bay()).replace('chirpstack', 'zigbee2mqtt'),
      /no layout of bay comes by format zigbee2mqtt/,
    ],
    ['no topic', bus(bay()).replace('chirpstack', 'json'), /format json needs `topic`/],
    ['a topic without a name', bus(bay(), 'topic: sensors/up,'), /a topic has \{address\}/],
    ['a topic with #', bus(bay(), 'topic: "{address}/#",'), /a topic has \{address\}/],
    ['half a pair of files', bus(bay(), 'tls: { cert: a.crt },'), /cert stands here without key/],
    [
      'such a device on a line',
      '{ id: s, kind: serial, port: /dev/ttyS1, devices: [{ id: d, profile: bay }] }',
      /bay sends messages by a broker/,
    ],
  ])('with %s is refused', (_, text, message) => expect(problemsOf(site(text), mine).join('\n')).toMatch(message));

  test('is told by its messages an hour, and a life-safety point by radio is warned of', () => {
    const folder = folderOf({ 'site.yaml': site(bus(bay())), ...mine });
    const { exitCode, output } = runCheck([join(folder, 'site.yaml')], { json: false });
    expect(output).toMatch(/cab\/lora +1 +1\/h +– +–/);
    expect(output).toMatch(/smoke \(smoke\) comes by radio: that it is gone shows after up to 360 min/);
    expect(exitCode).toBe(0);
  });
});

test('a bridge goes out encrypted or within this machine, and has one password', () => {
  const bridged = (broker: string) => changed('agents:\n', `gateway: { bridges: { sparkplug: ${broker} } }\nagents:\n`);
  expect(problemsOf(bridged('{ url: "mqtt://scada:1883" }'))).toEqual([
    expect.stringMatching(/bridges\.sparkplug\.url: the password and readings would pass over the network unencrypted/),
  ]);
  const twice = '{ url: "mqtts://scada:8883", passwordFile: a, passwordEnv: SCADA, group: a/b, tls: { cert: c } }';
  expect(problemsOf(bridged(twice)).join('\n')).toMatch(/one level of a topic/);
  expect(problemsOf(bridged(twice.replace('a/b', 'ab')))).toEqual([
    expect.stringMatching(/passwordEnv: passwordFile stands here as well/),
    expect.stringMatching(/tls.cert: cert stands here without key/),
  ]);
});
