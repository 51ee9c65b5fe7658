import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InputError } from '../../contract/input-error.ts';
import { decode } from '../../contract/messages.ts';
import { lockFolder } from '../../edge/box/lock.ts';
import { type EdgeCommand, runEdge } from '../../edge/cli.ts';
import { listeningBroker } from '../listening-broker.ts';
import { root } from '../needs.ts';
import { tempDir } from '../temp.ts';

/** A folder with a site of one agent, whose only device hangs on a TCP port that nobody serves. */
function siteFolder(options: { password?: string | null; extra?: string } = {}) {
  const dir = tempDir();
  const { password = 'right', extra = '' } = options;
  if (password !== null) writeFileSync(join(dir, 'cab.password'), `${password}\n`, { mode: 0o600 });
  const site = join(dir, 'site.yaml');
  writeFileSync(
    site,
    `site: testville
name: { ko: 시험, en: Test }
timezone: Asia/Seoul
agents:
  - id: cabinet-1
    uplink: { url: "mqtt://127.0.0.1:1", username: cabinet-1, passwordFile: cab.password }
    buses:
      - id: lan
        kind: modbus-tcp
        host: 127.0.0.1
        port: 1
        devices: [{ id: meter-1, profile: eastron-sdm120, unit: 1, every: 2s }]
${extra}`,
  );
  return { dir, site, data: join(dir, 'data') };
}

async function problemsOf(command: EdgeCommand): Promise<readonly string[]> {
  const error = await runEdge(command).then(
    () => undefined,
    (problem: unknown) => problem,
  );
  if (!(error instanceof InputError)) throw new Error(`no input error: ${String(error)}`);
  return error.problems;
}

describe('bad input to jari edge', () => {
  test('names every problem of the site file, with its place', async () => {
    const { site, data } = siteFolder({ extra: 'colour: red\nlotz: []\n' });
    const problems = await problemsOf({ site, agent: 'cabinet-1', data });
    expect(problems).toEqual([
      expect.stringMatching(`^${site}:13:1 colour: `),
      expect.stringMatching(`^${site}:14:1 lotz: `),
    ]);
  });

  test('says that the site file is not there', async () => {
    expect(await problemsOf({ site: '/nowhere/site.yaml', agent: 'cabinet-1' })).toEqual([
      expect.stringContaining('/nowhere/site.yaml'),
    ]);
  });

  test('names the agents there are', async () => {
    const { site, data } = siteFolder();
    expect(await problemsOf({ site, agent: 'cabinet-9', data })).toEqual([
      `--agent cabinet-9: ${site} has no such agent; it has: cabinet-1`,
    ]);
  });

  test('says all at once what is wrong with the password, the address and the ports', async () => {
    const { site, data, dir } = siteFolder({ password: null });
    const problems = await problemsOf({
      site,
      agent: 'cabinet-1',
      data,
      uplinkUrl: 'http://gateway',
      ports: join(dir, 'ports.json'),
    });
    expect(problems).toEqual([
      '--uplink-url: an uplink is written mqtts://host:port, or mqtt://host:port on this machine',
      expect.stringContaining('ports.json'),
      expect.stringContaining('cab.password: the password file does not exist'),
    ]);
    expect(readdirSync(dir)).not.toContain('data');
  });

  test.each([
    ['mqtt://192.0.2.9:1883', /pass over the network unencrypted; use mqtts:/],
    ['mqtt://me:hunter2@127.0.0.1:1883', /no name or password in the address/],
  ])('holds --uplink-url %s to the rule of the site file, and does not repeat it', async (uplinkUrl, why) => {
    const { site, data } = siteFolder();
    const problems = await problemsOf({ site, agent: 'cabinet-1', data, uplinkUrl });
    expect(problems).toEqual([expect.stringMatching(why)]);
    expect(problems.join()).not.toContain('hunter2');
  });

  test('says that the data folder cannot be one', async () => {
    const { site, dir } = siteFolder();
    writeFileSync(join(dir, 'file'), '');
    for (const data of [join(dir, 'file'), join(dir, 'file', 'below')]) {
      expect(await problemsOf({ site, agent: 'cabinet-1', data })).toEqual([
        expect.stringMatching(`^${data}: cannot be the data folder .*--data`),
      ]);
    }
  });

  test('says that another agent has the data folder', async () => {
    const { site, dir } = siteFolder();
    const lock = lockFolder(dir);
    onTestFinished(() => lock.close());
    expect(await problemsOf({ site, agent: 'cabinet-1', data: dir })).toEqual([
      expect.stringMatching(`^${dir}: in use by another agent`),
    ]);
  });
});

