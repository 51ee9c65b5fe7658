import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Command } from 'commander';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InputError } from '../../../contract/input-error.ts';
import { digest } from '../../../gateway/accounts/secrets.ts';
import { addAccountCommands } from '../../../gateway/cli/cli.ts';
import { type Output, table } from '../../../gateway/cli/output.ts';
import { tryLock } from '../../../gateway/data-folder/lock.ts';
import { openDatabase } from '../../../gateway/store/database.ts';
import { jariOnce } from '../../system/harness.ts';
import { tempDir } from '../../temp.ts';
import { openAccounts } from '../accounts/fakes.ts';
import { startGateway } from '../gateway-parts.ts';
import { writeSite } from '../site-files.ts';

/** A command as it is typed: what it prints, or its problems. */
async function run(...args: string[]): Promise<Output> {
  const program = new Command('jari').exitOverride().configureOutput({ writeErr: () => {} });
  let printed: Output | undefined;
  addAccountCommands(program, (output) => {
    printed = output;
  });
  await program.parseAsync(args, { from: 'user' });
  if (printed === undefined) throw new Error(`jari ${args.join(' ')} printed nothing`);
  return printed;
}

async function problemsOf(...args: string[]): Promise<readonly string[]> {
  const error = await run(...args).then(
    () => undefined,
    (reason) => reason,
  );
  if (error instanceof InputError) return error.problems;
  throw new Error(`expected an InputError, not ${error}`);
}

/** A folder on which a gateway runs, or none does. */
async function folder(state: 'running' | 'stopped') {
  const dir = tempDir();
  const site = join(dir, 'site.yaml');
  writeFileSync(
    site,
    `${readFileSync(writeSite(dir), 'utf8')}buildings:\n  - { id: hanbit, name: { ko: 한빛, en: Hanbit } }\n`,
  );
  if (state === 'running') {
    const attempt = tryLock(dir);
    if (!attempt.ok) throw new Error('the folder is taken');
    onTestFinished(() => attempt.lock.release());
    await startGateway({ dir, sites: [site] });
  }
  return { data: ['--data', dir], dir, site, where: ['--building', 'hanbit', '--site', site] };
}

const secret = expect.stringMatching(/^[\w-]{43}$/);

