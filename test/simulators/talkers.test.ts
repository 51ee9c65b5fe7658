import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formatProblem, loadSite } from '../../config/load-site.ts';
import { isTalkerBus, type Site, type TalkerBusConfig } from '../../config/site.ts';
import { systemClock } from '../../contract/clock.ts';
import type { Reading } from '../../contract/reading.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { readFrame } from '../../devices/serial/decode.ts';
import { framerOf } from '../../devices/serial/framer.ts';
import { onVirtualLines } from '../../edge/box/ports-file.ts';
import { silentLog } from '../../edge/log.ts';
import { Buses } from '../../edge/polling/buses.ts';
import { VirtualField } from '../../simulators/field.ts';
import { TalkerVoice } from '../../simulators/talker-voice.ts';
import { type BusName, busesOf, VirtualBuses } from '../../simulators/virtual-buses.ts';
import { folderOf } from '../config/site-text.ts';
import { command, missing } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { until } from './processes.ts';

const files = {
  'site.yaml': `site: test
name: { ko: 시험, en: Test }
agents:
  - id: box-1
    uplink: { url: "mqtt://127.0.0.1:1883" }
    buses:
      - { id: bay, kind: serial, port: /dev/ttyNEVER1, devices: [{ id: bay-1, profile: dfrobot-a02yyuw }] }
      - { id: sump, kind: serial, port: /dev/ttyNEVER2, devices: [{ id: sump-1, profile: maxbotix-hrxl-wr }] }
      - id: shared
        kind: serial
        port: /dev/ttyNEVER3
        devices: [{ id: west, profile: all, address: 1 }, { id: east, profile: all, address: 2 }]
      - { id: asked, kind: serial, port: /dev/ttyNEVER4, devices: [{ id: a1, profile: asked, address: 7 }, { id: a2, profile: asked, address: 8 }] }
      - { id: conv, kind: modbus-rtu-over-tcp, host: 127.0.0.1, port: 4196, devices: [{ id: di-1, profile: waveshare-rtu-io-8ch, unit: 1, every: 200ms }] }
profiles: [mine]
`,
  'mine/all.yaml': `id: all
protocol: serial-lines
maker: Own
model: All
source: our own test
verified: none
every: 300ms
frame: { start: $, layout: "$A,{who},{depth},{door},{mode},{name}", address: who, checksum: { kind: crc16-modbus } }
points:
  depth: { decimals: 2, unit: m, kind: level, valid: [-1, 99] }
  door: { type: bool, on: OPEN, off: SHUT, invert: true, kind: door }
  mode: { enum: { A: ok, V: fault }, kind: status }
  name: { type: text, kind: name }
`,
  'mine/asked.yaml': `id: asked
protocol: serial-frames
maker: Own
model: Bytes
source: our own test
verified: none
every: 200ms
poll: { send: [0x55, address] }
frame: { start: [0xAA], length: { at: 1, add: 0, max: 12 }, address: 2, checksum: { kind: crc16-modbus, from: 0, to: -3, at: -2 } }
points:
  level: { at: 3, type: i16, order: DCBA, scale: 0.1, unit: cm, kind: level, valid: [-100, 100] }
  alarm: { at: 5, type: bit, bit: 3, kind: alarm }
  hum: { at: 6, type: u8, kind: humidity, unit: "%", valid: [0, 100] }
`,
};

function site(): Site {
  const loaded = loadSite(join(folderOf(files), 'site.yaml'));
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.site;
}

function talkerBus(of: Site, id: string): { name: BusName; bus: TalkerBusConfig } {
  const [name, bus] = busesOf(of).find(([each]) => each === `box-1/${id}`) ?? [];
  if (name === undefined || bus === undefined || !isTalkerBus(bus)) throw new Error(`no ${id}`);
  return { name, bus };
}

