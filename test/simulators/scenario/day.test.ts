import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatProblem, loadSite } from '../../../config/load-site.ts';
import type { Site } from '../../../config/site.ts';
import { agentIdSchema, busIdSchema } from '../../../contract/ids.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { scenarioFile, scenarioNames } from '../../../simulators/scenario/find.ts';
import { loadScenario } from '../../../simulators/scenario/load.ts';
import { Player } from '../../../simulators/scenario/player.ts';
import type { Scenario, Step } from '../../../simulators/scenario/scenario.ts';
import { atTimeOfDay, timeOfDayText, tryTimeOfDay } from '../../../simulators/scenario/wall-time.ts';
import { type BusName, VirtualBuses } from '../../../simulators/virtual-buses.ts';
import { root } from '../../needs.ts';

const modules: BusName = `${agentIdSchema.parse('cabinet-s1')}/${busIdSchema.parse('rs485-di')}`;

function demoSite(): Site {
  const loaded = loadSite(join(root, 'config/sites/demo.yaml'));
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.site;
}

function scenarioOf(name: string): Scenario {
  const loaded = loadScenario(scenarioFile(name), demoSite());
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.scenario;
}

/** The day on simulated time, to be looked at where it matters. */
function day() {
  const [site, clock, scenario] = [demoSite(), new SimClock(), scenarioOf('day')];
  const begins = atTimeOfDay({ now: clock.now(), timezone: site.timezone, msOfDay: scenario.beginsMs });
  const buses = new VirtualBuses({ site, clock, seed: scenario.seed, speed: 1, begins });
  const told: Step[] = [];
  new Player({ scenario, buses, onStep: (step) => told.push(step) });
  const at = async (time: string) => {
    await clock.advance((tryTimeOfDay(time) ?? Number.NaN) - (buses.now() - begins));
  };
  const hears = (unit: number) => buses.answer(modules, unit, Uint8Array.of(2, 0, 0, 0, 1)) !== undefined;
  return { scenario, buses, told, at, hears };
}

test('every scenario that comes with the program can be played on the demo site', () => {
  expect(scenarioNames()).toContain('day');
  for (const name of scenarioNames()) expect(scenarioOf(name).id).toBe(name);
});

test('the day has every hour of the reference table, and tells it in both languages', () => {
  const { steps } = scenarioOf('day');
  const hours = steps.flatMap(({ atMs, note }) => (note === null ? [] : [timeOfDayText(atMs)]));
  expect(hours).toEqual(
    '00:00 00:00 05:50 08:30 08:45 10:12 11:05 12:30 13:00 14:20 14:21 16:05 17:48:10 18:10 20:00 22:30 23:50'.split(
      ' ',
    ),
  );
});

test('the day goes as it is written', async () => {
  const { buses, told, at, hears, scenario } = day();
  const cut = () => Object.keys(buses.boxes().agents);
  expect(cut()).toEqual(['cabinet-b1', 'cabinet-s1', 'cabinet-s2']);
  await at('00:00:40');
  expect(cut()).toEqual([]);
  await at('08:46');
  expect(buses.onWire(modules, 2, Uint8Array.of(2, 1, 1, 0, 0, 0)).length).toBe(2);
  await at('09:00');
  expect(buses.valueOf('s2-1/di_0')).toBe(true);
  await at('10:13');
  expect(buses.valueOf('di-3/di_0')).toBe(true);
  await at('12:30:01');
  expect([2, 3, 4].map(hears)).toEqual([true, false, true]);
  await at('12:41');
  expect(hears(3)).toBe(true);
  await at('18:10:01');
  expect(cut()).toEqual(['cabinet-s1']);
  await at('20:11:59');
  expect(cut()).toEqual(['cabinet-b1', 'cabinet-s1', 'cabinet-s2']);
  await at('20:12');
  expect(cut()).toEqual([]);
  await at('24:00');
  expect(told).toEqual(scenario.steps);
  expect([1, 2, 3, 4, 5, 6, 7].map(hears)).toEqual(Array.from({ length: 7 }, () => true));
});

test('what happens in the building is felt by its instruments', async () => {
  const { buses, at } = day();
  const worth = (ref: string) => buses.valueOf(ref);
  await at('14:19:30');
  expect(worth('vib-b1/velocity_x')).toBeLessThan(2);
  await at('14:20:02');
  expect([worth('vib-b1/velocity_x'), worth('vib-b1/frequency_x')]).toEqual([6.4, 14]);
  await at('16:04');
  expect(worth('lel-kitchen-1/lel')).toBeLessThan(5);
  await at('16:06:30');
  expect(worth('lel-kitchen-1/lel')).toBeGreaterThanOrEqual(25);
  await at('17:48:12');
  expect([worth('contacts-1/di_0'), worth('heat-b1/zone_1')]).toEqual([true, 'ok']);
  await at('17:48:30');
  expect([worth('heat-b1/zone_1'), worth('heat-b1/zone_1_distance')]).toEqual(['alarm', 18]);
  await at('18:19');
  expect(Number(worth('climate-b1/temperature'))).toBeLessThan(75);
  await at('22:29');
  expect(worth('level-b1/level')).toBeLessThan(5);
  await at('22:40');
  expect([worth('contacts-1/di_6'), Number(worth('level-b1/level')) > 14]).toEqual([true, true]);
  await at('23:49');
  expect([worth('ups-b1/on_battery'), Number(worth('meter-b1/voltage_1')) > 200]).toEqual([false, true]);
  await at('24:00');
  expect([worth('ups-b1/on_battery'), worth('meter-b1/voltage_1')]).toEqual([true, 0]);
});

test('at ten past six in the evening twelve devices fall silent within four minutes', async () => {
  const { told, at } = day();
  await at('18:09:59');
  const before = told.length;
  await at('18:14');
  const silent = told.slice(before).filter((step) => step.does === 'fault' && step.name === 'silent');
  expect(silent).toHaveLength(12);
});