describe.each(['running', 'stopped'] as const)('with the gateway %s', (state) => {
  test('a token is made, listed without its secret, and revoked', async () => {
    const { data, dir } = await folder(state);
    const made = await run('token', 'create', '--name', 'city', '--scope', 'read,metrics', '--expires', '90d', ...data);
    expect(made.json).toEqual({
      name: 'city',
      scope: 'read,metrics',
      token: secret,
      replaced: false,
      expires: expect.any(String),
    });
    expect(made.text).toMatch(
      /^token city \(read, metrics\) is new and ends \d{4}-.*; it is shown this once:\n[\w-]{43}$/,
    );
    const token = 'token' in made.json ? String(made.json.token) : '';
    const db = new Sqlite(join(dir, 'gateway.db'), { readonly: true });
    expect(db.prepare('SELECT secret FROM account_tokens').pluck().get()).toEqual(digest(token));
    db.close();
    const list = await run('token', 'list', ...data);
    expect(list.json).toMatchObject({ items: [{ name: 'city', scopes: ['read', 'metrics'] }] });
    expect(list.text).toMatch(/^token +scopes +made +ends\ncity +read, metrics +\d{4}-/);
    expect(JSON.stringify(list)).not.toContain(token);
    expect(await run('token', 'revoke', 'city', ...data)).toEqual({
      text: 'token city has ended',
      json: { name: 'city', revoked: true },
    });
    expect(await problemsOf('token', 'revoke', 'city', ...data)).toEqual([
      'token city: there is none of this name; see jari token list',
    ]);
  });

  test('a person is added, given another role and password, listed and removed', async () => {
    const { data, dir, where } = await folder(state);
    const file = join(dir, 'secret');
    const added = await run('user', 'add', 'kim', '--role', 'admin', '--password-file', file, ...data);
    expect(added.json).toEqual({ name: 'kim', role: 'admin', replaced: false, passwordFile: file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await run('user', 'add', 'haeun', '--role', 'manager', ...where, ...data)).json).toMatchObject({
      password: secret,
    });
    const hanbit = { site: 'saesol', building: 'hanbit' };
    expect((await run('user', 'role', 'haeun', 'resident', ...where, ...data)).json).toEqual({
      name: 'haeun',
      role: 'resident',
      buildings: [hanbit],
    });
    expect((await run('user', 'reset', 'haeun', ...data)).text).toMatch(
      /^user haeun has a new password and is signed out everywhere; the password is shown this once:\n[\w-]{43}$/,
    );
    const list = await run('user', 'list', ...data);
    expect(list.json).toMatchObject({
      items: [
        { name: 'haeun', role: 'resident', buildings: [hanbit] },
        { name: 'kim', role: 'admin', buildings: [] },
      ],
    });
    expect(list.text).toMatch(/^user +role +buildings +since\nhaeun +resident +saesol\/hanbit +\d{4}-/);
    expect((await run('user', 'remove', 'haeun', ...data)).json).toEqual({ name: 'haeun', removed: true });
    expect(await problemsOf('user', 'remove', 'haeun', ...data)).toEqual(['There is no person haeun.']);
    expect(await problemsOf('user', 'remove', 'kim', ...data)).toEqual([
      'kim is the only administrator. Make another one first.',
    ]);
  });

  test('an invitation is a link, with its QR code where a gateway says what its pages are', async () => {
    const { data, where } = await folder(state);
    const made = await run(
      'user',
      'invite',
      '--role',
      'resident',
      '--uses',
      '30',
      '--expires',
      '12h',
      ...where,
      ...data,
    );
    const host = state === 'running' ? 'http://127\\.0\\.0\\.1:\\d+' : '';
    expect(made.json).toEqual({
      role: 'resident',
      link: expect.stringMatching(new RegExp(`^${host}/join#[\\w-]{43}$`)),
      expires: expect.any(String),
      uses: 30,
    });
    expect(made.text.includes('█')).toBe(state === 'running');
    expect(made.text.startsWith("no gateway runs: put its pages' address before the link")).toBe(state === 'stopped');
  });

  test('the audit lists who did what from where and why, newest first, and is whole', async () => {
    const { data } = await folder(state);
    await run('user', 'add', 'kim', '--role', 'admin', '--why', '첫 관리자', ...data);
    await run('user', 'reset', 'kim', ...data);
    const list = await run('audit', 'list', '--limit', '2', ...data);
    expect(list.json).toMatchObject({
      items: [
        { action: 'password-change', subject: 'person:kim', why: null },
        { action: 'person-add', subject: 'person:kim', by: expect.stringMatching(/^command:/), why: '첫 관리자' },
      ],
    });
    expect(list.text.split('\n')).toHaveLength(3);
    const verified = await run('audit', 'verify', ...data);
    const rows = state === 'running' ? 4 : 2;
    expect(verified.json).toEqual({ ok: true, rows, head: expect.stringMatching(/^\d+:[0-9a-f]{64}$/) });
    const head = 'head' in verified.json ? String(verified.json.head) : '';
    await run('user', 'reset', 'kim', ...data);
    expect((await run('audit', 'verify', '--head', head, ...data)).json).toMatchObject({ ok: true, rows: rows + 1 });
  });

  test.each<[args: string[], problem: RegExp]>([
    [['token', 'create', '--name', 'X', '--scope', 'read'], /^token name "X": use 1–63/],
    [
      ['token', 'create', '--name', 'x', '--scope', 'all'],
      /^scope all: is none; use read, metrics, audit, command, reserve or payments$/,
    ],
    [
      ['token', 'create', '--name', 'x', '--scope', 'read', '--expires', '30s'],
      /^"30s": is no time of a minute or more/,
    ],
    [['token', 'create', '--name', 'x', '--scope', 'read', '--expires', '0d'], /^"0d": is no time/],
    [['user', 'add', 'kim', '--role', 'king'], /^role king: is none/],
    [['user', 'add', 'kim', '--role', 'manager'], /^The role manager belongs to a building. Say which.$/],
    [['user', 'add', 'kim', '--role', 'manager', '--building', 'hanbit'], /^--building: needs --site FILE/],
    [['user', 'role', 'nobody', 'viewer'], /^There is no person nobody/],
    [['user', 'reset', 'nobody'], /^There is no person nobody/],
    [['user', 'invite', '--role', 'admin', '--uses', '2'], /^An invitation for this role is good for one person/],
    [['user', 'invite', '--role', 'admin', '--expires', '31d'], /^An invitation is good for 1 minute to 30 days.$/],
    [['user', 'invite', '--role', 'admin', '--uses', '0'], /^"0" is not a whole number above 0/],
    [['audit', 'verify', '--head', '1:abc'], /^--head 1:abc: is no head; give NUMBER:HASH/],
  ])('jari %j says what is wrong', async (args, problem) => {
    const { data } = await folder(state);
    // The database is there in both states.
    await run('token', 'list', ...data);
    expect(await problemsOf(...args, ...data)).toEqual([expect.stringMatching(problem)]);
  });
});

describe('the buildings of a person', () => {
  test('are those of the site file', async () => {
    const { data, site } = await folder('stopped');
    const add = ['user', 'add', 'kim', '--role', 'manager', '--site', site, ...data];
    expect(await problemsOf(...add, '--building', 'none')).toEqual([
      `building none: is not in ${site}; add it there, or give one of: hanbit`,
    ]);
    expect(
      await problemsOf(
        'user',
        'invite',
        '--role',
        'resident',
        '--site',
        site,
        ...data,
        '--building',
        'hanbit',
        'hanbit',
      ),
    ).toEqual(['invitation: is for one building; make one for each']);
  });
});