/** `runEdge` in a process of its own. */
function start(command: EdgeCommand) {
  const script = `const { runEdge } = await import(${JSON.stringify(join(root, 'edge/cli.ts'))}); await runEdge(${JSON.stringify(command)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.on('data', (chunk) => void out.push(String(chunk)));
  child.stderr.on('data', (chunk) => void err.push(String(chunk)));
  const ended = new Promise<{ code: number | null }>((resolve) => child.once('close', (code) => resolve({ code })));
  onTestFinished(async () => {
    endNow(child);
    await ended;
  });
  const lines = () =>
    out
      .join('')
      .split('\n')
      .filter((line) => line !== '');
  return { child, lines, events: () => lines().map((line) => JSON.parse(line).msg), err: () => err.join(''), ended };
}

function endNow(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

const patience = { timeout: 60_000, interval: 50 };

describe('jari edge', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'runs until %s, then says goodbye and ends well within 5 s',
    async (signal) => {
      const { site, data } = siteFolder();
      const { heard, url } = await listeningBroker({ password: 'right' });
      const { child, events, lines, err, ended } = start({ site, agent: 'cabinet-1', data, uplinkUrl: url });
      const topics = () => heard.map(({ topic }) => topic.split('/').slice(3).join('/'));
      await expect.poll(() => topics().length, patience).toBeGreaterThanOrEqual(3);
      expect(topics().slice(0, 3)).toEqual(['cabinet-1/status', 'cabinet-1/meter-1/birth', 'cabinet-1/health']);
      expect(() => lockFolder(data)).toThrow(`process ${child.pid}`);
      expect(statSync(data).mode & 0o777).toBe(0o700);
      const asked = performance.now();
      child.kill(signal);
      expect(await ended).toEqual({ code: 0 });
      expect(performance.now() - asked).toBeLessThan(5000);
      const last = decode.status(heard.at(-1)?.payload ?? '');
      expect(last).toMatchObject({ ok: true, value: { state: 'offline', start: 1, simulated: false } });
      expect(events()).toEqual(
        expect.arrayContaining(['outbox-open', 'agent-started', 'uplink-online', 'agent-stopped']),
      );
      for (const line of lines()) expect(JSON.parse(line)).toMatchObject({ site: 'testville', agent: 'cabinet-1' });
      expect(err()).toBe('');
    },
  );

  test('says once, in words, that the broker refuses its password, and keeps reading', async () => {
    const { site, data } = siteFolder({ password: 'wrong' });
    const { tries, url } = await listeningBroker({ password: 'right' });
    const { child, events, lines, ended } = start({ site, agent: 'cabinet-1', data, uplinkUrl: url });
    await expect.poll(() => tries.length, patience).toBeGreaterThanOrEqual(3);
    expect(events().filter((event) => event === 'uplink-refused')).toHaveLength(1);
    const refusal = lines()
      .map((line) => JSON.parse(line))
      .find(({ msg }) => msg === 'uplink-refused');
    expect(refusal.why).toMatch(/^mqtt:.*jari agent add/);
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0 });
  });

  test('ends with a fatal line when its outbox cannot be used', async () => {
    const { site, data } = siteFolder();
    const { url } = await listeningBroker({ password: 'right' });
    const first = start({ site, agent: 'cabinet-1', data, uplinkUrl: url });
    // In the midst of its start, which a broker that answers makes no longer.
    await expect.poll(first.events, patience).toContain('outbox-open');
    first.child.kill('SIGTERM');
    expect(await first.ended).toEqual({ code: 0 });
    const { default: Database } = await import('better-sqlite3');
    const db = new Database(join(data, 'outbox.db'));
    db.pragma('user_version = 99');
    db.close();
    const second = start({ site, agent: 'cabinet-1', data, uplinkUrl: url });
    expect(await second.ended).toEqual({ code: 1 });
    const last = JSON.parse(second.lines().at(-1) ?? '{}');
    expect(last).toMatchObject({ level: 60, msg: 'agent-died' });
    expect(last.err.message).toMatch(/outbox.db: schema version 99 is of a newer jari.*move the file away/);
  });
});
