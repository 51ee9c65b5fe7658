import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Port } from '../../../edge/bus/port.ts';
import type { OpenResult, Wire, WireEvents } from '../../../edge/bus/wire.ts';
import { type Log, silentLog } from '../../../edge/log.ts';

const absent = { ok: false, why: 'absent', reason: { code: 'no-such-port', port: 'p' } } as const;
const denied = { ok: false, why: 'denied', reason: { code: 'port-denied', port: 'p' } } as const;
const rubbish = { code: 'misfit', cause: 'rubbish' } as const;

test('an absent path is looked at each second', async () => {
  const { clock, port, openedAt, wire } = rig(absent);
  await port.open();
  await clock.advance(60_000);
  expect(gaps(openedAt)).toEqual(new Array(60).fill(1000));
  wire.result = { ok: true };
  await clock.advance(1000);
  expect(port.isOpen()).toBe(true);
  expect(port.closedBecause()).toBeNull();
});

test('what exists and does not open is tried after 0.5 s, then twice as long each time, up to 30 s', async () => {
  const { clock, port, openedAt } = rig(denied);
  await port.open();
  await clock.advance(200_000);
  expect(gaps(openedAt).slice(0, 9)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(port.closedBecause()).toEqual(denied.reason);
});

test('a peer that opens and closes again is called ever more rarely, until it has proven good', async () => {
  const { clock, port, openedAt, wire } = rig({ ok: true });
  await port.open();
  for (let i = 0; i < 4; i++) {
    wire.events?.onClosed(rubbish);
    await clock.advance(10_000);
  }
  expect(gaps(openedAt)).toEqual([500, 10_500, 11_000, 12_000]);
  port.proven();
  const before = clock.monotonic();
  port.drop(rubbish);
  await clock.advance(10_000);
  expect((openedAt.at(-1) ?? 0) - before).toBe(500);
});

test('a port that is lost again and again for one reason is said to be so once, and open when it stays so', async () => {
  const { clock, port, lines } = rig({ ok: true });
  await port.open();
  for (let i = 0; i < 50; i++) {
    port.proven();
    port.drop(rubbish);
    await clock.advance(5000);
  }
  expect(lines).toEqual(['port-open', 'port-closed', 'port-open', 'port-closed', 'port-open', 'port-keeps-closing']);
  await clock.advance(60_000);
  expect(lines.slice(6)).toEqual(['port-open']);
  port.drop(rubbish);
  await clock.advance(1000);
  expect(lines.slice(7)).toEqual(['port-closed', 'port-open']);
});

test('another reason is said at once', async () => {
  const { clock, port, lines } = rig({ ok: true });
  await port.open();
  for (let i = 0; i < 4; i++) {
    port.proven();
    port.drop(rubbish);
    await clock.advance(2000);
  }
  port.drop({ code: 'connection-ended', port: 'p' });
  expect(lines.slice(-2)).toEqual(['port-keeps-closing', 'port-closed']);
});

test('what an earlier opening still says changes nothing', async () => {
  const { clock, port, heard, wire } = rig({ ok: true });
  await port.open();
  const earlier = wire.events;
  port.drop(rubbish);
  await clock.advance(1000);
  earlier?.onClosed({ code: 'connection-ended', port: 'p' });
  earlier?.onBytes(Uint8Array.of(1));
  expect(port.isOpen()).toBe(true);
  expect(heard).toEqual(['opened', 'closed: misfit', 'opened']);
});

test('a driver that hangs in closing is given up on after 2 s', async () => {
  const { clock, port, wire } = rig({ ok: true });
  await port.open();
  wire.hangs = true;
  port.drop(rubbish);
  await clock.advance(1900);
  expect(port.isOpen()).toBe(false);
  await clock.advance(200);
  expect(port.isOpen()).toBe(true);
});

test('after close nothing is opened any more, not even what was just opening', async () => {
  const { clock, port, openedAt, wire } = rig(absent);
  await port.open();
  await port.close();
  await clock.advance(10_000);
  expect(openedAt).toHaveLength(1);
  expect(wire.isOpen).toBe(false);
});

function rig(result: OpenResult) {
  const clock = new SimClock();
  const openedAt: number[] = [];
  const heard: string[] = [];
  const lines: string[] = [];
  const said = (_: unknown, line?: string) => void lines.push(line ?? '');
  type FakeWire = Wire & { result: OpenResult; events: WireEvents | null; hangs: boolean; isOpen: boolean };
  const wire: FakeWire = {
    result,
    events: null,
    hangs: false,
    isOpen: false,
    async open(events) {
      openedAt.push(clock.monotonic());
      wire.events = events;
      wire.isOpen = wire.result.ok;
      return wire.result;
    },
    async write() {},
    look() {},
    async close() {
      wire.isOpen = false;
      if (wire.hangs) await new Promise(() => {});
    },
  };
  const port = new Port({
    clock,
    log: { ...silentLog, info: said, warn: said } as Log,
    random: () => 0.5,
    id: 'a',
    wire,
    onBytes: (bytes) => heard.push(`${bytes.length} bytes`),
    onOpened: () => heard.push('opened'),
    onClosed: ({ code }) => heard.push(`closed: ${code}`),
  });
  return { clock, port, wire, openedAt, heard, lines };
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? 0));
}