/** The voice of a bus on simulated time, and what each of its frames says, by device. */
function voice(id: string) {
  const of = site();
  const clock = new SimClock();
  const buses = new VirtualBuses({ site: of, clock, seed: 1, speed: 1 });
  const { name, bus } = talkerBus(of, id);
  const framers = bus.devices.slice(0, 1).map(({ profile }) => framerOf(profile));
  const heard: { device: string; values: Record<string, unknown> }[] = [];
  const send = (bytes: Uint8Array) => {
    for (const frame of framers.flatMap((framer) => framer.take(bytes, clock.monotonic()))) {
      for (const device of bus.devices) {
        const said = readFrame(device.profile, device.points, frame);
        if (said === undefined || said.address !== device.address) continue;
        const values = Object.fromEntries([...said.points].map(([point, { value }]) => [point, value]));
        heard.push({ device: device.id, values });
      }
    }
  };
  const speaker = new TalkerVoice({ clock, bus, ...buses.voicesOf(name), send });
  return { clock, buses, heard, speaker };
}

describe('a simulated sensor that talks', () => {
  test.each(['bay', 'sump', 'shared'])('says on %s by its profile what it is worth', async (name) => {
    const { clock, buses, heard, speaker } = voice(name);
    await clock.advance(3000);
    speaker.close();
    expect(heard.length).toBeGreaterThanOrEqual(9);
    for (const { device, values } of heard.slice(-2)) {
      expect(Object.values(values)).not.toContain(null);
      for (const [point, value] of Object.entries(values)) {
        const worth = buses.valueOf(`${device}/${point}`);
        // It trembles by millimetres from one frame to the next.
        if (typeof worth === 'number') expect(Math.abs(worth - Number(value))).toBeLessThan(5);
        else expect(value).toBe(worth);
      }
    }
  });

  test('says what is set by hand, and what its frames cannot say is refused', async () => {
    const { clock, buses, heard, speaker } = voice('shared');
    buses.set('west/depth', '12.34');
    buses.set('west/door', 'true');
    buses.set('west/mode', 'fault');
    await clock.advance(1000);
    speaker.close();
    expect(heard.find(({ device }) => device === 'west')?.values).toEqual({
      depth: 12.34,
      door: true,
      mode: 'fault',
      name: 'SIM',
    });
    expect(() => buses.set('west/depth', '100')).toThrow(/99/);
    expect(() => buses.set('west/mode', 'broken')).toThrow(/ok, fault/);
  });

  test('that waits to be asked answers its own request alone, in whatever pieces it comes', async () => {
    const { clock, buses, heard, speaker } = voice('asked');
    buses.set('a1/level', '-12.3');
    buses.set('a1/alarm', 'on');
    buses.set('a1/hum', '55');
    await clock.advance(1000);
    expect(heard).toEqual([]);
    for (const byte of [0x00, 0x55, 0x07, 0x55, 0x09, 0x55]) speaker.receive(Uint8Array.of(byte));
    expect(heard).toEqual([{ device: 'a1', values: { level: -12.3, alarm: true, hum: 55 } }]);
    speaker.receive(Uint8Array.of(0x08, 0x55, 0x07));
    expect(heard.map(({ device }) => device)).toEqual(['a1', 'a2', 'a1']);
  });

  test('made silent says nothing, alone or with its line', async () => {
    const { clock, buses, heard, speaker } = voice('shared');
    buses.fault('west', 'silent');
    await clock.advance(1000);
    expect(new Set(heard.map(({ device }) => device))).toEqual(new Set(['east']));
    buses.fault('box-1/shared', 'silent', { forMs: 5000 });
    const before = heard.length;
    await clock.advance(4000);
    expect(heard).toHaveLength(before);
    buses.clear();
    await clock.advance(1000);
    speaker.close();
    expect(heard.length).toBeGreaterThan(before);
  });
});

