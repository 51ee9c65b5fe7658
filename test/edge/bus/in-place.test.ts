import { describe, expect, test } from 'vitest';
import { deviceReasonText } from '../../../contract/words/devices.ts';
import { encodePdu } from '../../../devices/modbus/pdu.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { frameTcp } from '../../../devices/modbus/tcp.ts';
import { soleFrame } from '../../system/tcp-slave.ts';
import { bitOf, exceptionReply, honestReply, type Slave } from '../memory-line.ts';
import { fieldOf } from './field.ts';
import { closed, memoryRtu, memoryTcp } from './rigs.ts';

/** What comes in place of an answer, or beside it, is named as what it is and as nothing else. */

const at = (afterMs: number, ...parts: (Uint8Array | readonly number[])[]) => ({
  afterMs,
  bytes: Uint8Array.from(parts.flatMap((part) => [...part])),
});
const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const asUnit = (unit: number, reply: Uint8Array) => frameRtu(unit, reply.slice(1, -2));
const ofCount = (request: Uint8Array, count: number) =>
  honestReply(frameRtu(request[0] ?? 0, Uint8Array.of(...request.slice(1, 5), count)));

test.each<[string, Slave, object]>([
  [
    'another unit',
    (request) => [at(5, asUnit(255, honestReply(request)))],
    { code: 'other-unit', got: 255, wanted: 1 },
  ],
  ['unit 0', (request) => [at(5, asUnit(0, honestReply(request)))], { code: 'other-unit', got: 0, wanted: 1 }],
  ['more registers than asked', (request) => [at(5, ofCount(request, 8))], { code: 'other-request' }],
  [
    'a reply without its CRC',
    (request) => [at(5, honestReply(request).slice(0, -2))],
    { code: 'cut-reply', got: 5, of: 7 },
  ],
  [
    'a reply whose CRC is swapped',
    (request) => [at(5, honestReply(request).slice(0, -2), honestReply(request).slice(-2).reverse())],
    { code: 'wrong-crc' },
  ],
  [
    'a frame of Modbus ASCII',
    () => [at(5, bytesOf(':010302002AD0\r\n'))],
    { code: 'no-frame', text: ':010302002AD0\r\n' },
  ],
  ['the end of the request', (request) => [at(1, request.slice(2))], { code: 'no-reply', echo: true }],
  ['the request', (request) => [at(1, request)], { code: 'no-reply', echo: true }],
])('%s is one cause, and no second one is made of the same bytes', async (_, slave, reason) => {
  const field = fieldOf(slave);
  await field.clock.advance(60_000);
  const [device] = Object.values(field.health().devices);
  expect(device).toMatchObject({ state: 'offline', reason });
  expect(device?.reason).not.toHaveProperty('beside');
  expect(field.lines).not.toContain('line-noise');
  await field.end();
});

test('a frame of Modbus ASCII says what to set, in both languages', () => {
  const { ko, en } = deviceReasonText({ code: 'no-frame', got: 15, hex: '3a 30', text: ':010302002AD0\r\n' });
  expect(en).toContain('set it to RTU');
  expect(ko).toContain('RTU로 변경');
  expect(deviceReasonText({ code: 'no-frame', got: 4, hex: '62 75', text: 'busy' }).en).toBe(
    '4 bytes without a reply in them (62 75, "busy")',
  );
});

describe('the end of the request before its reply, as a driver hears it that switches late', () => {
  test.each([1, 3, 5])('%i bytes of it missing, costs nothing and is no text', async (missing) => {
    const field = fieldOf((request) => [at(1, request.slice(missing)), at(8, honestReply(request))]);
    await field.clock.advance(20_000);
    expect(Object.values(field.health().devices)[0]).toMatchObject({ state: 'online', why: null });
    expect(field.good()).toBe(20);
    await field.end();
  });

  test('is not taken for the reply to a write', async () => {
    const rig = await memoryRtu((request) => [at(1, request.slice(2))]);
    const outcome = await rig.until(
      rig.bus.exchange({
        unit: 1,
        request: { kind: 'write', fn: 6, address: 10, word: 7 },
        maxCount: 0,
        timeoutMs: 300,
        gapMs: 0,
      }),
    );
    expect(outcome.ok).toBe(false);
    await closed(rig);
  });
});

