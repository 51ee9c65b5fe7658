import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decode } from '../../contract/messages.ts';
import { command, missing, pythonModule } from '../needs.ts';
import { tempDir } from '../temp.ts';
import {
  Api,
  addAgent,
  createToken,
  freePort,
  type Running,
  start,
  startEdge,
  startGateway,
  startLibmodbus,
  startPymodbus,
  until,
  writeSite,
} from './harness.ts';
import { joinedPtys } from './joined-ptys.ts';

/** The registers of four kinds of instrument, and what they mean by their data sheets. */
const sdm120 = {
  input: {
    ...{ 0: 0x4366, 1: 0x3333, 6: 0x3f9d, 7: 0x70a4, 12: 0xc38a, 13: 0x8000 },
    ...{ 70: 0x426f, 71: 0xc000, 72: 0x461c, 73: 0x4000, 74: 0, 75: 0 },
  },
};
const xymd02 = { input: { 1: 0xffce, 2: 613 } };
const wt901 = { holding: { 61: 0x0100, 62: 0xff00, 63: 0x4000, 64: 2347 } };
const io8 = {
  discrete: { 0: 1, 1: 0, 2: 1, 3: 1, 4: 0, 5: 0, 6: 0, 7: 1 },
  coil: { 0: 0, 1: 1, 2: 0, 3: 0, 4: 0, 5: 0, 6: 1, 7: 0 },
};
const cmd5 = { holding: { 0: 0, 1: 37, 2: 221, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0 } };
const qdy30 = { holding: { 2: 17, 3: 1, 4: 163 } };

const expected: Record<string, number | boolean> = {
  'meter/voltage': 230.1999969482422,
  'meter/current': 1.2300000190734863,
  'meter/power': -277,
  'meter/frequency': 59.9375,
  'meter/energy_import': 10000,
  'climate/temperature': -5,
  'climate/humidity': 61.3,
  'tilt/tilt_x': 1.40625,
  'tilt/tilt_y': -1.40625,
  'tilt/tilt_z': 90,
  'tilt/temperature': 23.47,
  'di/di_0': true,
  'di/di_1': false,
  'di/di_3': true,
  'di/di_7': true,
  'di/do_1': true,
  'di/do_5': false,
  'co/co': 37,
  'co/temperature': 22.1,
};

const points = (device: string) => Object.entries(expected).filter(([ref]) => ref.startsWith(`${device}/`));
const devices = ['meter', 'climate', 'tilt', 'di', 'co'];

const deviceYaml = `
    - { id: meter, profile: eastron-sdm120, unit: 1, every: 500ms }
    - { id: climate, profile: xy-md02, unit: 2, every: 500ms }
    - { id: tilt, profile: witmotion-wt901c-485, unit: 80, every: 500ms }
    - { id: di, profile: waveshare-rtu-io-8ch, unit: 4, every: 500ms }
    - { id: co, profile: greystone-cmd5b4, unit: 5, every: 500ms }`;
const image = { 1: sdm120, 2: xymd02, 80: wt901, 4: io8, 5: cmd5, 6: qdy30 };

describe('against slaves not written by us', () => {
  const noPymodbus = missing(pythonModule('pymodbus'), pythonModule('serial_asyncio'));

  test.skipIf(noPymodbus)('every value of a pymodbus server over TCP arrives equal', async () => {
    const dir = tempDir();
    const port = await freePort();
    await startPymodbus('tcp', String(port), image);
    const { site, passwordFile } = writeSite(
      dir,
      `- id: lan\n  kind: modbus-tcp\n  host: 127.0.0.1\n  port: ${port}\n  devices:${deviceYaml}`,
    );
    await everyValueArrives({ dir, site, passwordFile });
  });

  test.skipIf(noPymodbus)(
    'every value of a pymodbus server over a serial line arrives equal',
    { timeout: 90_000 },
    async () => {
      const dir = tempDir();
      const line = await joinedPtys();
      await startPymodbus('serial', line.a, image);
      const { site, passwordFile } = writeSite(
        dir,
        `- id: line\n  kind: modbus-rtu\n  port: ${line.b}\n  baudRate: 9600\n  devices:${deviceYaml.replaceAll('500ms', '1s')}`,
      );
      await everyValueArrives({ dir, site, passwordFile });
    },
  );

  test.skipIf(missing(command('gcc'), libmodbus()))('every value of a libmodbus slave arrives equal', async () => {
    const dir = tempDir();
    // libmodbus serves one map to every unit, so each instrument gets a line of its own.
    const buses: string[] = [];
    for (const [device, cells] of [
      ['meter', sdm120],
      ['climate', xymd02],
      ['tilt', wt901],
      ['di', io8],
      ['co', cmd5],
    ] as const) {
      const port = await freePort();
      await startLibmodbus(dir, port, cellLines(cells));
      const row = deviceYaml.split('\n').find((line) => line.includes(`id: ${device},`)) ?? '';
      buses.push(`- id: lan-${device}\n  kind: modbus-tcp\n  host: 127.0.0.1\n  port: ${port}\n  devices:\n${row}`);
    }
    const { site, passwordFile } = writeSite(dir, buses.join('\n'));
    await everyValueArrives({ dir, site, passwordFile });
  });
});

