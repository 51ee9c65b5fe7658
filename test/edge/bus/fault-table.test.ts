import { afterAll, describe, expect, test } from 'vitest';
import { honestReply } from '../memory-line.ts';
import { crowdedFaults, type Fault, honestTcpReply, rtuFaults, striking, tcpFaults } from './faults.ts';
import { checksOf, maps, pollInTurn, pollTogether, type Read, readsOf } from './polls.ts';
import { closed, type MemoryRig, memoryRtu, memoryTcp } from './rigs.ts';
import { rtuScenarios, tcpScenarios } from './scenarios.ts';

/** The whole fault table on simulated time and a line in memory: each fault × 400 polls. */

/** `JARI_POLLS=1000` for the whole table. */
const polls = Number(process.env.JARI_POLLS ?? 400);
const timeoutMs = 300;
const tally = { polls: 0, strikes: 0, lost: 0 };

describe.each(maps)('on a serial line with $name', ({ reads }) => {
  test.each(rtuFaults)('$name: never a wrong value, at most $costs polls lost a strike', async (fault) => {
    const { slave, strikes } = striking(fault, { honest: honestReply, timeoutMs });
    const rig = await memoryRtu(slave);
    await holds(rig, { fault, reads, strikes });
    expect(rig.line.shortSilences).toBe(0);
  });
});

describe.each(maps)('where each request may only wake its unit, with $name', ({ reads }) => {
  test.each(rtuFaults)('$name: never a wrong value', async (fault) => {
    const { slave } = striking(fault, { honest: honestReply, timeoutMs });
    const rig = await memoryRtu(slave);
    const { pauseMs = 0 } = fault;
    const polling = pollInTurn(rig.bus, { reads, polls: 300, timeoutMs, clock: rig.clock, pauseMs, isWakeUp: true });
    expect((await rig.until(polling)).wrong).toEqual([]);
    await closed(rig);
  });
});

test.each(rtuScenarios)('in memory, $name', async ({ slave, run }) => {
  const rig = await memoryRtu(slave());
  await run(rig);
  expect(rig.line.shortSilences).toBe(0);
  await closed(rig);
});

test.each(tcpScenarios)('in memory, $name', async ({ slave, run }) => {
  const rig = await memoryTcp(slave());
  await run(rig);
  await closed(rig);
});

describe('on TCP', () => {
  test.each(tcpFaults)('$name: never a wrong value, at most $costs polls lost a strike', async (fault) => {
    const { slave, strikes } = striking(fault, { honest: honestTcpReply, timeoutMs });
    await holds(await memoryTcp(slave), { fault, reads: readsOf('none'), strikes });
  });

  test.each(tcpFaults)('$name, with a map to check by: never a wrong value, as many polls lost', async (fault) => {
    const { slave, strikes } = striking(fault, { honest: honestTcpReply, timeoutMs });
    const reads = readsOf('none');
    await holds(await memoryTcp(slave, undefined, checksOf(reads)), { fault, reads, strikes });
  });
});

/** What is lost with a connection that is out of step, or to a device that falls silent, is all that was in flight. */
describe('on TCP with eight in flight', () => {
  const inFlight = 8;
  const streams = [
    { name: 'each reply by itself', chops: undefined },
    { name: 'replies joined and cut anywhere', chops: 4711 },
  ];
  describe.each(streams)('$name', ({ chops }) => {
    test.each([...tcpFaults, ...crowdedFaults])('$name: never a wrong value', async (fault) => {
      const { slave, strikes } = striking(fault, { honest: honestTcpReply, timeoutMs });
      const rig = await memoryTcp(slave, chops);
      const polling = { reads: readsOf('none'), polls: 96, timeoutMs, clock: rig.clock, inFlight };
      const seen = await rig.until(pollTogether(rig.bus, polling));
      expect(seen.wrong).toEqual([]);
      expect(strikes()).toBeGreaterThan(8);
      expect(seen.lost).toBeLessThanOrEqual(strikes() * inFlight);
      await closed(rig);
      expect(rig.clock.pending()).toBe(0);
    });

    test('an honest device loses nothing, whatever the order of its replies', async () => {
      let nth = 0;
      const rig = await memoryTcp(
        (request) => [{ afterMs: 3 + ((nth++ * 7) % 10), bytes: honestTcpReply(request) }],
        chops,
      );
      const polling = { reads: readsOf('none'), polls: 800, timeoutMs, clock: rig.clock, inFlight };
      expect(await rig.until(pollTogether(rig.bus, polling))).toMatchObject({ wrong: [], lost: 0 });
      await closed(rig);
    });
  });
});

afterAll(() => {
  console.log(
    `fault table in memory: ${tally.polls} polls, ${tally.strikes} strikes, ${tally.lost} polls lost, 0 wrong`,
  );
});

async function holds(
  rig: MemoryRig,
  about: { fault: Fault; reads: readonly Read[]; strikes(): number },
): Promise<void> {
  const { fault, reads, strikes } = about;
  const { pauseMs = 0 } = fault;
  const seen = await rig.until(pollInTurn(rig.bus, { reads, polls, timeoutMs, clock: rig.clock, pauseMs }));
  expect(seen.wrong).toEqual([]);
  expect(seen.polls).toBe(polls);
  expect(strikes()).toBeGreaterThan(polls / 8);
  expect(seen.lost).toBeLessThanOrEqual(strikes() * fault.costs);
  expect(seen.longestRun).toBeLessThanOrEqual(2);
  await closed(rig);
  expect(rig.clock.pending()).toBe(0);
  tally.polls += seen.polls;
  tally.strikes += strikes();
  tally.lost += seen.lost;
}
