import { expect, test } from 'vitest';
import type { StrayNote } from '../../../contract/reasons/devices.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../bench-site.ts';

const heartbeat: StrayNote = { hex: '68 69', likely: 'heartbeat' };

test.each<{ becomes: StrayNote | null; isTold: boolean }>([
  { becomes: heartbeat, isTold: false },
  { becomes: { ...heartbeat, hex: '68 70' }, isTold: false },
  { becomes: { hex: '01 03', likely: 'second-master' }, isTold: true },
  { becomes: { ...heartbeat, withAnswersOf: [1] }, isTold: true },
  { becomes: null, isTold: true },
])('what is on the line comes to be $becomes after a heartbeat: told again $isTold', async ({ becomes, isTold }) => {
  const clock = new SimClock();
  let note: StrayNote | null = heartbeat;
  let told = 0;
  const buses = new Buses({
    ...{ clock, log: silentLog, random: () => 0.5 },
    agent: agentOf([busOf([deviceOf({ id: 'd-1', unit: 1, profile: profileOf({ level: { address: 0 } }) })])]),
    openBus: () => ({
      exchange: () => Promise.resolve({ ok: true, reply: { kind: 'words', words: [7] } }),
      readyAt: () => 0,
      isOpen: () => true,
      open: async () => {},
      close: async () => {},
      unexplained: () => note,
      stats: () => ({ requests: 0, replies: 0, faults: {}, load: 0, discardedBytes: 0, closedBecause: null }),
    }),
    onReadings: () => {},
    onDeviceState: () => told++,
  });
  buses.start();
  await clock.advance(5000);
  expect(Object.values(buses.devices())[0]?.reason).toMatchObject({ beside: heartbeat });
  told = 0;
  note = becomes;
  await clock.advance(5000);
  expect(told > 0).toBe(isTold);
  const reason = Object.values(buses.devices())[0]?.reason ?? null;
  if (isTold) expect(reason).toEqual(becomes === null ? null : { code: 'stray-bytes', beside: becomes });
});
