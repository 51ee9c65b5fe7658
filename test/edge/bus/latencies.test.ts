import { describe, expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Latencies } from '../../../edge/bus/latencies.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { honestReply, MemoryLine, registerOf, type Slave } from '../memory-line.ts';

const allowedMs = 300;

function taught(...latencies: number[]): Latencies {
  const known = new Latencies();
  for (let i = 0; i < 1000; i++) known.note(1, latencies[i % latencies.length] ?? 0, true);
  return known;
}

describe('how long a unit is waited for', () => {
  test('is what the site file allows until a thousand replies have been timed', () => {
    const known = new Latencies();
    for (let i = 0; i < 999; i++) known.note(1, 5, true);
    expect(known.patienceMs(1, allowedMs)).toBe(allowedMs);
    known.note(1, 5, true);
    expect(known.patienceMs(1, allowedMs)).toBe(50);
  });

  test('is never under twice the longest of the last thousand, so not under twice the 99.9th percentile', () => {
    const sorted = [...Array.from({ length: 999 }, (_, i) => 10 + (i % 20)), 62];
    expect(taught(...sorted).patienceMs(1, allowedMs)).toBe(124);
  });

  test('is never longer than what the site file allows', () => {
    expect(taught(290).patienceMs(1, allowedMs)).toBe(allowedMs);
  });

  test('forgets a slow hour after two thousand quick replies, and not before a thousand', () => {
    const known = taught(100);
    for (let i = 0; i < 1000; i++) known.note(1, 30, true);
    expect(known.patienceMs(1, allowedMs)).toBe(60);
    known.note(1, 80, true);
    for (let i = 0; i < 999; i++) known.note(1, 30, true);
    expect(known.patienceMs(1, allowedMs)).toBe(160);
  });

  test('is the whole time again after a wait that was cut short in vain', () => {
    const known = taught(20);
    known.missed(1);
    expect(known.patienceMs(1, allowedMs)).toBe(allowedMs);
    known.missed(1);
    expect(known.patienceMs(1, allowedMs)).toBe(50);
    known.missed(1);
    known.note(1, 20, true);
    expect(known.patienceMs(1, allowedMs)).toBe(50);
  });

  test('is short for every second probe of a silent unit, and never shorter than it has been known to take', () => {
    const unknown = new Latencies();
    unknown.missed(1);
    expect(unknown.patienceMs(1, 2000, true)).toBe(2000);
    unknown.missed(1);
    expect(unknown.patienceMs(1, 2000, true)).toBe(300);
    const slow = new Latencies();
    slow.note(1, 600, true);
    expect(slow.patienceMs(1, 2000, true)).toBe(1200);
    expect(slow.patienceMs(1, 2000)).toBe(2000);
  });

  test('is learnt for each unit by itself, and again behind a port that was away', () => {
    const known = taught(20);
    expect(known.patienceMs(2, allowedMs)).toBe(allowedMs);
    known.forget();
    expect(known.patienceMs(1, allowedMs)).toBe(allowedMs);
  });
});

describe('when a reply is looked for', () => {
  const known = () => {
    const fresh = new Latencies();
    for (let i = 0; i < 100; i++) fresh.note(1, 8, true);
    return fresh;
  };

  test('follows what was measured exactly', () => {
    expect(known().usualMs(1)).toBeCloseTo(8, 1);
  });

  test('is hardly moved by one slow reply', () => {
    const one = known();
    one.note(1, 250, true);
    expect(one.usualMs(1)).toBeLessThan(8.6);
  });

  test('creeps down while replies had always come already, and falls when that goes on', () => {
    const one = known();
    for (let i = 0; i < 15; i++) one.note(1, 9, false);
    expect(one.usualMs(1)).toBeCloseTo(7.85, 1);
    for (let i = 0; i < 20; i++) one.note(1, 9, false);
    expect(one.usualMs(1)).toBe(0);
  });
});

describe('a line whose unit has answered a thousand times in 20 ms', () => {
  test('loses little time when it stops, and the others have it', async () => {
    const { clock, wire, read } = await learned();
    wire.slave = () => [];
    const from = clock.monotonic();
    expect(await read(1)).toMatchObject({ ok: false, fault: 'timeout', reason: { code: 'no-reply', ms: 50 } });
    expect(clock.monotonic() - from).toBeLessThan(70);
  });

  test('takes no late reply of it for another range, though it came after the shorter wait', async () => {
    for (const afterMs of [60, 120, 299, 450, 599]) {
      const { wire, read, bus } = await learned();
      let isFirst = true;
      wire.slave = (request) => {
        const late = isFirst;
        isFirst = false;
        return [{ afterMs: late ? afterMs : 20, bytes: honestReply(request) }];
      };
      expect(await read(1)).toMatchObject({ ok: false });
      for (let i = 0; i < 6; i++) {
        const address = 100 + 10 * i;
        const outcome = await read(1, address);
        if (outcome.ok) expect(outcome.reply).toEqual({ kind: 'words', words: [registerOf(1, address)] });
      }
      await bus.close();
    }
  });

  test('hears it again when it has become slow, with the second try', async () => {
    const { wire, read } = await learned();
    wire.slave = (request) => [{ afterMs: 200, bytes: honestReply(request) }];
    expect(await read(1)).toMatchObject({ ok: false, fault: 'timeout' });
    expect(await read(1)).toMatchObject({ ok: true });
    expect(await read(1)).toMatchObject({ ok: true });
  });

  test('sends a write ahead of the reads that wait', async () => {
    const { wire, bus, read } = await learned();
    wire.sent.length = 0;
    const reads = [read(1, 10), read(1, 20), read(2, 30)];
    const request = { kind: 'write', fn: 6, address: 7, word: 1 } as const;
    const written = bus.exchange({ unit: 3, request, maxCount: 1, timeoutMs: allowedMs, gapMs: 0 });
    expect(await written).toMatchObject({ ok: true });
    expect(wire.sent.slice(0, 2).map(({ frame }) => frame[1])).toEqual([3, 6]);
    await Promise.all(reads);
  });
});

async function learned() {
  const clock = new SimClock();
  const slave: Slave = (request) => [{ afterMs: 20, bytes: honestReply(request) }];
  const wire = new MemoryLine({ clock, slave });
  const line = { baudRate: 9600, parity: 'none', stopBits: 1 } as const;
  const bus = new RtuBus({ clock, log: silentLog, random: () => 0.5, id: 'a', wire, line });
  await bus.open();
  const inTime = async <T>(asked: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = asked.then(() => {
      isOver = true;
    });
    while (!isOver) await clock.advance(5);
    await over;
    return asked;
  };
  const read = (unit: number, address = 10) => {
    const request = { kind: 'read', fn: 3, address, count: 1 } as const;
    return inTime(bus.exchange({ unit, request, maxCount: 6, timeoutMs: allowedMs, gapMs: 0 }));
  };
  for (let i = 0; i < 1000; i++) await read(1);
  return {
    clock,
    wire,
    bus: { exchange: (e: Parameters<RtuBus['exchange']>[0]) => inTime(bus.exchange(e)), close: () => bus.close() },
    read,
  };
}
