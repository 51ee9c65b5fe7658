import { describe, expect, test } from 'vitest';
import { changed, goodSite, problemsOf } from './site-text.ts';

const di = '{ id: di, profile: waveshare-rtu-io-8ch, unit: 1, every: 500ms }';
const air = '{ id: air, profile: xy-md02, unit: 2, every: 5s }';
const meter = '{ id: meter, profile: eastron-sdm120, unit: 1, every: 5s }';
const uplink = 'uplink: { url: "mqtt://127.0.0.1:1883" }';
const serial = 'port: /dev/serial/by-id/usb-a';
const points = (overrides: string) => di.replace(' }', `, points: { ${overrides} } }`);
const airPoints = (overrides: string) => air.replace(' }', `, points: { ${overrides} } }`);

type Case = { title: string; from: string; to: string; says: string[] };

const unknownKeys: Case[] = [
  {
    title: 'a typo in a key',
    from: serial,
    to: `${serial}\n        baudrate: 9600`,
    says: ['10:9 agents.0.buses.0.baudrate: unknown key "baudrate"; did you mean baudRate?'],
  },
  {
    title: 'a typo in a key that hides a whole list',
    from: 'lots:',
    to: 'lost:',
    says: ['18:1 lost: unknown key "lost"; did you mean lots?'],
  },
  {
    title: 'a key of a later step',
    from: 'site: test',
    to: 'site: test\nhazards: []',
    says: [
      '2:1 hazards: unknown key "hazards"; known here: site, name, timezone, gateway, storage, backup, agents, profiles, holidays, feeds, lots, buildings, rules, roles',
    ],
  },
  {
    title: 'a key in a device',
    from: 'every: 5s }',
    to: 'evry: 5s }',
    says: ['12:51 agents.0.buses.0.devices.1.evry: unknown key "evry"; did you mean every?'],
  },
  {
    title: 'a key of the other kind of bus',
    from: 'host: 192.0.2.7',
    to: 'host: 192.0.2.7\n        baudRate: 9600',
    says: ['16:9 agents.0.buses.1.baudRate: "baudRate" belongs to kind modbus-rtu; remove it, or change the kind'],
  },
  {
    title: 'a password in the file',
    from: uplink,
    to: 'uplink: { url: "mqtt://127.0.0.1:1883", password: hunter2 }',
    says: [
      '5:45 agents.0.uplink.password: a secret never stands in the site file; put it in a file and name that with passwordFile',
    ],
  },
  {
    title: 'TLS in a place of its own',
    from: 'site: test',
    to: 'site: test\ngateway: { tls: { port: 8883 } }',
    says: [
      '2:12 gateway.tls: tls belongs to gateway.mqtt, to gateway.http and to the uplink of an agent; move it there',
    ],
  },
  {
    title: 'plain listeners that other machines reach, which nobody said may be',
    from: 'site: test',
    to: 'site: test\ngateway: { mqtt: { bind: 0.0.0.0 }, http: { bind: 192.0.2.1, tls: {} } }',
    says: [
      '2:26 gateway.mqtt.bind: 0.0.0.0 can be reached from other machines, and nothing is encrypted here; add tls: {} and bind 127.0.0.1 here, or say insecure: true',
      '2:51 gateway.http.bind: 192.0.2.1 can be reached from other machines, and nothing is encrypted here; bind 127.0.0.1 here, and tls to it, or say insecure: true',
    ],
  },
  {
    title: 'a proxy that is no address',
    from: 'site: test',
    to: 'site: test\ngateway: { http: { proxies: [10.0.0.0/33, nginx, 10.0.0.0/8] } }',
    says: [
      '2:30 gateway.http.proxies.0: an address such as 127.0.0.1, or a network such as 10.0.0.0/24',
      '2:43 gateway.http.proxies.1: an address such as 127.0.0.1, or a network such as 10.0.0.0/24',
    ],
  },
  {
    title: 'half a certificate',
    from: 'site: test',
    to: 'site: test\ngateway: { mqtt: { tls: { cert: a.crt } }, http: { tls: { key: a.key } } }',
    says: [
      "2:27 gateway.mqtt.tls.cert: cert stands here without key; give both, or neither to use a certificate of the gateway's own",
      "2:59 gateway.http.tls.key: key stands here without cert; give both, or neither to use a certificate of the gateway's own",
    ],
  },
  {
    title: 'one port for plain and TLS',
    from: 'site: test',
    to: 'site: test\ngateway: { mqtt: { port: 1883, tls: { port: 1883 } } }',
    says: ['2:45 gateway.mqtt.tls.port: port 1883 is taken by mqtt; give one of them another'],
  },
  {
    title: 'a name of the gateway that is none',
    from: 'site: test',
    to: 'site: test\ngateway: { names: ["https://gateway"] }',
    says: ['2:20 gateway.names.0: "https://gateway": a name is a host name or an address'],
  },
  {
    title: 'an uplink that leaves the machine unencrypted',
    from: 'mqtt://127.0.0.1:1883',
    to: 'mqtt://192.0.2.9:1883',
    says: [
      '5:20 agents.0.uplink.url: passwords and readings would pass over the network unencrypted; use mqtts://host:8883, or say insecure: true in this uplink',
    ],
  },
  {
    title: 'a key with control characters, shown escaped',
    from: 'site: test',
    to: 'site: test\n"a\\e[31mb": 1',
    says: [
      '2:1 "a\\u001b[31mb": unknown key "a\\u001b[31mb"; known here: site, name, timezone, gateway, storage, backup, agents, profiles, holidays, feeds, lots, buildings, rules, roles',
    ],
  },
];

