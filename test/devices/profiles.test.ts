import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { decodeRange } from '../../devices/decode.ts';
import { encodePdu, parseReplyPdu } from '../../devices/modbus/pdu.ts';
import { findRtuReply, frameRtu } from '../../devices/modbus/rtu.ts';
import { planReads } from '../../devices/plan.ts';
import { type Profile, profileSchema } from '../../devices/profile.ts';
import { root } from '../needs.ts';
import { hex, pointName, pointsOf } from './builders.ts';

const folder = join(root, 'devices/profiles');
const eight = (prefix: string) => Array.from({ length: 8 }, (_, i) => `${prefix}_${i}`);

const expected: [id: string, verified: string, points: string[]][] = [
  ['eastron-sdm120', 'field', ['voltage', 'current', 'power', 'energy_import']],
  ['greystone-cmd5b4', 'manual', ['status', 'co', 'temperature']],
  ['qdy30a', 'field', ['level']],
  ['waveshare-rtu-io-8ch', 'manual', [...eight('di'), ...eight('do')]],
  ['witmotion-wt901c-485', 'manual', ['tilt_x', 'tilt_y', 'tilt_z']],
  ['xy-md02', 'field', ['temperature', 'humidity']],
];

test('the folder holds these profiles and no others', () => {
  expect(readdirSync(folder).sort()).toEqual(expected.map(([id]) => `${id}.yaml`));
});

describe.each(expected)('%s', (id, verified, points) => {
  const profile = load(id);

  test('is valid, is named as its file and has these points', () => {
    expect(profile.id).toBe(id);
    expect(profile.verified).toBe(verified);
    expect(Object.keys(profile.points)).toEqual(points);
  });

  test('gives a range to every number, so that a wrong map is seen', () => {
    const numbers = Object.values(profile.points).filter(({ type, enum: words }) => type !== 'bool' && words === null);
    expect(numbers.every(({ valid }) => valid !== null)).toBe(true);
  });

  test('can be planned within what its source allows', () => {
    const ranges = planReads({ profile, points: pointsOf(profile) });
    expect(ranges.flatMap((range) => range.points.map(({ name }) => name)).sort()).toEqual([...points].sort());
    for (const { fn, address, maxCount } of ranges)
      expect(() => encodePdu({ kind: 'read', fn, address, count: maxCount })).not.toThrow();
  });
});

