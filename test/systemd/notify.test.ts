import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { SimClock } from '../../contract/sim-clock.ts';
import { notify } from '../../systemd/notify.ts';
import { systemdIn } from '../../systemd/supervisor.ts';
import { command, missing } from '../needs.ts';
import { tempDir } from '../temp.ts';

/** systemd's end of NOTIFY_SOCKET: prints what comes and, as systemd does, closes the descriptor of a barrier. */
const receiver = `
import array, os, socket, sys
at = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
at.bind(sys.argv[1])
print('listening', flush=True)
while True:
    text, control, _, _ = at.recvmsg(4096, socket.CMSG_SPACE(64))
    for level, kind, data in control:
        if kind == socket.SCM_RIGHTS:
            for one in array.array('i', data[:len(data) - len(data) % 4]): os.close(one)
    for line in text.decode().split('\\n'):
        if line and not line.startswith(('BARRIER', 'MAINPID')): print(line, flush=True)
`;

const figures = () => ({ done: 0, sources: 0, refused: 0, chain: null });

async function listenOn(path: string): Promise<string[]> {
  const child = spawn('python3', ['-c', receiver, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  await expect.poll(() => lines).toEqual(['listening']);
  return lines;
}

test.skipIf(missing(command('systemd-notify'), command('python3')))(
  'systemd hears that the program is up and works, hears nothing more once work stops, and hears of its end',
  async () => {
    const socket = join(tempDir(), 'notify');
    const heard = await listenOn(socket);
    const before = process.env.NOTIFY_SOCKET;
    process.env.NOTIFY_SOCKET = socket;
    onTestFinished(() => {
      if (before === undefined) delete process.env.NOTIFY_SOCKET;
      else process.env.NOTIFY_SOCKET = before;
    });
    const clock = new SimClock();
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '60000000', WATCHDOG_PID: String(process.pid) };
    const systemd = systemdIn(env, notify, clock);
    let stuck = false;
    const log = { info: () => {}, warn: () => {} };
    systemd?.started([{ name: 'store', look: async () => (stuck ? 'SQLITE_IOERR' : null) }], log, figures);
    await expect.poll(() => heard).toEqual(['listening', 'READY=1', 'STATUS=works']);
    await clock.advance(15_000);
    await expect.poll(() => heard.at(-1)).toBe('WATCHDOG=1');
    stuck = true;
    await clock.advance(60_000);
    await expect.poll(() => heard.at(-1)).toBe('STATUS=not fed: store: SQLITE_IOERR');
    systemd?.stopping();
    await expect.poll(() => heard.at(-1)).toBe('STOPPING=1');
    expect(heard.filter((line) => line === 'WATCHDOG=1')).toHaveLength(1);
  },
);

test('nobody is told where systemd did not start the program', () => {
  expect(systemdIn({})).toBeUndefined();
  expect(systemdIn({ NOTIFY_SOCKET: '' })).toBeUndefined();
});

test('a watchdog that is meant for another process is not fed', async () => {
  const said: string[] = [];
  const clock = new SimClock();
  const env = { NOTIFY_SOCKET: '/x', WATCHDOG_USEC: '60000000', WATCHDOG_PID: '1' };
  const log = { info: () => {}, warn: () => {} };
  systemdIn(env, (message) => said.push(...message), clock)?.started([], log, figures);
  await clock.advance(120_000);
  expect(said).toEqual(['READY=1', 'STATUS=works']);
});
