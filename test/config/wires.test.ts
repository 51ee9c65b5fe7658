import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { busLoads } from '../../config/bus-load/bus-load.ts';
import { runCheck } from '../../config/check-command.ts';
import { folderOf, problemsOf, siteOf } from './site-text.ts';

const site = (...buses: string[]) => `site: test
name: { ko: 시험, en: Test }
agents:
  - id: cab
    uplink: { url: "mqtt://127.0.0.1:1883" }
    buses:
${buses.map((bus) => `      - ${bus}\n`).join('')}profiles: [mine]
`;

/** A sensor with an address in its frames, one that is asked, one in bytes. */
const mine = {
  'mine/shared.yaml': `id: shared
protocol: serial-lines
maker: Own
model: Line
source: our own test
verified: none
every: 2s
frame: { start: $, layout: "$L,{who},{depth}", address: who, checksum: { kind: crc16-modbus }, maxLength: 38 }
points:
  depth: { unit: m, kind: distance }
`,
  'mine/asked.yaml': `id: asked
protocol: serial-frames
maker: Own
model: Bytes
source: our own test
verified: none
poll: { send: [0x55, address] }
frame: { start: [0xAA], length: 6, address: 1, checksum: { kind: crc16-modbus, from: 0, to: 3, at: 4 } }
points:
  depth: { at: 2, type: u16, unit: mm, kind: level }
`,
};

const converter = (id: string, more = '') =>
  `{ id: ${id}, kind: modbus-rtu-over-tcp, host: 192.0.2.7, port: 4196, ${more} devices: [{ id: d-${id}, profile: xy-md02, unit: 1 }] }`;
const tcp = (id: string, more: string) =>
  `{ id: ${id}, kind: modbus-tcp, ${more} devices: [{ id: d-${id}, profile: xy-md02, unit: 1 }] }`;
const line = (devices: string, more = '') => `{ id: s, kind: serial, port: /dev/ttyS1, ${more} devices: [${devices}] }`;
const says = (...buses: string[]) => problemsOf(site(...buses), mine);

test('a converter is a line of its own: 9600 8N1, a second to answer', () => {
  const [bus] = siteOf(site(converter('a')), mine).agents[0]?.buses ?? [];
  expect(bus).toMatchObject({
    link: { kind: 'modbus-rtu-over-tcp', host: '192.0.2.7', port: 4196, baudRate: 9600, parity: 'none', stopBits: 1 },
    timeoutMs: 1000,
  });
});

test('the load of a converter is its serial line’s', () => {
  const rtu = '{ id: a, kind: modbus-rtu, port: /dev/x, devices: [{ id: d-a, profile: xy-md02, unit: 1 }] }';
  const sharesOf = (bus: string) => busLoads(siteOf(site(bus), mine)).map(({ share, devices }) => ({ share, devices }));
  expect(sharesOf(converter('a'))).toEqual(sharesOf(rtu));
});

describe('one host and port with two framings is refused', () => {
  test('on one agent', () => {
    expect(says(converter('a'), tcp('b', 'host: 192.0.2.7, port: 4196,'))).toEqual([
      '8:24 agents.0.buses.1.kind: line 7 speaks modbus-rtu-over-tcp to 192.0.2.7:4196, and one port has one framing; give both modbus-tcp or modbus-rtu-over-tcp, or correct the port',
      '8:59 agents.0.buses.1.port: 192.0.2.7:4196 belongs to the bus of line 7; two buses cannot share it: put the devices on one bus, or correct it',
    ]);
  });

  const two = (host: string, second = tcp('b', `host: ${host},`)) =>
    `${site(converter('a').replace('192.0.2.7', host).replace('4196', '502')).replace('profiles: [mine]\n', '')}  - id: two
    uplink: { url: "mqtt://127.0.0.1:1883" }
    buses:
      - ${second}
`;

  test('and a converter with two agents is doubted: it mixes their answers', () => {
    const second = converter('b').replace('4196', '502');
    expect(problemsOf(two('192.0.2.7', second))).toEqual([
      expect.stringContaining(
        '11:51 agents.1.buses.0.host: warning: line 7 has another agent connect to 192.0.2.7:502',
      ),
    ]);
    expect(problemsOf(two('127.0.0.1', second.replace('192.0.2.7', '127.0.0.1')))).toEqual([]);
  });

  test('on two agents, with the port that goes without saying', () => {
    expect(problemsOf(two('192.0.2.7'))).toEqual([
      '11:24 agents.1.buses.0.kind: line 7 speaks modbus-rtu-over-tcp to 192.0.2.7:502, and one port has one framing; give both modbus-tcp or modbus-rtu-over-tcp, or correct the port',
    ]);
  });

  test('but each machine has a 127.0.0.1 of its own', () => {
    expect(problemsOf(two('127.0.0.1'))).toEqual([]);
  });
});