test('a password file is not left behind by a command that changes nothing', async () => {
  const { data, dir } = await folder('stopped');
  const file = join(dir, 'secret');
  await problemsOf('user', 'reset', 'nobody', '--password-file', file, ...data);
  expect(existsSync(file)).toBe(false);
});

describe('jari audit verify', () => {
  function folderWith(change: (db: Sqlite.Database) => void): string {
    const dir = tempDir();
    const { accounts, db } = openAccounts({ db: openDatabase(dir) });
    for (const name of ['a', 'b', 'c']) {
      accounts.tokens.create({ name, scope: 'read', lifeMs: null }, { by: 'command:test', why: null });
    }
    db.exec('DROP TRIGGER audit_keeps; DROP TRIGGER audit_stays; DROP TRIGGER audit_appends');
    change(db);
    db.close();
    return dir;
  }

  test.each<[what: string, sql: string, problem: string]>([
    [
      'changed',
      "UPDATE audit SET subject = 'token:x' WHERE id = 2",
      'row 2: this row, or the one before it, is not what was written',
    ],
    ['taken out', 'DELETE FROM audit WHERE id = 2', 'row 3: rows 2 to 2 are gone'],
  ])('names the row that was %s', async (_what, sql, problem) => {
    const dir = folderWith((db) => db.exec(sql));
    expect(await problemsOf('audit', 'verify', '--data', dir)).toEqual([
      `${join(dir, 'gateway.db')}: audit ${problem}`,
    ]);
  });

  test('sees a cut end by the head that was kept', async () => {
    let head = '';
    const dir = folderWith((db) => {
      head = db.prepare<[], string>("SELECT id || ':' || hash FROM audit ORDER BY id DESC").pluck().get() ?? '';
      db.exec('DELETE FROM audit WHERE id = 3');
    });
    expect((await run('audit', 'verify', '--data', dir)).json).toMatchObject({ ok: true, rows: 2 });
    expect(await problemsOf('audit', 'verify', '--data', dir, '--head', head)).toEqual([
      expect.stringMatching(/audit row 2: the chain ends here, and row 3 was known: its end is cut off$/),
    ]);
  });

  test('says what is missing where there is no gateway, no audit or no database', async () => {
    const dir = tempDir();
    expect(await problemsOf('audit', 'verify', '--data', dir)).toEqual([
      `${join(dir, 'gateway.db')}: is not there; give the gateway's folder with --data`,
    ]);
    new Sqlite(join(dir, 'gateway.db')).exec('CREATE TABLE x (y)').close();
    expect(await problemsOf('audit', 'list', '--data', dir)).toEqual([
      expect.stringMatching(/its audit cannot be read \(no such table: audit\); see the gateway's log$/),
    ]);
    writeFileSync(join(dir, 'gateway.db'), 'this is a text file, and long enough '.repeat(200));
    expect(await problemsOf('audit', 'list', '--data', dir)).toEqual([
      expect.stringMatching(/its audit cannot be read \(file is not a database\)/),
    ]);
  });
});

test('what a stranger typed as a reason cannot draw on the terminal of who reads the audit', () => {
  const reason = '\u001b[2J\u001b[1;1Hall is well\r\n\u202elive\u2028x';
  const text = table(['why'], [[reason]]);
  expect(text).toBe('why\n\\u001b[2J\\u001b[1;1Hall is well\\u000d\\u000a\\u202elive\\u2028x');
  expect(table(['이름', 'b'], [['한빛', 'x']])).toBe('이름  b\n한빛  x');
});

test('jari permissions prints each right, who has it and where it applies', async () => {
  const { text, json } = await run('permissions');
  expect(text).toMatch(/^right +anyone +agent +viewer +operator +manager +resident +admin +token:read/);
  expect(text).toMatch(/^keep-people +- +- +- +- +yes +- +yes( +-)+$/m);
  expect(text).toContain('    PUT /api/v1/people/:person');
  expect(json).toMatchObject({ rights: expect.arrayContaining([expect.objectContaining({ name: 'read-audit' })]) });
});

test('a mistake ends with exit code 2 and words, as JSON too, and success with 0', async () => {
  const dir = tempDir();
  const [wrong, usage, right] = await Promise.all([
    jariOnce(['user', 'add', 'kim', '--role', 'king', '--data', dir, '--json']),
    jariOnce(['token', 'create', '--name', 'x', '--data', dir, '--json']),
    jariOnce(['user', 'list', '--data', join(dir, 'other'), '--json']),
  ]);
  const problem = 'role king: is none; use viewer, operator, manager, resident or admin';
  expect(wrong.code).toBe(2);
  expect(wrong.output).toContain(problem);
  expect(wrong.output).toContain(JSON.stringify({ ok: false, problems: [problem] }));
  expect(usage.code).toBe(2);
  expect(usage.output).toContain('--scope');
  expect(right).toMatchObject({ code: 0 });
  expect(JSON.parse(right.output)).toEqual({ items: [] });
});
