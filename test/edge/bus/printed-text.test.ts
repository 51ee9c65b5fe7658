import { describe, expect, test } from 'vitest';
import type { StrayNote } from '../../../contract/reasons/devices.ts';
import { deviceReasonText } from '../../../contract/words/devices.ts';
import { encodePdu } from '../../../devices/modbus/pdu.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { StrayBytes } from '../../../edge/bus/stray-bytes.ts';
import { honestReply, registerOf, type Slave } from '../memory-line.ts';
import { fieldOf } from './field.ts';
import { closed, memoryRtu } from './rigs.ts';

/** Devices and converters that print what they do on the line that they answer on, and modems that add bytes of their own. */

const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const joined = (...parts: (Uint8Array | readonly number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const text = bytesOf('poll ok\r\n');

const places: readonly [where: string, slave: Slave][] = [
  ['before the reply, in one piece with it', (request) => [{ afterMs: 5, bytes: joined(text, honestReply(request)) }]],
  [
    'before the reply, by itself',
    (request) => [
      { afterMs: 5, bytes: text },
      { afterMs: 45, bytes: honestReply(request) },
    ],
  ],
  ['behind the reply, in one piece with it', (request) => [{ afterMs: 5, bytes: joined(honestReply(request), text) }]],
  [
    'behind the reply, a little later',
    (request) => [
      { afterMs: 5, bytes: honestReply(request) },
      { afterMs: 30, bytes: text },
    ],
  ],
];

describe.each(places)('text %s', (_, slave) => {
  test.each<[string, number, Record<string, unknown>]>([
    ['each second', 1000, {}],
    ['each minute', 60_000, {}],
    ['each second, on a map that can be lengthened', 1000, { readable: { holding: [[10, 12]] } }],
  ])('is said with what was seen and how to fix it, polled %s', async (__, everyMs, rest) => {
    const field = fieldOf(slave, { everyMs, rest });
    await field.clock.advance(8 * everyMs);
    const [device] = Object.values(field.health().devices);
    expect(device?.state).toBe('online');
    expect(device?.reason).toMatchObject({
      beside: { hex: expect.stringMatching(/^70 6f 6c 6c/), text: 'poll ok\r\n' },
    });
    expect(device?.why).toMatch(/"poll ok\r\n"\): .*switch it off there/);
    expect(field.lines.filter((line) => line === 'line-noise')).toHaveLength(1);
    const wrong = field.readings.filter(({ value }) => value !== null && value !== registerOf(1, 10));
    expect(wrong).toEqual([]);
    expect(field.good()).toBeGreaterThanOrEqual(7);
    await field.end();
  });
});

const twelve = Array.from({ length: 12 }, (_, nth) => nth + 1);

test.each([
  { of: 'two', printing: [1, 2], units: [1, 2] },
  { of: 'one of two', printing: [2], units: [1, 2] },
  { of: 'more than a reason names', printing: twelve, units: [...twelve, 13] },
])('text that devices print beside their answers, $of, is said of just these', async ({ printing, units }) => {
  const field = fieldOf(
    (request) => [{ afterMs: 5, bytes: joined(printing.includes(request[0] ?? 0) ? text : [], honestReply(request)) }],
    { units },
  );
  await field.clock.advance(10_000);
  const told = Object.values(field.health().devices).map(({ reason }) => reason?.beside?.withAnswersOf ?? []);
  expect(told).toHaveLength(units.length);
  for (const [nth, unit] of units.entries())
    expect(told[nth], `unit ${unit}`).toEqual(printing.includes(unit) ? expect.arrayContaining([unit]) : []);
  await field.end();
});

test('every second answer is enough, and it is over when answers come alone', () => {
  const stray = new StrayBytes();
  for (const nth of [0, 1, 2, 3, 4]) stray.answered(5, nth % 2 === 0 ? text : null, nth * 60_000);
  expect(stray.note(300_000)).toMatchObject({ withAnswersOf: [5], likely: 'heartbeat' });
  for (const nth of [5, 6, 7, 8]) stray.answered(5, null, nth * 60_000);
  expect(stray.note(500_000)).toBeNull();
});

test('of a unit that is silent nothing is said to come with its answers', () => {
  const stray = new StrayBytes();
  const request = { kind: 'read', fn: 3, address: 10, count: 1 } as const;
  for (const now of [0, 1000, 2000]) stray.answered(5, text, now);
  for (const leftAt of [3000, 4000]) stray.awaits({ unit: 5, request, leftAt });
  expect(stray.note(5000)).not.toBeNull();
  stray.awaits({ unit: 5, request, leftAt: 5000 });
  expect(stray.note(6000)).toBeNull();
});

test('an answer that was given up on, in front of the right one, is late and nothing else', () => {
  const stray = new StrayBytes();
  const request = { kind: 'read', fn: 3, address: 10, count: 1 } as const;
  for (const nth of [0, 1, 2, 3]) {
    stray.awaits({ unit: 5, request, leftAt: nth * 1000 });
    stray.answered(5, honestReply(frameRtu(5, encodePdu(request))), nth * 1000 + 600);
  }
  expect(stray.note(4000)).toBeNull();
});

test('a few bytes in front of a reply, as a driver that switches makes, are not worth a word', async () => {
  const field = fieldOf((request) => [{ afterMs: 5, bytes: joined([0, 0xff], honestReply(request)) }]);
  await field.clock.advance(10_000);
  expect(Object.values(field.health().devices)[0]).toMatchObject({ state: 'online', why: null });
  await field.end();
});

test.each([
  [
    'a byte of signal strength behind each',
    (reply: Uint8Array) => joined(reply, [0xc4]),
    'unbiased-line',
    /signal strength/,
  ],
  ['an address before each', (reply: Uint8Array) => joined([0, 1, 2, 3, 0x17], reply), 'other-protocol', /modem/],
  ['each reply twice', (reply: Uint8Array) => joined(reply, reply), 'second-master', /repeater/],
])('%s is named', async (_, strike, likely, words) => {
  const field = fieldOf((request) => [{ afterMs: 5, bytes: strike(honestReply(request)) }], {
    rest: { readable: { holding: [[10, 12]] } },
  });
  await field.clock.advance(20_000);
  const [device] = Object.values(field.health().devices);
  expect(device?.reason).toMatchObject({ beside: { likely, withAnswersOf: [1] } });
  expect(device?.why).toMatch(words);
  await field.end();
});

test.each([
  ['in colour', `${String.fromCharCode(27)}[0;32mI (123) uart: tx${String.fromCharCode(27)}[0m\n`],
  ['between glitches', '\0poll\xff'],
])('text %s is text', (_, printed) => {
  const stray = new StrayBytes();
  for (const now of [0, 1000, 2000]) stray.answered(5, bytesOf(printed), now);
  expect(stray.note(2000)).toMatchObject({
    likely: 'heartbeat',
    text: expect.stringMatching(/^(poll|I \(123\) uart: tx\n)$/),
  });
});

test('a heartbeat once a minute keeps coming, and a burst now and then does not', () => {
  const beats = new StrayBytes();
  const bursts = new StrayBytes();
  for (const nth of [0, 1, 2, 3]) {
    beats.heard(text, nth * 60_000);
    bursts.heard(bytesOf(`burst ${nth}`), nth * 60_000);
  }
  expect(beats.note(200_000)).toMatchObject({ likely: 'heartbeat', text: 'poll ok\r\n' });
  expect(beats.note(320_000)).toBeNull();
  expect(bursts.note(200_000)).toBeNull();
});

test('text in place of a reply is no reply that was cut', async () => {
  const rig = await memoryRtu(() => [{ afterMs: 5, bytes: bytesOf('busy') }]);
  const request = { kind: 'read', fn: 3, address: 10, count: 1 } as const;
  const outcome = await rig.until(rig.bus.exchange({ unit: 1, request, maxCount: 1, timeoutMs: 300, gapMs: 0 }));
  expect(outcome).toMatchObject({ ok: false, fault: 'bad-frame', reason: { code: 'no-frame', got: 4 } });
  await closed(rig);
});

test('both languages say of whom, what and what to do', () => {
  const beside = { hex: '70 6f', text: 'po', likely: 'heartbeat', withAnswersOf: [3, 4] } satisfies StrayNote;
  const { ko, en } = deviceReasonText({ code: 'stray-bytes', beside });
  expect(ko).toContain('국번 3, 4');
  expect(ko).toContain('끄기');
  expect(en).toContain('unit 3, 4');
  expect(en).toContain('switch it off');
});
