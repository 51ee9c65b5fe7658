import { expect, test } from 'vitest';
import { pointNameSchema } from '../../../contract/ids.ts';
import { scaleExactly } from '../../../devices/decimal.ts';
import { readUplink } from '../../../devices/uplinks/read-uplink.ts';
import { firmwaresOf, type UplinkPoint } from '../../../devices/uplinks/uplink-profile.ts';
import { writeAll } from '../../../devices/uplinks/write-uplink.ts';
import { builtInProfiles, builtInTalkers, builtInUplinks } from '../../built-in.ts';
import { pointsOf, read, said, shown } from './builders.ts';

const of = (id: string) => {
  const profile = builtInUplinks().get(id);
  if (profile === undefined) throw new Error(`no profile ${id}`);
  return profile;
};

test('every profile has a range for its numbers, a place for each point, and an id of its own', () => {
  for (const [id, profile] of builtInUplinks()) {
    expect(profile.id).toBe(id);
    expect(builtInProfiles().has(id) || builtInTalkers().has(id), id).toBe(false);
    for (const [name, { type, from, valid, rawValid, enum: words }] of Object.entries(profile.points))
      expect(
        type !== 'number' || from !== undefined || valid !== null || rawValid !== null || words !== null,
        `${id}/${name}`,
      ).toBe(true);
  }
});

/** Frames as the sources of the profiles have them, with the values that they have there. */
const published: [id: string, port: number, frame: string, values: object, firmware?: string][] = [
  ['bosch-tps110', 1, '01', { occupied: true }],
  ['bosch-tps110', 2, '01 FF', { occupied: true, temperature: -1 }],
  ['bosch-tps110', 3, '24 03 00 00 75 03 00 00 00 00 00 00 00 1D 02 03 01', { occupied: true, reset: 'request' }],
  [
    'libelium-smart-parking',
    1,
    '04 00 00 3F 34 B9 09 17 3F 60 0F C2',
    { occupied: false, battery_low: false, frame: 'start-1' },
  ],
  ['nwave-nps405', 1, '95', { occupied: true }, 'bit-0'],
  ['nwave-nps405', 10, 'D1 20 1F 34 56 78', { occupied: true, tag: '1F345678', tag_battery: 3.2 }, 'bit-0'],
  ['nwave-nps405', 2, '00 D3 D8 00 59 0B', { occupied: false, battery: 3.344, temperature: -10 }, 'bit-0'],
  ['nwave-nps405', 3, '02 04 09 02 00', { occupied: false, reset: 'power-on' }, 'bit-0'],
  ['milesight-em310-udl', 85, '01 75 5C 03 82 44 08 04 00 01', { battery: 92, distance: 2116, tilted: true }],
  [
    'milesight-em310-tilt',
    85,
    '03 CF 00 00 00 00 28 23 07',
    { tilt_x: 0, tilt_y: 0, tilt_z: 90, alarm_x: true, alarm_y: true, alarm_z: true },
  ],
  [
    'milesight-em320-tilt',
    85,
    '01 75 64 03 D4 00 00 01 00 50 46',
    { battery: 100, tilt_x: 0, tilt_y: 0, tilt_z: 90, alarm_x: false, alarm_y: true, alarm_z: false },
  ],
  ['milesight-uc501', 85, '05 02 98 3A 00 00 00 00 00 00', { loop_1: 15 }],
  ['milesight-uc501', 85, '03 C8 70 17 00 00', { pulses_1: 6000 }],
  [
    'milesight-gs524n',
    1,
    '22 1E 64 00 1C 40',
    {
      smoke: 'out-of-range',
      fault: false,
      test: true,
      message: 'test',
      battery: 100,
      concentration: 0,
      temperature: 28,
    },
  ],
  [
    'milesight-em300-zld',
    85,
    '01 75 5C 03 67 34 01 04 68 65 05 00 00',
    { battery: 92, temperature: 30.8, humidity: 50.5, leak: false },
  ],
  ['milesight-ws303', 85, '01 75 64 03 00 01', { battery: 100, leak: true }],
  [
    'milesight-em500-co2',
    85,
    '01 75 64 03 67 19 01 04 68 73 05 7D 67 04 06 73 68 27',
    { battery: 100, temperature: 28.1, humidity: 57.5, co2: 1127, pressure: 1008.8 },
  ],
  ['milesight-ws301', 85, '01 75 64 03 00 01 04 00 01', { battery: 100, open: true, removed: true }],
  [
    'milesight-em300-di',
    85,
    '01 75 5C 03 67 34 01 04 68 65 20 CE 9E 74 46 63 10 01 5D 02 00 00 01 00 00',
    { battery: 92, temperature: 30.8, humidity: 50.5 },
  ],
  ['milesight-ct103', 85, '03 97 10 27 00 00', { charge: 100 }],
  ['milesight-ct103', 85, '84 98 B8 0B D0 07 C4 09 05', { current: 25, over_range: true }],
  ['milesight-ct103', 85, 'FF 0B FF FF 01 01 FF 16 67 46 D3 88 02 58 00 00 FF 09 01 00 FF 0A 01 01 FF 0F 00', {}],
];

