import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sharedByAll } from '../cleanup.ts';
import { tempDir } from '../temp.ts';
import {
  Api,
  addAgent,
  createToken,
  freePort,
  type Gateway,
  jariOnce,
  startEdge,
  startGateway,
  until,
  writeSite,
} from './harness.ts';
import { startTcpSlave } from './tcp-slave.ts';

/** What a person gets who gives the program something it cannot use: what, where, how to fix; exit code 2. */

const oneDevice = (port: number) =>
  `- id: lan\n  kind: modbus-tcp\n  host: 127.0.0.1\n  port: ${port}\n  devices:\n    - { id: climate, profile: xy-md02, unit: 1, every: 200ms }`;

describe('a site file that cannot be used', () => {
  const broken = `- id: a
  kind: modbus-rtu
  port: /dev/ttyUSB0
  baudrate: 9600
  devices:
    - { id: climate, profile: xy-md20, unit: 1, every: 1s }
    - { id: tilt, profile: witmotion-wt901c-485, unit: 1, every: 1 }
- id: b
  kind: modbus-rtu
  port: /dev/ttyUSB0
  devices: []`;
  const lots = `lots:\n  - id: lot\n    name: { ko: 주차장, en: Lot }\n    spaces:\n      - { id: s1, type: general, occupancy: nobody/di_0 }\n`;

  test.each([
    ['check', (site: string) => ['check', site]],
    ['edge', (site: string) => ['edge', '--site', site, '--agent', 'box-1']],
    ['gateway', (site: string) => ['gateway', '--site', site]],
    ['simulate', (site: string, dir: string) => ['simulate', '--site', site, '--dir', join(dir, 'field')]],
  ])('stops jari %s before any I/O, with every problem at its line', async (_name, args) => {
    const dir = tempDir();
    const { site } = writeSite(dir, broken, lots);
    const { code, output } = await jariOnce(args(site, dir));
    expect(code).toBe(2);
    const lines = output.split('\n').filter((line) => line.startsWith(`${site}:`));
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(output).toMatch(/site\.yaml:\d+:\d+ .*baudrate.*baudRate/);
    expect(output).toMatch(/site\.yaml:\d+:\d+ .*xy-md20.*xy-md02/);
    expect(output).toMatch(/site\.yaml:\d+:\d+ .*every.*(250ms|5s)/);
    expect(output).toMatch(/site\.yaml:\d+:\d+ .*port.*\/dev\/ttyUSB0/);
    expect(output).toMatch(/site\.yaml:\d+:\d+ .*occupancy.*nobody/);
  });

  test('is told in JSON too', async () => {
    const dir = tempDir();
    const { site } = writeSite(dir, broken);
    const { code, output } = await jariOnce(['check', site, '--json']);
    expect(code).toBe(2);
    const { files } = JSON.parse(output) as {
      files: { ok: boolean; problems: { line: number; column: number; path: string; message: string }[] }[];
    };
    expect(files[0]?.ok).toBe(false);
    for (const problem of files[0]?.problems ?? [])
      expect(problem).toMatchObject({
        line: expect.any(Number),
        column: expect.any(Number),
        message: expect.any(String),
      });
  });
});

test.each([
  [['edge', '--site', 'no-such.yaml', '--agent', 'box-1'], /no-such\.yaml/],
  [['check', 'no-such.yaml'], /no-such\.yaml/],
  [['edge', '--agent', 'box-1'], /--site/],
  [['gateway', '--site', 'x.yaml', '--mqtt-port', 'many'], /many.*whole number/],
  [['fly'], /unknown command/],
  [['token', 'create', '--name', 'x', '--scope', 'everything', '--data', '/tmp/never'], /everything.*read/],
])('jari %j exits 2 and says why', async (args, why) => {
  const { code, output } = await jariOnce(args);
  expect(code).toBe(2);
  expect(output).toMatch(why);
});

test('every command has --help', async () => {
  for (const args of [
    [],
    ['edge'],
    ['gateway'],
    ['simulate'],
    ['sim', 'set'],
    ['sim', 'fault'],
    ['sim', 'clear'],
    ['check'],
    ['agent', 'add'],
    ['token', 'create'],
    ['user', 'add'],
    ['demo'],
  ]) {
    const { code, output } = await jariOnce([...args, '--help']);
    expect([args, code]).toEqual([args, 0]);
    expect(output).toMatch(/Usage: jari/);
  }
});