const wrongValues: Case[] = [
  {
    title: 'a missing key, at the mapping it is missing from',
    from: 'unit: 2, ',
    to: '',
    says: [`12:13 agents.0.buses.0.devices.1.unit: "unit" is missing; add it: the device's address on the bus, 1–255`],
  },
  {
    title: 'a key with nothing behind it',
    from: 'host: 192.0.2.7',
    to: 'host:',
    says: [
      '15:9 agents.0.buses.1.host: nothing stands here; give a value (the name or address of the device or gateway, such as 192.168.0.20) or remove the key',
    ],
  },
  {
    title: 'text for a number',
    from: 'unit: 2,',
    to: 'unit: two,',
    says: [
      `12:48 agents.0.buses.0.devices.1.unit: must be a number, not "two" (the device's address on the bus, 1–255)`,
    ],
  },
  {
    title: 'unit 0, the broadcast',
    from: 'unit: 2,',
    to: 'unit: 0,',
    says: [
      `12:48 agents.0.buses.0.devices.1.unit: unit 0 is the broadcast on a line, which nobody answers; only a server on TCP (modbus-tcp) may have it`,
    ],
  },
  {
    title: 'unit 256',
    from: 'unit: 2,',
    to: 'unit: 256,',
    says: [
      `12:48 agents.0.buses.0.devices.1.unit: must be at most 255, not 256 (the device's address on the bus, 1–255)`,
    ],
  },
  {
    title: 'half a unit',
    from: 'unit: 2,',
    to: 'unit: 1.5,',
    says: [
      `12:48 agents.0.buses.0.devices.1.unit: must be a whole number, not 1.5 (the device's address on the bus, 1–255)`,
    ],
  },
  {
    title: 'a duration without its unit',
    from: 'every: 5s }\n      - id: b',
    to: 'every: 5 }\n      - id: b',
    says: ['12:58 agents.0.buses.0.devices.1.every: 5: a duration is a number and a unit: 250ms, 5s, 10m or 2h'],
  },
  {
    title: 'a duration in words',
    from: 'every: 5s }\n      - id: b',
    to: 'every: often }\n      - id: b',
    says: ['12:58 agents.0.buses.0.devices.1.every: "often": a duration is a number and a unit: 250ms, 5s, 10m or 2h'],
  },
  {
    title: 'no time at all between reads',
    from: 'every: 5s }\n      - id: b',
    to: 'every: 0s }\n      - id: b',
    says: ['12:58 agents.0.buses.0.devices.1.every: must lie between 10ms and 24h'],
  },
  {
    title: 'an id with a capital',
    from: 'id: air',
    to: 'id: Air',
    says: [
      '12:19 agents.0.buses.0.devices.1.id: "Air": an id is 1–63 of a–z, 0–9 and -, and begins with a letter or digit',
    ],
  },
  {
    title: 'a word that is nearly one of a list',
    from: serial,
    to: `${serial}\n        parity: evn`,
    says: ['10:17 agents.0.buses.0.parity: "evn" is not known here; use none, even or odd (did you mean even?)'],
  },
  {
    title: 'three stop bits',
    from: serial,
    to: `${serial}\n        stopBits: 3`,
    says: ['10:19 agents.0.buses.0.stopBits: 3 is not known here; use 1 or 2'],
  },
  {
    title: 'a serial port without its folder',
    from: serial,
    to: 'port: ttyUSB0',
    says: [
      '9:15 agents.0.buses.0.port: "ttyUSB0": a serial port is a whole path, such as /dev/serial/by-id/usb-…-port0',
    ],
  },
  {
    title: 'a time zone that does not exist',
    from: 'site: test',
    to: 'site: test\ntimezone: Asia/Soul',
    says: ['2:11 timezone: no such time zone; use an IANA name such as Asia/Seoul'],
  },
  {
    title: 'an uplink that is no mqtt address',
    from: 'mqtt://127.0.0.1:1883',
    to: '127.0.0.1:1883',
    says: ['5:20 agents.0.uplink.url: an uplink is written mqtts://host:port, or mqtt://host:port on this machine'],
  },
  {
    title: 'an uplink by WebSocket',
    from: 'mqtt://127.0.0.1:1883',
    to: 'wss://127.0.0.1:8883',
    says: ['5:20 agents.0.uplink.url: MQTT goes by TCP here; use mqtts://host:port'],
  },
  {
    title: 'an uplink with a password in it, which is not repeated',
    from: 'mqtt://127.0.0.1:1883',
    to: 'mqtt://cab:hunter2@127.0.0.1',
    says: ['5:20 agents.0.uplink.url: no name or password in the address; use username and passwordFile'],
  },
  {
    title: 'a converter without its port, which every maker sets otherwise',
    from: 'kind: modbus-tcp',
    to: 'kind: modbus-rtu-over-tcp',
    says: [
      '13:9 agents.0.buses.1.port: "port" is missing; add it: the converter\'s TCP port, as it is set there: 4196, 8899, 502 …',
    ],
  },
  {
    title: 'a kind of bus that does not exist',
    from: 'kind: modbus-tcp',
    to: 'kind: canbus',
    says: [
      '14:15 agents.0.buses.1.kind: "canbus" is not known here; use modbus-rtu, modbus-tcp, modbus-rtu-over-tcp, serial or mqtt',
    ],
  },
  {
    title: 'a bus without a kind',
    from: '        kind: modbus-tcp\n',
    to: '',
    says: [
      '13:9 agents.0.buses.1.kind: "kind" is missing; add it: modbus-rtu, modbus-tcp, modbus-rtu-over-tcp, serial or mqtt',
    ],
  },
  {
    title: 'a kind of space that does not exist',
    from: 'id: s1, type: general',
    to: 'id: s1, type: generl',
    says: [
      '22:25 lots.0.spaces.0.type: "generl" is not known here; use general, extended, compact, disabled, ev, ev-fast, ev-slow, family, motorcycle, freight, bus or resident (did you mean general?)',
    ],
  },
  {
    title: 'a list where a mapping belongs',
    from: 'name: { ko: 마당, en: Yard }',
    to: 'name: [마당, Yard]',
    says: [
      '20:11 lots.0.name: must be a mapping (key: value), not a list (a name in Korean and English: { ko: …, en: … })',
    ],
  },
  {
    title: 'a site without agents',
    from: goodSite.slice(goodSite.indexOf('agents:')),
    to: 'agents: []\n',
    says: ['3:9 agents: needs at least 1 item (the edge agents of the site, one per cabinet)'],
  },
];