describe('a line of sensors that talk', () => {
  test('has its devices with their points, at the pace the profile says', () => {
    const [bus] = siteOf(site(line('{ id: bay-1, profile: dfrobot-a02yyuw }')), mine).agents[0]?.buses ?? [];
    expect(bus?.link).toEqual({
      kind: 'serial',
      port: '/dev/ttyS1',
      baudRate: 9600,
      parity: 'none',
      stopBits: 1,
      dataBits: 8,
    });
    expect(bus?.devices[0]).toMatchObject({ id: 'bay-1', address: null });
    expect(bus?.devices[0]?.points[0]).toMatchObject({ ref: 'bay-1/distance', everyMs: 300, valueType: 'number' });
  });

  test('lets the site say what a range means, as of any number', () => {
    const device =
      '{ id: sump, profile: maxbotix-hrxl-wr, every: 2s, points: { range: { scale: -0.1, offset: 250, unit: cm, valid: [0, 220], kind: level } } }';
    const [bus] = siteOf(site(line(device)), mine).agents[0]?.buses ?? [];
    expect(bus?.devices[0]?.points[0]).toMatchObject({
      everyMs: 2000,
      profile: { scale: -0.1, kind: 'level', decimals: 0 },
    });
  });

  test.each<[string, string, string[]]>([
    [
      'a Modbus device',
      line('{ id: air, profile: xy-md02 }'),
      [
        '7:81 agents.0.buses.0.devices.0.profile: xy-md02 asks by Modbus; put it on a bus of kind modbus-rtu or modbus-tcp',
      ],
    ],
    [
      'a sensor that talks, on a Modbus bus',
      '{ id: m, kind: modbus-rtu, port: /dev/ttyS1, devices: [{ id: bay, profile: dfrobot-a02yyuw, unit: 1 }] }',
      [
        '7:84 agents.0.buses.0.devices.0.profile: dfrobot-a02yyuw is a sensor that talks, not a Modbus device; put it on a bus of kind serial',
      ],
    ],
    [
      'a unit',
      line('{ id: bay, profile: dfrobot-a02yyuw, unit: 1 }'),
      [
        '7:98 agents.0.buses.0.devices.0.unit: a unit belongs to a Modbus device; a sensor that talks has an address, if its frames name one',
      ],
    ],
    [
      'an address that no frame says',
      line('{ id: bay, profile: dfrobot-a02yyuw, address: 1 }'),
      ['7:107 agents.0.buses.0.devices.0.address: the frames of dfrobot-a02yyuw do not say who speaks; remove it'],
    ],
    [
      'two that cannot be told apart',
      line('{ id: b1, profile: dfrobot-a02yyuw }, { id: b2, profile: dfrobot-a02yyuw }'),
      [
        '7:118 agents.0.buses.0.devices.1.profile: nothing in the frames of dfrobot-a02yyuw says who speaks; give each its own line',
      ],
    ],
    [
      'two of different makes',
      line('{ id: b1, profile: shared, address: 1 }, { id: b2, profile: asked, address: 2 }'),
      ['7:121 agents.0.buses.0.devices.1.profile: this line carries frames of shared; give asked a line of its own'],
    ],
    [
      'an address missing',
      line('{ id: b1, profile: shared }'),
      ['7:61 agents.0.buses.0.devices.0: the frames of shared say who speaks; add address: what this device says'],
    ],
    [
      'an address twice, as number and as text',
      line('{ id: b1, profile: shared, address: 1 }, { id: b2, profile: shared, address: "1" }'),
      ['7:138 agents.0.buses.0.devices.1.address: address "1" is taken on this bus by b1; give one of the two another'],
    ],
    [
      'an address in letters where it is a byte',
      line('{ id: b1, profile: asked, address: a }'),
      ['7:96 agents.0.buses.0.devices.0.address: asked says its address as a byte: give a number, 0–255'],
    ],
    [
      'more haste than the sensor has',
      line('{ id: b1, profile: shared, address: 1, every: 1s }'),
      ['7:107 agents.0.buses.0.devices.0.every: shared speaks every 2s only; raise every to that'],
    ],
    [
      'a timeout, which is the profile’s',
      line('{ id: b1, profile: shared, address: 1 }', 'timeoutMs: 100,'),
      ['7:50 agents.0.buses.0.timeoutMs: "timeoutMs" belongs to kind modbus-rtu; remove it, or change the kind'],
    ],
  ])('is refused with %s', (_, bus, problems) => {
    expect(says(bus)).toEqual(problems);
  });

  test('shares its port with no other bus', () => {
    const rtu = '{ id: m, kind: modbus-rtu, port: /dev/ttyS1, devices: [] }';
    expect(says(line('{ id: b, profile: dfrobot-a02yyuw }'), rtu)).toEqual([
      '8:42 agents.0.buses.1.port: /dev/ttyS1 belongs to the bus of line 7; two buses cannot share it: put the devices on one bus, or correct it',
    ]);
  });

  test('has the load of its frames at the pace of the sensor, however seldom the site wants them', () => {
    const devices = '{ id: b1, profile: shared, address: 1, every: 1h }, { id: b2, profile: shared, address: 2 }';
    const [load] = busLoads(siteOf(site(line(devices)), mine));
    expect(load).toMatchObject({ requestsPerSecond: 1 });
    // 38 characters and the end, 10 bits each, every 2 s, of two.
    expect(load?.share).toBeCloseTo((2 * (40 * 10)) / 9600 / 2, 10);
  });

  test('has the load of request and answer where it is asked', () => {
    const [load] = busLoads(siteOf(site(line('{ id: b1, profile: asked, address: 7, every: 100ms }')), mine));
    expect(load?.share).toBeCloseTo(10 * ((8 * 10) / 9600 + 0.005), 10);
  });

  test('that cannot carry its frames is refused', () => {
    const devices = [1, 2, 3, 4].map((n) => `{ id: b${n}, profile: shared, address: ${n} }`).join(', ');
    expect(says(line(devices, 'baudRate: 600,'))).toEqual([
      expect.stringMatching(
        /^7:9 agents\.0\.buses\.0: the frames of this bus take 133 % of what 600 baud can carry, .*raise baudRate/,
      ),
    ]);
  });

  test('is printed by check with its load', () => {
    const dir = folderOf({ 'site.yaml': site(line('{ id: bay-1, profile: dfrobot-a02yyuw }')), ...mine });
    const { exitCode, output } = runCheck([join(dir, 'site.yaml')], { json: false });
    expect(exitCode).toBe(0);
    expect(output).toMatch(/cab\/s +1 +3\.3 +1\.4 % +–/);
  });
});

