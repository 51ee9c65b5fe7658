import { existsSync, lstatSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import modbusSerial from 'modbus-serial';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Site } from '../../config/site.ts';
import { systemClock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { askField } from '../../simulators/control.ts';
import { VirtualField } from '../../simulators/field.ts';
import type { Scenario } from '../../simulators/scenario/scenario.ts';
import { runSim } from '../../simulators/sim-command.ts';
import { command, missing } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { until } from './processes.ts';
import { load, siteText, smallSiteText } from './sites.ts';

/** modbus-serial is a master that shares no code with us or with the slave's bodies. */
const Master = 'default' in modbusSerial ? modbusSerial.default : modbusSerial;

const noScript = missing(command('script'));

async function open(
  site: Site = load(smallSiteText()),
  dir = tempDir(),
): Promise<{ field: VirtualField; dir: string }> {
  const field = await VirtualField.open({ site, dir, clock: systemClock });
  onTestFinished(() => field.close());
  return { field, dir };
}

async function master(field: VirtualField, bus: string) {
  const address = field.ports.buses[bus];
  if (address === undefined) throw new Error(`no ${bus}`);
  const client = new Master();
  if ('host' in address) await client.connectTCP(address.host, { port: address.port });
  else await client.connectRTUBuffered(address.port, { baudRate: 9600 });
  client.setTimeout(1000);
  onTestFinished(() => new Promise<void>((resolve) => client.close(() => resolve())));
  return client;
}

describe.skipIf(noScript)('a virtual field', () => {
  test('is read and written by modbus-serial over its terminal, for as many units as it has', async () => {
    const { field } = await open();
    const client = await master(field, 'box-1/line');
    field.set('tilt-1/tilt_x', 45);
    for (let round = 0; round < 20; round++) {
      client.setID(80);
      expect((await client.readHoldingRegisters(0x3d, 1)).data).toEqual([0x2000]);
      client.setID(1);
      await client.writeCoil(5, round % 2 === 0);
      expect((await client.readCoils(4, 2)).data.slice(0, 2)).toEqual([false, round % 2 === 0]);
    }
    expect(field.valueOf('di-1/do_5')).toBe(false);
  });

  test('is read by modbus-serial over TCP, with several clients at once', async () => {
    const { field } = await open();
    const clients = await Promise.all([master(field, 'box-1/lan'), master(field, 'box-1/lan')]);
    field.set('meter-1/voltage', 231.5);
    for (const client of clients) {
      client.setID(1);
      expect((await client.readInputRegisters(0, 2)).buffer.readFloatBE(0)).toBe(231.5);
      await expect(client.readInputRegisters(30, 2)).rejects.toThrow(/address/i);
    }
  });

  test('made silent gives a master nothing, and clearing brings it back', async () => {
    const { field } = await open();
    const client = await master(field, 'box-1/lan');
    client.setID(1);
    client.setTimeout(100);
    field.fault('box-1/lan', 'silent');
    await expect(client.readInputRegisters(0, 2)).rejects.toThrow(/timed out/i);
    field.clear();
    await expect(client.readInputRegisters(0, 2)).resolves.toBeDefined();
  });

  test('puts links, ports.json and a private control socket in its folder, and takes all away', async () => {
    const dir = join(tempDir(), 'new', 'field');
    const field = await VirtualField.open({ site: load(smallSiteText()), dir, clock: systemClock });
    const link = join(dir, 'box-1/line');
    const { buses } = JSON.parse(readFileSync(join(dir, 'ports.json'), 'utf8'));
    expect(buses).toEqual({
      'box-1/line': { port: link },
      'box-1/lan': { host: '127.0.0.1', port: expect.any(Number) },
    });
    expect(readlinkSync(link)).toMatch(/^\/dev\//);
    expect(statSync(join(dir, 'control.sock')).mode & 0o777).toBe(0o600);
    await field.close();
    expect([link, join(dir, 'ports.json'), join(dir, 'control.sock')].filter((path) => lstatOf(path))).toEqual([]);
    await expect(connected(buses['box-1/lan'].port)).rejects.toThrow(/ECONNREFUSED/);
  });

  test('never listens on a port that the real site names, even one left over in ports.json', async () => {
    const dir = tempDir();
    writeFileSync(
      join(dir, 'ports.json'),
      JSON.stringify({ buses: { 'box-1/lan': { host: '127.0.0.1', port: 1502 } } }),
    );
    const { field } = await open(load(smallSiteText()), dir);
    expect(field.ports.buses['box-1/lan']?.port).not.toBe(1502);
  });

  test('comes back on the same TCP port after it was killed, so that its readers find it', async () => {
    const first = await open();
    const left = readFileSync(join(first.dir, 'ports.json'), 'utf8');
    await first.field.close();
    writeFileSync(join(first.dir, 'ports.json'), left);
    const second = await open(load(smallSiteText()), first.dir);
    expect(second.field.ports).toEqual(first.field.ports);
  });

  test('replaces a terminal whose holder is killed, behind the same link', async () => {
    const said: string[] = [];
    const dir = tempDir();
    const site = load(smallSiteText());
    const field = await VirtualField.open({ site, dir, clock: systemClock, warn: (text) => said.push(text) });
    onTestFinished(() => field.close());
    const [pid] = field.holders();
    process.kill(pid ?? Number.NaN, 'SIGKILL');
    await until(() => said.length > 0 && field.holders().some((holder) => holder !== pid));
    expect(said[0]).toMatch(/box-1\/line.*SIGKILL/);
    const client = await master(field, 'box-1/line');
    client.setID(1);
    await expect(client.readDiscreteInputs(0, 8)).resolves.toBeDefined();
  });

  test('refuses a folder in which another one runs, and leaves that one be', async () => {
    const { dir } = await open();
    const again = VirtualField.open({ site: load(smallSiteText()), dir, clock: systemClock });
    await expect(again).rejects.toThrow(/another "jari simulate"/);
    expect(existsSync(join(dir, 'ports.json'))).toBe(true);
    await runSim({ dir, clear: true });
  });

  test('takes over a folder whose simulator was killed', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'control.sock'), '');
    const { field } = await open(load(smallSiteText()), dir);
    await runSim({ dir, set: { point: 'di-1/di_0', value: 'true' } });
    expect(field.valueOf('di-1/di_0')).toBe(true);
  });

  test('with a scenario begins at its time of day, today in the zone of the site, with what strikes at once', async () => {
    const site = load(smallSiteText());
    const dir = tempDir();
    const scenario: Scenario = {
      id: 'x',
      title: { ko: '시험', en: 'Try' },
      beginsMs: 6 * 3_600_000,
      seed: 1,
      steps: [{ atMs: 6 * 3_600_000, does: 'fault', name: 'broker-gone', target: 'box-1', note: null }],
    };
    const field = await VirtualField.open({ site, dir, clock: systemClock, scenario });
    onTestFinished(() => field.close());
    const korean = new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Seoul', dateStyle: 'short', timeStyle: 'short' });
    expect(korean.format(field.now())).toBe(`${korean.format(Date.now()).slice(0, 10)} 06:00`);
    expect(JSON.parse(readFileSync(join(dir, 'box.json'), 'utf8')).agents['box-1'].uplink).toBe('cut');
  });

  test('gives a bus without a device a line that is silent', async () => {
    const { field } = await open(
      load(siteText(['{ id: di-1, profile: waveshare-rtu-io-8ch, unit: 1, every: 1s }'], [])),
    );
    expect(Object.keys(field.ports.buses)).toEqual(['box-1/line', 'box-1/lan']);
  });
});

