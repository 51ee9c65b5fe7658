import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { decodeRange } from '../../devices/decode.ts';
import { encodePdu, parseReplyPdu } from '../../devices/modbus/pdu.ts';
import { findRtuReply, frameRtu } from '../../devices/modbus/rtu.ts';
import { planReads } from '../../devices/plan.ts';
import { type Profile, profileSchema, valueTypeOf } from '../../devices/profile.ts';
import { root } from '../needs.ts';
import { hex, pointName, pointsOf } from './builders.ts';

const folder = join(root, 'devices/profiles');
const eight = (prefix: string, first = 0) => Array.from({ length: 8 }, (_, i) => `${prefix}_${i + first}`);

const expected: [id: string, verified: string][] = [
  ['apc-nmc2', 'none'],
  ['apc-smart-ups', 'field'],
  ['bacharach-mgs-400', 'manual'],
  ['dfrobot-urm14', 'none'],
  ['eastron-sdm120', 'field'],
  ['eastron-sdm630', 'manual'],
  ['generic-4-20ma-8', 'none'],
  ['generic-contacts-8', 'none'],
  ['greystone-cmd5b4', 'manual'],
  ['huawei-ups2000', 'field'],
  ['igd-toc-635', 'manual'],
  ['inclinometer-i32', 'none'],
  ['kidde-alarmline-2', 'manual'],
  ['ngsx-5332c', 'none'],
  ['novabo-sqr-2', 'none'],
  ['pemtech-pt495', 'manual'],
  ['procon-ld120', 'manual'],
  ['procon-ld220', 'manual'],
  ['qdy30a', 'field'],
  ['waveshare-rtu-io-8ch', 'manual'],
  ['waveshare-rtu-relay-8ch', 'manual'],
  ['witmotion-wt901c-485', 'manual'],
  ['witmotion-wtvb01-485', 'field'],
  ['xy-md02', 'field'],
];

test('the README lists every profile, and with how it is verified', () => {
  const table = readFileSync(join(root, 'devices/README.md'), 'utf8').split('## Profiles')[1] ?? '';
  const rows = [...table.matchAll(/^\| (`[^|]+) \| [^|]+ \| ([a-z, ]+) \|$/gm)].flatMap(([, ids = '', words = '']) => {
    const verified = words.split(', ');
    return [...ids.matchAll(/`([^`]+)`/g)].map(([, id = ''], i) => [id, verified[i] ?? verified[0]]);
  });
  expect(rows.sort()).toEqual(expected);
});

test('the folder holds these profiles and no others', () => {
  expect(readdirSync(folder).sort()).toEqual(expected.map(([id]) => `${id}.yaml`));
});

describe.each(expected)('%s', (id, verified) => {
  const profile = load(id);

  test('is valid, is named as its file and claims no more than it can', () => {
    expect(profile.id).toBe(id);
    expect(profile.verified).toBe(verified);
  });

  test('gives a range to every number, so that a wrong map is seen', () => {
    const numbers = Object.values(profile.points).filter((point) => valueTypeOf(point) === 'number');
    expect(numbers.every(({ valid, rawValid }) => valid !== null || rawValid !== null)).toBe(true);
  });

  test('can be planned within what its source allows', () => {
    const ranges = planReads({ profile, points: pointsOf(profile) });
    const planned = ranges.flatMap((range) => range.points.map(({ name }) => name));
    expect(planned.sort()).toEqual(Object.keys(profile.points).sort());
    for (const { fn, address, maxCount } of ranges)
      expect(() => encodePdu({ kind: 'read', fn, address, count: maxCount })).not.toThrow();
  });

  test('uses only kinds and units that the README lists', () => {
    const used = Object.values(profile.points).map(({ kind, unit }) => ({ kind, unit }));
    expect(used.filter(({ kind, unit }) => !(listedKinds().get(kind) ?? []).includes(unit ?? '–'))).toEqual([]);
  });
});

/** The README's table of kinds: `kind` | its units, or – | what it says. */
function listedKinds(): ReadonlyMap<string, readonly string[]> {
  const rows = readFileSync(join(root, 'devices/README.md'), 'utf8').matchAll(/^\| `([a-z0-9-]+)` \| ([^|]+) \|/gm);
  return new Map([...rows].map(([, kind = '', units = '']) => [kind, units.split(',').map((unit) => unit.trim())]));
}

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
    '50 03 00 3D 00 04',
    '50 03 08 00 00 C0 00 7F FF 09 2B',
    { tilt_x: 0, tilt_y: -90, tilt_z: 179.9945068359375, temperature: 23.47 },
  ],
  [
    'CMD5B4 at 500 ppm, its full range, and 21.4 °C, the manual’s example',
    'greystone-cmd5b4',
    1,
    '01 03 00 00 00 08',
    '01 03 10 00 01 01 F4 00 D6 00 00 00 00 00 00 00 00 00 00',
    {
      status: 'abnormal',
      co: 500,
      temperature: 21.4,
      buzzer: 'off',
      relay_1: 'off',
      relay_2: 'off',
      testing: 'no',
      fault: 'ok',
    },
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
    'QDY30A in air, a little off',
    'qdy30a',
    1,
    '01 03 00 02 00 03',
    '01 03 06 00 11 00 01 FF FD',
    { unit_setting: 'cm', decimals: 'tenths', level: -0.3 },
  ],
  [
    'NGSX-5332C, the reply on the maker’s page',
    'ngsx-5332c',
    1,
    '01 03 00 00 00 02',
    '01 03 04 01 00 12 39',
    { flags: 'as-delivered', crack: 4.665 },
  ],
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

test('only outputs, and the reset of a latched alarm, can be written', () => {
  const writable = expected.flatMap(([id]) =>
    Object.entries(load(id).points).flatMap(([name, point]) => (point.writable ? [`${id}/${name}`] : [])),
  );
  expect(writable).toEqual([
    'pemtech-pt495/reset',
    ...['procon-ld120', 'procon-ld220'].flatMap((id) => [`${id}/relay_1`, `${id}/relay_2`]),
    ...eight('waveshare-rtu-io-8ch/do'),
    ...eight('waveshare-rtu-relay-8ch/relay', 1),
  ]);
});

test('the maker’s two frames of the SQR-2 read as well and as alarm, with their CRC', () => {
  const request = { kind: 'read', fn: 2, address: 0, count: 8 } as const;
  expect(frameRtu(255, encodePdu(request))).toEqual(hex('FF 02 00 00 00 08 6C 12'));
  const [range] = planReads({ profile: load('novabo-sqr-2'), points: pointsOf(load('novabo-sqr-2')) });
  const alarmIn = (frame: string) => {
    const found = findRtuReply(hex(frame), 255, request);
    if (range === undefined || found?.reply.kind !== 'bits') throw new Error('no reply');
    return decodeRange(range, found.reply).map(({ value }) => value);
  };
  expect(alarmIn('FF 02 01 01 51 A0')).toEqual([false]);
  expect(alarmIn('FF 02 01 00 90 60')).toEqual([true]);
});

function load(id: string): Profile {
  return profileSchema.parse(parse(readFileSync(join(folder, `${id}.yaml`), 'utf8')));
}
