import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { loadSite } from '../../../config/load-site.ts';
import { systemClock } from '../../../contract/clock.ts';
import {
  buildingState,
  buildingThing,
  documentOf,
  lotState,
  lotThing,
  thingOf,
  topicsOf,
} from '../../../gateway/bridges/home-assistant/discovery.ts';
import { HomeAssistantPublisher } from '../../../gateway/bridges/home-assistant/publisher.ts';
import { silentLog } from '../../../gateway/log.ts';
import { listeningBroker } from '../../listening-broker.ts';
import { root } from '../../needs.ts';
import { until } from '../../simulators/processes.ts';
import { bridgedSite, standingView } from './bench-site.ts';
import { deviceDiscovery, discoveryTopic } from './home-assistant-schema.ts';

test('every thing of a site has a document that Home Assistant takes', () => {
  const loaded = loadSite(join(root, 'config/sites/lora.yaml'));
  if (!loaded.ok) throw new Error('the site has problems');
  const { site } = loaded;
  const { view } = standingView(site);
  const topics = topicsOf({ discovery: 'homeassistant', topic: 'jari/ha', site: site.id });
  const things = [
    ...view.devices.map((device) => thingOf(device, false)),
    ...site.lots.map(({ id, name: { en } }) => lotThing(id, en)),
    ...site.buildings.map(({ id, name: { en } }) => buildingThing(id, en)),
  ];
  for (const thing of things) {
    expect(topics.discovery(thing.object)).toMatch(discoveryTopic);
    const document = documentOf(thing, { topics, site: site.id, version: '0' });
    const taken = deviceDiscovery.safeParse(JSON.parse(JSON.stringify(document)));
    expect(taken.error?.issues ?? [], thing.object).toEqual([]);
  }
  const ids = things.flatMap(({ object, parts }) => parts.map((part) => `${object}_${part.name}`));
  expect(new Set(ids).size).toBe(ids.length);
});

test('a closed lot, and one of which nothing is known, has no number of free spaces', () => {
  const open = { state: 'open', free: 3, occupied: 1, unknown: 2, outOfService: 0, capacity: 6 };
  expect(lotState(open)).toEqual(open);
  expect(lotState({ ...open, state: 'closed' })).toMatchObject({ state: 'closed', free: null, unknown: 2 });
  expect(lotState(undefined)).toMatchObject({ state: null, free: null, capacity: null });
  const alerts = new Map([
    ['a/1', { level: '주의' }],
    ['a/2', { level: '심각' }],
    ['ab/3', { level: '관심' }],
  ]);
  expect(buildingState('a', alerts)).toEqual({ openAlerts: 2, level: '심각' });
  expect(buildingState('b', alerts)).toEqual({ openAlerts: 0, level: 'none' });
});

test('says what is there, nothing of what is not known, and takes back what is no more', async () => {
  const broker = await listeningBroker({});
  const site = bridgedSite(`{ homeAssistant: { url: "${broker.url}" } }`);
  const { homeAssistant } = site.gateway.bridges;
  if (homeAssistant === null) throw new Error('no bridge');
  const bench = standingView(site);
  const host = await connectAsync(broker.url);
  onTestFinished(() => host.endAsync());
  const gone = 'homeassistant/device/jari_test/device_sold/config';
  await host.publishAsync(gone, '{"device":{}}', { qos: 1, retain: true });
  const others = 'homeassistant/device/jari_other/device_x/config';
  await host.publishAsync(others, '{"device":{}}', { qos: 1, retain: true });
  const publisher = new HomeAssistantPublisher({
    ...{ config: homeAssistant, view: bench.view, version: '0', clock: systemClock, log: silentLog },
    // No wait between two tries.
    ...{ random: () => -1, flushEveryMs: 20 },
  });
  onTestFinished(() => publisher.close());
  const said = (topic: string) => broker.heard.findLast((message) => message.topic === topic);
  const state = (thing: string) => JSON.parse(said(`jari/ha/test/things/${thing}`)?.payload ?? 'null');
  const availability = (thing: string) => said(`jari/ha/test/things/${thing}/availability`);

  bench.state('di', 'online');
  bench.state('air', 'online');
  bench.read('di/di_0', [{ value: true, at: 1000 }]);
  bench.read('air/temperature', [{ value: 20.5, at: 1000 }]);
  publisher.start();
  await until(() => said('jari/ha/test/availability')?.payload === 'online' && said(gone)?.payload === '');
  expect(said(others)?.payload).toBe('{"device":{}}');
  expect(said('homeassistant/device/jari_test/device_air/config')).toMatchObject({ retain: true });
  expect(JSON.parse(said('homeassistant/device/jari_test/device_air/config')?.payload ?? '')).toMatchObject({
    device: { name: 'air (simulated)', identifiers: ['jari_test_device_air'] },
    components: {
      temperature: {
        platform: 'sensor',
        device_class: 'temperature',
        unit_of_measurement: '°C',
        state_class: 'measurement',
      },
    },
  });
  // The second space is a resident's, and so is what watches it.
  expect(state('device_di')).toMatchObject({ di_0: 'ON', di_2: null });
  expect(state('device_di')).not.toHaveProperty('di_1');
  expect(state('device_air')).toMatchObject({ temperature: 20.5, humidity: null });
  expect(said('jari/ha/test/things/device_air')?.retain).toBe(false);
  expect(availability('device_air')).toMatchObject({ payload: 'online', retain: true });
  expect(availability('device_meter')).toMatchObject({ payload: 'offline' });

  bench.read('air/temperature', [{ value: 20.5, fault: 'frozen', at: 2000 }]);
  await until(() => state('device_air').temperature === null);
  bench.read('air/temperature', [{ value: 21, at: 3000 }]);
  await until(() => state('device_air').temperature === 21);
  bench.state('air', 'offline');
  await until(() => availability('device_air')?.payload === 'offline');
  await until(() => state('device_air').temperature === null);

  // Home Assistant starts again: it is told without being made to wait.
  const before = broker.heard.length;
  await host.publishAsync('homeassistant/status', 'online');
  await until(() => broker.heard.slice(before).some(({ topic }) => topic === 'jari/ha/test/things/device_di'));
  broker.drop();
  await until(() =>
    broker.heard.some(({ topic, payload }) => topic === 'jari/ha/test/availability' && payload === 'offline'),
  );
  await until(() => said('jari/ha/test/availability')?.payload === 'online');
});
