import { expect, test } from 'vitest';
import { modbusBusesOf } from '../../config/site.ts';
import { decodePoint } from '../../devices/decode.ts';
import { changed, problemsOf, siteOf } from './site-text.ts';

const air = '{ id: air, profile: xy-md02, unit: 2, every: 5s }';
const line = changed('kind: modbus-rtu', 'kind: modbus-rtu\n        baudRate: 19200');
const bay = (points: string) =>
  changed(air, `{ id: bay, profile: dfrobot-urm14, unit: 2, points: { ${points} } }`, line);

function occupied(text: string) {
  const devices = siteOf(text)
    .agents.flatMap(modbusBusesOf)
    .flatMap(({ devices: own }) => own);
  const point = devices.flatMap((device) => device.points).find(({ ref }) => ref === 'bay/occupied');
  if (point === undefined) throw new Error('no such point');
  return point;
}

test('a site says how its bay sensors hang', () => {
  const point = occupied(bay('occupied: { trueBelow: 1200, valid: [200, 4000] }'));
  expect(point).toMatchObject({ valueType: 'boolean', commit: 'now' });
  const read = (raw: number) => decodePoint(point.profile, [raw]);
  expect(read(11_999)).toEqual({ value: true, fault: null });
  expect(read(12_000)).toEqual({ value: false, fault: null });
  expect(read(1_000)).toEqual({ value: null, fault: 'out-of-range' });
  expect(read(65_000)).toEqual({ value: null, fault: 'out-of-range' });
  expect(read(65_535)).toEqual({ value: null, fault: 'sentinel' });
});

test('a space may be bound to it, and to no bare distance', () => {
  const bound = (name: string) => bay('').replace('occupancy: di/di_0', `occupancy: bay/${name}`);
  expect(problemsOf(bound('occupied'))).toEqual([]);
  expect(problemsOf(bound('distance'))).toEqual([
    '23:45 lots.0.spaces.0.occupancy: bay/distance is a number; this needs a point that is true or false, such as a contact',
  ]);
});

test('a limit where there is none to set is refused', () => {
  expect(problemsOf(bay('distance: { trueBelow: 1200 }'))).toEqual([
    expect.stringContaining('points.distance.trueBelow: this point is no yes or no by a limit'),
  ]);
});
