import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../contract/clock.ts';
import { virtualBoxesSchema } from '../../contract/virtual-box.ts';
import { encodePdu } from '../../devices/modbus/pdu.ts';
import { frameRtu } from '../../devices/modbus/rtu.ts';
import { frameTcp } from '../../devices/modbus/tcp.ts';
import { VirtualField } from '../../simulators/field.ts';
import { command, missing } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { until } from './processes.ts';
import { load, smallSiteText } from './sites.ts';

const noScript = missing(command('script'));
const question = encodePdu({ kind: 'read', fn: 2, address: 0, count: 8 });
const request = frameRtu(1, question);

async function open() {
  const dir = tempDir();
  const said: string[] = [];
  const warn = (text: string) => said.push(text);
  const field = await VirtualField.open({ site: load(smallSiteText()), dir, clock: systemClock, warn });
  onTestFinished(() => field.close());
  const link = join(dir, 'box-1/line');
  const { port } = field.ports.buses['box-1/lan'] ?? {};
  return { field, dir, said, link, port: Number(port) };
}

/** A reader of the serial line, as an agent has one: what it got, and whether its port is still there. */
async function reader(path: string) {
  const port = new SerialPort({ path, baudRate: 9600, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error === null ? resolve() : reject(error))));
  const got: number[] = [];
  const seen = { got, isOpen: true };
  port.on('data', (bytes: Buffer) => got.push(...bytes));
  const gone = () => {
    seen.isOpen = false;
  };
  port.on('close', gone);
  port.on('error', gone);
  onTestFinished(() => new Promise<void>((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())));
  const ask = () => void port.write(Buffer.from(request));
  /** As an agent would find it out: the port closes, or a write fails. */
  const goneWhenAsked = () => {
    if (seen.isOpen) ask();
    return !seen.isOpen;
  };
  return { seen, ask, goneWhenAsked };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
    onTestFinished(() => void socket.destroy());
  });
}

describe.skipIf(noScript)('a serial line', () => {
  test('unplugged is gone for its reader and as a path, and plugged in is there again', async () => {
    const { field, link } = await open();
    const { goneWhenAsked } = await reader(link);
    field.fault('box-1/line', 'unplugged');
    await until(goneWhenAsked);
    expect(lstatSync(link, { throwIfNoEntry: false })).toBeUndefined();
    expect(field.holders()).toEqual([]);
    field.clear();
    await until(() => existsSync(link));
    const again = await reader(link);
    again.ask();
    await until(() => again.seen.got.length === 6);
  });

  test('renumbered comes back as another terminal behind the same link', async () => {
    const { field, link, said } = await open();
    const before = readlinkSync(link);
    const { goneWhenAsked } = await reader(link);
    field.fault('box-1/line', 'renumbered-adapter', { forMs: 300 });
    await until(goneWhenAsked);
    await until(() => existsSync(link));
    expect(readlinkSync(link)).not.toBe(before);
    expect(field.holders()).toHaveLength(1);
    expect(said).toEqual([]);
    const again = await reader(link);
    again.ask();
    await until(() => again.seen.got.length === 6);
  });

  test('pulled out and put in many times, faster than a terminal opens, ends as it was told last', async () => {
    const { field, link } = await open();
    for (let i = 0; i < 10; i++) {
      field.fault('box-1/line', i % 2 === 0 ? 'unplugged' : 'renumbered-adapter');
      field.clear();
    }
    await until(() => existsSync(link) && field.holders().length === 1);
    const { seen, ask } = await reader(link);
    ask();
    await until(() => seen.got.length === 6);
  });

  test('that is closed while it is unplugged leaves nothing behind', async () => {
    const dir = tempDir();
    const field = await VirtualField.open({ site: load(smallSiteText()), dir, clock: systemClock });
    field.fault('box-1/line', 'unplugged');
    field.fault('box-1/line', 'renumbered-adapter');
    await field.close();
    expect(field.holders()).toEqual([]);
    expect(lstatSync(join(dir, 'box-1/line'), { throwIfNoEntry: false })).toBeUndefined();
  });

  test('with an echo gives each request back before its reply', async () => {
    const { field, link } = await open();
    field.fault('box-1/line', 'echo');
    const { seen, ask } = await reader(link);
    ask();
    await until(() => seen.got.length === request.length + 6);
    expect(seen.got.slice(0, request.length)).toEqual([...request]);
  });

  test('answers no sooner than its device can', async () => {
    const { link } = await open();
    const { seen, ask } = await reader(link);
    const asked = systemClock.monotonic();
    ask();
    await until(() => seen.got.length === 6);
    expect(systemClock.monotonic() - asked).toBeGreaterThan(10);
  });

  test('hands a late reply on late', async () => {
    const { field, link } = await open();
    const { seen, ask } = await reader(link);
    field.fault('di-1', 'late');
    const asked = systemClock.monotonic();
    ask();
    await until(() => seen.got.length === 6);
    expect(systemClock.monotonic() - asked).toBeGreaterThan(440);
  });
});

describe.skipIf(noScript)('a TCP endpoint', () => {
  test('unplugged hangs up and refuses, and plugged in listens at the same port again', async () => {
    const { field, port } = await open();
    const socket = await connected(port);
    const gone = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    field.fault('box-1/lan', 'unplugged');
    await gone;
    await expect(connected(port)).rejects.toThrow(/ECONNREFUSED/);
    field.clear();
    await expect
      .poll(() =>
        connected(port).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });

  test('whose port somebody took meanwhile comes back once that one has gone', async () => {
    const { field, port, said } = await open();
    field.fault('box-1/lan', 'unplugged');
    const thief = createServer();
    const stolen = () =>
      new Promise<boolean>((resolve) => {
        thief.once('error', () => resolve(false));
        thief.listen(port, '127.0.0.1', () => resolve(true));
      });
    await expect.poll(stolen).toBe(true);
    field.clear();
    await until(() => said.length > 0);
    expect(said[0]).toMatch(/taken meanwhile/);
    await new Promise<void>((resolve) => thief.close(() => resolve()));
    await expect
      .poll(() =>
        connected(port).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    const client = await connected(port);
    const reply = new Promise<Buffer>((resolve) => client.once('data', resolve));
    client.write(frameTcp(3, 1, encodePdu({ kind: 'read', fn: 4, address: 0, count: 2 })));
    expect([...(await reply)].slice(0, 8)).toEqual([0, 3, 0, 0, 0, 7, 1, 4]);
  });
});

test.skipIf(noScript)(
  'box.json says how the boxes fare, before ports.json is there and until the field is closed',
  async () => {
    const { field, dir } = await open();
    const boxes = () => virtualBoxesSchema.parse(JSON.parse(readFileSync(join(dir, 'box.json'), 'utf8'))).agents;
    expect(boxes()).toEqual({});
    field.fault('box-1', 'broker-gone');
    field.fault('box-1', 'clock-stepped');
    expect(boxes()).toEqual({ 'box-1': { uplink: 'cut', clockOffsetMs: 3_600_000 } });
    field.clear();
    expect(boxes()).toEqual({});
    await field.close();
    expect(existsSync(join(dir, 'box.json'))).toBe(false);
  },
);
