import { describe, expect, test } from 'vitest';
import { InputError } from '../../../contract/input-error.ts';
import { faultKinds, faultNames } from '../../../simulators/faults/catalog.ts';
import { faultTable } from '../../../simulators/faults/words.ts';
import { load, siteText, smallSiteText } from '../sites.ts';
import { wires } from './wire.ts';

function problemsOf(run: () => void): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

describe('a fault that this site cannot have', () => {
  test.each([
    ['tilt-1', 'lat', {}, ['"lat" is no fault; did you mean late?']],
    ['tilt-1', 'flood', {}, [`"flood" is no fault; there is ${faultNames.join(', ')}`]],
    ['tilt-2', 'silent', {}, ['"tilt-2": test has no bus or device of this name; did you mean tilt-1?']],
    ['line', 'silent', {}, ['"line": test has no bus or device of this name; did you mean box-1/line?']],
    [
      'roof',
      'silent',
      {},
      ['"roof": test has no bus or device of this name; there is box-1/line, box-1/lan, di-1, tilt-1, meter-1'],
    ],
    [
      'tilt-9',
      'lat',
      { rate: 1 },
      [
        '"lat" is no fault; did you mean late?',
        '"tilt-9": test has no bus, device, point or agent of this name; did you mean tilt-1?',
      ],
    ],
    [
      'box-1',
      'silent',
      {},
      [
        'box-1 is an agent, and silent strikes a bus or a device; there is box-1/line, box-1/lan, di-1, tilt-1, meter-1',
      ],
    ],
    ['tilt-1', 'broker-gone', {}, ['tilt-1 is a device, and broker-gone strikes an agent; there is box-1']],
    ['box-1/lan', 'crc-error', {}, ['box-1/lan does not speak Modbus RTU, so there is no crc-error there']],
    [
      'meter-1',
      'crc-error',
      {},
      ['meter-1 hangs on box-1/lan, which does not speak Modbus RTU, so there is no crc-error there'],
    ],
    [
      'box-1/lan',
      'renumbered-adapter',
      {},
      ['box-1/lan is no serial port of this machine, so there is no renumbered-adapter there'],
    ],
    ['di-1', 'drifting', {}, ['di-1 shows no number that could drift']],
    ['tilt-1', 'swapped-words', {}, ['tilt-1 shows no value wider than one register']],
    ['tilt-1', 'late', { rate: 0.1 }, ['a rate belongs to drifting; remove it from late']],
    ['tilt-1', 'late', { byMs: 5 }, ['a step belongs to clock-stepped; remove it from late']],
    ['tilt-1', 'drifting', { rate: 0 }, ['0: give a share of the range an hour, such as 0.02 or -0.02']],
    ['box-1', 'clock-stepped', { byMs: 0 }, ['give how far the clock steps, such as 1h or -5m']],
  ])('%s %s %j is refused with everything that is wrong', (target, name, size, says) => {
    const { buses } = wires(load(smallSiteText()));
    expect(problemsOf(() => buses.fault(target, name, size))).toEqual(says);
  });

  test('an event or a place that is not there is refused with what is', () => {
    const { buses } = wires(load(smallSiteText()));
    expect(problemsOf(() => buses.event('fir', { place: 'tilt-2', strength: -1 }))).toEqual([
      '"fir" does not happen here; did you mean fire?',
      '"tilt-2": test has no such agent or device; did you mean tilt-1?',
      '-1: give a number above 0; 1 is the usual size',
    ]);
  });
});

test('every fault in the table can be begun where it says, and cleared', () => {
  const text = siteText(
    ['{ id: meter-1, profile: eastron-sdm120, unit: 1, every: 10s }'],
    ['{ id: meter-2, profile: eastron-sdm120, unit: 1, every: 10s }'],
  );
  const radio =
    '{ id: lora, kind: mqtt, url: "mqtt://127.0.0.1:1", format: chirpstack, devices: [{ id: bay, profile: bosch-tps110, address: "a81758fffe000001" }] }';
  const { buses } = wires(load(text.replace('    buses:\n', `    buses:\n      - ${radio}\n`)));
  const targets = { bus: 'box-1/line', device: 'meter-1', point: 'meter-1/voltage', agent: 'box-1' };
  const onAir = { bus: 'box-1/lora', device: 'bay', point: 'bay/occupied', agent: 'box-1' };
  for (const [name, { strikes, wires: on }] of Object.entries(faultKinds)) {
    for (const kind of strikes) buses.fault((on === 'radio' ? onAir : targets)[kind], name);
  }
  expect(problemsOf(() => buses.fault('bay', 'noise'))).toEqual([
    'bay hangs on box-1/lora, which carries whole messages of a network server, so there is no noise there',
  ]);
  buses.clear();
  expect(
    faultTable()
      .text.split('\n')
      .filter((row) => /^[a-z]+(-[a-z]+)* /.test(row)).length,
  ).toBeGreaterThan(18);
});

test('a bus and a device may share a name, and so may an agent and a device: the fault tells which is meant', () => {
  const text = siteText(['{ id: box-1, profile: eastron-sdm120, unit: 1, every: 10s }'], []);
  const { buses } = wires(load(text));
  buses.fault('box-1', 'silent');
  buses.fault('box-1', 'broker-gone');
  expect(buses.boxes()).toEqual({ agents: { 'box-1': { uplink: 'cut', clockOffsetMs: 0 } } });
});

test('ports and boxes are told of when they fall ill and when they are well again', async () => {
  const { buses, clock, plugs } = wires(load(smallSiteText()));
  buses.fault('box-1/line', 'unplugged', { forMs: 5000 });
  buses.fault('box-1', 'broker-gone', { forMs: 9000 });
  buses.fault('box-1', 'clock-stepped', { byMs: -60_000 });
  await clock.advance(5000);
  buses.fault('box-1/line', 'renumbered-adapter');
  await clock.advance(2000);
  await clock.advance(2000);
  buses.clear();
  expect(plugs).toEqual([
    'box-1/line out',
    '{"box-1":{"uplink":"cut","clockOffsetMs":0}}',
    '{"box-1":{"uplink":"cut","clockOffsetMs":-60000}}',
    'box-1/line in',
    'box-1/line renumbering',
    'box-1/line in',
    '{"box-1":{"uplink":"up","clockOffsetMs":-60000}}',
    '{}',
  ]);
});

test('a device that is unplugged leaves its bus in its place', () => {
  const { buses, plugs } = wires(load(smallSiteText()));
  buses.fault('di-1', 'unplugged');
  expect(plugs).toEqual([]);
});

test('closed, nothing is left that would keep a process alive', () => {
  const { buses, clock } = wires(load(smallSiteText()));
  buses.fault('box-1/line', 'unplugged', { forMs: 5000 });
  buses.close();
  expect(clock.pending()).toBe(0);
});