test.each(published)('%s, port %i: %s', (id, port, frame, values, firmware) =>
  expect(said(of(id), port, frame, firmware ?? null)).toEqual(values),
);

test('every profile has a frame or a message of its source', () => {
  const seen = new Set([...published.map(([id]) => id), 'dragino-ldds75', 'zigbee-leak']);
  expect([...builtInUplinks().keys()].filter((id) => !seen.has(id))).toEqual([]);
});

test('what changes the state of a bay by firmware is never read without it', () => {
  const bay = of('nwave-nps405');
  expect(said(bay, 1, '80', 'bit-0')).toEqual({ occupied: false });
  expect(said(bay, 1, '80', 'bit-7')).toEqual({ occupied: true });
  expect(said(bay, 1, '80')).toMatchObject({ code: 'other-port' });
});

test('a smoke detector that is silenced, out of order, off its base or tested says nothing of smoke', () => {
  const frame = (message: number) => {
    const bytes = [0x22, 0x10 | message, 100, 0, 20];
    const sum = bytes.reduce((a, b) => a + b, 0);
    return [...bytes, (256 - (sum % 256)) % 256].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  };
  const smoke = (message: number) => (said(of('milesight-gs524n'), 1, frame(message)) as { smoke: unknown }).smoke;
  expect([1, 2, 4, 5, 7, 10, 11, 14, 15].map(smoke)).toEqual([
    ...[true, 'out-of-range', false, 'out-of-range', false, 'out-of-range', false, 'out-of-range', 'out-of-range'],
  ]);
  expect(said(of('milesight-gs524n'), 1, '22 1E 64 00 1C 41')).toEqual({ code: 'wrong-sum', hex: '22 1E 64 00 1C 41' });
});

test('a leak that zigbee2mqtt tells of', () => {
  const tell = (json: unknown) => shown(read(of('zigbee-leak'), { kind: 'json', json }));
  expect(tell({ water_leak: true, battery: 97, linkquality: 120 })).toEqual({ leak: true, battery: 97 });
  expect(tell({ water_leak: 1 })).toEqual({ leak: 'out-of-range' });
});

test('what a simulated sensor sends is read back as what it meant', () => {
  for (const profile of builtInUplinks().values()) {
    const firmware = firmwaresOf(profile)[0] ?? null;
    const reader = { profile, firmware, points: pointsOf(profile) };
    const bringsJson = profile.layouts.every(({ body }) => body === 'json');
    const worth = (point: string) => middleOf(profile.points[pointNameSchema.parse(point)]);
    const bodies = writeAll(reader, worth, bringsJson);
    const found = bodies.map((body) => readUplink(reader, body));
    const values = Object.assign({}, ...found.map((each) => shown(each)));
    const wanted = Object.keys(values).map((name) => [name, worth(name)]);
    expect(values, profile.id).toEqual(Object.fromEntries(wanted));
    expect(Object.keys(values).length, profile.id).toBeGreaterThan(1);
  }
});

/** A value in the middle of its range that its raw values can carry; a yes; a word. */
function middleOf(point: UplinkPoint | undefined) {
  if (point === undefined) return null;
  if (point.enum !== null) return Object.values(point.enum)[0] ?? null;
  if (point.type === 'bool') return point.kind !== 'test' && point.kind !== 'fault';
  if (point.type === 'text') return '1F345678';
  const [low, high] = point.valid ?? [0, 20];
  const steps = Math.round(((low + high) / 2 - point.offset) / point.scale);
  return scaleExactly(steps, point.scale, point.offset);
}