test('an agent the site does not have is named with those it has', async () => {
  const dir = tempDir();
  const { site } = writeSite(dir, oneDevice(15020));
  const { code, output } = await jariOnce(['edge', '--site', site, '--agent', 'box-2', '--data', join(dir, 'e')]);
  expect(code).toBe(2);
  expect(output).toMatch(/box-2.*box-1/s);
});

test('an agent without its password says how to get one', async () => {
  const dir = tempDir();
  const { site } = writeSite(dir, oneDevice(15020));
  const { code, output } = await jariOnce(['edge', '--site', site, '--agent', 'box-1', '--data', join(dir, 'e')]);
  expect(code).toBe(2);
  expect(output).toMatch(/box-1\.password.*jari agent add/s);
});

describe('a gateway', () => {
  test('told to use a taken HTTP or MQTT port says which and what to do', async () => {
    const dir = tempDir();
    const { site } = writeSite(dir, oneDevice(15020));
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = address !== null && typeof address === 'object' ? String(address.port) : '';
    try {
      for (const [flag, rest] of [
        ['--http-port', ['--mqtt-port', '0']],
        ['--mqtt-port', ['--http-port', '0']],
      ] as const) {
        const { code, output } = await jariOnce([
          'gateway',
          '--site',
          site,
          '--data',
          join(dir, 'g'),
          flag,
          port,
          ...rest,
        ]);
        expect(code).toBe(2);
        expect(output).toMatch(new RegExp(`${port}.*taken.*${flag}`, 's'));
      }
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test('refuses the data folder of another gateway that runs, and takes it back after that one was killed', async () => {
    const dir = tempDir();
    const { site } = writeSite(dir, oneDevice(15020));
    const first = await startGateway({ site, dir: join(dir, 'g') });
    const { code, output } = await jariOnce([
      'gateway',
      '--site',
      site,
      '--data',
      join(dir, 'g'),
      '--mqtt-port',
      '0',
      '--http-port',
      '0',
    ]);
    expect(code).toBe(2);
    expect(output).toMatch(new RegExp(`${first.pid}`));
    expect(output).toMatch(/--data/);
    expect((await fetch(`${first.http}/healthz`)).status).toBe(200);
    await first.kill();
    const again = await startGateway({ site, dir: join(dir, 'g') });
    expect((await fetch(`${again.http}/healthz`)).status).toBe(200);
  });

  test.each([
    ['text', 'this is not a database, it is a text that somebody put here for a test'.repeat(20)],
    ['half a header', 'SQLite format 3\0'],
  ])('does not touch a database that is not one: %s', async (_name, content) => {
    const dir = tempDir();
    const { site } = writeSite(dir, oneDevice(15020));
    mkdirSync(join(dir, 'g'));
    writeFileSync(join(dir, 'g', 'gateway.db'), content);
    const { code, output } = await jariOnce([
      'gateway',
      '--site',
      site,
      '--data',
      join(dir, 'g'),
      '--mqtt-port',
      '0',
      '--http-port',
      '0',
    ]);
    expect(code).toBe(2);
    expect(output).toMatch(/gateway\.db/);
    expect(readFileSync(join(dir, 'g', 'gateway.db'), 'utf8')).toBe(content);
  });

  test('that may not write its data folder says so, and how to fix it', async () => {
    const dir = tempDir();
    const { site } = writeSite(dir, oneDevice(15020));
    const data = join(dir, 'g');
    mkdirSync(data, { mode: 0o555 });
    chmodSync(dir, 0o755);
    chmodSync(site, 0o644);
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    const { code, output } = await jariOnce(
      ['gateway', '--site', site, '--data', data, '--mqtt-port', '0', '--http-port', '0'],
      asNobody,
    );
    expect([code, output]).toEqual([2, expect.stringMatching(/cannot be written.*--data/)]);
    expect(output).toContain(data);
  });
});

describe('an edge agent', () => {
  let here: { dir: string; site: string; gateway: Gateway; api: Api };
  let asked = 0;

  // A gateway for both who reach one: `box-1` reads what is not there, `box-2` is not let in at first.
  beforeAll(() =>
    sharedByAll(async () => {
      const dir = tempDir();
      const lan = await startTcpSlave((_unit, _address, count) => {
        asked += 1;
        return Array.from({ length: count }, () => 200);
      });
      const box2 = `  - id: box-2
    uplink: { url: "mqtt://127.0.0.1:1883", username: box-2, passwordFile: box-2.password }
    buses:
      - id: lan-2
        kind: modbus-tcp
        host: 127.0.0.1
        port: ${lan.port}
        devices: [{ id: climate-2, profile: xy-md02, unit: 1, every: 200ms }]
`;
      const gone = `- id: gone\n  kind: modbus-rtu\n  port: ${join(dir, 'no-such-tty')}\n  devices:\n    - { id: lost, profile: xy-md02, unit: 1, every: 200ms }`;
      const { site } = writeSite(dir, `${oneDevice(await freePort())}\n${gone}`, box2);
      const gateway = await startGateway({ site, dir: join(dir, 'g') });
      here = { dir, site, gateway, api: new Api(gateway.http, await createToken(gateway.dir)) };
    }),
  );

  test('shows a device whose port nobody listens on as offline, and says why', async () => {
    const { dir, site, gateway, api } = here;
    await addAgent({ id: 'box-1', site, dir: gateway.dir, passwordFile: join(dir, 'box-1.password') });
    const edge = startEdge({ site, agent: 'box-1', dir: join(dir, 'e-1'), mqttPort: gateway.mqttPort });
    await until('both devices are offline', async () => {
      const devices = await api.devices();
      return devices.get('climate')?.state === 'offline' && devices.get('lost')?.state === 'offline' ? true : undefined;
    });
    const refs = ['climate/temperature', 'climate/humidity', 'lost/temperature', 'lost/humidity'];
    const latest = await until('their readings say why', async () => {
      const seen = await api.latest();
      return refs.every((ref) => seen.get(ref)?.fault === 'port-closed') ? seen : undefined;
    });
    for (const ref of refs) {
      expect(latest.get(ref)).toMatchObject({ value: null, quality: 'bad', fault: 'port-closed' });
    }
    expect(edge.output()).toMatch(/no-such-tty/);
    expect(edge.output()).not.toMatch(/"level":60/);
  });

  test('that may not open its serial port says which group to join', async () => {
    if (process.getuid?.() !== 0) return; // only root can set up a port that somebody else may not open
    const dir = tempDir();
    const port = join(dir, 'tty-denied');
    writeFileSync(port, '', { mode: 0o600 });
    chmodSync(dir, 0o755);
    const { site, passwordFile } = writeSite(
      dir,
      `- id: line\n  kind: modbus-rtu\n  port: ${port}\n  devices:\n    - { id: climate, profile: xy-md02, unit: 1, every: 1s }`,
    );
    writeFileSync(passwordFile, 'secret', { mode: 0o600 });
    chownSync(passwordFile, 65_534, 65_534);
    mkdirSync(join(dir, 'e'));
    chownSync(join(dir, 'e'), 65_534, 65_534);
    expect(statSync(port).uid).toBe(0);
    const { jari } = await import('./harness.ts');
    const edge = jari(
      ['edge', '--site', site, '--agent', 'box-1', '--data', join(dir, 'e'), '--uplink-url', 'mqtt://127.0.0.1:9'],
      { uid: 65_534 },
    );
    await until('the log says what to do', () =>
      /tty-denied.*dialout|dialout.*tty-denied/s.test(edge.output()) ? true : undefined,
    );
  });

  test('with a wrong password keeps reading and keeps its readings until it is let in', async () => {
    const { dir, site, gateway, api } = here;
    const passwordFile = join(dir, 'box-2.password');
    writeFileSync(passwordFile, 'wrong', { mode: 0o600 });
    const start = () => startEdge({ site, agent: 'box-2', dir: join(dir, 'e-2'), mqttPort: gateway.mqttPort });
    const edge = start();
    await until('the log says it was refused and how to fix it', () =>
      /jari agent add.*refused/s.test(edge.output()) ? true : undefined,
    );
    await until('it reads meanwhile', () => (asked > 2 ? true : undefined));
    await edge.stop();
    const late = await api.counter('jari_late_messages_total');
    await addAgent({ id: 'box-2', site, dir: gateway.dir, passwordFile });
    start();
    await until('the reading arrives', async () =>
      (await api.latest()).get('climate-2/temperature')?.value === 20 ? true : undefined,
    );
    const agent = (await api.agents()).get('box-2');
    expect(agent?.missing).toBe(0);
    // What was read while it was locked out came too, as late history of the earlier start.
    await until('the earlier reading arrives', async () =>
      (await api.counter('jari_late_messages_total')) > late ? true : undefined,
    );
  });
});