describe('a fault of a sensor that talks', () => {
  const west = (heard: ReturnType<typeof voice>['heard']) => heard.filter(({ device }) => device === 'west');

  test.each([
    ['silent', 0],
    ['cut', 0],
    ['unplugged', 0],
    ['noise', 10],
    ['duplicate', 20],
    ['late', 5],
  ])('%s: of ten frames of one device some %d are understood, and its neighbour goes on', async (fault, understood) => {
    const { clock, buses, heard, speaker } = voice('shared');
    buses.fault('west', fault);
    await clock.advance(3000);
    speaker.close();
    expect(Math.abs(west(heard).length - understood)).toBeLessThanOrEqual(understood === 0 ? 0 : 3);
    if (fault === 'silent') expect(heard.length - west(heard).length).toBeGreaterThanOrEqual(9);
  });

  test('stuck and drifting change what it says, as they do to registers', async () => {
    const { clock, buses, heard, speaker } = voice('shared');
    buses.fault('west/depth', 'drifting', { rate: 0.5, from: buses.now() - 3_600_000 });
    buses.fault('east', 'stuck');
    const east = buses.valueOf('east/depth');
    await clock.advance(60_000);
    speaker.close();
    expect(Number(west(heard)[0]?.values.depth)).toBeGreaterThan(50);
    const said = heard.filter(({ device }) => device === 'east').map(({ values }) => values.depth);
    expect(new Set(said).size).toBe(1);
    expect(Math.abs(Number(said[0]) - Number(east))).toBeLessThan(0.01);
  });

  test.each([
    ['exception', 'west hangs on box-1/shared, which does not speak Modbus, so there is no exception there'],
    ['wrong-unit', 'west hangs on box-1/shared, which does not speak Modbus, so there is no wrong-unit there'],
    ['crc-error', 'west hangs on box-1/shared, which does not speak Modbus RTU, so there is no crc-error there'],
    ['swapped-words', 'west hangs on box-1/shared, which does not speak Modbus, so there is no swapped-words there'],
  ])('%s is refused: it is a fault of Modbus', (fault, why) => {
    const { buses } = voice('shared');
    expect(() => buses.fault('west', fault)).toThrow(why);
  });
});

test('a converter has the faults of the line behind it', () => {
  const of = site();
  const buses = new VirtualBuses({ site: of, clock: new SimClock(), seed: 1, speed: 1 });
  const [conv] = busesOf(of).find(([name]) => name.endsWith('/conv')) ?? [];
  if (conv === undefined) throw new Error('no conv');
  const frame = Uint8Array.of(1, 2, 1, 0, 0xa1, 0x88);
  buses.fault('box-1/conv', 'crc-error');
  expect(buses.onWire(conv, 1, frame)).toEqual([{ afterMs: 0, bytes: frame.with(5, 0x88 ^ 0x55) }]);
  expect(() => buses.fault('box-1/conv', 'renumbered-adapter')).toThrow('no serial port of this machine');
});

describe.skipIf(missing(command('script')))('from a virtual field to an agent’s readings', () => {
  test('every new wire brings its values, over real terminals and sockets', async () => {
    const of = site();
    const dir = tempDir();
    const field = await VirtualField.open({ site: of, dir, clock: systemClock });
    onTestFinished(() => field.close());
    expect(field.ports.buses['box-1/conv']).toEqual({ host: '127.0.0.1', port: expect.any(Number) });
    expect(field.ports.buses['box-1/conv']).not.toMatchObject({ port: 4196 });
    field.set('bay-1/distance', 1953);
    field.set('sump-1/range', 480);
    field.set('a1/level', -12.3);
    field.set('di-1/di_3', true);
    const [agent] = of.agents;
    if (agent === undefined) throw new Error('no agent');
    const latest = new Map<string, Reading>();
    const edge = new Buses({
      clock: systemClock,
      log: silentLog,
      random: Math.random,
      agent: onVirtualLines(agent, join(dir, 'ports.json')),
      onReadings: (readings) => {
        for (const reading of readings) latest.set(reading.point, reading);
      },
      onDeviceState: () => {},
    });
    edge.start();
    onTestFinished(() => edge.close());
    const worth = (point: string) => latest.get(point)?.value;
    await until(() => worth('bay-1/distance') === 1953 && worth('sump-1/range') === 480);
    await until(() => worth('a1/level') === -12.3 && worth('di-1/di_3') === true && worth('east/mode') === 'ok');
    field.set('bay-1/distance', 600);
    await until(() => worth('bay-1/distance') === 600);
    field.fault('bay-1', 'silent');
    await until(() => latest.get('bay-1/distance')?.fault === 'timeout');
    expect(edge.health().devices['bay-1']?.state).toBe('offline');
    expect(edge.health().devices['sump-1']?.state).toBe('online');
    field.clear();
    await until(() => edge.health().devices['bay-1']?.state === 'online');
    await until(() => typeof worth('bay-1/distance') === 'number');
    expect(existsSync(join(dir, 'box-1/bay'))).toBe(true);
  });
});
