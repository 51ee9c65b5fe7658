import { describe, expect, test } from 'vitest';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { honestReply, type Slave } from '../memory-line.ts';
import { fieldOf } from './field.ts';

/** Serial converters that keep no connection: RTU frames in TCP, ended by the other side. */

const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const line = { charMs: 0, silenceMs: 0, handsOut: 'chunks', isConnection: true } as const;
const ending =
  (before: Uint8Array = new Uint8Array(0)): Slave =>
  (request) => [{ afterMs: 5, bytes: Uint8Array.from([...before, ...honestReply(request)]), ends: true }];

describe('a converter that ends the connection right behind each reply', () => {
  test.each([1000, 10_000])('is read once every %i ms, connected for it, and said of once', async (everyMs) => {
    const field = fieldOf(ending(), { everyMs, line });
    await field.clock.advance(12 * everyMs);
    expect(field.good()).toBeGreaterThanOrEqual(12);
    expect(field.line.sent.length - field.good()).toBeLessThanOrEqual(1);
    expect(field.lines).toEqual(['port-open', 'port-closed-by-peer', 'device-online']);
    await field.end();
  });

  test('and says its name first is read, and its name is told', async () => {
    const field = fieldOf(ending(bytesOf('www.usr.cn')), { line });
    await field.clock.advance(20_000);
    expect(field.good()).toBeGreaterThanOrEqual(20);
    expect(Object.values(field.health().devices)[0]?.reason).toMatchObject({ beside: { text: 'www.usr.cn' } });
    await field.end();
  });
});

test.each<[string, Slave]>([
  ['in the middle of each reply', (request) => [{ afterMs: 5, bytes: honestReply(request).slice(0, 4), ends: true }]],
  ['in place of each reply', () => [{ afterMs: 5, bytes: new Uint8Array(0), ends: true }]],
])('one that ends it %s gives no value', async (_, slave) => {
  const field = fieldOf(slave, { line });
  await field.clock.advance(30_000);
  expect(field.good()).toBe(0);
  expect(Object.values(field.health().devices)[0]).toMatchObject({ state: 'offline' });
  await field.end();
});

test('a reply with another one behind it is not believed, although the connection has ended', async () => {
  const field = fieldOf(
    (request) => {
      const reply = honestReply(request);
      const other = honestReply(frameRtu(1, Uint8Array.of(3, 0, 20, 0, 1)));
      return [{ afterMs: 5, bytes: Uint8Array.from([...reply, ...other]), ends: true }];
    },
    { line },
  );
  await field.clock.advance(20_000);
  expect(field.good()).toBe(0);
  await field.end();
});