describe('mosquitto', () => {
  const noMosquitto = missing(command('mosquitto'), command('mosquitto_sub'), pythonModule('pymodbus'));

  test.skipIf(noMosquitto)(
    'in place of our broker receives the documented messages, retained as documented',
    { timeout: 90_000 },
    async () => {
      const dir = tempDir();
      const [modbusPort, mqttPort] = [await freePort(), await freePort()];
      await startPymodbus('tcp', String(modbusPort), image);
      const { site, passwordFile } = writeSite(
        dir,
        `- id: lan\n  kind: modbus-tcp\n  host: 127.0.0.1\n  port: ${modbusPort}\n  devices:${deviceYaml}`,
      );
      await startMosquitto(dir, mqttPort, passwordFile);

      const listener = subscribe(mqttPort, 'watcher', 'watcher-secret', 'jari/v1/test/#');
      await until('the listener is in', () => (listener.output().includes('SUBACK') ? true : undefined));
      const edge = startEdge({ site, agent: 'box-1', dir: join(dir, 'edge'), mqttPort });

      const seen = new Map<string, number | boolean | string | null>();
      await until('every value is published', () => {
        for (const { topic, payload } of messagesOf(listener)) {
          const device = /^jari\/v1\/test\/box-1\/([a-z]+)\/readings$/.exec(topic)?.[1];
          if (device === undefined) continue;
          const read = decode.readings(payload);
          if (!read.ok) throw new Error(read.problem);
          for (const [name, column] of Object.entries(read.value.points))
            seen.set(`${device}/${name}`, column.v.at(-1) ?? null);
        }
        return Object.keys(expected).every((ref) => seen.has(ref)) ? true : undefined;
      });
      for (const [ref, value] of Object.entries(expected)) expect([ref, seen.get(ref)]).toEqual([ref, value]);

      const late = subscribe(mqttPort, 'watcher', 'watcher-secret', 'jari/v1/test/#');
      await until('what is retained reaches a late listener', () => {
        const topics = messagesOf(late)
          .filter((m) => m.retained)
          .map((m) => m.topic);
        return topics.includes('jari/v1/test/box-1/health') && topics.filter((t) => t.endsWith('/birth')).length === 5
          ? true
          : undefined;
      });
      const retained = messagesOf(late).filter((m) => m.retained);
      expect(retained.filter((m) => m.topic.endsWith('/readings'))).toEqual([]);
      const status = retained.find((m) => m.topic === 'jari/v1/test/box-1/status');
      expect(decode.status(status?.payload ?? '')).toMatchObject({
        ok: true,
        value: { state: 'online', simulated: false },
      });
      for (const { topic, payload } of retained.filter((m) => m.topic.endsWith('/birth'))) {
        expect([topic, decode.birth(payload).ok]).toEqual([topic, true]);
      }

      await edge.kill();
      await until('the last will says offline', () => {
        const last = messagesOf(listener)
          .filter((m) => m.topic.endsWith('/status'))
          .at(-1);
        const read = decode.status(last?.payload ?? '');
        return read.ok && read.value.state === 'offline' ? true : undefined;
      });
    },
  );

  test.skipIf(noMosquitto)(
    '_sub with a read token listens to our broker, and may not publish or listen elsewhere',
    { timeout: 90_000 },
    async () => {
      const dir = tempDir();
      const modbusPort = await freePort();
      await startPymodbus('tcp', String(modbusPort), image);
      const { site, passwordFile } = writeSite(
        dir,
        `- id: lan\n  kind: modbus-tcp\n  host: 127.0.0.1\n  port: ${modbusPort}\n  devices:${deviceYaml}`,
      );
      const gateway = await startGateway({ site, dir: join(dir, 'gateway') });
      await addAgent({ id: 'box-1', site, dir: gateway.dir, passwordFile });
      const token = await createToken(gateway.dir, 'watcher');
      const listener = subscribe(gateway.mqttPort, 'watcher', token, 'jari/v1/test/#');
      const elsewhere = subscribe(gateway.mqttPort, 'watcher', token, '$SYS/#');
      startEdge({ site, agent: 'box-1', dir: join(dir, 'edge'), mqttPort: gateway.mqttPort });
      await until('readings reach the listener', () =>
        messagesOf(listener).some(
          (m) => m.topic === 'jari/v1/test/box-1/meter/readings' && decode.readings(m.payload).ok,
        )
          ? true
          : undefined,
      );
      const shout = start('mosquitto_pub', [
        '-p',
        String(gateway.mqttPort),
        '-u',
        'watcher',
        '-P',
        token,
        '-q',
        '1',
        '-t',
        'jari/v1/test/box-1/status',
        '-m',
        'x',
      ]);
      await Promise.race([shout.exited, new Promise((resolve) => setTimeout(resolve, 1500))]);
      expect(messagesOf(listener).filter((m) => m.payload === 'x')).toEqual([]);
      expect(messagesOf(elsewhere)).toEqual([]);
    },
  );
});