const clashes: Case[] = [
  {
    title: 'a device id taken on another bus',
    from: 'id: meter',
    to: 'id: air',
    says: ['17:19 agents.0.buses.1.devices.0.id: device id "air" is taken in line 12; ids are unique in the site'],
  },
  {
    title: 'a bus id taken in the agent',
    from: '- id: b',
    to: '- id: a',
    says: ['13:13 agents.0.buses.1.id: bus id "a" is taken in line 7; ids are unique in an agent'],
  },
  {
    title: 'an agent id taken',
    from: 'lots:',
    to: `  - { id: cab, ${uplink}, buses: [] }\nlots:`,
    says: ['18:11 agents.1.id: agent id "cab" is taken in line 4; ids are unique in the site'],
  },
  {
    title: 'a space id taken in its lot',
    from: 'id: s2',
    to: 'id: s1',
    says: ['23:15 lots.0.spaces.1.id: space id "s1" is taken in line 22; ids are unique in a lot'],
  },
  {
    title: 'a lot id taken',
    from: 'buildings:',
    to: '  - { id: yard, name: { ko: 둘, en: Two }, spaces: [] }\nbuildings:',
    says: ['24:11 lots.1.id: lot id "yard" is taken in line 19; ids are unique in the site'],
  },
  {
    title: 'a building id taken',
    from: '  - { id: house,',
    to: '  - { id: house, name: { ko: 하나, en: One } }\n  - { id: house,',
    says: ['26:11 buildings.1.id: building id "house" is taken in line 25; ids are unique in the site'],
  },
  {
    title: 'an agent named by a reserved word',
    from: 'id: cab',
    to: 'id: parking',
    says: ['4:9 agents.0.id: no agent may be named parking, which is reserved; give it another id'],
  },
  {
    title: 'a device named by a reserved word',
    from: 'id: air',
    to: 'id: command',
    says: [
      '12:19 agents.0.buses.0.devices.1.id: no device may be named command, which is reserved; give it another id',
    ],
  },
  {
    title: 'a building named by a reserved word',
    from: 'id: house',
    to: 'id: site',
    says: ['25:11 buildings.0.id: no building may be named site, which is reserved; give it another id'],
  },
  {
    title: 'a unit id taken on the bus',
    from: 'unit: 2,',
    to: 'unit: 1,',
    says: [
      '12:48 agents.0.buses.0.devices.1.unit: unit 1 is taken on this bus in line 11; give one of the two devices another address',
    ],
  },
  {
    title: 'two buses on one serial port, however it is written',
    from: '      - id: b\n        kind: modbus-tcp\n        host: 192.0.2.7\n',
    to: '      - id: b\n        kind: modbus-rtu\n        port: /dev//pts/../serial/by-id/usb-a\n',
    says: [
      '15:15 agents.0.buses.1.port: /dev/serial/by-id/usb-a belongs to the bus of line 9; two buses cannot share it: put the devices on one bus, or correct it',
      '17:35 agents.0.buses.1.devices.0.profile: warning: eastron-sdm120 ships with baudRate 2400, and this bus says none, so it runs with 9600; write baudRate: … on the bus as its devices are set',
    ],
  },
  {
    title: 'two buses on one TCP endpoint, one by the standard port',
    from: 'lots:',
    to: `      - { id: c, kind: modbus-tcp, host: 192.0.2.7, port: 502, devices: [] }\nlots:`,
    says: [
      '18:59 agents.0.buses.2.port: 192.0.2.7:502 belongs to the bus of line 13; two buses cannot share it: put the devices on one bus, or correct it',
    ],
  },
  {
    title: 'two buses on one port of this machine, by two of its names',
    from: 'lots:',
    to: `      - { id: c, kind: modbus-tcp, host: localhost, port: 1502, devices: [] }\n      - { id: d, kind: modbus-tcp, host: 127.0.0.1, port: 1502, devices: [] }\nlots:`,
    says: [
      '19:59 agents.0.buses.3.port: 127.0.0.1:1502 belongs to the bus of line 18; two buses cannot share it: put the devices on one bus, or correct it',
    ],
  },
  {
    title: 'two buses on one address of IPv6, written in two ways, and on one name with a point behind it',
    from: 'lots:',
    to: `      - { id: c, kind: modbus-tcp, host: "2001:db8:0::7", devices: [] }
      - { id: d, kind: modbus-tcp, host: "2001:DB8::7", devices: [] }
      - { id: e, kind: modbus-tcp, host: gw.example., devices: [] }
      - { id: f, kind: modbus-tcp, host: GW.example, devices: [] }\nlots:`,
    says: [
      expect.stringMatching(/^19:.*2001:db8::7:502 belongs to the bus of line 18/),
      expect.stringMatching(/^21:.*gw.example:502 belongs to the bus of line 20/),
    ],
  },
  {
    title: 'MQTT and HTTP on one port',
    from: 'site: test',
    to: 'site: test\ngateway: { mqtt: { port: 8080 } }',
    says: ['2:10 gateway.http.port: port 8080 is taken by mqtt; give one of them another'],
  },
];

