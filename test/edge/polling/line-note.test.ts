import { expect, test } from 'vitest';
import { type StrayNote, strayNoteSchema } from '../../../contract/reasons/devices.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../bench-site.ts';
import { answeringBus } from './answering-bus.ts';

const heartbeat: StrayNote = { hex: '68 69', likely: 'heartbeat' };

/** Devices on a line that comes to have something else on it. */
async function line(note: StrayNote | null, units = [1, 2]) {
  const clock = new SimClock();
  const now: { note: StrayNote | null; told: string[] } = { note, told: [] };
  const profile = profileOf({ level: { address: 0 } });
  const devices = units.map((unit) => deviceOf({ id: `d-${unit}`, unit, profile }));
  const buses = new Buses({
    ...{ clock, log: silentLog, random: () => 0.5 },
    agent: agentOf([busOf(devices)]),
    openBus: () =>
      answeringBus(() => Promise.resolve({ ok: true, reply: { kind: 'words', words: [7] } }), {
        unexplained: () => now.note,
      }),
    onReadings: () => {},
    onDeviceState: (device) => now.told.push(device),
  });
  buses.start();
  await clock.advance(5000);
  const becomes = async (next: StrayNote | null) => {
    now.told = [];
    now.note = next;
    await clock.advance(5000);
    return now.told;
  };
  const beside = () => Object.values(buses.devices()).map(({ reason }) => reason?.beside ?? null);
  return { becomes, beside };
}

test.each<{ becomes: StrayNote | null; told: string[] }>([
  { becomes: heartbeat, told: [] },
  { becomes: { ...heartbeat, hex: '68 70' }, told: [] },
  { becomes: { hex: '01 03', likely: 'second-master' }, told: ['d-1', 'd-2'] },
  { becomes: { ...heartbeat, withAnswersOf: [1] }, told: ['d-1', 'd-2'] },
  { becomes: null, told: ['d-1', 'd-2'] },
])('what is on the line comes to be $becomes after a heartbeat: told again of $told', async ({ becomes, told }) => {
  const after = await line(heartbeat);
  expect(after.beside()).toEqual([heartbeat, heartbeat]);
  expect(await after.becomes(becomes)).toEqual(told);
});

test('what comes with the answers of one unit is said of that one, and follows the units', async () => {
  const with1 = { ...heartbeat, withAnswersOf: [1] };
  const with2 = { ...heartbeat, withAnswersOf: [2] };
  const { becomes, beside } = await line(with1);
  expect(beside()).toEqual([with1, null]);
  expect(await becomes(with2)).toEqual(['d-1', 'd-2']);
  expect(beside()).toEqual([null, with2]);
  expect(await becomes(null)).toEqual(['d-2']);
});

test('what comes with the answers of more units than one reason may name is said of each of them', async () => {
  const units = Array.from({ length: 12 }, (_, nth) => nth + 1);
  const { beside } = await line({ ...heartbeat, withAnswersOf: units }, [...units, 13]);
  const notes = beside();
  for (const [nth, unit] of units.entries()) {
    expect(notes[nth]?.withAnswersOf).toContain(unit);
    expect(strayNoteSchema.parse(notes[nth])).toEqual(notes[nth]);
  }
  expect(notes[12]).toBeNull();
});