function libmodbus() {
  return { name: 'libmodbus-dev', there: () => missingHeader('/usr/include/modbus/modbus.h') === false };
}

function missingHeader(path: string): boolean {
  return missing({ name: path, there: () => process.getBuiltinModule('node:fs').existsSync(path) });
}

function cellLines(tables: Partial<Record<string, Record<number, number>>>): string[] {
  return Object.entries(tables).flatMap(([table, cells]) =>
    Object.entries(cells ?? {}).map(([at, value]) => `${table} ${at} ${value}`),
  );
}

async function everyValueArrives({
  dir,
  site,
  passwordFile,
}: {
  dir: string;
  site: string;
  passwordFile: string;
}): Promise<void> {
  const gateway = await startGateway({ site, dir: join(dir, 'gateway') });
  await addAgent({ id: 'box-1', site, dir: gateway.dir, passwordFile });
  const api = new Api(gateway.http, await createToken(gateway.dir));
  const edge = startEdge({ site, agent: 'box-1', dir: join(dir, 'edge'), mqttPort: gateway.mqttPort });
  await until(
    'every point is good',
    async () => {
      const latest = await api.latest();
      return Object.keys(expected).every((ref) => latest.get(ref)?.quality === 'good') ? true : undefined;
    },
    20_000,
  ).catch(async (error: unknown) => {
    const latest = await api.latest();
    throw new Error(
      `${String(error)}\n${JSON.stringify([...latest.values()], null, 1)}\n${edge.output().slice(-3000)}`,
    );
  });
  const latest = await api.latest();
  for (const device of devices) {
    for (const [ref, value] of points(device)) expect([ref, latest.get(ref)?.value]).toEqual([ref, value]);
  }
  const states = [...(await api.devices()).values()].map((device) => [device.device, device.state]);
  expect(states.sort()).toEqual(devices.map((device) => [device, 'online']).sort());
}

async function startMosquitto(dir: string, port: number, passwordFile: string): Promise<void> {
  const passwords = join(dir, 'passwords');
  writeFileSync(passwords, 'box-1:box-secret\nwatcher:watcher-secret\n', { mode: 0o600 });
  await start('mosquitto_passwd', ['-U', passwords]).exited;
  writeFileSync(passwordFile, 'box-secret\n', { mode: 0o600 });
  const config = join(dir, 'mosquitto.conf');
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  writeFileSync(config, `${user}listener ${port} 127.0.0.1\nallow_anonymous false\npassword_file ${passwords}\n`);
  const broker = start('mosquitto', ['-v', '-c', config]);
  await until('mosquitto listens', () => (broker.output().includes('running') ? true : undefined));
}

function subscribe(port: number, user: string, password: string, topic: string): Running {
  return start('stdbuf', [
    '-oL',
    'mosquitto_sub',
    '-d',
    '-p',
    String(port),
    '-u',
    user,
    '-P',
    password,
    '-q',
    '1',
    '-F',
    '%j',
    '-t',
    topic,
  ]);
}

function messagesOf(listener: Running): { topic: string; payload: string; retained: boolean }[] {
  const lines = listener.output().split('\n').slice(0, -1);
  return lines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { topic: string; payload: string; retain: number })
    .map(({ topic, payload, retain }) => ({ topic, payload, retained: retain === 1 }));
}
