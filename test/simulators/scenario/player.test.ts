import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formatProblem } from '../../../config/load-site.ts';
import { devicesOf, type Site } from '../../../config/site.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { loadScenario } from '../../../simulators/scenario/load.ts';
import { Player } from '../../../simulators/scenario/player.ts';
import type { Scenario } from '../../../simulators/scenario/scenario.ts';
import { atTimeOfDay } from '../../../simulators/scenario/wall-time.ts';
import { stepText } from '../../../simulators/scenario/words.ts';
import { VirtualBuses } from '../../../simulators/virtual-buses.ts';
import { tempDir } from '../../temp.ts';
import { line } from '../faults/wire.ts';
import { load, smallSiteText } from '../sites.ts';

const minute = 60_000;
const begins = 6 * 60 * minute;

function scenarioOf(text: string, site: Site): Scenario {
  const file = join(tempDir(), 'scenario.yaml');
  writeFileSync(file, text);
  const loaded = loadScenario(file, site);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.scenario;
}

const steps = `id: try
title: { ko: 시험, en: A try }
site: test
begins: "06:00"
steps:
  - { at: "06:10", fault: silent, target: di-1, for: 5m }
  - { at: "06:00", set: di-1/di_1, value: true, for: 10m }
  - { at: "06:10", set: di-1/di_1, value: false }
  - { at: "06:30", fault: stuck, target: tilt-1, for: 1h, note: { ko: 굳음, en: It does not move any more } }
  - { at: "06:40", fault: broker-gone, target: box-1, for: 30s }
  - { at: "06:41", event: truck, place: tilt-1, for: 10s }
`;

/** A small site on a simulated clock, with the scenario being played. */
function played(options: { speed?: number; seed?: number; site?: Site; text?: string } = {}) {
  const { speed = 1, seed = 1, site = load(smallSiteText()), text = steps } = options;
  const clock = new SimClock();
  const scenario = scenarioOf(text, site);
  const { timezone } = site;
  const buses = new VirtualBuses({
    site,
    clock,
    seed,
    speed,
    begins: atTimeOfDay({ now: clock.now(), timezone, msOfDay: scenario.beginsMs }),
  });
  const told: string[] = [];
  const player = new Player({ scenario, buses, onStep: (step) => told.push(stepText(step)) });
  onTestFinished(() => player.close());
  const request = Uint8Array.of(2, 0, 0, 0, 8);
  const answers = () => buses.answer(line, 1, request) !== undefined;
  return { clock, buses, told, player, answers };
}

test('steps strike at their simulated time, in order of time and then of the file, and end by themselves', async () => {
  const { clock, buses, told, answers } = played();
  expect(told).toEqual(['06:00  di-1/di_1 held at true for 10m']);
  expect(buses.valueOf('di-1/di_1')).toBe(true);
  await clock.advance(10 * minute - 1);
  expect([buses.valueOf('di-1/di_1'), answers()]).toEqual([true, true]);
  await clock.advance(1);
  expect([buses.valueOf('di-1/di_1'), answers()]).toEqual([false, false]);
  await clock.advance(5 * minute);
  expect(answers()).toBe(true);
  await clock.advance(25 * minute);
  expect(buses.boxes().agents['box-1']?.uplink).toBe('cut');
  await clock.advance(minute);
  expect(buses.boxes().agents).toEqual({});
  expect(told).toEqual([
    '06:00  di-1/di_1 held at true for 10m',
    '06:10  silent at di-1 for 5m',
    '06:10  di-1/di_1 held at false',
    '06:30  stuck at tilt-1 for 1h (It does not move any more)',
    '06:40  broker-gone at box-1 for 30s',
    '06:41  truck at tilt-1 for 10s',
  ]);
});

test('at sixty times the speed an hour of steps takes a minute', async () => {
  const { clock, told } = played({ speed: 60 });
  await clock.advance(minute);
  expect(told).toHaveLength(6);
});

/** Every point of the small site. */
function everything(buses: VirtualBuses, site: Site): unknown[] {
  return site.agents.flatMap(devicesOf).flatMap(({ device }) => device.points.map(({ ref }) => buses.valueOf(ref)));
}

test('is the same again for the same seed, at each moment, and other for another', async () => {
  const site = load(smallSiteText());
  const [one, same, other] = [played({ site }), played({ site }), played({ site, seed: 2 })];
  for (let i = 0; i < 12; i++) {
    for (const { clock } of [one, same, other]) await clock.advance(7 * minute);
    expect(everything(same.buses, site)).toEqual(everything(one.buses, site));
    expect(everything(other.buses, site)).not.toEqual(everything(one.buses, site));
  }
});

test('after a jump over several steps the field is as if each had been on time', async () => {
  const site = load(smallSiteText());
  const scenario = scenarioOf(steps, site);
  const clock = new SimClock();
  const begin = atTimeOfDay({ now: clock.now(), timezone: site.timezone, msOfDay: begins });
  const late = new VirtualBuses({ site, clock, seed: 1, speed: 1, begins: begin });
  await clock.advance(50 * minute);
  const told: string[] = [];
  new Player({ scenario, buses: late, onStep: (step) => told.push(stepText(step)) });
  expect(told).toHaveLength(6);
  const onTime = played({ site });
  await onTime.clock.advance(50 * minute);
  expect(everything(late, site)).toEqual(everything(onTime.buses, site));
  expect(late.boxes()).toEqual(onTime.buses.boxes());
});

test('clearing ends what a step began, and the next step strikes all the same', async () => {
  const { clock, buses, answers } = played();
  await clock.advance(11 * minute);
  expect(answers()).toBe(false);
  buses.clear();
  expect(answers()).toBe(true);
  await clock.advance(29 * minute);
  expect(buses.boxes().agents['box-1']?.uplink).toBe('cut');
});

test('closed, it strikes no more and keeps nothing alive', async () => {
  const { clock, player, told, buses } = played();
  player.close();
  buses.close();
  expect(clock.pending()).toBe(0);
  await clock.advance(60 * minute);
  expect(told).toHaveLength(1);
});

describe('the time of day at which a scenario begins', () => {
  const at = (now: string, timezone: string, hours: number) =>
    new Date(atTimeOfDay({ now: Date.parse(now), timezone, msOfDay: hours * 3_600_000 })).toISOString();

  test.each([
    // In Korea it is the 22nd already.
    ['2026-11-21T15:30:00Z', 'Asia/Seoul', 0, '2026-11-21T15:00:00.000Z'],
    ['2026-11-21T14:30:00Z', 'Asia/Seoul', 6, '2026-11-20T21:00:00.000Z'],
    ['2026-11-21T14:30:00.250Z', 'UTC', 12, '2026-11-21T12:00:00.000Z'],
    // The clocks of Berlin go forward at 02:00 on this day, and back at 03:00 on that.
    ['2026-03-29T00:30:00Z', 'Europe/Berlin', 12, '2026-03-29T10:00:00.000Z'],
    ['2026-10-25T12:00:00Z', 'Europe/Berlin', 1, '2026-10-24T23:00:00.000Z'],
    ['2026-07-01T03:00:00Z', 'America/St_Johns', 8, '2026-07-01T10:30:00.000Z'],
  ])('at %s in %s, %d o’clock is %s', (now, timezone, hours, then) => {
    expect(at(now, timezone, hours)).toBe(then);
  });
});
