import { symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { deviceReasonText } from '../../../contract/words/devices.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { openProblem } from '../../../edge/bus/serial-problem.ts';
import { SerialWire } from '../../../edge/bus/serial-wire.ts';
import { silentLog } from '../../../edge/log.ts';
import { command, missing } from '../../needs.ts';
import { tempDir } from '../../temp.ts';
import { honestSlave } from '../memory-line.ts';
import { openPty } from '../pty-slave.ts';

const line = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;

test.each([
  ['Error: No such file or directory, cannot open /dev/x', 'absent', 'plug the adapter in'],
  ['Error Resource temporarily unavailable Cannot lock port', 'taken', 'fuser -v /dev/x'],
  ['Error: Device or resource busy, cannot open /dev/x', 'taken', 'fuser -v /dev/x'],
  ['Error: Permission denied, cannot open /dev/x', 'denied', 'dialout'],
  ['Error: Inappropriate ioctl for device setting custom baud rate', 'failed', 'not a serial port'],
  ['something nobody has seen', 'failed', 'something nobody has seen'],
])('%s is told as %s, with how to fix it', (message, why, fix) => {
  const problem = openProblem('/dev/x')(new Error(message));
  expect(problem).toMatchObject({ ok: false, why });
  expect(deviceReasonText(problem.reason).en).toContain('/dev/x');
  expect(deviceReasonText(problem.reason).en).toContain(fix);
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
    await expect.poll(() => bus.stats().closedBecause).toMatchObject({ code: 'no-such-port' });
    symlinkSync((await openPty(honestSlave())).path, link);
    await expect.poll(() => bus.isOpen(), { interval: 10 }).toBe(true);
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