const dangling: Case[] = [
  {
    title: 'a profile that does not exist, with near names',
    from: 'profile: xy-md02',
    to: 'profile: xymd2',
    says: ['12:33 agents.0.buses.0.devices.1.profile: there is no profile "xymd2"; did you mean xy-md02?'],
  },
  {
    title: 'an override of a point the profile does not have',
    from: air,
    to: airPoints('temprature: { deadband: 1 }'),
    says: [
      '12:72 agents.0.buses.0.devices.1.points.temprature: profile xy-md02 has no point "temprature"; it has temperature, humidity',
    ],
  },
  {
    title: 'a space bound to a device that does not exist',
    from: 'occupancy: di/di_1',
    to: 'occupancy: di-1/di_1',
    says: ['23:45 lots.0.spaces.1.occupancy: there is no device "di-1"; did you mean di?'],
  },
  {
    title: 'a space bound to a point that does not exist',
    from: 'occupancy: di/di_1',
    to: 'occupancy: air/di_1',
    says: ['23:45 lots.0.spaces.1.occupancy: profile xy-md02 has no point "di_1"; it has temperature, humidity'],
  },
  {
    title: 'a space bound to a number',
    from: 'occupancy: di/di_1',
    to: 'occupancy: air/humidity',
    says: [
      '23:45 lots.0.spaces.1.occupancy: air/humidity is a number; this needs a point that is true or false, such as a contact',
    ],
  },
  {
    title: 'two spaces bound to one point',
    from: 'occupancy: di/di_1',
    to: 'occupancy: di/di_0',
    says: [
      '23:45 lots.0.spaces.1.occupancy: "di/di_0" is bound to the space of line 22; a point says of one space whether it is taken',
    ],
  },
  {
    title: 'a point that is not written device/point',
    from: 'occupancy: di/di_1',
    to: 'occupancy: di.di_1',
    says: ['23:45 lots.0.spaces.1.occupancy: a point is written device/point, as in tilt-se/tilt_x'],
  },
];

