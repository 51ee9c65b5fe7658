import { describe, expect, test } from 'vitest';
import { busShare } from '../../../config/bus-load/polls.ts';
import { changesOf, changeText } from '../../../config/bus-load/suggestions.ts';
import type { BusConfig } from '../../../config/site.ts';
import { busOf, deviceOf, profileOf } from '../../edge/bench-site.ts';

const whole = { readable: { holding: [[0, 99]] } };
const block = profileOf({ a: { address: 10 }, b: { address: 19 } }, whole);
const neighbours = profileOf({ a: { address: 0 }, b: { address: 1 } }, whole);
const gappy = profileOf({ a: { address: 0 }, b: { address: 4 }, c: { address: 8 } });
const serial = busOf([]).link;
const fast = { ...serial, baudRate: 115_200 };
const tcp: BusConfig['link'] = { kind: 'modbus-tcp', host: '192.0.2.7', port: 502 };

const many = (n: number, every: number, profile = block) =>
  Array.from({ length: n }, (_, i) => deviceOf({ id: `d-${i + 1}`, unit: i + 1, profile, every }));
const one = (profile: typeof block, every: number | Record<string, number>, unit = 99) =>
  deviceOf({ id: 'e-1', unit, profile, every });

describe('the change that would help most', () => {
  test.each<{ what: string; bus: Partial<BusConfig>; others?: BusConfig[]; says: string | undefined }>([
    {
      what: 'is reading one device half as often, where that is enough',
      bus: { devices: [...many(4, 500), one(block, 125)] },
      says: 'reading e-1 every 250ms instead of 125ms: 71 → 53 %',
    },
    {
      what: 'is of equal devices the one that stands first',
      bus: { devices: many(7, 500) },
      says: 'reading d-1 every 1s instead of 500ms: 62 → 57 %',
    },
    {
      what: 'is reading half as often what a device has at one of its periods',
      bus: { devices: [...many(2, 500), one(block, { a: 70, b: 2000 })] },
      says: 'reading a of e-1 every 140ms instead of 70ms: 57 → 38 %',
    },
    {
      what: 'is one period for two, where that saves requests and makes no value older',
      bus: { devices: [...many(2, 500), one(neighbours, { a: 100, b: 110 })] },
      says: 'reading what e-1 has every 110ms every 100ms too, in the same requests: 68 → 45 %',
    },
    {
      what: 'is saying what may be read, where the profile does not say it',
      bus: { devices: many(6, 520, gappy) },
      says: 'saying in the profile test that holding 0–8 may be read in one request, if it may (readable): 84 → 47 %',
    },
    {
      what: 'is the slowest faster line, where no word in a file is enough',
      bus: { devices: many(11, 500) },
      says: 'baudRate 19200, if every device on the line can be set to it: 97 → 54 %',
    },
    {
      what: 'is a second bus, where the line is as fast as it gets',
      bus: { devices: many(16, 170), link: fast },
      says: 'a second bus for d-1, d-2, d-3 and d-4 (23 % there): 91 → 68 %',
    },
    {
      what: 'is another bus of the agent, where one has room',
      bus: { devices: [...many(3, 47), one(block, 47)], link: fast },
      others: [{ ...busOf(many(1, 1000), 'b'), link: fast }],
      says: 'moving d-2 to b (1 → 22 % there): 83 → 62 %',
    },
    {
      what: 'is what brings most, where nothing alone is enough',
      bus: { devices: many(40, 100), link: serial },
      says: 'baudRate 115200, if every device on the line can be set to it: 1763 → 388 %',
    },
    {
      what: 'is nothing on an empty bus',
      bus: { devices: [] },
      says: undefined,
    },
    {
      what: 'on TCP is no baud rate',
      bus: { devices: many(3, 8), link: tcp },
      says: 'reading d-1 every 16ms instead of 8ms: 75 → 63 %',
    },
  ])('$what', ({ bus: part, others = [], says }) => {
    const bus = { ...busOf([]), ...part };
    const [best] = changesOf(bus, [bus, ...others]);
    expect(best && changeText(best, busShare(bus))).toBe(says);
    if (best !== undefined) expect(best.ko).toMatch(/^(?!.*(?:reading|saying|moving|second)).*[가-힣]/);
  });

  test('never is a point read more rarely than it has to be sent', () => {
    const device = one(block, 300);
    const points = device.points.map((point) => ({ ...point, maxSilenceMs: 500 }));
    const bus = busOf([...many(8, 500), { ...device, points }]);
    expect(changesOf(bus, [bus]).filter(({ what }) => what.startsWith('reading e-1'))).toEqual([]);
  });

  test('never is looking less often for a fire', () => {
    const device = one(block, 250);
    const points = device.points.map((point) => ({ ...point, isLifeSafety: true }));
    const bus = busOf([...many(6, 500), { ...device, points }]);
    expect(changesOf(bus, [bus]).filter(({ what }) => what.startsWith('reading e-1'))).toEqual([]);
    expect(changesOf(bus, [bus]).some(({ what }) => what.startsWith('reading d-1'))).toBe(true);
  });

  test('never is another bus on which the unit is taken, that speaks otherwise, or that would be full', () => {
    const devices = many(8, 450);
    const moves = (other: BusConfig) =>
      changesOf(busOf(devices), [busOf(devices), other]).filter(({ what }) => what.startsWith('moving'));
    const free = busOf([one(block, 1000)], 'b');
    expect(moves(free)).toHaveLength(8);
    expect(moves(free)[0]?.what).toBe('moving d-1 to b (4 → 14 % there)');
    expect(moves(busOf([one(block, 1000, 1)], 'b')).map(({ what }) => what)).not.toContain(
      expect.stringMatching(/d-1 /),
    );
    expect(moves(busOf([one(block, 1000, 1)], 'b'))).toHaveLength(7);
    expect(moves({ ...free, link: fast })).toEqual([]);
    expect(moves(busOf([one(block, 66)], 'b'))).toEqual([]);
  });
});
