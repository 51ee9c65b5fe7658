import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadSite } from '../../config/load-site.ts';
import { systemClock } from '../../contract/clock.ts';
import type { Reading } from '../../contract/reading.ts';
import { onVirtualLines } from '../../edge/box/ports-file.ts';
import { silentLog } from '../../edge/log.ts';
import { Buses } from '../../edge/polling/buses.ts';
import { VirtualField } from '../../simulators/field.ts';
import { root } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { until } from './processes.ts';

/** The example site with its network server and its bridge, read by the agent's own buses over real sockets. */
async function start() {
  const loaded = loadSite(join(root, 'config/sites/lora.yaml'));
  if (!loaded.ok) throw new Error('the example site');
  const [agent] = loaded.site.agents;
  if (agent === undefined) throw new Error('no agent');
  const dir = tempDir();
  const virtual = await VirtualField.open({ site: loaded.site, dir, clock: systemClock, seed: 3 });
  const readings: Reading[] = [];
  const buses = new Buses({
    clock: systemClock,
    log: silentLog,
    random: Math.random,
    agent: onVirtualLines(agent, join(dir, 'ports.json')),
    onReadings: (batch) => readings.push(...batch),
    onDeviceState: () => {},
  });
  buses.start();
  onTestFinished(async () => {
    await buses.close();
    await virtual.close();
  });
  const last = (ref: string) => readings.findLast(({ point }) => point === ref);
  return { virtual, buses, readings, last };
}

test('every sensor of the example site is heard, and what happens to it is told', async () => {
  const { virtual, buses, readings, last } = await start();
  const states = () => Object.values(buses.health().devices).map(({ state }) => state);
  await until(() => states().every((state) => state === 'online'));
  expect(states()).toHaveLength(14);
  expect(
    readings.filter(({ fault, point }) => fault !== null && !point.startsWith('crack-hall')).map(({ point }) => point),
  ).toEqual([]);
  expect(last('leak-cellar/leak')?.value).toBe(false);
  expect(last('air-hall/co2')?.value).toBeTypeOf('number');
  expect(buses.health().devices['bay-1']?.uplinks).toMatchObject({ joins: 1, lost: 0 });

  const before = last('bay-1/occupied')?.value === true;
  virtual.fault('bay-1', 'duplicate');
  virtual.fault('bay-5', 'cut');
  virtual.set('bay-1/occupied', !before);
  virtual.set('bay-5/occupied', last('bay-5/occupied')?.value !== true);
  virtual.set('leak-cellar/leak', true);
  await until(() => last('bay-1/occupied')?.value === !before && last('leak-cellar/leak')?.value === true);
  await until(() => last('bay-5/occupied')?.fault === 'bad-frame');
  await until(() => buses.health().devices['bay-1']?.uplinks?.twice === 1);
  expect(buses.health().devices['bay-5']).toMatchObject({ state: 'degraded', uplinks: { refused: 1 } });
});