describe('a glitch of the driver before the echo of a read of 20 coils from 0x0310 on, which is a reply to it in every byte', () => {
  const coils = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`c${i}`, { table: 'coil', address: 0x310 + i, type: 'bool' }]),
  );
  const echo = (request: Uint8Array) => at(-request.length, Uint8Array.of(0, ...request));

  test('with no device on the line, is silence', async () => {
    const field = fieldOf((request) => [echo(request)], { points: coils });
    await field.clock.advance(20_000);
    expect(field.good()).toBe(0);
    expect(Object.values(field.health().devices)[0]).toMatchObject({
      state: 'offline',
      reason: { code: 'no-reply', echo: true },
    });
    await field.end();
  });

  test('hides no answer behind it', async () => {
    const field = fieldOf((request) => [echo(request), at(5, honestReply(request))], { points: coils });
    await field.clock.advance(20_000);
    expect(
      field.readings.filter(({ point, value }) => value !== bitOf(1, 0x310 + Number(point.split('/c')[1]))),
    ).toEqual([]);
    expect(field.good()).toBe(20 * 20);
    await field.end();
  });
});

test('the answer of a device that said at first that it is busy is no second master', async () => {
  const field = fieldOf((request) => [at(5, exceptionReply(request, 5)), at(120, honestReply(request))]);
  await field.clock.advance(20_000);
  const [device] = Object.values(field.health().devices);
  expect(device).toMatchObject({ state: 'degraded', reason: { code: 'exception', exception: 5 } });
  expect(device?.reason).not.toHaveProperty('beside');
  await field.end();
});

describe('a gateway that gives up on the device behind it after the timeout', () => {
  const read = {
    unit: 1,
    request: { kind: 'read', fn: 3, address: 10, count: 1 },
    maxCount: 1,
    timeoutMs: 300,
    gapMs: 0,
  } as const;

  test.each([10, 11])('is named by its exception %i, and not as late, on a line', async (exception) => {
    const rig = await memoryRtu((request) => [at(450, exceptionReply(request, exception))]);
    await rig.until(rig.bus.exchange(read));
    expect(await rig.until(rig.bus.exchange(read))).toMatchObject({
      fault: 'timeout',
      reason: { code: 'exception', exception },
    });
    await closed(rig);
  });

  test.each([10, 11])('is named by its exception %i, and not as late, on TCP', async (exception) => {
    const rig = await memoryTcp((request) => {
      const { transaction, unit } = soleFrame(request);
      return [at(450, frameTcp(transaction, unit, Uint8Array.of(0x83, exception)))];
    });
    await rig.until(rig.bus.exchange(read));
    expect(await rig.until(rig.bus.exchange(read))).toMatchObject({
      fault: 'timeout',
      reason: { code: 'exception', exception },
    });
    await closed(rig);
  });

  test('while any other late answer asks for a longer timeout', async () => {
    const rig = await memoryRtu((request) => [at(450, exceptionReply(request, 2))]);
    await rig.until(rig.bus.exchange(read));
    expect(await rig.until(rig.bus.exchange(read))).toMatchObject({ reason: { code: 'late-reply' } });
    await closed(rig);
  });
});

test('a late answer that falls into the time of the next request is still known as late', async () => {
  const request = { kind: 'read', fn: 3, address: 10, count: 1 } as const;
  const other = { ...request, address: 20, count: 2 } as const;
  const rig = await memoryRtu((_, nth) =>
    nth === 1 ? [] : nth === 2 ? [at(5, honestReply(frameRtu(1, encodePdu(request))))] : [],
  );
  const ask = (asked: typeof request | typeof other) =>
    rig.until(rig.bus.exchange({ unit: 1, request: asked, maxCount: asked.count, timeoutMs: 300, gapMs: 0 }));
  await ask(request);
  expect(await ask(other)).toMatchObject({ reason: { code: 'other-request' } });
  expect(await ask(other)).toMatchObject({ reason: { code: 'late-reply' } });
  await closed(rig);
});
