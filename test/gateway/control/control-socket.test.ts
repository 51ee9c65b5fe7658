import { chmodSync, existsSync, lstatSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { InputError } from '../../../contract/input-error.ts';
import { Accounts } from '../../../gateway/accounts/accounts.ts';
import { checkedBuilding } from '../../../gateway/accounts/people.ts';
import { Audit } from '../../../gateway/audit/audit.ts';
import { change as changeIn } from '../../../gateway/cli/change.ts';
import { askControl, ControlServer } from '../../../gateway/control/control-socket.ts';
import type { AccountCommand, Ask } from '../../../gateway/control/requests.ts';
import { tryLock } from '../../../gateway/data-folder/lock.ts';
import { openDatabase } from '../../../gateway/store/database.ts';
import { tempDir } from '../../temp.ts';
import { ownCertificates } from '../ca/own-ca.ts';
import { LogLines } from '../mqtt/broker-fakes.ts';

const agentAdd = { site: 'saesol', agent: 'cabinet-1' };
const userAdd = { name: 'haeun', role: 'viewer', buildings: [], password: 'correct horse' };
const said = { by: 'command:test', why: null };

const change = <C extends AccountCommand>(dir: string, command: C, ask: Ask<C>, clock?: typeof systemClock) =>
  changeIn({ data: dir }, command, ask, clock);

function accountsIn(dir: string) {
  const db = openDatabase(dir);
  const audit = new Audit({ db, clock: systemClock });
  return { db, audit, accounts: new Accounts({ db, clock: systemClock, audit, sessionKey: () => new Uint8Array(32) }) };
}

/** What of a running gateway an account command meets: the lock, the accounts, the socket. */
async function running(dir: string) {
  const attempt = tryLock(dir);
  if (!attempt.ok) throw new Error('the folder is taken');
  const { db, audit, accounts } = accountsIn(dir);
  const certificates = ownCertificates({ db, clock: systemClock, dir });
  const log = new LogLines();
  const control = await ControlServer.listen({
    dir,
    clock: systemClock,
    log: log.log,
    target: { accounts, certificates, audit, pages: null },
  });
  let open = true;
  const stop = async () => {
    if (!open) return;
    open = false;
    await control.close();
    db.close();
    attempt.lock.release();
  };
  onTestFinished(stop);
  return { accounts, audit, log, stop };
}

/** The accounts as they are on disk. */
function stored(dir: string): Accounts {
  const { db, accounts } = accountsIn(dir);
  onTestFinished(() => {
    db.close();
  });
  return accounts;
}

/** Sends bytes to the socket and gives back all that comes. */
function raw(dir: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: join(dir, 'control.sock') }, () => socket.end(text));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}

