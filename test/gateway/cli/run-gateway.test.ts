import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { InputError } from '../../../contract/input-error.ts';
import { runAgentAdd } from '../../../gateway/cli/agent-commands.ts';
import { type GatewayCommand, loadSites } from '../../../gateway/cli/run-gateway.ts';
import { runTokenCreate } from '../../../gateway/cli/token-commands.ts';
import { runUserAdd } from '../../../gateway/cli/user-commands.ts';
import { tempDir } from '../../temp.ts';
import { GatewayProcess, refusedInTurn } from '../gateway-process.ts';
import { LogLines } from '../mqtt/broker-fakes.ts';
import { RawMqtt } from '../mqtt/raw-mqtt.ts';
import { writeSite } from '../site-files.ts';

async function problemsOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  );
  if (error instanceof InputError) return error.problems;
  throw new Error(`expected an InputError, not ${error}`);
}

/** A port of this machine that is taken until the test ends. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, () => resolve()));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('jari gateway', () => {
  test('says where it listens, serves an agent and HTTP, takes commands, and stops within 5 s', async () => {
    const dir = tempDir();
    const site = writeSite(dir);
    const gateway = new GatewayProcess({ sites: [site], data: dir, mqttPort: 0, httpPort: 0 });
    const listening = await gateway.listening(dir);
    expect(listening.pid).toBe(gateway.child.pid);
    expect(statSync(join(dir, 'listening.json')).mode & 0o777).toBe(0o600);
    expect((await fetch(`http://127.0.0.1:${listening.http.port}/healthz`)).status).toBe(200);

    const passwordFile = join(dir, 'cabinet-1.password');
    await runAgentAdd({ id: 'cabinet-1', site, data: dir, passwordFile });
    const agent = await RawMqtt.open(listening.mqtt.port);
    const password = Buffer.from(readFileSync(passwordFile, 'utf8').trim());
    expect(await agent.connect({ clientId: 'cabinet-1', username: 'cabinet-1', password })).toBe(0);
    const status = { v: 1, state: 'online', epoch: 'e1', start: 1, version: '0.1.0', simulated: true };
    expect(await agent.publish('jari/v1/saesol/cabinet-1/status', JSON.stringify(status))).toBe(true);

    const { json } = await runTokenCreate({ data: dir, name: 'screen', scope: 'read' });
    const token = 'token' in json ? String(json.token) : '';
    const agents = await fetch(`http://127.0.0.1:${listening.http.port}/api/v1/agents`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await agents.json()).toMatchObject({ items: [{ site: 'saesol', agent: 'cabinet-1', state: 'online' }] });

    const before = systemClock.monotonic();
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
    expect(systemClock.monotonic() - before).toBeLessThan(5000);
    expect(existsSync(join(dir, 'listening.json'))).toBe(false);
    expect(existsSync(join(dir, 'control.sock'))).toBe(false);
    expect(gateway.log).toContain('"gateway-stopped"');
    expect(gateway.log).not.toContain(password.toString());
    expect(await runUserAdd({ data: dir, name: 'haeun', role: 'viewer' })).toMatchObject({ json: { replaced: false } });
  });

  test('says where it listens over TLS too, where its site file asks for that, and makes its CA by itself', async () => {
    const dir = tempDir();
    const site = writeSite(dir, { tls: '{}' });
    const ports = { mqttPort: 0, httpPort: 0, mqttsPort: 0, httpsPort: 0 };
    const gateway = new GatewayProcess({ sites: [site], data: dir, ...ports });
    const { mqtts, https } = await gateway.listening(dir);
    const at = { host: '127.0.0.1', port: expect.any(Number) };
    expect([mqtts, https]).toEqual([at, at]);
    expect(existsSync(join(dir, 'ca', 'ca.key'))).toBe(true);
    const client = await RawMqtt.openTls(mqtts?.port ?? 0, { ca: readFileSync(join(dir, 'ca', 'ca.crt'), 'utf8') });
    expect(client.peerSerial()).toMatch(/^[0-9A-F]{32}$/);
  });

  test('keeps others off its folder, leaves it usable when killed, and ends at once at a second signal', async () => {
    const dir = tempDir();
    const options = { sites: [writeSite(dir)], data: dir, mqttPort: 0, httpPort: 0 };
    const first = new GatewayProcess(options);
    const listening = await first.listening(dir);
    const second = new GatewayProcess(options);
    expect((await second.ended).code).toBe(2);
    expect(second.problems).toBe(
      `data folder ${dir}: process ${first.child.pid} runs a gateway on it; stop that one, or give another --data`,
    );
    expect((await fetch(`http://127.0.0.1:${listening.http.port}/healthz`)).status).toBe(200);

    first.child.kill('SIGKILL');
    await first.ended;
    const third = new GatewayProcess(options);
    await third.logs('gateway-started');
    expect((await third.listening(dir)).pid).toBe(third.child.pid);

    // Both are there before it runs again, or it might be gone before the second came.
    third.child.kill('SIGSTOP');
    third.child.kill('SIGINT');
    third.child.kill('SIGTERM');
    third.child.kill('SIGCONT');
    expect((await third.ended).code).toBe(1);
  });

  test('refuses what it cannot start with by an input error that says how to fix it, and holds nothing that keeps its process alive', async () => {
    const taken = await takenPort();
    const isTaken = (option: string) => `port ${taken} on 127.0.0.1 is taken; free it or give ${option} N (0 = any)`;
    const anywhere = { mqttPort: 0, httpPort: 0 };
    const one = (options: Parameters<typeof writeSite>[1] = {}) => {
      const dir = tempDir();
      return { sites: [writeSite(dir, options)], data: dir };
    };
    const halfCa = one({ tls: '{}' });
    mkdirSync(join(halfCa.data, 'ca'));
    writeFileSync(join(halfCa.data, 'ca', 'ca.crt'), 'a certificate');
    const noDatabase = one();
    const text = 'this is a text file, and it is long enough to be read as pages '.repeat(100);
    writeFileSync(join(noDatabase.data, 'gateway.db'), text);
    const sameFolder = one();
    const noFolder = one();

    const refusals: [what: string, command: GatewayCommand, problem: string | RegExp][] = [
      ['no site file', { sites: [] }, 'gateway: no site file; give at least one with --site FILE'],
      ['a site file that is not there', { sites: [join(noFolder.data, 'none.yaml')] }, /none\.yaml/],
      ['a port that is none', { ...one(), mqttPort: 65_536 }, '--mqtt-port 65536: is no port; give 0 (any) to 65535'],
      [
        'an address of another machine',
        { ...one({ bind: '203.0.113.9' }), mqttPort: 0 },
        'gateway.mqtt.bind 203.0.113.9: is no address of this machine; fix it in the site file',
      ],
      [
        'a file in place of the folder',
        { ...noFolder, data: noFolder.sites[0] ?? '' },
        /^data folder .*: cannot be written \(EEXIST\); a file is in its place: move it, or give another --data$/,
      ],
      [
        'a TLS port where the site file asks for no TLS',
        { ...one(), mqttPort: 0, mqttsPort: 0 },
        /^--mqtts-port 0: .* asks for no TLS there; add tls: \{\} to gateway\.mqtt$/,
      ],
      [
        'a TLS port that is taken',
        { ...one({ tls: '{}' }), ...anywhere, mqttsPort: taken, httpsPort: 0 },
        isTaken('--mqtts-port'),
      ],
      [
        'half a CA',
        { ...halfCa, ...anywhere },
        /ca\.crt: its other half .*ca\.key is gone, so nothing can be issued; put it back/,
      ],
      [
        'an MQTT port that is taken',
        { ...sameFolder, sites: [writeSite(sameFolder.data, { mqttPort: taken })], httpPort: 0 },
        isTaken('--mqtt-port'),
      ],
      [
        'an HTTP port that is taken, in the folder that is free again',
        { ...sameFolder, sites: [writeSite(tempDir(), { httpPort: taken })], mqttPort: 0 },
        isTaken('--http-port'),
      ],
      [
        'a database that is none',
        { ...noDatabase, ...anywhere },
        /gateway\.db: is not a database; move it away, or give another folder with --data/,
      ],
    ];
    const told = await refusedInTurn(refusals.map(([, command]) => command));
    expect(Object.fromEntries(refusals.map(([what], index) => [what, told[index]]))).toEqual(
      Object.fromEntries(
        refusals.map(([what, , problem]) => [
          what,
          typeof problem === 'string' ? problem : expect.stringMatching(problem),
        ]),
      ),
    );
    expect(existsSync(join(sameFolder.data, 'listening.json'))).toBe(false);
    expect(readFileSync(join(noDatabase.data, 'gateway.db'), 'utf8')).toBe(text);
  });
});

test('site files are read all at once, and two of one id are refused by name', () => {
  const dir = tempDir();
  const [one, same] = [writeSite(dir), writeSite(dir, { agents: ['cabinet-2'] })];
  const broken = join(dir, 'broken.yaml');
  writeFileSync(broken, 'site: [');
  const load = (...files: string[]) => loadSites(files, new LogLines().log);
  expect(load(one, writeSite(dir, { id: 'hanbit' })).map((site) => site.id)).toEqual(['saesol', 'hanbit']);
  expect(() => load(one, same)).toThrow(`${same}: site saesol is also in ${one}; give one of them`);
  const all = () => load(one, same, broken);
  expect(all).toThrow(/broken\.yaml:1:/);
  expect(all).toThrow(/site saesol is also in/);
});

describe('jari agent add', () => {
  test('prints the password once, in both forms', async () => {
    const dir = tempDir();
    const { text, json } = await runAgentAdd({ id: 'cabinet-1', site: writeSite(dir), data: join(dir, 'data') });
    expect(json).toEqual({
      site: 'saesol',
      agent: 'cabinet-1',
      replaced: false,
      password: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(text).toBe(
      `agent cabinet-1 of site saesol may sign in; the password is shown this once:\n${'password' in json && json.password}`,
    );
  });

  test('writes the password to a file for its owner alone, and does not print it', async () => {
    const dir = tempDir();
    const passwordFile = join(dir, 'secret');
    const add = () => runAgentAdd({ id: 'cabinet-1', site: writeSite(dir), data: join(dir, 'data'), passwordFile });
    expect((await add()).json).toEqual({ site: 'saesol', agent: 'cabinet-1', replaced: false, passwordFile });
    const first = readFileSync(passwordFile, 'utf8');
    expect(first).toMatch(/^[\w-]{43}\n$/);
    expect(statSync(passwordFile).mode & 0o777).toBe(0o600);
    const again = await add();
    expect(again.text).toBe(
      `agent cabinet-1 of site saesol has a new password, the old one is void; password in ${passwordFile}`,
    );
    expect(readFileSync(passwordFile, 'utf8')).not.toBe(first);
  });

  test('names the agents there are when the one asked for is none', async () => {
    const dir = tempDir();
    const site = writeSite(dir, { agents: ['cabinet-1', 'cabinet-2'] });
    expect(await problemsOf(runAgentAdd({ id: 'cabinet-3', site, data: dir }))).toEqual([
      `agent cabinet-3: is not in ${site}; add it there, or give one of: cabinet-1, cabinet-2`,
    ]);
  });

  test('changes nothing when the password file cannot be written', async () => {
    const dir = tempDir();
    const passwordFile = join(dir, 'none', 'secret');
    const add = runAgentAdd({ id: 'cabinet-1', site: writeSite(dir), data: join(dir, 'data'), passwordFile });
    expect(await problemsOf(add)).toEqual([
      `${passwordFile}: cannot be written (ENOENT); make its folder, or give another path`,
    ]);
    expect(existsSync(join(dir, 'data'))).toBe(false);
  });

  test('leaves no password file behind when the folder is refused', async () => {
    const dir = tempDir();
    const passwordFile = join(dir, 'secret');
    const site = writeSite(dir);
    await problemsOf(runAgentAdd({ id: 'cabinet-1', site, data: site, passwordFile }));
    expect(existsSync(passwordFile)).toBe(false);
  });
});

test.each([
  [
    { name: 'screen', scope: 'everything' },
    'scope everything: is none; use read, metrics, audit, command, reserve or payments',
  ],
  [
    { name: 'Screen', scope: 'read' },
    'token name "Screen": use 1–63 of a–z, 0–9 and -, beginning with a letter or digit',
  ],
])('jari token create refuses %j', async (options, problem) => {
  expect(await problemsOf(runTokenCreate({ data: tempDir(), ...options }))).toEqual([problem]);
});

test('jari token create shows the token once and says when it replaces one', async () => {
  const data = tempDir();
  const first = await runTokenCreate({ data, name: 'screen', scope: 'read' });
  expect(first.json).toEqual({
    name: 'screen',
    scope: 'read',
    replaced: false,
    token: expect.stringMatching(/^[\w-]{43}$/),
    expires: null,
  });
  expect(first.text).toMatch(
    /^token screen \(read\) is new and never ends by itself; it is shown this once:\n[\w-]{43}$/,
  );
  expect((await runTokenCreate({ data, name: 'screen', scope: 'read' })).text).toMatch(/replaces the one of this name/);
});

describe('jari user add', () => {
  test('makes a password where there is no terminal to ask on', async () => {
    const { json, text } = await runUserAdd({ data: tempDir(), name: 'haeun', role: 'viewer' });
    expect(json).toEqual({
      name: 'haeun',
      role: 'viewer',
      replaced: false,
      password: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(text).toMatch(/^user haeun \(viewer\) is new; the password is shown this once:\n[\w-]{43}$/);
  });

  test('writes the password it made to a file', async () => {
    const dir = tempDir();
    const passwordFile = join(dir, 'haeun');
    const { json } = await runUserAdd({ data: dir, name: 'haeun', role: 'viewer', passwordFile });
    expect(json).toEqual({ name: 'haeun', role: 'viewer', replaced: false, passwordFile });
    expect(readFileSync(passwordFile, 'utf8')).toMatch(/^[\w-]{43}\n$/);
  });

  test('refuses a role that is none', async () => {
    const add = runUserAdd({ data: tempDir(), name: 'haeun', role: 'king' });
    expect(await problemsOf(add)).toEqual(['role king: is none; use viewer, operator, manager, resident or admin']);
  });
});
