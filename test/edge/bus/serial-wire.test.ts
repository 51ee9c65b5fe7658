import { symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { openProblem } from '../../../edge/bus/serial-problem.ts';
import { SerialWire } from '../../../edge/bus/serial-wire.ts';
import { silentLog } from '../../../edge/log.ts';
import { command, missing } from '../../needs.ts';
import { tempDir } from '../../temp.ts';
import { type Chunk, honestReply, honestSlave, registerOf } from '../memory-line.ts';
import { openPty } from '../pty-slave.ts';

const line = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;
const timeoutMs = 150;

test.each([
  ['Error: No such file or directory, cannot open /dev/x', 'absent', 'plug the adapter in'],
  ['Error Resource temporarily unavailable Cannot lock port', 'taken', 'fuser -v /dev/x'],
  ['Error: Device or resource busy, cannot open /dev/x', 'taken', 'fuser -v /dev/x'],
  ['Error: Permission denied, cannot open /dev/x', 'denied', 'dialout'],
  ['Error: Inappropriate ioctl for device setting custom baud rate', 'failed', 'not a serial port'],
  ['something nobody has seen', 'failed', 'something nobody has seen'],
])('%s is told as %s, with how to mend it', (message, why, mend) => {
  const problem = openProblem('/dev/x')(new Error(message));
  expect(problem).toMatchObject({ ok: false, why });
  expect(problem.detail).toContain('/dev/x');
  expect(problem.detail).toContain(mend);
});

test('a path that is not there, and a file that is no port, are told from each other', async () => {
  const dir = tempDir();
  const file = join(dir, 'file');
  writeFileSync(file, '');
  expect(
    await new SerialWire({ clock: systemClock, link: { ...line, port: join(dir, 'nothing') } }).open(deaf),
  ).toMatchObject({ why: 'absent' });
  expect(await new SerialWire({ clock: systemClock, link: { ...line, port: file } }).open(deaf)).toMatchObject({
    why: 'failed',
  });
});

describe.skipIf(missing(command('script')))('on a pseudo-terminal', () => {
  const at = (afterMs: number, bytes: Uint8Array): Chunk => ({ afterMs, bytes });
  const faults: { name: string; strike(reply: Uint8Array): readonly Chunk[]; costs: number }[] = [
    { name: 'a late reply', strike: (reply) => [at(225, reply)], costs: 1 },
    { name: 'the reply twice, 30 ms apart', strike: (reply) => [at(0, reply), at(30, reply)], costs: 0 },
    { name: 'a stray byte before the reply', strike: (reply) => [at(0, Uint8Array.of(0, ...reply))], costs: 0 },
    { name: 'a cut reply', strike: (reply) => [at(0, reply.slice(0, -2))], costs: 1 },
  ];

  test.each(faults)('$name: never a wrong value, and at most $costs polls lost', async ({ strike, costs }) => {
    const pty = await openPty((r, nth) => (nth % 5 === 0 ? strike(honestReply(r)) : [at(0, honestReply(r))]));
    const bus = busOn(pty.path);
    await bus.open();
    let lost = 0;
    for (let i = 0; i < 50; i++) {
      const address = (i % 3) * 10;
      const request = { kind: 'read', fn: 3, address, count: 2 } as const;
      const outcome = await bus.exchange({ unit: 1, request, maxCount: 4, timeoutMs, gapMs: 0 });
      if (!outcome.ok) lost++;
      else
        expect(outcome.reply).toEqual({ kind: 'words', words: [registerOf(1, address), registerOf(1, address + 1)] });
    }
    expect(lost).toBeLessThanOrEqual(10 * costs);
    if (costs > 0) expect(lost).toBeGreaterThan(0);
  });

  test('a port that is held by another is taken, and free once that one has closed', async () => {
    const pty = await openPty(honestSlave());
    const [first, second] = [0, 1].map(() => new SerialWire({ clock: systemClock, link: { ...line, port: pty.path } }));
    expect(await first?.open(deaf)).toEqual({ ok: true });
    expect(await second?.open(deaf)).toMatchObject({ ok: false, why: 'taken' });
    await first?.close();
    expect(await second?.open(deaf)).toEqual({ ok: true });
    await second?.close();
  });

  test('a port that vanishes fails the request at once, and is read again when it returns', async () => {
    const link = join(tempDir(), 'bus');
    const first = await openPty(() => []);
    symlinkSync(first.path, link);
    const bus = busOn(link);
    await bus.open();
    const asked = bus.exchange(readOne(1500));
    await systemClock.sleep(20);
    unlinkSync(link);
    const before = systemClock.monotonic();
    first.end();
    expect(await asked).toMatchObject({ ok: false, fault: 'port-closed' });
    expect(systemClock.monotonic() - before).toBeLessThan(1000);
    expect(bus.isOpen()).toBe(false);
    await systemClock.sleep(700);
    expect(bus.stats().closedBecause).toContain('no such port');
    symlinkSync((await openPty(honestSlave())).path, link);
    for (let i = 0; i < 300 && !bus.isOpen(); i++) await systemClock.sleep(10);
    expect(await bus.exchange(readOne(1000))).toEqual({ ok: true, reply: { kind: 'words', words: [1000] } });
  });

  function busOn(path: string): RtuBus {
    const wire = new SerialWire({ clock: systemClock, link: { ...line, port: path } });
    const bus = new RtuBus({ clock: systemClock, log: silentLog, random: () => 0.5, id: 'a', wire, line });
    onTestFinished(() => bus.close());
    return bus;
  }
});

const deaf = { onBytes() {}, onClosed() {} };

function readOne(timeoutMs: number) {
  const request = { kind: 'read', fn: 3, address: 0, count: 1 } as const;
  return { unit: 1, request, maxCount: 1, timeoutMs, gapMs: 0 };
}