describe('an account command', () => {
  test('does it itself when no gateway runs', async () => {
    const dir = tempDir();
    const { password, replaced } = await change(dir, 'agent-add', agentAdd);
    expect(replaced).toBe(false);
    expect(stored(dir).agents.check('cabinet-1', password)).toBeDefined();
  });

  test('asks the gateway that runs, which knows of it at once', async () => {
    const dir = tempDir();
    const gateway = await running(dir);
    const { password } = await change(dir, 'agent-add', agentAdd);
    expect(gateway.accounts.agents.check('cabinet-1', password)).toBeDefined();
    const token = await change(dir, 'token-create', { name: 'screen', scope: 'read', lifeMs: null });
    expect(gateway.accounts.tokens.check(token.token)?.name).toBe('screen');
    expect(await change(dir, 'user-add', userAdd)).toEqual({ replaced: false });
    const attempt = { name: 'haeun', address: '127.0.0.1', password: 'correct horse' };
    expect(await gateway.accounts.signIns.signIn(attempt)).toMatchObject({ ok: true });
    const rows = gateway.audit.list({ before: null, limit: 10 });
    expect(rows.map((row) => row.action)).toEqual(['sign-in', 'person-add', 'token-create', 'agent-add']);
    expect(JSON.stringify(gateway.log.lines)).not.toContain('correct horse');
  });

  test('is answered whole, however long the answer', async () => {
    const dir = tempDir();
    const { accounts } = await running(dir);
    const names = Array.from({ length: 2000 }, (_, n) => `a-resident-of-the-third-floor-${String(n).padStart(4, '0')}`);
    const buildings = [checkedBuilding({ site: 'saesol', building: 'hanbit' })];
    accounts.atOnce(() => {
      for (const name of names) accounts.people.write({ name, role: 'resident', buildings }, 'no hash', said);
    });
    const { items } = await change(dir, 'user-list', {});
    expect(items.map(({ name }) => name)).toEqual(names);
  });

  test('says the same of bad input whether a gateway runs or not', async () => {
    const bad = { name: 'Bad Name', scope: 'read', lifeMs: null };
    const [stopped, taken] = [tempDir(), tempDir()];
    await running(taken);
    const say = (dir: string) =>
      change(dir, 'token-create', bad).catch((error) => (error instanceof InputError ? error.problems : error));
    expect(await say(stopped)).toEqual([expect.stringMatching(/^token name "Bad Name": use 1–63 of a–z/)]);
    expect(await say(taken)).toEqual(await say(stopped));
  });

  test('does it itself after a gateway was killed and left its socket', async () => {
    const dir = tempDir();
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen({ path: join(dir, 'dead.sock') }, () => resolve()));
    // What a killed process leaves: a socket file on which nobody listens.
    renameSync(join(dir, 'dead.sock'), join(dir, 'control.sock'));
    await new Promise((resolve) => dead.close(resolve));
    expect(lstatSync(join(dir, 'control.sock')).isSocket()).toBe(true);
    expect((await change(dir, 'agent-add', agentAdd)).replaced).toBe(false);
    const gateway = await running(dir);
    expect((await change(dir, 'agent-add', agentAdd)).replaced).toBe(true);
    await gateway.stop();
    expect(existsSync(join(dir, 'control.sock'))).toBe(false);
  });

  test('two at once both succeed, one after the other', async () => {
    const dir = tempDir();
    const answers = await Promise.all([
      change(dir, 'agent-add', agentAdd),
      change(dir, 'agent-add', { ...agentAdd, agent: 'cabinet-2' }),
      change(dir, 'user-add', userAdd),
    ]);
    expect(answers.map((answer) => answer.replaced)).toEqual([false, false, false]);
    const accounts = stored(dir);
    expect(accounts.agents.has('cabinet-1') && accounts.agents.has('cabinet-2')).toBe(true);
  });

  test('waits for a gateway that is starting, and gives up on one that does not answer', async () => {
    const dir = tempDir();
    const held = tryLock(dir);
    onTestFinished(() => {
      if (held.ok) held.lock.release();
    });
    const soon = { ...systemClock, sleep: () => Promise.resolve(), monotonic: () => systemClock.monotonic() * 100 };
    await expect(change(dir, 'agent-add', agentAdd, soon)).rejects.toThrow(
      `${dir}: process ${process.pid} holds this folder and does not answer; stop it and try again`,
    );
  });

  test('says what is wrong with a store that is none', async () => {
    const dir = tempDir();
    writeFileSync(
      join(dir, 'gateway.db'),
      'this is a text file, and it is long enough to be read as pages '.repeat(100),
    );
    await expect(change(dir, 'agent-add', agentAdd)).rejects.toThrow(InputError);
    await expect(change(dir, 'agent-add', agentAdd)).rejects.toThrow(/gateway\.db: is not a database/);
  });
});

describe('the control socket', () => {
  test('is for the owner alone', async () => {
    const dir = tempDir();
    chmodSync(dir, 0o755);
    await running(dir);
    expect(statSync(join(dir, 'control.sock')).mode & 0o777).toBe(0o600);
  });

  test('works in a folder whose path is longer than a socket address holds', async () => {
    const dir = join(tempDir(), 'a-rather-long-name-of-a-folder'.repeat(3), 'and-one-more-below-it-to-be-sure');
    mkdirSync(dir, { recursive: true });
    expect(dir.length).toBeGreaterThan(107);
    const gateway = await running(dir);
    const { password } = await change(dir, 'agent-add', agentAdd);
    expect(gateway.accounts.agents.check('cabinet-1', password)).toBeDefined();
    expect(statSync(join(dir, 'control.sock')).mode & 0o777).toBe(0o600);
    await gateway.stop();
    expect(existsSync(join(dir, 'control.sock'))).toBe(false);
    expect(await askControl(dir, { command: 'agent-add', ask: agentAdd, ...said }, systemClock)).toBeUndefined();
  });

  test.each([
    ['no JSON', 'hello\n', /control request: /],
    ['an unknown command', '{"command":"shut-down"}\n', /control request: /],
    [
      'a command without its parts',
      '{"command":"agent-add","ask":{},"by":"command:pi","why":null}\n',
      /control request agent-add: site: /,
    ],
    [
      'a bad id',
      '{"command":"agent-add","ask":{"site":"saesol","agent":"A B"},"by":"command:pi","why":null}\n',
      /id "A B": use 1–63/,
    ],
  ])('answers %s with what is wrong', async (_what, line, problem) => {
    const dir = tempDir();
    await running(dir);
    const reply: unknown = JSON.parse(await raw(dir, line));
    expect(reply).toEqual({ ok: false, problems: [expect.stringMatching(problem)] });
  });

  test.each([
    ['ends without a line', '{"command":'],
    ['sends more than a request can be', 'x'.repeat(200_000)],
  ])('hangs up on who %s, and goes on', async (_what, text) => {
    const dir = tempDir();
    await running(dir);
    await raw(dir, text).catch(() => '');
    expect((await change(dir, 'agent-add', agentAdd)).replaced).toBe(false);
  });

  test('takes the place of a file only when it is a socket', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'control.sock'), 'somebody wrote this');
    await expect(running(dir)).rejects.toThrow(/control\.sock: cannot be opened \(EADDRINUSE\)/);
  });
});
