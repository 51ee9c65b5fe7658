import { describe, expect, test } from 'vitest';
import { type DeviceConfig, modbusBusesOf, type Site } from '../../config/site.ts';
import { agentIdSchema, busIdSchema } from '../../contract/ids.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { decodeRange } from '../../devices/decode.ts';
import { encodePdu, parseReplyPdu, type Reply } from '../../devices/modbus/pdu.ts';
import { planReads } from '../../devices/plan.ts';
import { type BusName, VirtualBuses } from '../../simulators/virtual-buses.ts';
import { load, siteOfEveryProfile, siteText, smallSiteText } from './sites.ts';

function field(site: Site, options: { seed?: number; speed?: number; clock?: SimClock } = {}) {
  const { seed = 1, speed = 1, clock = new SimClock() } = options;
  const buses = new VirtualBuses({ site, clock, seed, speed });
  const read = (bus: BusName, unit: number, fn: 1 | 2 | 3 | 4, address: number, count: number): Reply | undefined => {
    const request = { kind: 'read', fn, address, count } as const;
    const pdu = buses.answer(bus, unit, encodePdu(request));
    return pdu && parseReplyPdu(request, pdu);
  };
  const write = (bus: BusName, unit: number, address: number, on: boolean) => {
    const request = { kind: 'write', fn: 5, address, on } as const;
    const pdu = buses.answer(bus, unit, encodePdu(request));
    return pdu && parseReplyPdu(request, pdu);
  };
  return { clock, buses, read, write };
}

const line: BusName = `${agentIdSchema.parse('box-1')}/${busIdSchema.parse('line')}`;
const lan: BusName = `${agentIdSchema.parse('box-1')}/${busIdSchema.parse('lan')}`;

/** Every point of every device as a master reads and decodes it. */
function readAll(site: Site, { read }: ReturnType<typeof field>, length: 'count' | 'maxCount'): Map<string, unknown> {
  const seen = new Map<string, unknown>();
  for (const agent of site.agents) {
    for (const { bus, device } of modbusBusesOf(agent).flatMap((bus) =>
      bus.devices.map((device) => ({ bus, device })),
    )) {
      for (const range of planReads(device)) {
        const reply = read(`${agent.id}/${bus.id}`, device.unit, range.fn, range.address, range[length]);
        if (reply?.kind !== 'words' && reply?.kind !== 'bits')
          throw new Error(`${device.id}: ${JSON.stringify(reply)}`);
        for (const { name, value } of decodeRange(range, reply)) seen.set(`${device.id}/${name}`, value);
      }
    }
  }
  return seen;
}

describe('a device of every built-in profile', () => {
  test.each(['count', 'maxCount'] as const)('reads by the plan (%s) and decodes to its own values', (length) => {
    const site = siteOfEveryProfile();
    const devices = site.agents.flatMap(modbusBusesOf).flatMap(({ devices }) => devices);
    const running = field(site);
    const seen = readAll(site, running, length);
    expect(seen.size).toBe(devices.flatMap(({ points }) => points).length);
    for (const [ref, value] of seen) expectNear(devices, ref, value, running.buses.valueOf(ref));
  });

  test('gives the same values again for the same seed at the same time, and others for another seed', async () => {
    const site = siteOfEveryProfile();
    const [one, same, other] = [field(site), field(site), field(site, { seed: 2 })];
    for (const { clock } of [one, same, other]) await clock.advance(90_000);
    expect(readAll(site, same, 'count')).toEqual(readAll(site, one, 'count'));
    expect(readAll(site, other, 'count')).not.toEqual(readAll(site, one, 'count'));
  });

  test('at ten times the speed is where one at normal speed comes ten times later', async () => {
    const site = siteOfEveryProfile();
    const [fast, slow] = [field(site, { speed: 10 }), field(site)];
    await fast.clock.advance(60_000);
    await slow.clock.advance(600_000);
    expect(readAll(site, fast, 'count')).toEqual(readAll(site, slow, 'count'));
  });
});

test('registers between points that the profile calls readable are 0, others exception 2, too many exception 3', () => {
  const { read } = field(load(smallSiteText()));
  expect(read(line, 80, 3, 0x30, 2)).toEqual({ kind: 'words', words: [0, 0] });
  expect(read(line, 80, 3, 0x5f, 2)).toEqual({ kind: 'exception', code: 2 });
  expect(read(line, 80, 4, 0x3d, 1)).toEqual({ kind: 'exception', code: 2 });
  expect(read(line, 1, 2, 0, 9)).toEqual({ kind: 'exception', code: 2 });
});

