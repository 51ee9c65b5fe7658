import { spawn } from 'node:child_process';
import { existsSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { firstStart } from '../../../gateway/cli/first-start.ts';
import { runUserAdd } from '../../../gateway/cli/user-commands.ts';
import { command, missing, root } from '../../needs.ts';
import { tempDir } from '../../temp.ts';
import { hour, openAccounts, password } from '../accounts/fakes.ts';
import { GatewayProcess } from '../gateway-process.ts';
import { LogLines } from '../mqtt/broker-fakes.ts';
import { writeSite } from '../site-files.ts';

function opened({ isTTY }: { isTTY: boolean }) {
  const world = openAccounts();
  const log = new LogLines();
  let written = '';
  const terminal = {
    isTTY,
    write: (text: string) => {
      written += text;
    },
  };
  const start = () => {
    written = '';
    firstStart({ accounts: world.accounts, pages: 'https://jari.example:8443', terminal, log: log.log });
    const link = /https:\/\/jari\.example:8443\/join#([\w-]{43})\n/.exec(written)?.[1];
    return { written, code: link ?? '' };
  };
  return { ...world, log, start };
}

describe('on a terminal, while there are no people', () => {
  test('the gateway prints a link that makes one admin, within an hour', async () => {
    const { accounts, start, clock, rows, log } = opened({ isTTY: true });
    const { code } = start();
    expect(accounts.invitations.look(code)).toMatchObject({ for: 'join', role: 'admin', by: 'gateway', usesLeft: 1 });
    clock.stepWall(hour - 1);
    await accounts.invitations.accept({ code, name: 'kim', password });
    expect(accounts.people.find('kim')).toEqual({ name: 'kim', role: 'admin', buildings: [] });
    expect(accounts.invitations.look(code)).toBeUndefined();
    expect(rows()[0]).toMatchObject({ by: 'gateway', action: 'invitation-create', why: 'nobody may sign in yet' });
    expect(JSON.stringify([rows(), log.lines])).not.toContain(code);
  });

  test('the link is over after an hour, and when the gateway starts again', () => {
    const { accounts, start, clock } = opened({ isTTY: true });
    const first = start();
    const second = start();
    expect(accounts.invitations.look(first.code)).toBeUndefined();
    expect(accounts.invitations.look(second.code)).toBeDefined();
    clock.stepWall(hour);
    expect(accounts.invitations.look(second.code)).toBeUndefined();
  });

  test('a start after somebody was added by command prints none, and ends the one that was printed', () => {
    const { accounts, start, person } = opened({ isTTY: true });
    const first = start();
    person('haeun', 'viewer');
    expect(start().written).toBe('');
    expect(accounts.invitations.look(first.code)).toBeUndefined();
  });
});

test('without a terminal the log says by which command, and no link is made', () => {
  const { accounts, start, log, person } = opened({ isTTY: false });
  expect(start().written).toBe('');
  expect(accounts.invitations.list()).toEqual([]);
  expect(log.lines).toEqual([{ level: 'warn', event: 'no-people', ids: { mend: 'jari user add NAME --role admin' } }]);
  person('haeun', 'viewer');
  start();
  expect(log.lines).toHaveLength(1);
});

describe('jari gateway', () => {
  test('without a terminal logs no-people until there is somebody', async () => {
    const dir = tempDir();
    const options = { sites: [writeSite(dir)], data: dir, mqttPort: 0, httpPort: 0 };
    const first = new GatewayProcess(options);
    await first.logs('"no-people"');
    first.child.kill('SIGTERM');
    await first.ended;
    expect(first.problems).toBe('');
    expect(first.log).not.toContain('/join#');
    await runUserAdd({ data: dir, name: 'kim', role: 'admin' });
    const second = new GatewayProcess(options);
    await second.logs('"gateway-started"');
    second.child.kill('SIGTERM');
    await second.ended;
    expect(second.log).not.toContain('"no-people"');
  });

  test.skipIf(missing(command('script')))('on a terminal prints the link there, and never in the log', async () => {
    const dir = tempDir();
    const log = join(dir, 'log');
    const args = `--site ${writeSite(dir)} --data ${dir} --mqtt-port 0 --http-port 0`;
    const line = `exec ${process.execPath} ${join(root, 'jari.ts')} gateway ${args} >${log}`;
    const terminal = spawn('script', ['-qfc', line, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, SHELL: '/bin/sh' },
    });
    onTestFinished(() => {
      terminal.kill('SIGKILL');
    });
    let shown = '';
    const link = new Promise<RegExpExecArray>((resolve, reject) => {
      terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
        shown += text;
        const found = /(http:\/\/[\w.:]+)\/join#([\w-]{43})/.exec(shown);
        if (found !== null) resolve(found);
      });
      terminal.once('close', () => reject(new Error(`the gateway ended: ${shown}`)));
    });
    const [, pages = '', code = ''] = await link;
    const accept = await fetch(`${pages}/api/v1/invitations/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, user: 'kim', password }),
    });
    expect(await accept.json()).toEqual({ name: 'kim' });
    await gone(dir, () => process.kill(JSON.parse(readFileSync(join(dir, 'listening.json'), 'utf8')).pid, 'SIGTERM'));
    const written = readFileSync(log, 'utf8');
    expect(written).toContain('"gateway-started"');
    expect(written).not.toMatch(/join#|no-people/);
    expect(written).not.toContain(code);
  });
});

/** Ends the gateway, and resolves when it listens no more. */
async function gone(dir: string, end: () => void): Promise<void> {
  const file = join(dir, 'listening.json');
  await new Promise<void>((resolve) => {
    const watcher = watch(dir, () => {
      if (!existsSync(file)) resolve();
    });
    onTestFinished(() => watcher.close());
    end();
  });
}