/** Requests and replies as the makers' documents and the devices themselves have them. */
const vectors: [
  what: string,
  id: string,
  unit: number,
  request: string,
  reply: string,
  values: Record<string, unknown>,
][] = [
  [
    'XY-MD02 at 30.5 °C and 54.6 %',
    'xy-md02',
    1,
    '01 04 00 01 00 02',
    '01 04 04 01 31 02 22',
    { temperature: 30.5, humidity: 54.6 },
  ],
  [
    'XY-MD02 in the frost, −20.5 °C',
    'xy-md02',
    1,
    '01 04 00 01 00 02',
    '01 04 04 FF 33 02 22',
    { temperature: -20.5, humidity: 54.6 },
  ],
  [
    'WT901C lying flat, tilted a quarter turn and nearly a half',
    'witmotion-wt901c-485',
    0x50,
    '50 03 00 3D 00 03',
    '50 03 06 00 00 C0 00 7F FF',
    { tilt_x: 0, tilt_y: -90, tilt_z: 179.9945068359375 },
  ],
  [
    'WT901C one count off level',
    'witmotion-wt901c-485',
    0x50,
    '50 03 00 3D 00 03',
    '50 03 06 00 01 FF FF 80 00',
    { tilt_x: 0.0054931640625, tilt_y: -0.0054931640625, tilt_z: -180 },
  ],
  [
    'CMD5B4 at 500 ppm, its full range, and 21.4 °C, the manual’s example',
    'greystone-cmd5b4',
    1,
    '01 03 00 00 00 03',
    '01 03 06 00 01 01 F4 00 D6',
    { status: 'abnormal', co: 500, temperature: 21.4 },
  ],
  [
    'CMD5B4 beyond its range and with a status it has not',
    'greystone-cmd5b4',
    1,
    '01 03 00 00 00 03',
    '01 03 06 00 02 01 F5 00 D6',
    { status: 'out-of-range', co: 'out-of-range', temperature: 21.4 },
  ],
  [
    'SDM120 at 230.5 V, 1.5 A, feeding back 345.25 W',
    'eastron-sdm120',
    1,
    '01 04 00 00 00 0E',
    '01 04 1C 43 66 80 00 00 00 00 00 00 00 00 00 3F C0 00 00 00 00 00 00 00 00 00 00 C3 AC A0 00',
    { voltage: 230.5, current: 1.5, power: -345.25 },
  ],
  [
    'SDM120 after 1551.375 kWh',
    'eastron-sdm120',
    1,
    '01 04 00 48 00 02',
    '01 04 04 44 C1 EC 00',
    { energy_import: 1551.375 },
  ],
  ['QDY30A in air', 'qdy30a', 1, '01 03 00 04 00 01', '01 03 02 00 00', { level: 0 }],
  ['QDY30A in air, a little off', 'qdy30a', 1, '01 03 00 04 00 01', '01 03 02 FF FD', { level: -0.3 }],
  ['QDY30A at its full scale, 3 m', 'qdy30a', 1, '01 03 00 04 00 01', '01 03 02 0B B8', { level: 300 }],
  [
    'Waveshare with inputs 0 and 7 closed',
    'waveshare-rtu-io-8ch',
    1,
    '01 02 00 00 00 08',
    '01 02 01 81',
    { di_0: true, di_1: false, di_2: false, di_3: false, di_4: false, di_5: false, di_6: false, di_7: true },
  ],
  [
    'Waveshare with outputs 0 and 6 on',
    'waveshare-rtu-io-8ch',
    1,
    '01 01 00 00 00 08',
    '01 01 01 41',
    { do_0: true, do_1: false, do_2: false, do_3: false, do_4: false, do_5: false, do_6: true, do_7: false },
  ],
];

test.each(vectors)('%s', (_, id, unit, requestBytes, replyBytes, values) => {
  const profile = load(id);
  const ranges = planReads({ profile, points: pointsOf(profile) });
  const requests = ranges.map((range) => ({
    range,
    pdu: encodePdu({ kind: 'read', fn: range.fn, address: range.address, count: range.count }),
  }));
  const asked = requests.find(({ pdu }) => Buffer.from(pdu).equals(hex(requestBytes).subarray(1)));
  if (asked === undefined) throw new Error(`no such request is planned: ${requestBytes}`);
  const { fn, address, count } = asked.range;
  const found = findRtuReply(frameRtu(unit, hex(replyBytes).subarray(1)), unit, { kind: 'read', fn, address, count });
  if (found?.reply.kind !== 'words' && found?.reply.kind !== 'bits') throw new Error('no reply');
  const decoded = decodeRange(asked.range, found.reply).map(({ name, value, fault }) => [name, value ?? fault]);
  expect(Object.fromEntries(decoded)).toEqual(values);
});

test('a Waveshare output is switched by function 5, and its echo confirms it', () => {
  const output = load('waveshare-rtu-io-8ch').points[pointName('do_3')];
  expect(output).toMatchObject({ writable: true, writeWith: 5, address: 3 });
  const request = { kind: 'write', fn: 5, address: 3, on: true } as const;
  expect(frameRtu(1, encodePdu(request))).toEqual(hex('01 05 00 03 FF 00 7C 3A'));
  expect(parseReplyPdu(request, hex('05 00 03 FF 00'))).toEqual({ kind: 'written' });
});

test('only the outputs can be written', () => {
  const writable = expected.flatMap(([id]) => Object.entries(load(id).points).filter(([, point]) => point.writable));
  expect(writable.map(([name]) => name)).toEqual(eight('do'));
});

function load(id: string): Profile {
  return profileSchema.parse(parse(readFileSync(join(folder, `${id}.yaml`), 'utf8')));
}
