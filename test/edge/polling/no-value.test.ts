import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../bench-site.ts';
import { answeringBus } from './answering-bus.ts';

const profile = profileOf({
  level: { address: 0, type: 'i16', sentinels: [-32768] },
  flow: { address: 1, type: 'i16', sentinels: [-32768] },
});

test('a device that answers, and of which no value can be used, says why; one value is enough for all to be well', async () => {
  const clock = new SimClock();
  const none = 0x8000;
  let words = [7, none];
  let told = 0;
  const buses = new Buses({
    ...{ clock, log: silentLog, random: () => 0.5 },
    agent: agentOf([busOf([deviceOf({ id: 'd-1', unit: 1, profile })])]),
    openBus: () => answeringBus(() => Promise.resolve({ ok: true, reply: { kind: 'words', words } })),
    onReadings: () => {},
    onDeviceState: () => told++,
  });
  const isNow = () => Object.values(buses.devices())[0];
  buses.start();
  await clock.advance(3000);
  expect(isNow()).toMatchObject({ state: 'online', why: null });
  told = 0;
  words = [none, none];
  await clock.advance(3000);
  expect(told).toBe(1);
  expect(isNow()).toMatchObject({
    state: 'online',
    reason: { code: 'values-at-fault', faults: ['sentinel'], points: ['flow', 'level'] },
  });
  words = [none, 9];
  await clock.advance(3000);
  expect(told).toBe(2);
  expect(isNow()).toMatchObject({ state: 'online', why: null });
});
