import { describe, expect, test } from 'vitest';
import { SimClock } from '../../contract/sim-clock.ts';
import { encodePdu, type ModbusRequest, parseReplyPdu } from '../../devices/modbus/pdu.ts';
import { busesOf, VirtualBuses } from '../../simulators/virtual-buses.ts';
import { load, siteText } from './sites.ts';

/** One device of a built-in profile, asked as a master would. */
function deviceOf(profile: string, unit: number) {
  const site = load(siteText([`{ id: it, profile: ${profile}, unit: ${unit}, every: 10s }`], []));
  const buses = new VirtualBuses({ site, clock: new SimClock(), seed: 1, speed: 1 });
  const [line] = busesOf(site).map(([name]) => name);
  const raw = (pdu: Uint8Array, to = unit) => (line === undefined ? undefined : buses.answer(line, to, pdu));
  const ask = (request: ModbusRequest, to = unit) => {
    const pdu = raw(encodePdu(request), to);
    return pdu && parseReplyPdu(request, pdu);
  };
  return { ask, raw, buses };
}

describe('a PROCON LD120', () => {
  test('gives eight registers at a time and refuses nine by exception 3', () => {
    const { ask } = deviceOf('procon-ld120', 254);
    const read = (count: number) => ask({ kind: 'read', fn: 3, address: 2, count });
    expect(read(8)).toMatchObject({ kind: 'words' });
    expect(read(9)).toEqual({ kind: 'exception', code: 3 });
  });

  test('answers at unit 254, as it ships, and at no other', () => {
    const { ask } = deviceOf('procon-ld120', 254);
    const read = { kind: 'read', fn: 2, address: 0, count: 8 } as const;
    expect(ask(read)).toMatchObject({ kind: 'bits' });
    expect(ask(read, 1)).toBeUndefined();
  });
});

test('a novabo contact is 1 for well, at unit 255', () => {
  const { ask, buses } = deviceOf('novabo-sqr-2', 255);
  const read = { kind: 'read', fn: 2, address: 0, count: 8 } as const;
  expect(ask(read)).toMatchObject({ kind: 'bits', bits: [true, false, false, false, false, false, false, false] });
  buses.set('it/alarm', 'true');
  expect(ask(read)).toMatchObject({ bits: [false, false, false, false, false, false, false, false] });
});

test('a Waveshare relay is turned over by 0x5500, and all eight of them at 0x00FF', () => {
  const { ask, raw } = deviceOf('waveshare-rtu-relay-8ch', 1);
  const relays = () => {
    const reply = ask({ kind: 'read', fn: 1, address: 0, count: 8 });
    return reply?.kind === 'bits' ? reply.bits.map(Number).join('') : reply;
  };
  expect(raw(Uint8Array.from([5, 0, 2, 0x55, 0]))).toEqual(Uint8Array.from([5, 0, 2, 0x55, 0]));
  expect(relays()).toBe('00100000');
  raw(Uint8Array.from([5, 0, 0xff, 0x55, 0]));
  expect(relays()).toBe('11011111');
  ask({ kind: 'write', fn: 5, address: 0xff, on: false });
  expect(relays()).toBe('00000000');
});

test('a WTVB01 has something in the registers that nobody documents, between those that are', () => {
  const { ask } = deviceOf('witmotion-wtvb01-485', 0x50);
  const reply = ask({ kind: 'read', fn: 3, address: 0x34, count: 9 });
  const words = reply?.kind === 'words' ? reply.words : [];
  expect(words.slice(3, 6).every((word) => word > 0)).toBe(true);
});

test('a function that no register device has is exception 1, and unit 0 is answered by none', () => {
  const { raw } = deviceOf('qdy30a', 1);
  expect([...(raw(Uint8Array.from([43, 14, 1, 0])) ?? [])]).toEqual([0xab, 1]);
  expect(raw(Uint8Array.from([3, 0, 4, 0, 1]), 0)).toBeUndefined();
});