test('unit 0 and a unit nobody has stay silent', () => {
  const { read } = field(load(smallSiteText()));
  expect(read(line, 0, 3, 0x3d, 1)).toBeUndefined();
  expect(read(line, 5, 3, 0x3d, 1)).toBeUndefined();
});

test('a written output reads back until cleared, and an input cannot be written', () => {
  const { read, write, buses } = field(load(smallSiteText()));
  expect(write(line, 1, 3, true)).toEqual({ kind: 'written' });
  expect(read(line, 1, 1, 2, 3)).toEqual({ kind: 'bits', bits: [false, true, false] });
  expect(buses.valueOf('di-1/do_3')).toBe(true);
  expect(write(line, 1, 8, true)).toEqual({ kind: 'exception', code: 2 });
  expect(write(line, 80, 0, true)).toEqual({ kind: 'exception', code: 2 });
  buses.clear();
  expect(buses.valueOf('di-1/do_3')).toBe(false);
});

test('a held value is what the registers say, whatever the time', async () => {
  const { clock, read, buses } = field(load(smallSiteText()));
  buses.set('di-1/di_2', 'on');
  buses.set('tilt-1/tilt_x', '90');
  await clock.advance(3_600_000);
  expect(read(line, 1, 2, 2, 1)).toEqual({ kind: 'bits', bits: [true] });
  expect(read(line, 80, 3, 0x3d, 1)).toEqual({ kind: 'words', words: [0x4000] });
});

test('a register that is status and distance at once says ok at rest, and whichever of the two is set', () => {
  const heat = '{ id: heat-1, profile: kidde-alarmline-2, unit: 9, every: 1s }';
  const { read, buses } = field(load(siteText([heat], [])));
  const zone = () => read(line, 9, 4, 0, 1);
  expect(zone()).toEqual({ kind: 'words', words: [0] });
  buses.set('heat-1/zone_1', 'fault');
  expect(zone()).toEqual({ kind: 'words', words: [0xffff] });
  buses.set('heat-1/zone_1_distance', '18');
  expect(zone()).toEqual({ kind: 'words', words: [18] });
  buses.clear();
  expect(zone()).toEqual({ kind: 'words', words: [0] });
});

test.each([
  ['nowhere/di_0', '1', /no device nowhere.*di-1/],
  ['di-1/di_9', '1', /no point di_9.*di_0/],
  ['di-1', '1', /device\/point/],
  ['di-1/di_0', 'maybe', /true or false/],
  ['tilt-1/tilt_x', 'steep', /number in deg/],
  ['tilt-1/tilt_x', '181', /181/],
])('%s cannot be set to %s, and the refusal says why', (point, value, why) => {
  const { buses } = field(load(smallSiteText()));
  expect(() => buses.set(point, value)).toThrow(why);
});

test('a silent device leaves its neighbours alone, a silent bus leaves other buses alone, for as long as was said', async () => {
  const { clock, read, buses } = field(load(smallSiteText()));
  const heard = () =>
    [read(line, 1, 2, 0, 1), read(line, 80, 3, 0x3d, 1), read(lan, 1, 4, 0, 2)].map((r) => r !== undefined);
  buses.fault('tilt-1', 'silent', { forMs: 30_000 });
  expect(heard()).toEqual([true, false, true]);
  buses.fault('box-1/line', 'silent');
  expect(heard()).toEqual([false, false, true]);
  await clock.advance(30_000);
  expect(heard()).toEqual([false, false, true]);
  buses.clear();
  expect(heard()).toEqual([true, true, true]);
  buses.fault('tilt-1', 'silent', { forMs: 30_000 });
  await clock.advance(29_999);
  expect(heard()).toEqual([true, false, true]);
  await clock.advance(1);
  expect(heard()).toEqual([true, true, true]);
});

/** Registers round to half a step; a 32-bit float keeps seven digits. */
function expectNear(devices: readonly DeviceConfig[], ref: string, value: unknown, wanted: unknown): void {
  const [id, name] = ref.split('/');
  const point = devices.find((device) => device.id === id)?.points.find((each) => each.name === name)?.profile;
  if (Number.isNaN(wanted)) return; // shows what another point's registers say
  if (typeof wanted !== 'number' || typeof value !== 'number' || point === undefined) {
    expect([ref, value]).toEqual([ref, wanted]);
    return;
  }
  const step = point.type === 'f32' ? Math.abs(wanted) * 2 ** -23 : point.scale / 2;
  expect(Math.abs(value - wanted), ref).toBeLessThanOrEqual(step * 1.000001);
}