const senseless: Case[] = [
  {
    title: 'a scale for a contact',
    from: di,
    to: points('di_0: { scale: 2 }'),
    says: [
      '11:102 agents.0.buses.0.devices.0.points.di_0.scale: scale is for numbers, and this point is a boolean; remove it',
    ],
  },
  {
    title: 'a deadband for a contact',
    from: di,
    to: points('di_0: { deadband: 2 }'),
    says: [
      '11:105 agents.0.buses.0.devices.0.points.di_0.deadband: every change of a boolean is sent, so a deadband says nothing; remove it',
    ],
  },
  {
    title: 'an inverted temperature',
    from: air,
    to: airPoints('temperature: { invert: true }'),
    says: [
      '12:95 agents.0.buses.0.devices.1.points.temperature.invert: invert is for contacts and bits, and this point is a number; remove it',
    ],
  },
  {
    title: 'a valid range upside down',
    from: air,
    to: airPoints('temperature: { valid: [50, 0] }'),
    says: ['12:94 agents.0.buses.0.devices.1.points.temperature.valid: the lower end comes first, as in [0, 100]'],
  },
  {
    title: 'a longest silence shorter than the time between reads',
    from: air,
    to: airPoints('temperature: { maxSilence: 2s }'),
    says: [
      '12:99 agents.0.buses.0.devices.1.points.temperature.maxSilence: the point is read every 5s only; raise maxSilence to that, or lower every',
    ],
  },
  {
    title: 'a typo in a plausibility setting',
    from: air,
    to: airPoints('temperature: { plausibility: { frozenAftr: 1h } }'),
    says: [
      '12:103 agents.0.buses.0.devices.1.points.temperature.plausibility.frozenAftr: unknown key "frozenAftr"; did you mean frozenAfter?',
    ],
  },
  {
    title: 'a plausibility setting that is neither a duration nor off',
    from: air,
    to: airPoints('temperature: { plausibility: { frozenAfter: 5 minutes } }'),
    says: [
      '12:116 agents.0.buses.0.devices.1.points.temperature.plausibility.frozenAfter: "5 minutes": give a duration such as 250ms, 5s, 10m or 2h, or false to switch this watch off',
    ],
  },
  {
    title: 'a rate that is no number',
    from: air,
    to: airPoints('temperature: { plausibility: { maxRate: fast } }'),
    says: [
      `12:112 agents.0.buses.0.devices.1.points.temperature.plausibility.maxRate: "fast": give the fastest change in the point's unit a second, { rise: …, fall: … } of such, or false to switch this watch off`,
    ],
  },
  {
    title: 'a frozen time that the poll period cannot show',
    from: air,
    to: airPoints('temperature: { plausibility: { frozenAfter: 30s } }'),
    says: [
      '12:116 agents.0.buses.0.devices.1.points.temperature.plausibility.frozenAfter: the point is read every 5 s and 20 equal readings are needed; raise frozenAfter to 100s or more, or lower every',
    ],
  },
  {
    title: 'a rate for a contact',
    from: di,
    to: points('di_0: { plausibility: { maxRate: 1 } }'),
    says: [
      '11:120 agents.0.buses.0.devices.0.points.di_0.plausibility.maxRate: maxRate is for numbers, and this point is a boolean, which takes stuckAfter alone; remove it',
    ],
  },
];