describe.skipIf(noScript)('jari sim', () => {
  test('sets, makes silent and clears, and says what it did', async () => {
    const { field, dir } = await open();
    expect((await runSim({ dir, set: { point: 'di-1/di_0', value: 'on' } })).text).toMatch(/di-1\/di_0.*on/);
    expect(field.valueOf('di-1/di_0')).toBe(true);
    expect(await runSim({ dir, fault: { target: 'box-1/line', name: 'silent', for: '30s' } })).toEqual({
      text: 'box-1/line is silent for 30s',
      json: { ok: true, do: 'fault', target: 'box-1/line', name: 'silent', for: '30s' },
    });
    await runSim({ dir, clear: true });
  });

  test.each([
    [{ set: { point: 'di-1/di_99', value: '1' } }, /di_99.*di_0/],
    [{ set: { point: 'di-1/di_0', value: '1', for: 'ever' } }, /ever.*250ms/],
    [{ fault: { target: 'di-1', name: 'nois' } }, /nois.*did you mean noise/],
    [{ fault: { target: 'box-1', name: 'clock-stepped', by: 'a bit' } }, /a bit.*-5m/],
    [{ fault: { target: 'tilt-1', name: 'drifting', rate: 0 } }, /0: give a share/],
    [{ event: { name: 'flood' } }, /flood.*rain/],
    [{ event: { name: 'fire', place: 'box-2' } }, /box-2.*did you mean box-1/],
    [{ fault: { target: 'di-1', name: 'silent', for: 'a while' } }, /a while.*250ms/],
    [{ fault: { target: 'x/y', name: 'silent' } }, /x\/y.*box-1\/line/],
  ])('%j is refused with what, and how to fix it', async (request, why) => {
    const { dir } = await open();
    const refused = await runSim({ dir, ...request }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InputError);
    expect(String(refused)).toMatch(why);
  });

  test('without a simulator, or with a folder too deep for a socket, says so', async () => {
    await expect(runSim({ dir: tempDir(), clear: true })).rejects.toThrow(/no "jari simulate" runs there/);
    await expect(askField(`/tmp/${'x'.repeat(120)}`, { do: 'clear' })).rejects.toThrow(/too long/);
  });

  test('a line that is no request is answered, and the field goes on', async () => {
    const { dir } = await open();
    const socket = connect(join(dir, 'control.sock'));
    const answer = new Promise<string>((resolve) => socket.on('data', (bytes) => resolve(bytes.toString())));
    socket.write('open sesame\n');
    expect(JSON.parse(await answer)).toMatchObject({ ok: false });
    await runSim({ dir, clear: true });
  });
});

function lstatOf(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function connected(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
  });
}
