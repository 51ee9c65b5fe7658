import { describe, expect, test } from 'vitest';
import { modbusBusesOf } from '../../config/site.ts';
import { decodePoint } from '../../devices/decode.ts';
import { goodSite, siteOf } from '../config/site-text.ts';
import { pointName } from './builders.ts';

/** The worth of a current, µA, at input ai_0 of a generic module that a site has made this quantity of. */
function worth(quantity: string, microamperes: number): unknown {
  const site = siteOf(
    goodSite.replace(
      '{ id: air, profile: xy-md02, unit: 2, every: 5s }',
      `{ id: air, profile: generic-4-20ma-8, unit: 2, points: { ai_0: ${quantity} } }`,
    ),
  );
  const devices = site.agents.flatMap(modbusBusesOf).flatMap(({ devices: own }) => own);
  const input = devices.find(({ id }) => id === 'air')?.points.find(({ name }) => name === pointName('ai_0'));
  if (input === undefined) throw new Error('the site has no such point');
  const { value, fault } = decodePoint(input.profile, [microamperes]);
  return value ?? fault;
}

const gauge = '{ kind: crack, unit: mm, scale: 0.00079375, offset: -3.175, valid: [0, 12.7] }';
const thermometer = '{ kind: temperature, unit: °C, scale: 0.00125, offset: 5 }';

describe('a 4–20 mA loop that a site makes a quantity of', () => {
  test.each([
    ['the begin of a 12.7 mm gauge', gauge, 4000, 0],
    ['its middle', gauge, 12_000, 6.35],
    ['its end', gauge, 20_000, 12.7],
    ['the begin of a 10–30 °C thermometer', thermometer, 4000, 10],
    ['a little below it, still alive by NE 43', thermometer, 3800, 9.75],
  ])('%s', (_, quantity, microamperes, value) => {
    expect(worth(quantity, microamperes)).toBe(value);
  });

  test.each([
    ['broken: 0 mA, which the scale alone would make 5 °C', 0],
    ['failed low: 3.6 mA', 3600],
    ['failed high: 21 mA', 21_000],
    ['shorted: as much as the module can show', 65_535],
  ])('has no value when it is %s', (_, microamperes) => {
    expect(worth(thermometer, microamperes)).toBe('out-of-range');
    expect(worth(gauge, microamperes)).toBe('out-of-range');
  });
});
