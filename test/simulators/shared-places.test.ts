import { expect, test } from 'vitest';
import type { TalkerConfig } from '../../config/site.ts';
import { deviceIdSchema, type PointName } from '../../contract/ids.ts';
import { readFrame } from '../../devices/serial/decode.ts';
import { writeFrame } from '../../devices/serial/encode.ts';
import { talkerProfileSchema } from '../../devices/serial/talker-profile.ts';
import { sharersOf } from '../../simulators/register-cells.ts';
import { standInOf } from '../../simulators/talker-stand-in.ts';
import { World } from '../../simulators/world/world.ts';

const about = { id: 'x', maker: 'x', model: 'x', source: 'x', verified: 'none' };
const id = deviceIdSchema.parse('bay');

const twoOfOneField = talkerProfileSchema.parse({
  ...about,
  protocol: 'serial-frames',
  frame: { start: [0x59], length: 4, checksum: { kind: 'sum8', from: 0, to: 2, at: 3 } },
  points: {
    distance: { at: 1, type: 'u16', valid: [100, 12000], kind: 'distance' },
    car: { at: 1, type: 'u16', valid: [100, 12000], trueBelow: 1500, kind: 'occupancy' },
  },
});

test('points of one field share its place, so that the one that was set speaks', () => {
  const device: TalkerConfig = { id, profile: twoOfOneField, address: null, points: [] };
  const names = Object.keys(twoOfOneField.points) as PointName[];
  const { profile } = standInOf(device);
  expect(names.map((name) => sharersOf(profile, name))).toEqual([['car'], ['distance']]);
});

test.each([
  ['the distance, and the other follows', { distance: 1100, car: Number.NaN }, { distance: 1100, car: true }],
  ['the distance beyond the limit', { distance: 2400, car: Number.NaN }, { distance: 2400, car: false }],
])('a frame says what was set: %s', (_, worth: Record<string, number>, says) => {
  const frame = writeFrame(twoOfOneField, null, (name) => worth[name] ?? null);
  const points = Object.entries(twoOfOneField.points).map(([name, profile]) => ({
    name: name as PointName,
    profile,
  }));
  const said = [...(readFrame(twoOfOneField, points, frame)?.points ?? [])];
  expect(Object.fromEntries(said.map(([name, { value }]) => [name, value]))).toEqual(says);
});

test.each([0.62, 3, -0.5, 0.1 + 0.2, 1e-7])('a line without decimals says %d as it was set', (value) => {
  const line = talkerProfileSchema.parse({
    ...about,
    protocol: 'serial-lines',
    frame: { layout: 'D={d} m' },
    points: { d: { kind: 'level' } },
  });
  const text = String.fromCharCode(...writeFrame(line, null, () => value));
  expect(Number(/D=(.*) m/.exec(text)?.[1])).toBeCloseTo(value, 11);
  expect(text).not.toMatch(/e[+-]/);
});

test('what another point counts by says at rest that it counts, so that what is set is what is read', () => {
  const laser = talkerProfileSchema.parse({
    ...about,
    protocol: 'serial-frames',
    frame: { start: [0x59], length: 6, checksum: { kind: 'sum8', from: 0, to: 4, at: 5 } },
    points: {
      distance: { at: 1, type: 'u16', valid: [100, 12000], validWhile: { signal: 'ok' }, kind: 'distance' },
      signal: { at: 3, type: 'u8', enum: { '0-9': 'weak', '10-250': 'ok', '251-255': 'bright' }, kind: 'status' },
      dirty: { at: 4, type: 'bit', bit: 0, kind: 'fault' },
    },
  });
  const device: TalkerConfig = { id, profile: laser, address: null, points: [] };
  const { profile } = standInOf(device);
  const models = new World({ site: { agents: [], lots: [], timezone: 'Asia/Seoul' }, seed: 1 }).modelsFor({
    id,
    profile,
  });
  expect(models.get('signal' as PointName)?.(0)).toBe('ok');
  expect(models.get('dirty' as PointName)?.(0)).toBe(false);
});