describe('a profile of a site’s own is refused', () => {
  const wrong = (from: string, to: string) =>
    problemsOf(site(line('{ id: bay, profile: dfrobot-a02yyuw }')), {
      'mine/shared.yaml': mine['mine/shared.yaml'].replace(from, to),
    });
  test.each<[string, string, string, string]>([
    ['with an unknown key', 'maxLength: 38', 'maxlen: 38', 'mine/shared.yaml:8:96 frame.maxlen: unknown key "maxlen"'],
    [
      'with a protocol nobody speaks',
      'serial-lines',
      'serial-line',
      'mine/shared.yaml:2:11 protocol: "serial-line" is not known',
    ],
    ['without its layout', 'layout: "$L,{who},{depth}",', '', 'mine/shared.yaml:8:8 frame.layout: "layout" is missing'],
    [
      'with a checksum nobody knows',
      'crc16-modbus',
      'crc15',
      'mine/shared.yaml:8:80 frame.checksum.kind: "crc15" is not known here; use sum8',
    ],
    ['with a pace that is none', 'every: 2s', 'every: 2', 'mine/shared.yaml:7:8 every: 2: a duration is'],
    [
      'with a point that no layout has',
      'depth: {',
      'dept: {',
      'mine/shared.yaml:10:9 points.dept.field: the layout has no field dept; it has who, depth',
    ],
  ])('%s', (_, from, to, problem) => {
    expect(wrong(from, to)).toEqual([expect.stringContaining(problem)]);
  });
});