describe.each([
  ['unknown keys', unknownKeys],
  ['wrong values', wrongValues],
  ['what is taken twice', clashes],
  ['references that lead nowhere', dangling],
  ['overrides that make no sense', senseless],
])('a site file is refused for %s', (_, cases) => {
  test.each(cases)('$title', ({ from, to, says }) => {
    expect(problemsOf(changed(from, to))).toEqual(says);
  });
});

describe('a file that is no site file is refused', () => {
  test.each<{ title: string; text: string | Uint8Array; says: string[] }>([
    {
      title: 'a key that stands twice, beside the other problems',
      text: `${changed('unit: 2,', 'unit: 0,')}site: again\n`,
      says: [
        `12:48 agents.0.buses.0.devices.1.unit: unit 0 is the broadcast on a line, which nobody answers; only a server on TCP (modbus-tcp) may have it`,
        '26:1: the key site stands twice in the same mapping; keep one of the two',
      ],
    },
    {
      title: 'a tab',
      text: 'site: test\nname:\n\tko: x\n',
      says: ['3:1: a tab at the beginning of a line; indent with spaces'],
    },
    {
      title: 'a bracket left open',
      text: 'site: test\nagents: [\n',
      says: [
        '3:1: not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; check the quotes, brackets and indentation here and on the line before',
      ],
    },
    {
      title: 'text with a colon in it',
      text: 'site: test\nname: a: b\n',
      says: [
        '2:7: this does not read as "key: value"; check the indentation of this line and the next, and put text that contains ": " in quotes',
      ],
    },
    {
      title: 'a lone alias',
      text: 'site: *test\n',
      says: ['1:7: *test refers to an anchor &test that is not above; put text that begins with * in quotes'],
    },
    {
      title: 'a tag',
      text: 'site: !x test\n',
      says: ['1:7: tags (words beginning with !) mean nothing here; remove it, or put the text in quotes'],
    },
    {
      title: 'two documents',
      text: 'site: test\n---\nsite: other\n',
      says: ['2:1: a second document begins here (---); put it in a file of its own'],
    },
    {
      title: 'nothing but comments',
      text: '# later\n',
      says: ['site.yaml: is empty; write a site or a profile in it'],
    },
    { title: 'an empty file', text: '', says: ['site.yaml: is empty; write a site or a profile in it'] },
    { title: 'a list', text: '- 1\n', says: ['1:1: must be a mapping (key: value), not a list'] },
    { title: 'a word', text: 'saesol\n', says: ['1:1: must be a mapping (key: value), not "saesol"'] },
    {
      title: 'Latin-1 text',
      text: Uint8Array.from([0x73, 0x3a, 0x20, 0xe9, 0x0a]),
      says: ['site.yaml: is not UTF-8 text; save the file as UTF-8'],
    },
    {
      title: 'a file over 1 MB',
      text: '#'.repeat(1024 * 1024 + 1),
      says: ['site.yaml: has 1048577 bytes, over the limit of 1 MB; is this the right file?'],
    },
  ])('$title', ({ text, says }) => {
    expect(problemsOf(text)).toEqual(says);
  });

  test('aliases that multiply without end', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`,
    );
    expect(problemsOf(`a0: &a0 [x, x]\n${levels.join('\n')}\n`)).toEqual([
      expect.stringMatching(/^site\.yaml: not usable as YAML: Excessive alias count/),
    ]);
  });
});

describe('all problems come at once', () => {
  test('in order of line, those of the schema and those between the parts', () => {
    const text = [
      ['id: cab', 'id: alerts'],
      [serial, `${serial}\n        baudrate: 9600`],
      [air, '{ id: air, profile: xymd02, unit: 1, every: 5 }'],
      ['occupancy: di/di_1', 'occupancy: dj/di_1'],
      ['site: test', 'site: Test'],
    ].reduce((site, [from = '', to = '']) => changed(from, to, site), goodSite);
    expect(problemsOf(text).map((line) => line.split(': ')[0])).toEqual([
      '1:7 site',
      '4:9 agents.0.id',
      '10:9 agents.0.buses.0.baudrate',
      '13:33 agents.0.buses.0.devices.1.profile',
      '13:47 agents.0.buses.0.devices.1.unit',
      '13:57 agents.0.buses.0.devices.1.every',
      '24:45 lots.0.spaces.1.occupancy',
    ]);
  });

  test('but a device that cannot be made out is not also called missing', () => {
    const text = changed('id: di,', 'ID: di,');
    expect(problemsOf(text).map((line) => line.split(': ')[0])).toEqual([
      '11:13 agents.0.buses.0.devices.0.id',
      '11:15 agents.0.buses.0.devices.0.ID',
    ]);
  });

  test('the load of a bus is judged although another bus is wrong', () => {
    const text = changed('every: 500ms', 'every: 20ms', changed('host: 192.0.2.7', 'hots: 192.0.2.7'));
    expect(problemsOf(text).map((line) => line.split(': ')[0])).toEqual([
      '7:9 agents.0.buses.0',
      '13:9 agents.0.buses.1.host',
      '15:9 agents.0.buses.1.hots',
    ]);
  });
});

describe('what may be shared', () => {
  test.each([
    [
      'one port path in two cabinets',
      'lots:',
      `  - id: cab-2\n    ${uplink}\n    buses: [{ id: a, kind: modbus-rtu, ${serial}, devices: [] }]\nlots:`,
    ],
    ['one unit id on two buses', meter, meter],
    ['any free port for both listeners', 'site: test', 'site: test\ngateway: { mqtt: { port: 0 }, http: { port: 0 } }'],
    ['a port path that is not there', serial, 'port: /dev/no-such-port'],
  ])('%s', (_, from, to) => {
    expect(problemsOf(changed(from, to))).toEqual([]);
  });
});
